//! Twilio and SignalWire, which speaks Twilio's words: their sections of the configuration.

use std::sync::Arc;
use std::time::Duration;

use ringonce_carrier::Carrier;
use ringonce_carrier::twilio::{Account, Flavour, Secret, Twilio as Adapted, Unusable};

use super::{Adapter, Registered, missing, numbers, public_url};
use crate::config::Config;
use crate::failure::{Exit, Failure};

/// Twilio.
pub(super) const TWILIO: Registered = Registered {
    name: Flavour::Twilio.name(),
    is_wanted: |config| config.twilio.account_sid.is_some(),
    configure: |config| of_twilio(config).map(adapter),
};

/// `SignalWire`.
pub(super) const SIGNALWIRE: Registered = Registered {
    name: Flavour::SignalWire.name(),
    is_wanted: |config| config.signalwire.project.is_some(),
    configure: |config| of_signalwire(config).map(adapter),
};

#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Twilio {
    /// The account's SID, `AC…`, from the console. With it campaigns ring real phones.
    #[config(env = "RINGONCE_TWILIO_ACCOUNT_SID")]
    pub(crate) account_sid: Option<String>,

    /// The account's auth token. Webhooks are signed with it, so it is needed beside an API key
    /// too. Better kept in the environment than in this file.
    #[config(env = "RINGONCE_TWILIO_AUTH_TOKEN")]
    pub(crate) auth_token: Option<Secret>,

    /// A second auth token that is accepted too, while one replaces the other: the secondary one before it
    /// is promoted, the former one after.
    #[config(env = "RINGONCE_TWILIO_SECONDARY_AUTH_TOKEN")]
    pub(crate) secondary_auth_token: Option<Secret>,

    /// The SID of an API key, `SK…`: requests use it in place of the auth token.
    #[config(env = "RINGONCE_TWILIO_API_KEY")]
    pub(crate) api_key: Option<String>,

    /// The secret of that key.
    #[config(env = "RINGONCE_TWILIO_API_SECRET")]
    pub(crate) api_secret: Option<Secret>,

    /// A subaccount in whose name calls are made.
    #[config(env = "RINGONCE_TWILIO_SUBACCOUNT_SID")]
    pub(crate) subaccount_sid: Option<String>,

    /// The auth token of that subaccount, which signs its webhooks.
    #[config(env = "RINGONCE_TWILIO_SUBACCOUNT_TOKEN")]
    pub(crate) subaccount_token: Option<Secret>,

    /// The region in which calls are processed, such as `ie1`. Auth tokens and API keys are those of that
    /// region: each has its own.
    #[config(env = "RINGONCE_TWILIO_REGION")]
    pub(crate) region: Option<String>,

    /// Where requests enter Twilio's network, such as `dublin`.
    #[config(env = "RINGONCE_TWILIO_EDGE")]
    pub(crate) edge: Option<String>,

    /// Another address in place of Twilio's own: that of `ringonce twilio-sim`, for trying out.
    #[config(env = "RINGONCE_TWILIO_BASE_URL")]
    pub(crate) base_url: Option<String>,

    /// A proxy for requests to Twilio, such as `http://proxy.example.com:3128`.
    #[config(env = "RINGONCE_TWILIO_PROXY")]
    pub(crate) proxy: Option<String>,

    /// Calls begun per second at most, over all instances. Twilio grants 1 unless it agreed to
    /// more, and queues what comes faster.
    #[config(env = "RINGONCE_TWILIO_CALLS_PER_SECOND", default = 1.0)]
    pub(crate) calls_per_second: f64,

    /// Calls under way at most, over all instances.
    #[config(env = "RINGONCE_TWILIO_CALLS_AT_ONCE", default = 100)]
    pub(crate) calls_at_once: u32,

    /// Numbers shown to callees, in turn, by campaigns that name none: bought from Twilio or
    /// verified there. In the environment separated by commas.
    #[config(env = "RINGONCE_TWILIO_CALLER_IDS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub(crate) caller_ids: Vec<String>,

    /// Seconds that a connection may take.
    #[config(env = "RINGONCE_TWILIO_CONNECT_SECONDS", default = 4)]
    pub(crate) connect_seconds: u64,

    /// Seconds that an answer may take. A call whose answer takes longer is looked for.
    #[config(env = "RINGONCE_TWILIO_ANSWER_SECONDS", default = 15)]
    pub(crate) answer_seconds: u64,
}

