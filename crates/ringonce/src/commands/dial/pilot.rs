//! Runs the engine on simulated time until one campaign has ended: skips the hours in which nothing is
//! due, updates the display, and stops in order when a person asks for it.

use std::sync::Arc;

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::simulator::Simulator;
use ringonce_domain::plan::Hold;
use ringonce_domain::{CampaignId, CampaignState, Millis, Timestamp};
use ringonce_engine::entropy::SystemEntropy;
use ringonce_engine::{Engine, Status};
use ringonce_store::model::{CallDetail, CampaignDetail, Page, Visible};
use tokio::sync::watch;

use super::display::{Display, RaiseOn};
use crate::Context;
use crate::commands::simulation;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::signals::interrupted;

/// How often the display is refreshed, in real time.
const FRAME: Millis = Millis::new(100);
/// How long the ledger may fail, in real time, before the run is given up.
const PATIENCE: Millis = Millis::from_secs(10);
/// Calls examined to find those under way.
const RECENT: u32 = 64;

/// How a run ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// The campaign has completed or failed.
    Over(CampaignDetail),
    /// A person asked for it.
    Interrupted(CampaignDetail),
    /// The campaign is held until a person acts, for this reason.
    Held(CampaignDetail, String),
}

impl End {
    pub(super) fn campaign(&self) -> &CampaignDetail {
        match self {
            Self::Over(campaign) | Self::Interrupted(campaign) | Self::Held(campaign, _) => {
                campaign
            }
        }
    }
}

/// The content of the display.
pub(super) struct View {
    pub(super) now: Timestamp,
    pub(super) campaign: CampaignDetail,
    pub(super) calls: Vec<CallDetail>,
    pub(super) hold: Option<Hold>,
    pub(super) fault: Option<String>,
}

/// Runs the engine until the campaign has ended, is held, or a person stops it.
pub(super) async fn fly(
    campaign: CampaignId,
    ledger: &Ledger,
    carrier: Arc<Simulator>,
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
        simulation::engine_config(speed, context.config.limits()),
        stopping,
    ));
    let running = tokio::spawn({
        let engine = Arc::clone(&engine);
        async move { engine.run().await }
    });
    let mut flight = Flight {
        campaign,
        ledger,
        carrier,
        clock,
        status: engine.status(),
        faulty_since: None,
    };
    let end = tokio::select! {
        end = flight.until_over(&display) => end,
        () = interrupted() => {
            display.note("stopping: no further call; Ctrl-C again to stop at once");
            Ok(None)
        }
    };
    // If the engine has already ended, the signal is not needed.
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
    carrier: Arc<Simulator>,
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
                        Ok(()) => simulation::skip_gap(&self.status.borrow_and_update(), &self.carrier, &self.clock),
                        Err(_) => break,
                    },
                }
            }
        }
    }

    async fn look(&self) -> Result<View, Failure> {
        let store = &self.ledger.store;
        let campaign = store.campaign(self.campaign).await?;
        let mut calls = store
            .calls(
                Some(self.campaign),
                None,
                Visible::Everything,
                Page {
                    after: None,
                    limit: RECENT,
                },
            )
            .await?;
        calls.retain(|call| call.state.is_live());
        calls.reverse();
        let status = self.status.borrow();
        let hold = status
            .holds
            .iter()
            .find(|(id, _)| *id == self.campaign)
            .map(|(_, hold)| *hold);
        Ok(View {
            now: self.clock.now(),
            campaign,
            calls,
            hold,
            fault: status.fault.clone(),
        })
    }

    /// How the run ends, if there is no use in going on.
    async fn end(&mut self, view: View) -> Result<Option<End>, Failure> {
        let campaign = view.campaign;
        match campaign.state {
            CampaignState::Completed | CampaignState::Failed => {
                return Ok(Some(End::Over(campaign)));
            }
            CampaignState::Paused if campaign.live == 0 => {
                let reason = campaign
                    .state_reason
                    .clone()
                    .unwrap_or_else(|| "no reason was given".into());
                let held = format!("campaign {} is paused: {reason}", campaign.id);
                return Ok(Some(End::Held(campaign, held)));
            }
            _ => {}
        }
        if campaign.live == 0
            && let Some(stop) = self.ledger.store.safety().await?.stopped
        {
            return Ok(Some(End::Held(campaign, format!("emergency stop: {stop}"))));
        }
        let Some(fault) = view.fault else {
            self.faulty_since = None;
            return Ok(None);
        };
        let now = SystemClock.now();
        let since = *self.faulty_since.get_or_insert(now);
        if now.since(since) > PATIENCE {
            return Err(Failure::new(Exit::Ledger, fault)
                .help("mend it, then run the same command again to continue"));
        }
        Ok(None)
    }
}
