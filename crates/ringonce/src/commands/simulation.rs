//! The simulation that `dial` and `serve` share: its clock, its carrier, the attempts that a dead
//! process left, and the skipping of idle hours.

use std::sync::Arc;

use ringonce_carrier::Clock;
use ringonce_carrier::clock::VirtualClock;
use ringonce_carrier::simulator::{self, Log, Simulator};
use ringonce_domain::{Millis, SafetyLimits, Timestamp};
use ringonce_engine::{Config, Status};
use ringonce_store::model::Page;

use crate::failure::Failure;
use crate::ledger::{Ledger, log_failure};

/// How long a lease lasts where one process owns the ledger: no other instance waits for it to run out,
/// so it need not be renewed often.
const LEASE: Millis = Millis::from_secs(30);

/// Reads a speed from the command line.
pub(crate) fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (1.0..=100_000.0).contains(&speed) => Ok(speed),
        _ => Err("give a number from 1 to 100000".into()),
    }
}

/// Takes over the attempts of a process that died: only for the holder of the engine lock.
pub(crate) async fn take_over(ledger: &Ledger) -> Result<(), Failure> {
    ledger.store.discard_unfinished().await?;
    let now = ledger.now().await?;
    for dead in ledger.store.instances().await? {
        ledger.store.declare_gone(dead.id, now).await?;
    }
    Ok(())
}

/// Simulated time: from the latest instant in the ledger or the carrier's log, and after every deadline
/// of a request that a dead process might have sent.
pub(crate) async fn clock(ledger: &Ledger, speed: f64) -> Result<Arc<VirtualClock>, Failure> {
    let mut start = ledger.now().await?;
    start = ledger
        .end_of_simulator_log()?
        .map_or(start, |end| end.max(start));
    let mut after = None;
    loop {
        let attempts = ledger
            .store
            .live_attempts(Page {
                after,
                limit: 1_000,
            })
            .await?;
        let Some(last) = attempts.last() else { break };
        after = Some(last.number);
        start = attempts
            .iter()
            .filter_map(|attempt| attempt.dial_before)
            .fold(start, Timestamp::max);
    }
    Ok(Arc::new(VirtualClock::new(start, speed)))
}

/// Opens the simulated carrier with its log in the data folder.
pub(crate) fn carrier(
    config: simulator::Config,
    ledger: &Ledger,
    clock: &Arc<VirtualClock>,
) -> Result<Arc<Simulator>, Failure> {
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    Simulator::open(config, &Log::File(ledger.simulator_log()), clock)
        .map(Arc::new)
        .map_err(|error| log_failure(&error))
}

/// Deadlines are in simulated time while this machine's delays are in real time: they are stretched so
/// that each stands for at least five real seconds.
pub(crate) fn engine_config(speed: f64, limits: SafetyLimits) -> Config {
    let plain = Config::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a speed is between 1 and 100,000"
    )]
    let stretched = |span: Millis, by: f64| Millis::new(span.get() * (by.max(1.0).ceil() as u64));
    Config {
        lease: stretched(LEASE, speed / 2.0),
        dial_window: stretched(plain.dial_window, speed / 2.0),
        watch_every: stretched(plain.watch_every, speed / 20.0),
        drain: stretched(plain.drain, speed / 2.0),
        limits,
    }
}

/// Advances the clock to the next thing that is due when no call is under way.
pub(crate) fn skip_gap(status: &Status, carrier: &Simulator, clock: &VirtualClock) {
    if status.live > 0 || status.fault.is_some() {
        return;
    }
    if let Some(due) = [status.wake_at, carrier.next_due()]
        .into_iter()
        .flatten()
        .min()
    {
        clock.advance_to(due);
    }
}
