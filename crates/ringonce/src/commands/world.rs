//! What an instance calls with: the carriers and the clock.
//!
//! The built-in simulated carrier and its time belong to one process and one data folder. The external
//! one is a process that any number of instances share, and the time is the database's. Real carriers
//! ring phones, and their time cannot be sped up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ringonce_carrier::clock::{LedgerClock, SystemClock, VirtualClock};
use ringonce_carrier::remote::RemoteSimulator;
use ringonce_carrier::simulator::Simulator;
use ringonce_carrier::twilio::{Account, Twilio};
use ringonce_carrier::{Callbacks, Carrier, Clock};
use ringonce_domain::SafetyLimits;
use ringonce_engine::entropy::Entropy;
use ringonce_engine::{Config, Status};
use ringonce_server::{SIMULATOR_EVENTS, token};

use crate::commands::phones::Phones;
use crate::commands::simulation;
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::{Kind, Ledger};

/// The fact that holds the secret of the tokens that come back with carriers' events.
const EVENT_SECRET: &str = "carrier_event_secret";

/// The options of the built-in simulated carrier.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "The simulated world, when it is inside")]
pub(crate) struct Inside {
    /// Simulated seconds per second [default: 1]
    #[arg(long, value_parser = simulation::speed)]
    speed: Option<f64>,
    /// Skip hours in which nothing is due
    #[arg(long)]
    skip_idle: bool,
    /// Seed that decides how calls are answered, and when [default: 1]
    #[arg(long)]
    seed: Option<u64>,
    #[command(flatten)]
    phones: Phones,
}

/// The carrier and the clock.
pub(crate) enum World {
    Inside {
        carrier: Arc<Simulator>,
        clock: Arc<VirtualClock>,
        speed: f64,
        skip_idle: bool,
    },
    Outside {
        carrier: Arc<RemoteSimulator>,
        clock: Arc<dyn Clock>,
    },
    Real {
        carriers: Vec<Arc<Twilio>>,
        clock: Arc<dyn Clock>,
    },
}

impl World {
    /// Makes sure that a carrier is available before anything is touched.
    pub(crate) fn check(
        url: Option<&str>,
        inside: Inside,
        real: &[Account],
        database: &Database,
    ) -> Result<(), Failure> {
        if let Some(account) = real.first() {
            return Self::check_real(account.flavour.name(), url, inside);
        }
        let asked = [
            (inside.speed.is_some(), "--speed"),
            (inside.skip_idle, "--skip-idle"),
            (inside.seed.is_some(), "--seed"),
        ];
        let mut asked = asked.into_iter().chain(inside.phones.given());
        match (url, asked.find(|(asked, _)| *asked)) {
            (Some(url), Some((_, option))) => Err(Failure::new(
                Exit::Usage,
                format!("{option} is for a simulated carrier inside, and the one at {url} is not"),
            )
            .help("give `ringonce simulator` its own options")),
            (None, _) if database.file().is_none() => Err(Failure::new(
                Exit::Usage,
                "instances on PostgreSQL need a carrier that they share, and none is named",
            )
            .help("start one with `ringonce simulator --log simulator.log`, and add `--simulator http://127.0.0.1:9100`")),
            _ => Ok(()),
        }
    }

    /// Makes sure that real calls are not taken for simulated ones.
    fn check_real(name: &str, url: Option<&str>, inside: Inside) -> Result<(), Failure> {
        let asked = [
            (url.is_some(), "--simulator"),
            (inside.speed.is_some(), "--speed"),
            (inside.skip_idle, "--skip-idle"),
            (inside.seed.is_some(), "--seed"),
        ];
        let mut asked = asked.into_iter().chain(inside.phones.given());
        match asked.find(|(asked, _)| *asked) {
            Some((_, option)) => Err(Failure::new(
                Exit::Usage,
                format!("{option} is for simulated calls, and {name} is configured, which rings phones"),
            )
            .help("leave one of them out; simulated calls need a folder of their own, with `--data DIR`")),
            None => Ok(()),
        }
    }

    /// With real carriers.
    pub(crate) async fn real(
        accounts: Vec<Account>,
        entropy: &dyn Entropy,
        ledger: &Ledger,
    ) -> Result<Self, Failure> {
        ledger.claim_for(Kind::Real).await?;
        let clock: Arc<dyn Clock> = if ledger.database().file().is_some() {
            Arc::new(SystemClock)
        } else {
            Arc::new(LedgerClock::starting_at(ledger.now().await?))
        };
        let secret = event_secret(entropy, ledger).await?;
        let carrier = |account: Account| {
            let name = account.flavour.name();
            Twilio::new(account, &secret, Arc::clone(&clock))
                .map(Arc::new)
                .map_err(|error| Failure::new(Exit::Input, format!("{name}.{error}")))
        };
        Ok(Self::Real {
            carriers: accounts
                .into_iter()
                .map(carrier)
                .collect::<Result<_, _>>()?,
            clock,
        })
    }

