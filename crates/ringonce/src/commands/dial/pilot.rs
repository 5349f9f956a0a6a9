//! Runs the engine on simulated time until one campaign has ended: skips the hours in which
//! nothing is due, tells the display, and stops in order when a person asks for it.

use std::sync::Arc;

use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::simulator::{self, Log, Simulator};
use ringonce_carrier::Clock as _;
use ringonce_domain::plan::Hold;
use ringonce_domain::{CampaignId, CampaignState, Millis, Timestamp};
use ringonce_engine::entropy::SystemEntropy;
use ringonce_engine::{Config, Engine, Status};
use ringonce_store::model::{CallDetail, CampaignDetail, Page};
use tokio::sync::watch;

use super::Carrier;
use super::display::{Display, RaiseOn};
use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, log_failure};

/// How often the display is refreshed, in real time.
const FRAME: Millis = Millis::new(100);
/// How long the ledger may fail, in real time, before the run is given up.
const PATIENCE: Millis = Millis::from_secs(10);
/// Calls looked at to find those under way.
const RECENT: u32 = 64;

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// The campaign has completed or failed.
    Over(CampaignDetail),
    /// A person asked for it.
    Interrupted(CampaignDetail),
    /// Something holds the campaign that only a person can end.
    Held(CampaignDetail, String),
}

impl End {
    pub(super) fn campaign(&self) -> &CampaignDetail {
        match self {
            Self::Over(campaign) | Self::Interrupted(campaign) | Self::Held(campaign, _) => campaign,
        }
    }
}

/// What the display shows.
pub(super) struct View {
    pub(super) now: Timestamp,
    pub(super) campaign: CampaignDetail,
    pub(super) calls: Vec<CallDetail>,
    pub(super) hold: Option<Hold>,
    pub(super) fault: Option<String>,
}

/// What a process that died left behind: only for the holder of the engine lock.
pub(super) async fn take_over(ledger: &Ledger) -> Result<(), Failure> {
    ledger.store.discard_unfinished().await?;
    for lease in ledger.store.agenda().await?.leases {
        if let Some(dead) = lease.owner {
            ledger.store.release_leases(dead).await?;
        }
    }
    Ok(())
}

/// Simulated time: from the latest instant that the ledger or the carrier knows, and after every
/// deadline of a request that a dead process might have sent.
pub(super) async fn clock(ledger: &Ledger, speed: f64) -> Result<Arc<VirtualClock>, Failure> {
    let mut start = ledger.now().await?;
    if let Some(log) = ledger.simulator_log_if_any() {
        let failed = |error| log_failure(&ledger.simulator_log(), &error);
        for entry in simulator::log::entries(log.reader().map_err(failed)?) {
            start = start.max(entry.map_err(failed)?.at);
        }
    }
    let mut after = None;
    loop {
        let attempts = ledger.store.live_attempts(Page { after, limit: 1_000 }).await?;
        let Some(last) = attempts.last() else { break };
        after = Some(last.number);
        start = attempts.iter().filter_map(|attempt| attempt.dial_before).fold(start, Timestamp::max);
    }
    Ok(Arc::new(VirtualClock::new(start, speed)))
}

/// Opens the simulated carrier with its log in the data folder.
pub(super) fn carrier(
    config: simulator::Config,
    ledger: &Ledger,
    clock: &Arc<VirtualClock>,
) -> Result<Carrier, Failure> {
    let path = ledger.simulator_log();
    let clock = Arc::clone(clock) as Arc<dyn ringonce_carrier::Clock>;
    Simulator::open(config, &Log::File(path.clone()), clock)
        .map(Arc::new)
        .map_err(|error| log_failure(&path, &error))
}

/// Deadlines are kept in simulated time while this machine hiccups in real time: they are
/// stretched so that each stands for at least five real seconds.
fn engine_config(speed: f64, context: &Context) -> Config {
    let plain = Config::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a speed is between 1 and 100,000"
    )]
    let stretched = |span: Millis, by: f64| Millis::new(span.get() * (by.max(1.0).ceil() as u64));
    Config {
        lease: stretched(plain.lease, speed / 2.0),
        dial_window: stretched(plain.dial_window, speed / 2.0),
        watch_every: stretched(plain.watch_every, speed / 20.0),
        drain: stretched(plain.drain, speed / 2.0),
        limits: context.config.limits(),
    }
}

