//! Twilio and SignalWire, which speaks Twilio's words: what their sections of the configuration hold.

use std::sync::Arc;
use std::time::Duration;

use confique::Config as _;
use confique::toml::FormatOptions;
use ringonce_carrier::Carrier;
use ringonce_carrier::twilio::{Account, Flavour, Secret, Twilio as Adapted, Unusable};

use super::sections::{Kind, Section};
use super::{Configured, missing, numbers, public_url};
use crate::config::Config;
use crate::failure::{Exit, Failure};

/// Twilio.
pub(super) const TWILIO: Kind = Kind {
    name: Flavour::Twilio.name(),
    settings: &Twilio::META,
    template: || confique::toml::template::<Twilio>(FormatOptions::default()),
    check: |section| section.read::<Twilio>().map(drop),
    configure: |config, section| of_twilio(config, section).map(configured),
};

/// `SignalWire`.
pub(super) const SIGNALWIRE: Kind = Kind {
    name: Flavour::SignalWire.name(),
    settings: &SignalWire::META,
    template: || confique::toml::template::<SignalWire>(FormatOptions::default()),
    check: |section| section.read::<SignalWire>().map(drop),
    configure: |config, section| of_signalwire(config, section).map(configured),
};

/// Twilio, a carrier that rings real phones.
#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Twilio {
    /// The account's SID, `AC…`, from the console. With it campaigns ring real phones.
    pub(crate) account_sid: Option<String>,

    /// The account's auth token. Webhooks are signed with it, so it is needed beside an API key
    /// too. Better kept in the environment than in this file.
    pub(crate) auth_token: Option<Secret>,

    /// A second auth token that is accepted too, while one replaces the other: the secondary one before it
    /// is promoted, the former one after.
    pub(crate) secondary_auth_token: Option<Secret>,

    /// The SID of an API key, `SK…`: requests use it in place of the auth token.
    pub(crate) api_key: Option<String>,

    /// The secret of that key.
    pub(crate) api_secret: Option<Secret>,

    /// A subaccount in whose name calls are made.
    pub(crate) subaccount_sid: Option<String>,

    /// The auth token of that subaccount, which signs its webhooks.
    pub(crate) subaccount_token: Option<Secret>,

    /// The region in which calls are processed, such as `ie1`. Auth tokens and API keys are those of that
    /// region: each has its own.
    pub(crate) region: Option<String>,

    /// Where requests enter Twilio's network, such as `dublin`.
    pub(crate) edge: Option<String>,

    /// The SIP address at which numbers are called in place of the telephone network, with `{number}` once
    /// before the `@`: `sip:{number}@pbx.example.com`.
    pub(crate) to: Option<String>,

    /// The name with which Twilio signs in at that address.
    pub(crate) sip_username: Option<String>,

    /// Its password.
    pub(crate) sip_password: Option<Secret>,

    /// The SID of a trunk of your own, `BY…`, through which numbers are called.
    pub(crate) byoc: Option<String>,

    /// Another address in place of Twilio's own: that of `ringonce twilio-sim`, for trying out.
    pub(crate) base_url: Option<String>,

    /// A proxy for requests to Twilio, such as `http://proxy.example.com:3128`.
    pub(crate) proxy: Option<String>,

    /// Calls begun per second at most, over all instances. Twilio grants 1 unless it agreed to
    /// more, and queues what comes faster.
    #[config(default = 1.0)]
    pub(crate) calls_per_second: f64,

    /// Calls under way at most, over all instances.
    #[config(default = 100)]
    pub(crate) calls_at_once: u32,

    /// Numbers shown to callees, in turn, by campaigns that name none: bought from Twilio or
    /// verified there. In the environment separated by commas.
    #[config(default = [])]
    pub(crate) caller_ids: Vec<String>,

    /// Seconds that a connection may take.
    #[config(default = 4)]
    pub(crate) connect_seconds: u64,

    /// Seconds that an answer may take. A call whose answer takes longer is looked for.
    #[config(default = 15)]
    pub(crate) answer_seconds: u64,
}