    /// With the built-in simulated carrier.
    pub(crate) async fn inside(inside: Inside, ledger: &Ledger) -> Result<Self, Failure> {
        ledger.claim_for(Kind::Simulator).await?;
        let speed = inside.speed.unwrap_or(1.0);
        let clock = simulation::clock(ledger, speed).await?;
        let config = inside.phones.world(inside.seed.unwrap_or(1));
        Ok(Self::Inside {
            carrier: simulation::carrier(config, ledger, &clock)?,
            clock,
            speed,
            skip_idle: inside.skip_idle,
        })
    }

    /// With the simulated carrier at `url`, which sends events below `callback`.
    pub(crate) async fn outside(
        url: &str,
        callback: &str,
        entropy: &dyn Entropy,
        ledger: &Ledger,
    ) -> Result<Self, Failure> {
        ledger.claim_for(Kind::SimulatorProcess).await?;
        let clock: Arc<dyn Clock> = if ledger.database().file().is_some() {
            simulation::clock(ledger, 1.0).await?
        } else {
            Arc::new(LedgerClock::starting_at(ledger.now().await?))
        };
        let secret = event_secret(entropy, ledger).await?;
        let events = format!("{callback}{SIMULATOR_EVENTS}");
        let callbacks = Callbacks::new("simulator", &events, &secret);
        let carrier = RemoteSimulator::new(url, callbacks, Arc::clone(&clock))
            .map_err(|error| Failure::new(Exit::Input, error.to_string()))?;
        Ok(Self::Outside {
            carrier: Arc::new(carrier),
            clock,
        })
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        match self {
            Self::Inside { clock, .. } => Arc::clone(clock) as Arc<dyn Clock>,
            Self::Outside { clock, .. } | Self::Real { clock, .. } => Arc::clone(clock),
        }
    }

    pub(crate) fn carriers(&self) -> Vec<Arc<dyn Carrier>> {
        match self {
            Self::Inside { carrier, .. } => vec![Arc::clone(carrier) as Arc<dyn Carrier>],
            Self::Outside { carrier, .. } => vec![Arc::clone(carrier) as Arc<dyn Carrier>],
            Self::Real { carriers, .. } => {
                let each = carriers.iter();
                each.map(|it| Arc::clone(it) as Arc<dyn Carrier>).collect()
            }
        }
    }

    /// The receiver of events that a simulated carrier sends over HTTP.
    pub(crate) fn hears(&self) -> Option<Arc<RemoteSimulator>> {
        match self {
            Self::Outside { carrier, .. } => Some(Arc::clone(carrier)),
            Self::Inside { .. } | Self::Real { .. } => None,
        }
    }

    /// The carriers that verify the webhooks of real carriers.
    pub(crate) fn twilio(&self) -> Vec<Arc<Twilio>> {
        match self {
            Self::Real { carriers, .. } => carriers.clone(),
            Self::Inside { .. } | Self::Outside { .. } => Vec::new(),
        }
    }

    /// The engine's configuration: on a file no other instance waits for a lease to run out, on a
    /// server others do.
    pub(crate) fn engine_config(&self, limits: SafetyLimits, ledger: &Ledger) -> Config {
        match self {
            Self::Inside { speed, .. } => simulation::engine_config(*speed, limits),
            Self::Outside { .. } | Self::Real { .. } if ledger.database().file().is_some() => {
                simulation::engine_config(1.0, limits)
            }
            Self::Outside { .. } | Self::Real { .. } => Config {
                limits,
                ..Config::default()
            },
        }
    }

    /// Skips hours in which nothing is due, if the option is set.
    pub(crate) fn skip_gap(&self, status: &Status) {
        if let Self::Inside {
            carrier,
            clock,
            skip_idle: true,
            ..
        } = self
        {
            simulation::skip_gap(status, carrier, clock);
        }
    }
}

/// The secret of the tokens that come back with carriers' events.
async fn event_secret(entropy: &dyn Entropy, ledger: &Ledger) -> Result<String, Failure> {
    // Of instances that start at the same moment, one decides for all.
    let drawn = token::random_hex(entropy);
    Ok(ledger.store.fact_or_set(EVENT_SECRET, &drawn).await?)
}

/// The address under which a carrier on this machine, or through a load balancer, reaches us. It
/// speaks no TLS.
pub(crate) fn callback(listen: SocketAddr, public_url: Option<&str>) -> String {
    if let Some(url) = public_url.filter(|url| url.starts_with("http://")) {
        return url.trim_end_matches('/').to_owned();
    }
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carrier_tells_us_where_it_can_reach_us() {
        for (listen, public_url, expected) in [
            ("127.0.0.1:8000", None, "http://127.0.0.1:8000"),
            ("0.0.0.0:8000", None, "http://127.0.0.1:8000"),
            ("[::]:8000", None, "http://[::1]:8000"),
            (
                "127.0.0.1:8000",
                Some("http://calls.example.com/"),
                "http://calls.example.com",
            ),
            (
                "127.0.0.1:8000",
                Some("https://calls.example.com"),
                "http://127.0.0.1:8000",
            ),
        ] {
            assert_eq!(callback(listen.parse().unwrap(), public_url), expected);
        }
    }
}
