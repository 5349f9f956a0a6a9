//! The real carriers of a deployment: where each is registered, and what is made of its section of the
//! configuration. A carrier's adapter is its folder in `crates/carrier`; this is where it becomes known.

pub(crate) mod twilio;

use std::sync::Arc;

use ringonce_carrier::{Absent, Carrier, Clock, simulator};
use ringonce_domain::Number;

use crate::config::Config;
use crate::failure::{Exit, Failure};

/// Every carrier that there is an adapter for; the first that is configured is the usual one.
const REGISTERED: [Registered; 2] = [twilio::TWILIO, twilio::SIGNALWIRE];

/// A carrier that there is an adapter for.
pub(crate) struct Registered {
    /// Its name, as campaigns' settings spell it; that of its section of the configuration.
    pub(crate) name: &'static str,
    /// Whether its section says that it is to be used.
    pub(crate) is_wanted: fn(&Config) -> bool,
    /// Reads its section. Asked only when it is wanted.
    pub(crate) configure: fn(&Config) -> Result<Adapter, Failure>,
}

/// Makes an adapter with the secret of the tokens that come back with its events, which all instances of a
/// ledger share, and the time.
pub(crate) type Adapter =
    Box<dyn FnOnce(&str, Arc<dyn Clock>) -> Result<Arc<dyn Carrier>, Failure>>;

/// A carrier that is configured.
pub(crate) struct Configured {
    /// Its name.
    pub(crate) name: &'static str,
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

/// The carriers that are configured.
pub(crate) fn configured(config: &Config) -> Result<Vec<Configured>, Failure> {
    let wanted = REGISTERED.iter().filter(|it| (it.is_wanted)(config));
    let configured = wanted.map(|it| {
        Ok(Configured {
            name: it.name,
            adapter: (it.configure)(config)?,
        })
    });
    configured.collect()
}

/// The names of the carriers that are configured; the simulator where none is.
fn names(config: &Config) -> Vec<&'static str> {
    let wanted = REGISTERED.iter().filter(|it| (it.is_wanted)(config));
    let names: Vec<_> = wanted.map(|it| it.name).collect();
    if names.is_empty() {
        vec![simulator::NAME]
    } else {
        names
    }
}

/// The carrier that a campaign has which names none: the first that is configured.
pub(crate) fn usual(config: &Config) -> &'static str {
    names(config).first().copied().unwrap_or(simulator::NAME)
}

/// Refuses to let calls begin with a carrier that is not configured.
pub(crate) fn must_be_configured(config: &Config, carrier: &str) -> Result<(), Failure> {
    Absent::unless_among(carrier, &names(config)).map_err(|absent| {
        Failure::new(Exit::Input, absent.to_string()).help(format!(
            "this command reads the same configuration as the server: {}",
            absent.advice()
        ))
    })
}

/// The address under which a carrier reaches us: without it no call could say anything.
fn public_url<'a>(config: &'a Config, section: &str) -> Result<&'a str, Failure> {
    config.server.public_url.as_deref().ok_or_else(|| {
        let what = format!("{section} is configured, and server.public_url is not");
        Failure::new(Exit::Input, what).help(
            "the carrier asks this server what to say in each call: set RINGONCE_PUBLIC_URL to the https address that leads here, as https://calls.example.com",
        )
    })
}

fn numbers(section: &str, texts: &[String]) -> Result<Vec<Number>, Failure> {
    let number = |text: &String| {
        let text = text.trim();
        text.parse().map_err(|_| {
            Failure::new(
                Exit::Input,
                format!("{section}.caller_ids: `{text}` is not a number in E.164"),
            )
            .help("write it as +12025550123")
        })
    };
    texts.iter().map(number).collect()
}

fn missing(section: &str, field: &str, given: &str) -> Failure {
    let what = format!("{section}.{given} is set, and {section}.{field} is not");
    let variable = format!("{section}_{field}").to_uppercase();
    Failure::new(Exit::Input, what).help(format!(
        "give it in the environment: RINGONCE_{variable}; copy it from the carrier's console"
    ))
}
