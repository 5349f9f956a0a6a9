//! The scheduler: sleeps until something is due or has changed, takes its share of the campaigns,
//! plans, and claims.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ringonce_carrier::{Absent, Load};
use ringonce_domain::contact::Reason;
use ringonce_domain::lead::{Seat, share};
use ringonce_domain::plan::{Command, plan};
use ringonce_domain::{Attempt, CampaignEvent, CampaignId, Epoch, InstanceId, Settings, Timestamp};
use ringonce_store::StoreError;
use ringonce_store::model::{Agenda, ClaimRequest, Lease};
use tokio::sync::mpsc;

use crate::engine::{Engine, PAUSE, Status};

/// A claimed attempt on its way to the dialler, with what the call needs.
pub(crate) struct Assignment {
    pub attempt: Attempt,
    pub settings: Arc<Settings>,
}

/// The most contacts asked for in one claim.
const CLAIM_BATCH: u32 = 64;

impl Engine {
    /// Plans and claims until asked to stop; closes `to_dial` when it returns.
    pub(crate) async fn schedule(&self, to_dial: mpsc::Sender<Assignment>) {
        let mut changes = self.store.changes();
        let mut peers = self.peers.subscribe();
        let mut table = Table::default();
        while !self.is_stopping() {
            changes.borrow_and_update();
            peers.borrow_and_update();
            let wake_at = match self.turn(&mut table, &to_dial).await {
                Ok(Turn::Again) => continue,
                Ok(Turn::Until(wake_at)) => wake_at,
                Err(error) => {
                    self.fault(&error);
                    Some(self.clock.now() + PAUSE)
                }
            };
            tokio::select! {
                biased;
                () = self.stopped() => {}
                more = changes.changed() => if more.is_err() { return },
                more = peers.changed() => if more.is_err() { return },
                () = self.sleep(wake_at) => {}
            }
        }
    }

    async fn sleep(&self, wake_at: Option<Timestamp>) {
        match wake_at {
            Some(instant) => self.clock.sleep_until(instant).await,
            None => std::future::pending().await,
        }
    }

    /// One round: lead, plan, act. Does nothing while others may take this instance for gone.
    async fn turn(
        &self,
        table: &mut Table,
        to_dial: &mpsc::Sender<Assignment>,
    ) -> Result<Turn, StoreError> {
        let Some(living) = self.peers() else {
            return Ok(Turn::Until(Some(self.clock.now() + PAUSE)));
        };
        let mut agenda = self.store.agenda().await?;
        let loads = loads(&agenda, self.clock.now());
        let (epochs, lead_at) = self.lead(table, &living, &mut agenda).await?;
        let now = self.clock.now();
        let plan = plan(&agenda.snapshot, now);
        let mut acted = false;
        for command in &plan.commands {
            acted |= self
                .act(*command, &agenda, &epochs, &loads, to_dial)
                .await?;
        }
        if acted {
            return Ok(Turn::Again);
        }
        let retry_at = (!plan.commands.is_empty()).then(|| now + PAUSE);
        let wake_at = [plan.wake_at, lead_at, retry_at]
            .into_iter()
            .flatten()
            .min();
        self.status.send_replace(Status {
            live: agenda
                .snapshot
                .campaigns
                .iter()
                .map(|campaign| campaign.live)
                .sum(),
            active: agenda.snapshot.campaigns.len(),
            holds: Arc::new(plan.holds),
            wake_at: plan.wake_at,
            fault: None,
        });
        Ok(Turn::Until(wake_at))
    }

    /// Takes, renews and hands over leases; leaves in the agenda only the campaigns led here. Returns
    /// their epochs, and when to look at the leases again.
    async fn lead(
        &self,
        table: &mut Table,
        living: &[InstanceId],
        agenda: &mut Agenda,
    ) -> Result<(Vec<(CampaignId, Epoch)>, Option<Timestamp>), StoreError> {
        let now = self.clock.now();
        let (seats, someone_left) = table.look(agenda, now);
        let share = share(&seats, living, self.instance, now);
        for campaign in &share.hand_over {
            tracing::info!(%campaign, "handed over: another instance leads too few");
            self.store.release_lease(*campaign, self.instance).await?;
        }
        let mut epochs = Vec::with_capacity(agenda.leases.len());
        let mut look_at = share.ask_again_at;
        for (campaign, lease) in agenda.snapshot.campaigns.iter().zip(&agenda.leases) {
            let id = campaign.id;
            if share.leads(id) {
                if let Some(epoch) = self.epoch(id, *lease).await? {
                    epochs.push((id, epoch));
                }
            } else if lease.until > now {
                look_at = look_at.into_iter().chain([lease.until]).min();
            }
        }
        if someone_left && share.ask_again_at.is_some() {
            self.doubt.notify_one();
        }
        let renew_at = (!epochs.is_empty()).then(|| now + self.renew_after());
        let led = |id| epochs.iter().any(|(campaign, _)| *campaign == id);
        agenda
            .snapshot
            .campaigns
            .retain(|campaign| led(campaign.id));
        Ok((epochs, look_at.into_iter().chain(renew_at).min()))
    }

    /// Takes or renews a lease, if that is due; `None` when another instance was first.
    async fn epoch(&self, campaign: CampaignId, lease: Lease) -> Result<Option<Epoch>, StoreError> {
        let now = self.clock.now();
        let mine = lease.owner == Some(self.instance);
        if mine && lease.until > now + self.renew_after() {
            return Ok(Some(lease.epoch));
        }
        self.store
            .lease(campaign, self.instance, now, now + self.config.lease)
            .await
    }

