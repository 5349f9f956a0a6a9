//! What an instance calls with: the carriers and the clock.
//!
//! The simulated carrier and its time belong to one process and one data folder. Real carriers ring
//! phones, any number of instances may call with them, and their time is the machine's or the database's.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringonce_carrier::clock::{LedgerClock, SystemClock, VirtualClock};
use ringonce_carrier::simulator::Simulator;
use ringonce_carrier::{Carrier, Clock};
use ringonce_domain::{SafetyLimits, Timestamp};
use ringonce_engine::entropy::Entropy;
use ringonce_engine::{Config, Status};
use ringonce_server::token;
use ringonce_store::model::Page;

use crate::carriers::Configured;
use crate::commands::phones::Phones;
use crate::commands::simulation;
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::{Kind, Ledger};

/// The fact that holds the secret of the tokens that come back with carriers' events.
const EVENT_SECRET: &str = "carrier_event_secret";

/// How the simulated carrier is to be.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "The simulated world")]
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
pub(crate) enum CarrierSetup {
    Inside {
        carrier: Arc<Simulator>,
        clock: Arc<VirtualClock>,
        speed: f64,
        skip_idle: bool,
    },
    Real {
        carriers: Vec<Arc<dyn Carrier>>,
        clock: Arc<dyn Clock>,
    },
}

impl CarrierSetup {
    /// Makes sure that a carrier can be had before anything is touched, and that real calls are not taken
    /// for simulated ones.
    pub(crate) fn check(
        inside: Inside,
        real: &[Configured],
        database: &Database,
    ) -> Result<(), Failure> {
        let Some(real) = real.first() else {
            return match database.file() {
                Some(_) => Ok(()),
                None => Err(Failure::new(
                    Exit::Usage,
                    "instances on PostgreSQL need a carrier that they share, and none is configured",
                )
                .help("`ringonce config` prints how to configure one; `ringonce twilio-sim` is one to rehearse with")),
            };
        };
        let asked = [
            (inside.speed.is_some(), "--speed"),
            (inside.skip_idle, "--skip-idle"),
            (inside.seed.is_some(), "--seed"),
        ];
        let mut asked = asked.into_iter().chain(inside.phones.given());
        match asked.find(|(asked, _)| *asked) {
            Some((_, option)) => {
                let name = &real.name;
                Err(Failure::new(
                    Exit::Usage,
                    format!("{option} is for simulated calls, and {name} is configured, which rings phones"),
                )
                .help("leave one of them out; simulated calls need a folder of their own, with `--data DIR`"))
            }
            None => Ok(()),
        }
    }

    /// With real carriers.
    pub(crate) async fn real(
        real: Vec<Configured>,
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
        let open = |it: Configured| it.open(&secret, Arc::clone(&clock));
        let carriers = real.into_iter().map(open).collect::<Result<Vec<_>, _>>()?;
        keep_accounts(&carriers, ledger, clock.now()).await?;
        Ok(Self::Real { carriers, clock })
    }

    /// The simulated world.
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

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        match self {
            Self::Inside { clock, .. } => Arc::clone(clock) as Arc<dyn Clock>,
            Self::Real { clock, .. } => Arc::clone(clock),
        }
    }

    pub(crate) fn carriers(&self) -> Vec<Arc<dyn Carrier>> {
        match self {
            Self::Inside { carrier, .. } => vec![Arc::clone(carrier) as Arc<dyn Carrier>],
            Self::Real { carriers, .. } => carriers.clone(),
        }
    }

    /// The engine's configuration: on a file no other instance waits for a lease to run out, on a
    /// server others do.
    pub(crate) fn engine_config(&self, limits: SafetyLimits, ledger: &Ledger) -> Config {
        match self {
            Self::Inside { speed, .. } => simulation::engine_config(*speed, limits),
            Self::Real { .. } if ledger.database().file().is_some() => {
                simulation::engine_config(1.0, limits)
            }
            Self::Real { .. } => Config {
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

/// Refuses to give the name of a carrier to another account, or to ask it elsewhere, while calls are under way with
/// it or another instance calls: these calls would be looked for where they never were, and their numbers called
/// again.
async fn keep_accounts(
    carriers: &[Arc<dyn Carrier>],
    ledger: &Ledger,
    now: Timestamp,
) -> Result<(), Failure> {
    for carrier in carriers {
        let Some(summary) = carrier.summary() else {
            continue;
        };
        let (name, reach) = (carrier.name(), summary.reach);
        let fact = format!("carrier_reach:{name}");
        let held = ledger.store.fact_or_set(&fact, &reach).await?;
        if held == reach {
            continue;
        }
        let refuse = |why: &str, help: &str| {
            let what = format!("{why}: carriers.{name} was {held}, and is now {reach}");
            Err(Failure::new(Exit::Input, what).help(help))
        };
        if carriers_under_way(ledger).await?.contains(name) {
            return refuse(
                "calls are under way",
                "give the other account a section under a name of its own, and leave this one as it was until its calls have ended",
            );
        }
        let others = ledger.store.instances().await?;
        if others.iter().any(|it| it.lives(now)) {
            return refuse(
                "another instance calls, or has ended less than a minute ago",
                "end every instance before an account is replaced; or give the other account a section under a name of its own",
            );
        }
        if !ledger
            .store
            .replace_fact(&fact, Some(&held), &reach)
            .await?
        {
            return refuse(
                "another instance has just changed the account",
                "start again, and give every instance the same configuration",
            );
        }
    }
    Ok(())
}

/// The carriers of calls under way.
async fn carriers_under_way(ledger: &Ledger) -> Result<BTreeSet<String>, Failure> {
    const PAGE: u32 = 1_000;
    let (mut campaigns, mut carriers) = (BTreeSet::new(), BTreeSet::new());
    let mut after = None;
    loop {
        let page = Page { after, limit: PAGE };
        let live = ledger.store.live_attempts(page).await?;
        for attempt in &live {
            if campaigns.insert(attempt.campaign) {
                let settings = ledger.store.settings(attempt.campaign).await?;
                carriers.extend(settings.map(|it| it.carrier.clone()));
            }
        }
        match live.last() {
            Some(last) if live.len() == PAGE as usize => after = Some(last.number),
            _ => return Ok(carriers),
        }
    }
}

/// The secret of the tokens that come back with carriers' events.
async fn event_secret(entropy: &dyn Entropy, ledger: &Ledger) -> Result<String, Failure> {
    // Of instances that start at the same moment, one decides for all.
    let drawn = token::random_hex(entropy);
    Ok(ledger.store.fact_or_set(EVENT_SECRET, &drawn).await?)
}