#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct SignalWire {
    /// The project's id. With it campaigns ring real phones.
    #[config(env = "RINGONCE_SIGNALWIRE_PROJECT")]
    pub(crate) project: Option<String>,

    /// The project's API token. Better kept in the environment than in this file.
    #[config(env = "RINGONCE_SIGNALWIRE_API_TOKEN")]
    pub(crate) api_token: Option<Secret>,

    /// The project's signing key, `PSK_…`, with which webhooks are signed.
    #[config(env = "RINGONCE_SIGNALWIRE_SIGNING_KEY")]
    pub(crate) signing_key: Option<Secret>,

    /// The space, such as `example.signalwire.com`.
    #[config(env = "RINGONCE_SIGNALWIRE_SPACE")]
    pub(crate) space: Option<String>,

    /// Another address in place of the space's.
    #[config(env = "RINGONCE_SIGNALWIRE_BASE_URL")]
    pub(crate) base_url: Option<String>,

    /// A proxy for requests to SignalWire.
    #[config(env = "RINGONCE_SIGNALWIRE_PROXY")]
    pub(crate) proxy: Option<String>,

    /// Calls begun per second at most, over all instances.
    #[config(env = "RINGONCE_SIGNALWIRE_CALLS_PER_SECOND", default = 1.0)]
    pub(crate) calls_per_second: f64,

    /// Calls under way at most, over all instances.
    #[config(env = "RINGONCE_SIGNALWIRE_CALLS_AT_ONCE", default = 100)]
    pub(crate) calls_at_once: u32,

    /// Numbers shown to callees, in turn, by campaigns that name none. In the environment
    /// separated by commas.
    #[config(env = "RINGONCE_SIGNALWIRE_CALLER_IDS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub(crate) caller_ids: Vec<String>,
}

fn of_twilio(config: &Config) -> Result<Account, Failure> {
    const SECTION: &str = "twilio";
    let section = &config.twilio;
    let sid = section.account_sid.as_deref().unwrap_or_default();
    let token = section.auth_token.as_ref();
    let token = token.ok_or_else(|| missing(SECTION, "auth_token", "account_sid"))?;
    let api_key = match (&section.api_key, &section.api_secret) {
        (Some(key), Some(secret)) => Some((key.clone(), secret.clone())),
        (Some(_), None) => return Err(missing(SECTION, "api_secret", "api_key")),
        (None, _) => None,
    };
    let account = Account {
        secondary_token: section.secondary_auth_token.clone(),
        api_key,
        subaccount: section.subaccount_sid.clone(),
        signing_key: section.subaccount_token.clone(),
        region: section.region.clone(),
        edge: section.edge.clone(),
        base_url: section.base_url.clone(),
        proxy: section.proxy.clone(),
        connect_timeout: Duration::from_secs(section.connect_seconds.clamp(1, 60)),
        answer_timeout: Duration::from_secs(section.answer_seconds.clamp(1, 60)),
        calls_per_second: section.calls_per_second,
        calls_at_once: section.calls_at_once,
        caller_ids: numbers(SECTION, &section.caller_ids)?,
        ..Account::new(
            Flavour::Twilio,
            sid,
            token.reveal(),
            public_url(config, SECTION)?,
        )
    };
    checked(SECTION, account)
}

fn of_signalwire(config: &Config) -> Result<Account, Failure> {
    const SECTION: &str = "signalwire";
    let section = &config.signalwire;
    let project = section.project.as_deref().unwrap_or_default();
    let token = section.api_token.as_ref();
    let token = token.ok_or_else(|| missing(SECTION, "api_token", "project"))?;
    let space = section.space.as_ref();
    let account = Account {
        signing_key: section.signing_key.clone(),
        base_url: section
            .base_url
            .clone()
            .or_else(|| space.map(|space| format!("https://{space}/api/laml"))),
        proxy: section.proxy.clone(),
        calls_per_second: section.calls_per_second,
        calls_at_once: section.calls_at_once,
        caller_ids: numbers(SECTION, &section.caller_ids)?,
        ..Account::new(
            Flavour::SignalWire,
            project,
            token.reveal(),
            public_url(config, SECTION)?,
        )
    };
    checked(SECTION, account)
}