    /// Carries out one command. Returns whether it changed anything.
    async fn act(
        &self,
        command: Command,
        agenda: &Agenda,
        epochs: &[(CampaignId, Epoch)],
        loads: &HashMap<String, Load>,
        to_dial: &mpsc::Sender<Assignment>,
    ) -> Result<bool, StoreError> {
        let (id, event, reason) = match command {
            Command::Claim(id, room) => {
                return self.claim(id, room, agenda, epochs, loads, to_dial).await;
            }
            Command::Begin(id) => (id, CampaignEvent::Begin, None),
            Command::Complete(id) => (id, CampaignEvent::Complete, None),
            Command::Fail(id) => (
                id,
                CampaignEvent::Fail,
                Some(Reason::HOURS_NEVER_OPEN.0.to_owned()),
            ),
        };
        self.move_campaign(id, event, reason).await
    }

    /// Moves a campaign; a person who moved it first is right.
    async fn move_campaign(
        &self,
        id: CampaignId,
        event: CampaignEvent,
        reason: Option<String>,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        match self
            .store
            .transition(id, event, self.actor.clone(), reason, now)
            .await
        {
            Ok(state) => {
                tracing::info!(campaign = %id, %state, "campaign moved");
                Ok(true)
            }
            Err(StoreError::Illegal(_) | StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn claim(
        &self,
        id: CampaignId,
        room: u32,
        agenda: &Agenda,
        epochs: &[(CampaignId, Epoch)],
        loads: &HashMap<String, Load>,
        to_dial: &mpsc::Sender<Assignment>,
    ) -> Result<bool, StoreError> {
        let campaign = agenda
            .snapshot
            .campaigns
            .iter()
            .find(|campaign| campaign.id == id);
        let epoch = epochs.iter().find(|(campaign, _)| *campaign == id);
        let (Some(campaign), Some((_, epoch))) = (campaign, epoch) else {
            return Ok(false);
        };
        // The ledger may have been long in answering.
        if self.peers().is_none() {
            return Ok(false);
        }
        let wanted = &campaign.settings.carrier;
        let Some(carrier) = self.carrier(wanted) else {
            let there: Vec<&str> = self.carriers.iter().map(|it| it.name()).collect();
            let absent = Absent::unless_among(wanted, &there).err();
            return self
                .move_campaign(id, CampaignEvent::Pause, absent.map(|it| it.to_string()))
                .await;
        };
        let load = loads.get(carrier.name()).copied().unwrap_or_default();
        let room = room.min(CLAIM_BATCH).min(carrier.room(load));
        if room == 0 {
            return Ok(false);
        }
        let now = self.clock.now();
        let request = ClaimRequest {
            campaign: id,
            instance: self.instance,
            epoch: *epoch,
            ids: (0..room).map(|_| self.attempt_id()).collect(),
            now,
            lease_until: now + self.config.lease,
        };
        let claimed = self.store.claim(request).await?;
        carrier.reserve(claimed.attempts.len());
        let acted = claimed.skipped + claimed.deferred > 0 || !claimed.attempts.is_empty();
        for attempt in claimed.attempts {
            let settings = Arc::clone(&campaign.settings);
            if to_dial
                .send(Assignment { attempt, settings })
                .await
                .is_err()
            {
                break;
            }
        }
        Ok(acted)
    }
}

/// How many use each carrier: the calls of all active campaigns, and the instances that lead one.
fn loads(agenda: &Agenda, now: Timestamp) -> HashMap<String, Load> {
    let mut leaders: HashMap<&str, HashSet<InstanceId>> = HashMap::new();
    let mut loads: HashMap<String, Load> = HashMap::new();
    for (campaign, lease) in agenda.snapshot.campaigns.iter().zip(&agenda.leases) {
        let carrier = campaign.settings.carrier.as_str();
        loads.entry(carrier.to_owned()).or_default().live += campaign.live;
        let leader = lease.owner.filter(|_| lease.until > now);
        leaders.entry(carrier).or_default().extend(leader);
    }
    for (carrier, load) in &mut loads {
        let leaders = leaders.get(carrier.as_str()).map_or(0, HashSet::len);
        load.sharers = u32::try_from(leaders).unwrap_or(u32::MAX).max(1);
    }
    loads
}

/// Who led each campaign when it was last looked at, and since when.
#[derive(Default)]
struct Table(HashMap<CampaignId, (Option<InstanceId>, Timestamp)>);

impl Table {
    /// Who leads each campaign; true when an instance has given one up since the last look.
    fn look(&mut self, agenda: &Agenda, now: Timestamp) -> (Vec<Seat>, bool) {
        let mut someone_left = false;
        let mut seen = HashMap::with_capacity(agenda.leases.len());
        let mut seats = Vec::with_capacity(agenda.leases.len());
        for (view, lease) in agenda.snapshot.campaigns.iter().zip(&agenda.leases) {
            let leader = lease.owner.filter(|_| lease.until > now);
            let before = self.0.get(&view.id).filter(|(who, _)| *who == leader);
            someone_left |= leader.is_none() && before.is_none();
            let since = before.map_or(now, |(_, since)| *since);
            seen.insert(view.id, (leader, since));
            seats.push(Seat {
                campaign: view.id,
                leader,
                since,
            });
        }
        self.0 = seen;
        (seats, someone_left)
    }
}

/// How a round ended.
enum Turn {
    /// Something was done; plan again at once.
    Again,
    /// Nothing to do before this instant unless something changes.
    Until(Option<Timestamp>),
}
