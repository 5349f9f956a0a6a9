//! The real carriers of a deployment: where each is registered, and what is made of its section of the
//! configuration. A carrier's adapter is its folder in `crates/carrier`; this is where it becomes known.

pub(crate) mod sections;
pub(crate) mod twilio;

use std::sync::Arc;

use ringonce_carrier::{Absent, Carrier, Clock, simulator};
use ringonce_domain::Number;

use self::sections::Section;
use crate::config::Config;
use crate::failure::{Exit, Failure};

/// Makes an adapter with the secret of the tokens that come back with its events, which all instances of a
/// ledger share, and the time.
pub(crate) type Adapter =
    Box<dyn FnOnce(&str, Arc<dyn Clock>) -> Result<Arc<dyn Carrier>, Failure>>;

/// A carrier that is configured.
pub(crate) struct Configured {
    /// Its name, as campaigns' settings spell it.
    pub(crate) name: String,
    /// The account in whose name calls are made, at its kind of carrier.
    account: String,
    adapter: Adapter,
}

impl Configured {
    /// Its adapter.
    pub(crate) fn open(
        self,
        secret: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<dyn Carrier>, Failure> {
        (self.adapter)(secret, clock)
    }
}

/// The carriers that are configured, the usual one first. Each has an account of its own: its pace, its list of
/// calls and its webhooks are the account's.
pub(crate) fn configured(config: &Config) -> Result<Vec<Configured>, Failure> {
    let mut all: Vec<Configured> = Vec::new();
    for section in config.carriers.sections(config.carrier.as_deref())? {
        let new = (section.kind.configure)(config, &section)?;
        if let Some(same) = all.iter().find(|it| it.account == new.account) {
            return Err(Failure::new(
                Exit::Input,
                format!(
                    "carriers.{} and carriers.{} have the same account, {}",
                    same.name, new.name, new.account
                ),
            )
            .help("give each carrier an account or a subaccount of its own, and a campaign caller ids of its own where only those differ"));
        }
        all.push(new);
    }
    Ok(all)
}

/// The names of the carriers that are configured; the simulator where none is.
fn names(config: &Config) -> Vec<String> {
    let sections = config.carriers.sections(config.carrier.as_deref());
    let sections = sections.unwrap_or_default().into_iter();
    let names: Vec<_> = sections.map(|it| it.name).collect();
    if names.is_empty() {
        vec![simulator::NAME.to_owned()]
    } else {
        names
    }
}

/// The carrier that a campaign has which names none.
pub(crate) fn usual(config: &Config) -> String {
    let mut names = names(config).into_iter();
    names.next().unwrap_or_else(|| simulator::NAME.to_owned())
}

/// Refuses to let calls begin with a carrier that is not configured.
pub(crate) fn must_be_configured(config: &Config, carrier: &str) -> Result<(), Failure> {
    let names = names(config);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Absent::unless_among(carrier, &names).map_err(|absent| {
        Failure::new(Exit::Input, absent.to_string()).help(format!(
            "this command reads the same configuration as the server: {}",
            absent.advice()
        ))
    })
}

/// The address under which a carrier reaches us: without it no call could say anything.
fn public_url<'a>(config: &'a Config, section: &Section) -> Result<&'a str, Failure> {
    config.server.public_url.as_deref().ok_or_else(|| {
        let what = format!("{} is configured, and server.public_url is not", section.path());
        Failure::new(Exit::Input, what).help(
            "the carrier asks this server what to say in each call: set RINGONCE_PUBLIC_URL to the https address that leads here, as https://calls.example.com",
        )
    })
}

fn numbers(section: &Section, texts: &[String]) -> Result<Vec<Number>, Failure> {
    let number = |text: &String| {
        let text = text.trim();
        text.parse().map_err(|_| {
            let what = format!(
                "{}.caller_ids: `{text}` is not a number in E.164",
                section.path()
            );
            Failure::new(Exit::Input, what).help("write it as +12025550123")
        })
    };
    texts.iter().map(number).collect()
}

fn missing(section: &Section, field: &str) -> Failure {
    let what = format!("{} is configured, and its {field} is not", section.path());
    Failure::new(Exit::Input, what).help(format!(
        "give it in the environment: {}; copy it from the carrier's console",
        section.variable(field)
    ))
}
