//! What can be found out before the first call: credentials, clocks, money, countries, caller ids, our public
//! address, limits.

use std::fmt::Write as _;
use std::time::Duration;

use ringonce_domain::{Number, Timestamp};
use serde::Deserialize;

use super::account::{Flavour, is_loopback};
use super::asking::Unanswered;
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

/// What is left of the money that was paid.
#[derive(Deserialize)]
struct Balance {
    balance: String,
    #[serde(default)]
    currency: String,
}

/// Countries that may be called.
#[derive(Deserialize)]
struct Countries {
    content: Vec<Country>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct Country {
    iso_code: String,
}

#[derive(Default, Deserialize)]
struct Meta {
    next_page_url: Option<String>,
}

impl Twilio {
    pub(super) async fn checks(&self) -> Vec<Check> {
        let mut checks = self.credentials_checks().await;
        let let_in = checks
            .iter()
            .all(|check| check.verdict != crate::Verdict::Fail);
        if let_in {
            checks.push(self.account_check().await);
            if self.account.flavour == Flavour::Twilio {
                checks.extend(self.balance_check().await);
                checks.push(self.countries_check().await);
            }
            checks.extend(self.caller_id_checks().await);
        }
        checks.push(self.public_url_check().await);
        checks.push(self.pace_check());
        checks
    }

    /// Whether it lets us in to what calls need, and how far its clock is from ours. No key may read all:
    /// a Standard one reads everything but accounts and keys.
    async fn credentials_checks(&self) -> Vec<Check> {
        const NAME: &str = "credentials";
        let account = self.account.calling();
        let url = match self.resource("Calls.json?PageSize=1") {
            Ok(url) => url,
            Err(problem) => return vec![Check::fail(NAME, problem)],
        };
        let begun = self.clock.now();
        let reply = match self.ask(self.asking.get(url)).await {
            Ok(reply) => reply,
            Err(problem) => return vec![Check::fail(NAME, problem)],
        };
        let took = self.clock.now().as_millis() - begun.as_millis();
        let by = match &self.account.api_key {
            Some((key, _)) => format!("API key {key}"),
            None => "the account's own secret".into(),
        };
        let check = if reply.status.is_success() {
            Check::ok(
                NAME,
                format!("{} lets us in as {account} with {by}", self.title()),
            )
        } else {
            Check::fail(
                NAME,
                format!(
                    "{by} may not read the calls of {account}: {}",
                    reply.refusal().words
                ),
            )
        };
        let clock = reply.date.map(|theirs| clock_check(theirs, begun, took));
        [check].into_iter().chain(clock).collect()
    }

    /// How the account stands, where that may be read.
    async fn account_check(&self) -> Check {
        const NAME: &str = "account";
        let account = self.account.calling();
        let path = match self.account.flavour {
            Flavour::Twilio => format!("../{account}.json"),
            Flavour::SignalWire => "../".to_owned() + account,
        };
        match (self.get(&path, "").await, &self.account.api_key) {
            (Ok(Some(told)), _) => standing(&told),
            (Ok(None), _) => Check::warn(
                NAME,
                format!("{} does not tell how {account} stands", self.title()),
            ),
            (Err(problem), Some((key, _))) if problem.denied => Check::ok(
                NAME,
                format!(
                    "{key} is a Standard or Restricted key, which may not read how {account} stands; calls do not need it"
                ),
            ),
            (Err(problem), _) => Check::warn(NAME, problem.words),
        }
    }

    /// What is left of the money. An account below another has none of its own.
    async fn balance_check(&self) -> Option<Check> {
        const NAME: &str = "balance";
        let told: Balance = match self.get("Balance.json", "").await {
            Ok(told) => told?,
            Err(problem) if problem.denied => {
                return Some(Check::ok(NAME, "this key may not read it"));
            }
            Err(problem) => return Some(Check::warn(NAME, problem.words)),
        };
        let Balance { balance, currency } = told;
        let amount = format!("{balance} {currency}");
        let is_used_up = balance.parse::<f64>().is_ok_and(|left| left <= 0.0);
        Some(if is_used_up {
            let words = format!("{amount}: calls are refused once nothing is left; top it up");
            Check::warn(NAME, words)
        } else {
            Check::ok(NAME, amount)
        })
    }

    /// Which countries the account may call.
    async fn countries_check(&self) -> Check {
        const NAME: &str = "countries";
        const WAY: &str = "Voice, Settings, Geographic permissions";
        match self.countries_allowed().await {
            Ok(allowed) if allowed.is_empty() => Check::fail(
                NAME,
                format!("no country may be called; allow those of your lists under {WAY}"),
            ),
            Ok(allowed) => Check::ok(
                NAME,
                format!(
                    "{} may be called; calls to others are refused until they are allowed under {WAY}",
                    allowed.join(", ")
                ),
            ),
            Err(problem) if problem.denied => Check::ok(
                NAME,
                format!("this key may not read which may be called; see {WAY}"),
            ),
            Err(problem) => Check::warn(NAME, problem.words),
        }
    }

