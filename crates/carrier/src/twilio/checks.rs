//! What can be found out before the first call: credentials, caller ids, our public address, limits.

use std::fmt::Write as _;
use std::time::Duration;

use ringonce_domain::Number;
use serde::Deserialize;

use super::account::{Flavour, is_loopback};
use super::calls::question;
use super::{Twilio, http};
use crate::Check;

/// What answers at our public address, if everything between is right.
const ALIVE: &str = "/healthz";
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// The most caller ids that are asked for one by one.
const MAX_ASKED: usize = 20;

/// An account in an answer of Twilio.
#[derive(Deserialize)]
struct AccountAnswer {
    #[serde(default)]
    friendly_name: String,
    #[serde(default)]
    status: String,
    #[serde(default, rename = "type")]
    kind: String,
}

/// Numbers of the account; the request names the one that is looked for.
#[derive(Deserialize)]
struct Numbers {
    #[serde(alias = "outgoing_caller_ids")]
    incoming_phone_numbers: Vec<serde_json::Value>,
}

impl Twilio {
    pub(super) async fn checks(&self) -> Vec<Check> {
        let mut checks = self.account_checks().await;
        let let_in = checks
            .iter()
            .all(|check| check.verdict != crate::Verdict::Fail);
        if let_in {
            checks.extend(self.caller_id_checks().await);
        }
        checks.push(self.public_url_check().await);
        checks.push(self.pace_check());
        checks
    }

    /// Whether it lets us in, and as whom.
    async fn account_checks(&self) -> Vec<Check> {
        const NAME: &str = "credentials";
        let account = self.account.calling();
        let path = match self.account.flavour {
            Flavour::Twilio => format!("../{account}.json"),
            Flavour::SignalWire => "../".to_owned() + account,
        };
        let told: AccountAnswer = match self.get(&path, "").await {
            Ok(Some(told)) => told,
            Ok(None) => {
                let words = format!(
                    "{} knows no account {account}; copy its SID from the console",
                    self.title()
                );
                return vec![Check::fail(NAME, words)];
            }
            Err(problem) => return vec![Check::fail(NAME, problem)],
        };
        let by = match &self.account.api_key {
            Some((key, _)) => format!("API key {key}"),
            None => "the account's own secret".into(),
        };
        let let_in = format!("{} lets us in as {account} with {by}", self.title());
        vec![Check::ok(NAME, let_in), standing(&told)]
    }

    /// Each number that may be shown to callees: is it ours to show?
    async fn caller_id_checks(&self) -> Vec<Check> {
        let numbers = &self.account.caller_ids;
        if numbers.is_empty() {
            let words = "no caller ids are configured here; every campaign must name its own";
            return vec![Check::warn("caller_id", words)];
        }
        let mut checks = Vec::new();
        for number in numbers.iter().take(MAX_ASKED) {
            let name = format!("caller_id:{number}");
            checks.push(match self.owns(*number).await {
                Ok(Some(how)) => Check::ok(name, format!("{} is {how}", number.international())),
                Ok(None) => Check::fail(
                    name,
                    format!(
                        "{} is neither a number of the account nor a verified caller id; buy it or verify it in the console",
                        number.international()
                    ),
                ),
                Err(problem) => Check::warn(name, problem),
            });
        }
        if numbers.len() > MAX_ASKED {
            let words = format!("{} more were not asked for", numbers.len() - MAX_ASKED);
            checks.push(Check::warn("caller_id", words));
        }
        checks
    }

    /// How the account may show a number; `None` when it may not.
    async fn owns(&self, number: Number) -> Result<Option<&'static str>, String> {
        let query = question(&[("PhoneNumber", &number.to_string())]);
        for (list, how) in [
            ("IncomingPhoneNumbers.json", "a number of the account"),
            ("OutgoingCallerIds.json", "a verified caller id"),
        ] {
            let told: Option<Numbers> = self.get(list, &query).await?;
            if told.is_some_and(|told| !told.incoming_phone_numbers.is_empty()) {
                return Ok(Some(how));
            }
        }
        Ok(None)
    }

    /// Whether our public address leads here, as far as that can be seen from here.
    async fn public_url_check(&self) -> Check {
        const NAME: &str = "public_url";
        let url = self.account.public_url.trim_end_matches('/');
        let local = reqwest::Url::parse(url)
            .ok()
            .and_then(|url| url.host_str().map(is_loopback))
            .unwrap_or_default();
        if !url.starts_with("https://") && !local {
            let words = format!(
                "{url} is not https: what callees press and say would travel in the open; put a proxy that speaks TLS before the server"
            );
            return Check::fail(NAME, words);
        }
        let client = match http::secure().map(reqwest::ClientBuilder::build) {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Check::warn(NAME, error.to_string()),
            Err(problem) => return Check::warn(NAME, problem),
        };
        let asking = client.get(format!("{url}{ALIVE}")).timeout(PATIENCE);
        let asked = asking.send().await;
        let elsewhere = "; a call without this address ends at once";
        match asked {
            Ok(answer) if answer.status().is_success() && local => Check::warn(
                NAME,
                format!("{url} is this machine's own: only a look-alike on it can reach that"),
            ),
            Ok(answer) if answer.status().is_success() => Check::ok(
                NAME,
                format!(
                    "{url} leads to this server, seen from here; whether {} reaches it too shows in the first call",
                    self.title()
                ),
            ),
            Ok(answer) => Check::fail(
                NAME,
                format!("{url}{ALIVE} answers {}{elsewhere}", answer.status()),
            ),
            Err(error) => Check::fail(
                NAME,
                format!(
                    "{url} cannot be reached from here: {}{elsewhere}",
                    http::words(error)
                ),
            ),
        }
    }

    /// What the limits mean.
    fn pace_check(&self) -> Check {
        let (pace, lines) = (self.account.calls_per_second, self.account.calls_at_once);
        let mut words = format!(
            "{pace} call(s) per second and {lines} at once, over all instances: {:.0} calls an hour at most",
            pace * 3_600.0
        );
        if self.account.flavour == Flavour::Twilio {
            // Writing to a string cannot fail.
            let _ = write!(
                words,
                ". Twilio grants 1 per second unless it agreed to more; what comes faster it queues, and calls ring late"
            );
        }
        Check::ok("pace", words)
    }

    fn title(&self) -> &'static str {
        self.account.flavour.title()
    }
}

/// How the account stands.
fn standing(told: &AccountAnswer) -> Check {
    const NAME: &str = "account";
    let name = &told.friendly_name;
    match (told.status.as_str(), told.kind.as_str()) {
        ("active" | "", "Trial") => Check::warn(
            NAME,
            format!(
                "{name} is a trial account: it calls verified numbers only, and says so before each call; upgrade it to call others"
            ),
        ),
        ("active" | "", _) => Check::ok(NAME, format!("{name} is active")),
        (status, _) => Check::fail(
            NAME,
            format!("{name} is {status}; look at its standing and balance in the console"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    #[test]
    fn an_account_is_judged_by_its_standing() {
        for (status, kind, verdict) in [
            ("active", "Full", Verdict::Ok),
            ("active", "Trial", Verdict::Warn),
            ("suspended", "Full", Verdict::Fail),
            ("closed", "Trial", Verdict::Fail),
        ] {
            let told = AccountAnswer {
                friendly_name: "Ana".into(),
                status: status.into(),
                kind: kind.into(),
            };
            assert_eq!(standing(&told).verdict, verdict, "{status} {kind}");
        }
    }
}