fn adapter(account: Account) -> Adapter {
    Box::new(move |secret, clock| {
        let section = account.flavour.name();
        let carrier = Adapted::new(account, secret, clock);
        let carrier = carrier.map_err(|error| unusable(section, &error))?;
        Ok(Arc::new(carrier) as Arc<dyn Carrier>)
    })
}

fn checked(section: &str, account: Account) -> Result<Account, Failure> {
    match account.validate() {
        Ok(()) => Ok(account),
        Err(error) => Err(unusable(section, &error)),
    }
}

fn unusable(section: &str, error: &Unusable) -> Failure {
    Failure::new(Exit::Input, format!("{section}.{error}"))
        .help("`ringonce config` prints every setting with its meaning")
}

#[cfg(test)]
mod tests {
    use super::super::{configured, usual};
    use super::*;

    fn config(toml: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ringonce.toml");
        std::fs::write(&path, toml).unwrap();
        Config::load(Some(&path)).unwrap()
    }

    const PUBLIC: &str = "[server]\npublic_url = \"https://calls.example.com\"\n";

    #[test]
    fn nothing_is_configured_unless_a_section_says_so() {
        let config = config("");
        assert!(configured(&config).unwrap().is_empty());
        assert_eq!(usual(&config), "simulator");
    }

    #[test]
    fn both_carriers_can_be_had_and_their_secrets_are_not_shown() {
        let config = config(&format!(
            "{PUBLIC}[twilio]\naccount_sid = \"AC1\"\nauth_token = \"hush\"\ncaller_ids = [\"+12025550123\"]\n\
             [signalwire]\nproject = \"p-1\"\napi_token = \"hush\"\nspace = \"example.signalwire.com\"\n"
        ));
        let names = configured(&config).unwrap();
        let names: Vec<_> = names.iter().map(|it| it.name).collect();
        assert_eq!(names, ["twilio", "signalwire"]);
        assert_eq!(usual(&config), "twilio");
        let accounts = [of_twilio(&config).unwrap(), of_signalwire(&config).unwrap()];
        assert_eq!(
            accounts[1].base_url.as_deref(),
            Some("https://example.signalwire.com/api/laml")
        );
        let shown = format!("{config:?} {accounts:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (toml, word) in [
            ("[twilio]\naccount_sid = \"AC1\"\n".to_owned(), "auth_token"),
            (
                "[twilio]\naccount_sid = \"AC1\"\nauth_token = \"x\"\n".to_owned(),
                "public_url",
            ),
            (
                format!(
                    "{PUBLIC}[twilio]\naccount_sid = \"AC1\"\nauth_token = \"x\"\napi_key = \"SK1\"\n"
                ),
                "api_secret",
            ),
            (
                format!("{PUBLIC}[twilio]\naccount_sid = \"AC/1\"\nauth_token = \"x\"\n"),
                "account_sid",
            ),
            (
                format!(
                    "{PUBLIC}[twilio]\naccount_sid = \"AC1\"\nauth_token = \"x\"\ncalls_per_second = 0.0\n"
                ),
                "calls_per_second",
            ),
            (
                format!(
                    "{PUBLIC}[twilio]\naccount_sid = \"AC1\"\nauth_token = \"x\"\ncaller_ids = [\"12\"]\n"
                ),
                "caller_ids",
            ),
            (
                format!(
                    "{PUBLIC}[twilio]\naccount_sid = \"AC1\"\nauth_token = \"x\"\nbase_url = \"http://example.com\"\n"
                ),
                "https",
            ),
            (
                format!("{PUBLIC}[signalwire]\nproject = \"p\"\napi_token = \"x\"\n"),
                "base_url",
            ),
        ] {
            let failure = configured(&config(&toml)).err();
            let failure = failure.unwrap_or_else(|| panic!("{toml}"));
            assert_eq!(failure.exit, Exit::Input);
            assert!(failure.what.contains(word), "{toml}: {failure}");
        }
    }
}