/// `SignalWire`, a carrier that rings real phones and speaks Twilio's words.
#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct SignalWire {
    /// The project's id. With it campaigns ring real phones.
    pub(crate) project: Option<String>,

    /// The project's API token. Better kept in the environment than in this file.
    pub(crate) api_token: Option<Secret>,

    /// The project's signing key, `PSK_…`, with which webhooks are signed.
    pub(crate) signing_key: Option<Secret>,

    /// The space, such as `example.signalwire.com`.
    pub(crate) space: Option<String>,

    /// Another address in place of the space's.
    pub(crate) base_url: Option<String>,

    /// A proxy for requests to SignalWire.
    pub(crate) proxy: Option<String>,

    /// Calls begun per second at most, over all instances.
    #[config(default = 1.0)]
    pub(crate) calls_per_second: f64,

    /// Calls under way at most, over all instances.
    #[config(default = 100)]
    pub(crate) calls_at_once: u32,

    /// Numbers shown to callees, in turn, by campaigns that name none. In the environment
    /// separated by commas.
    #[config(default = [])]
    pub(crate) caller_ids: Vec<String>,
}

fn of_twilio(config: &Config, section: &Section) -> Result<Account, Failure> {
    let given: Twilio = section.read()?;
    let sid = given.account_sid.as_deref();
    let sid = sid.ok_or_else(|| missing(section, "account_sid"))?;
    let token = given.auth_token.as_ref();
    let token = token.ok_or_else(|| missing(section, "auth_token"))?;
    let api_key = match (&given.api_key, &given.api_secret) {
        (Some(key), Some(secret)) => Some((key.clone(), secret.clone())),
        (Some(_), None) => return Err(missing(section, "api_secret")),
        (None, _) => None,
    };
    let sip_credentials = match (&given.sip_username, &given.sip_password) {
        (Some(name), Some(password)) => Some((name.clone(), password.clone())),
        (Some(_), None) => return Err(missing(section, "sip_password")),
        (None, Some(_)) => return Err(missing(section, "sip_username")),
        (None, None) => None,
    };
    let account = Account {
        name: section.name.clone(),
        to: given.to.clone(),
        sip_credentials,
        byoc: given.byoc.clone(),
        secondary_token: given.secondary_auth_token.clone(),
        api_key,
        subaccount: given.subaccount_sid.clone(),
        signing_key: given.subaccount_token.clone(),
        region: given.region.clone(),
        edge: given.edge.clone(),
        base_url: given.base_url.clone(),
        proxy: given.proxy.clone(),
        connect_timeout: Duration::from_secs(given.connect_seconds.clamp(1, 60)),
        answer_timeout: Duration::from_secs(given.answer_seconds.clamp(1, 60)),
        calls_per_second: given.calls_per_second,
        calls_at_once: given.calls_at_once,
        caller_ids: numbers(section, &given.caller_ids)?,
        ..Account::new(
            Flavour::Twilio,
            sid,
            token.reveal(),
            public_url(config, section)?,
        )
    };
    checked(section, account)
}

fn of_signalwire(config: &Config, section: &Section) -> Result<Account, Failure> {
    let given: SignalWire = section.read()?;
    let project = given.project.as_deref();
    let project = project.ok_or_else(|| missing(section, "project"))?;
    let token = given.api_token.as_ref();
    let token = token.ok_or_else(|| missing(section, "api_token"))?;
    let space = given.space.as_ref();
    let account = Account {
        name: section.name.clone(),
        signing_key: given.signing_key.clone(),
        base_url: given
            .base_url
            .clone()
            .or_else(|| space.map(|space| format!("https://{space}/api/laml"))),
        proxy: given.proxy.clone(),
        calls_per_second: given.calls_per_second,
        calls_at_once: given.calls_at_once,
        caller_ids: numbers(section, &given.caller_ids)?,
        ..Account::new(
            Flavour::SignalWire,
            project,
            token.reveal(),
            public_url(config, section)?,
        )
    };
    checked(section, account)
}

fn configured(account: Account) -> Configured {
    let name = account.name.clone();
    Configured {
        account: account.calling().to_owned(),
        adapter: Box::new(move |secret, clock| {
            let section = format!("carriers.{}", account.name);
            let carrier = Adapted::new(account, secret, clock);
            let carrier = carrier.map_err(|error| unusable(&section, &error))?;
            Ok(Arc::new(carrier) as Arc<dyn Carrier>)
        }),
        name,
    }
}