/// Runs the engine until the campaign has ended, is held, or a person stops it.
pub(super) async fn fly(
    campaign: CampaignId,
    ledger: &Ledger,
    carrier: Carrier,
    clock: Arc<VirtualClock>,
    speed: f64,
    context: &Context,
) -> Result<End, Failure> {
    let (stop, stopping) = watch::channel(false);
    let display = Arc::new(Display::new(context.out, speed));
    let engine = Arc::new(Engine::new(
        Arc::clone(&ledger.store),
        vec![Arc::clone(&carrier) as Arc<dyn ringonce_carrier::Carrier>],
        Arc::clone(&clock) as Arc<dyn ringonce_carrier::Clock>,
        Arc::new(SystemEntropy),
        Arc::new(RaiseOn(Arc::clone(&display))),
        engine_config(speed, context),
        stopping,
    ));
    let running = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.run().await }
    });
    let mut flight = Flight { campaign, ledger, carrier, clock, status: engine.status(), faulty_since: None };
    let end = tokio::select! {
        end = flight.until_over(&display) => end,
        () = interrupted() => {
            display.note("stopping: no further call; Ctrl-C again to stop at once");
            Ok(None)
        }
    };
    // An engine that is gone has nothing left to be told.
    let _ = stop.send(true);
    tokio::select! {
        ended = running => ended.map_err(|error| Failure::new(Exit::Failed, format!("the engine broke: {error}")))?,
        () = interrupted() => std::process::exit(Exit::Interrupted as i32),
    }
    display.finish();
    match end? {
        Some(end) => Ok(end),
        None => Ok(End::Interrupted(ledger.store.campaign(campaign).await?)),
    }
}

struct Flight<'a> {
    campaign: CampaignId,
    ledger: &'a Ledger,
    carrier: Carrier,
    clock: Arc<VirtualClock>,
    status: watch::Receiver<Status>,
    faulty_since: Option<Timestamp>,
}

impl Flight<'_> {
    async fn until_over(&mut self, display: &Display) -> Result<Option<End>, Failure> {
        loop {
            let view = self.look().await?;
            display.show(&view);
            if let Some(end) = self.end(view).await? {
                return Ok(Some(end));
            }
            let next_frame = SystemClock.now() + FRAME;
            loop {
                tokio::select! {
                    biased;
                    () = SystemClock.sleep_until(next_frame) => break,
                    changed = self.status.changed() => match changed {
                        Ok(()) => self.skip_gap(),
                        Err(_) => break,
                    },
                }
            }
        }
    }

    /// Goes ahead to the next thing that is due when no call is under way.
    fn skip_gap(&mut self) {
        let status = self.status.borrow_and_update().clone();
        if status.live > 0 || status.fault.is_some() {
            return;
        }
        let due = [status.wake_at, self.carrier.next_due()].into_iter().flatten().min();
        if let Some(due) = due {
            self.clock.advance_to(due);
        }
    }

    async fn look(&self) -> Result<View, Failure> {
        let store = &self.ledger.store;
        let campaign = store.campaign(self.campaign).await?;
        let mut calls = store.calls(Some(self.campaign), None, Page { after: None, limit: RECENT }).await?;
        calls.retain(|call| call.state.is_live());
        calls.reverse();
        let status = self.status.borrow();
        let hold = status.holds.iter().find(|(id, _)| *id == self.campaign).map(|(_, hold)| *hold);
        Ok(View { now: self.clock.now(), campaign, calls, hold, fault: status.fault.clone() })
    }

    /// Whether there is any use in going on.
    async fn end(&mut self, view: View) -> Result<Option<End>, Failure> {
        let campaign = view.campaign;
        match campaign.state {
            CampaignState::Completed | CampaignState::Failed => return Ok(Some(End::Over(campaign))),
            CampaignState::Paused if campaign.live == 0 => {
                let reason = campaign.state_reason.clone().unwrap_or_else(|| "no reason was given".into());
                let held = format!("campaign {} is paused: {reason}", campaign.id);
                return Ok(Some(End::Held(campaign, held)));
            }
            _ => {}
        }
        if campaign.live == 0
            && let Some(stop) = self.ledger.store.safety().await?.stopped
        {
            return Ok(Some(End::Held(campaign, format!("emergency stop: {}", stop.reason))));
        }
        let Some(fault) = view.fault else {
            self.faulty_since = None;
            return Ok(None);
        };
        let now = SystemClock.now();
        let since = *self.faulty_since.get_or_insert(now);
        if now.since(since) > PATIENCE {
            return Err(Failure::new(Exit::Ledger, fault).help("mend it, then run the same command again to continue"));
        }
        Ok(None)
    }
}

/// Returns at Ctrl-C or when the system asks the process to end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the system ends the process by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