    async fn countries_allowed(&self) -> Result<Vec<String>, Unanswered> {
        const MOST_PAGES: usize = 10;
        let mut url = self.voice("/v1/DialingPermissions/Countries")?;
        url.set_query(Some("LowRiskNumbersEnabled=true&PageSize=250"));
        let mut allowed = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Option<Countries> = self.get_from(url.clone()).await?;
            let page = page.ok_or("the carrier does not tell which countries may be called")?;
            allowed.extend(page.content.into_iter().map(|it| it.iso_code));
            // Of its address only the question, for we know whom we ask.
            let next = page.meta.next_page_url;
            let Some((_, query)) = next.as_deref().and_then(|next| next.split_once('?')) else {
                break;
            };
            url.set_query(Some(query));
        }
        allowed.sort();
        Ok(allowed)
    }

    /// An address of Twilio's other host for calls, `voice.…` beside `api.…`, in the same region.
    fn voice(&self, path: &str) -> Result<reqwest::Url, String> {
        let mut url = self.resource(path)?;
        let host = url.host_str().unwrap_or_default();
        if let Some(place) = host
            .strip_prefix("api.")
            .filter(|it| it.ends_with("twilio.com"))
        {
            let voice = format!("voice.{place}");
            url.set_host(Some(&voice))
                .map_err(|error| error.to_string())?;
        }
        Ok(url)
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
                // A trunk or an exchange of one's own may show it.
                Ok(None) if self.account.to.is_some() || self.account.byoc.is_some() => Check::warn(
                    name,
                    format!(
                        "{} is no number of the account; what is called through must accept it",
                        number.international()
                    ),
                ),
                Ok(None) => Check::fail(
                    name,
                    format!(
                        "{} is neither a number of the account nor a verified caller id; buy it or verify it in the console",
                        number.international()
                    ),
                ),
                Err(problem) => Check::warn(name, problem.words),
            });
        }
        if numbers.len() > MAX_ASKED {
            let words = format!("{} more were not asked for", numbers.len() - MAX_ASKED);
            checks.push(Check::warn("caller_id", words));
        }
        checks
    }

    /// How the account may show a number; `None` when it may not.
    async fn owns(&self, number: Number) -> Result<Option<&'static str>, Unanswered> {
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
                ". Twilio grants 1 per second unless it agreed to more, and tells which in its console alone (Voice, Settings, General); what comes faster it queues, and calls ring late"
            );
        }
        Check::ok("pace", words)
    }

    fn title(&self) -> &'static str {
        self.account.flavour.title()
    }
}

/// How far the carrier's clock is from ours: its date has no fraction of a second, and was written while we
/// waited.
fn clock_check(theirs: Timestamp, begun: Timestamp, took: i64) -> Check {
    const NAME: &str = "clock";
    const FAR: i64 = 5_000;
    let middle = begun.as_millis() + took / 2;
    let apart = theirs.as_millis() + 500 - middle;
    let seconds = (apart.abs() + 500) / 1_000;
    let way = if apart > 0 { "ahead of" } else { "behind" };
    if apart.abs() < FAR {
        let words = format!("the carrier's clock is within {} s of ours", seconds.max(1));
        return Check::ok(NAME, words);
    }
    Check::warn(
        NAME,
        format!(
            "the carrier's clock is {seconds} s {way} ours; have this machine's time set by NTP"
        ),
    )
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
    fn clocks_that_are_seconds_apart_are_told() {
        const NOW: i64 = 1_795_290_304_000;
        for (theirs, begun, took, verdict, words) in [
            (0, 0, 0, Verdict::Ok, "within 1 s"),
            (-1_000, 0, 0, Verdict::Ok, "within 1 s"),
            (4_000, 0, 0, Verdict::Ok, "within 5 s"),
            (5_000, 0, 0, Verdict::Warn, "6 s ahead of ours"),
            (10_000, 0, 20_000, Verdict::Ok, "within 1 s"),
            (-300_000, 0, 0, Verdict::Warn, "300 s behind ours"),
        ] {
            let at = |millis| Timestamp::from_millis(NOW + millis);
            let check = clock_check(at(theirs), at(begun), took);
            assert_eq!(check.verdict, verdict, "{check:?}");
            assert!(check.words.contains(words), "{check:?}");
        }
    }

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