fn checked(section: &Section, account: Account) -> Result<Account, Failure> {
    match account.validate() {
        Ok(()) => Ok(account),
        Err(error) => Err(unusable(&section.path(), &error)),
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

    fn names(config: &Config) -> Vec<String> {
        let names = configured(config).unwrap().into_iter();
        names.map(|it| it.name).collect()
    }

    const PUBLIC: &str = "[server]\npublic_url = \"https://calls.example.com\"\n";
    const TWILIO: &str = "[carriers.twilio]\naccount_sid = \"AC1\"\nauth_token = \"hush\"\n";

    #[test]
    fn nothing_is_configured_unless_a_section_says_so() {
        let config = config("");
        assert!(configured(&config).unwrap().is_empty());
        assert_eq!(usual(&config), "simulator");
    }

    #[test]
    fn several_accounts_can_be_had_and_their_secrets_are_not_shown() {
        let sections = format!(
            "{PUBLIC}{TWILIO}caller_ids = [\"+12025550123\"]\n\
             [carriers.clinic-a]\nkind = \"twilio\"\naccount_sid = \"AC1\"\nauth_token = \"hush\"\n\
             subaccount_sid = \"AC2\"\nsubaccount_token = \"hush\"\n\
             [carriers.signalwire]\nproject = \"p-1\"\napi_token = \"hush\"\nspace = \"example.signalwire.com\"\n"
        );
        let config = config(&sections);
        assert_eq!(names(&config), ["clinic-a", "signalwire", "twilio"]);
        assert_eq!(usual(&config), "clinic-a");
        let sections = config.carriers.sections(None).unwrap();
        let accounts = [
            of_twilio(&config, &sections[0]).unwrap(),
            of_signalwire(&config, &sections[1]).unwrap(),
        ];
        assert_eq!(accounts[0].name, "clinic-a");
        assert_eq!(accounts[0].calling(), "AC2");
        assert_eq!(
            accounts[1].base_url.as_deref(),
            Some("https://example.signalwire.com/api/laml")
        );
        let shown = format!("{config:?} {accounts:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[test]
    fn the_carrier_of_campaigns_that_name_none_can_be_chosen() {
        let config = config(&format!(
            "carrier = \"twilio\"\n{PUBLIC}{TWILIO}\
             [carriers.clinic-a]\nkind = \"twilio\"\naccount_sid = \"AC2\"\nauth_token = \"x\"\n"
        ));
        assert_eq!(names(&config), ["twilio", "clinic-a"]);
        assert_eq!(usual(&config), "twilio");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (toml, word) in [
            (
                "[carriers.twilio]\naccount_sid = \"AC1\"\n".to_owned(),
                "auth_token",
            ),
            (
                "[carriers.twilio]\nauth_token = \"x\"\n".to_owned(),
                "account_sid",
            ),
            (TWILIO.to_owned(), "public_url"),
            (format!("{PUBLIC}{TWILIO}api_key = \"SK1\"\n"), "api_secret"),
            (
                format!("{PUBLIC}[carriers.twilio]\naccount_sid = \"AC/1\"\nauth_token = \"x\"\n"),
                "account_sid",
            ),
            (
                format!("{PUBLIC}{TWILIO}calls_per_second = 0.0\n"),
                "calls_per_second",
            ),
            (
                format!("{PUBLIC}{TWILIO}caller_ids = [\"12\"]\n"),
                "caller_ids",
            ),
            (
                format!("{PUBLIC}{TWILIO}base_url = \"http://example.com\"\n"),
                "https",
            ),
            (
                format!(
                    "{PUBLIC}{TWILIO}[carriers.clinic-a]\nkind = \"twilio\"\naccount_sid = \"AC1\"\nauth_token = \"x\"\n"
                ),
                "the same account",
            ),
            (
                format!("{PUBLIC}[carriers.signalwire]\nproject = \"p\"\napi_token = \"x\"\n"),
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
