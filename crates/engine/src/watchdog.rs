//! The watchdog: looks after live attempts of which no event has come.
//!
//! It asks the carrier and records the answer; what follows is `domain`'s business. It is also
//! the recovery after a crash: what a vanished process left is found here like anything else.
//!
//! Of several instances the one that leads a campaign looks after its attempts, the eldest after
//! all others. That saves the carrier questions; two that look after the same one do no harm.

use std::collections::HashMap;

use futures::stream::{FuturesUnordered, StreamExt as _};
use ringonce_carrier::{CallQuery, CallStatus};
use ringonce_domain::plan::Snapshot;
use ringonce_domain::watch::{Care, LOOK_EVERY, believed, care, may_still_ring};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignId, Evidence, InstanceId, Millis, Number, Outcome,
    Timestamp,
};
use ringonce_store::StoreError;
use ringonce_store::model::{InstanceDetail, Page};

use crate::alerts::Alert;
use crate::engine::Engine;

/// Live attempts read at a time.
const PAGE: u32 = 500;
/// The most attempts that are looked after at once: a carrier takes its time to answer, and ten
/// thousand conversations are asked for every minute.
const AT_ONCE: usize = 32;

/// When the carrier was last asked about each live attempt.
#[derive(Default)]
struct Looks(HashMap<AttemptId, Timestamp>);

/// An attempt to look after in this round.
struct Charge<'a> {
    attempt: &'a Attempt,
    owner_lives: bool,
    looked_at: Option<Timestamp>,
    /// It is to ring no more, if it does not yet.
    taken_back: bool,
}

impl Engine {
    /// Looks after every live attempt again and again, for ever; rests while there is none.
    pub(crate) async fn watch(&self) {
        let mut changes = self.store.changes();
        let mut looks = Looks::default();
        loop {
            changes.borrow_and_update();
            let round = self.clock.now();
            match self.watch_round(&mut looks).await {
                Ok(0) => {
                    if changes.changed().await.is_err() {
                        return std::future::pending().await;
                    }
                }
                Ok(_) => {}
                Err(error) => self.alerts.raise(&Alert::Ledger {
                    error: error.to_string(),
                }),
            }
            self.clock
                .sleep_until(round + self.config.watch_every)
                .await;
        }
    }

    /// Looks after every live attempt once. Returns how many there are.
    async fn watch_round(&self, looks: &mut Looks) -> Result<usize, StoreError> {
        let mut kept = HashMap::new();
        let mut leaders = None;
        let mut after: Option<Number> = None;
        let mut live = 0;
        let mut snapshot = None;
        loop {
            let page = self
                .store
                .live_attempts(Page { after, limit: PAGE })
                .await?;
            if page.is_empty() {
                break;
            }
            live += page.len();
            // After the attempts: whoever owns one has joined before.
            let living = self.living().await?;
            if leaders.is_none() && living.len() > 1 {
                leaders = Some(self.leaders().await?);
            }
            if snapshot.is_none() {
                snapshot = self.may_call().await?;
            }
            let now = self.clock.now();
            let charges = page.iter().filter_map(|attempt| {
                let leader = leaders.as_ref().and_then(|it| it.get(&attempt.campaign));
                let keeper = leader.filter(|leader| living.contains(leader));
                let mine = keeper.or(living.first()) == Some(&self.instance);
                mine.then(|| Charge {
                    attempt,
                    owner_lives: living.contains(&attempt.owner),
                    looked_at: looks.0.get(&attempt.id).copied(),
                    taken_back: attempt.state == AttemptState::Ringing
                        && snapshot
                            .as_ref()
                            .is_some_and(|it| !may_still_ring(it, attempt.campaign, now)),
                })
            });
            self.look_after_all(charges, &mut kept).await?;
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = Some(last.number),
                _ => break,
            }
        }
        looks.0 = kept;
        Ok(live)
    }

    /// What campaigns may do at this moment; `None` where no carrier has a queue of its own.
    async fn may_call(&self) -> Result<Option<Snapshot>, StoreError> {
        if !self
            .carriers
            .iter()
            .any(|carrier| carrier.webhooks().is_some())
        {
            return Ok(None);
        }
        Ok(Some(self.store.agenda().await?.snapshot))
    }

    /// Who leads each active campaign.
    async fn leaders(&self) -> Result<HashMap<CampaignId, InstanceId>, StoreError> {
        let agenda = self.store.agenda().await?;
        let now = self.clock.now();
        let campaigns = agenda.snapshot.campaigns.iter().zip(&agenda.leases);
        Ok(campaigns
            .filter(|(_, lease)| lease.until > now)
            .filter_map(|(campaign, lease)| Some((campaign.id, lease.owner?)))
            .collect())
    }

    /// Who lives, by the ledger, the eldest first; this instance in any case.
    async fn living(&self) -> Result<Vec<InstanceId>, StoreError> {
        let now = self.clock.now();
        let known = self.store.instances().await?;
        let lives = |it: &InstanceDetail| it.id == self.instance || it.lives(now);
        let mut living: Vec<_> = known.into_iter().filter(lives).map(|it| it.id).collect();
        if !living.contains(&self.instance) {
            living.push(self.instance);
        }
        Ok(living)
    }

    /// Looks after attempts, some at once, and notes when the carrier was last asked about each. What
    /// was begun is finished when the ledger fails; what was not waits for the next round.
    async fn look_after_all<'a>(
        &self,
        mut charges: impl Iterator<Item = Charge<'a>>,
        kept: &mut HashMap<AttemptId, Timestamp>,
    ) -> Result<(), StoreError> {
        let mut under_way = FuturesUnordered::new();
        let mut failed = Ok(());
        loop {
            while failed.is_ok() && under_way.len() < AT_ONCE {
                match charges.next() {
                    Some(charge) => under_way.push(self.look_after(charge)),
                    None => break,
                }
            }
            match under_way.next().await {
                Some(Ok((id, Some(at)))) => drop(kept.insert(id, at)),
                Some(Ok((_, None))) => {}
                Some(Err(error)) => failed = Err(error),
                None => return failed,
            }
        }
    }

    /// What the carrier is asked about an attempt: of one whose call it never named also which calls to
    /// the number are others'.
    async fn query(&self, attempt: &Attempt) -> Result<CallQuery, StoreError> {
        let others = if attempt.call_id.is_some() {
            Vec::new()
        } else {
            let known = self.store.number(attempt.number).await?;
            let calls = known.into_iter().flat_map(|number| number.calls);
            calls
                .filter(|call| call.id != attempt.id)
                .filter_map(|call| call.call_id)
                .collect()
        };
        let dialed_at = attempt.dialed_at.unwrap_or(attempt.claimed_at);
        Ok(CallQuery {
            attempt: attempt.id,
            call_id: attempt.call_id.clone(),
            guessed: attempt.guessed,
            to: attempt.number,
            from: attempt.caller_id,
            dialed_at,
            dial_before: attempt.dial_before.unwrap_or(dialed_at),
            others,
        })
    }

    /// Does what one attempt needs. Returns when the carrier was last asked about it, if it was.
    async fn look_after(
        &self,
        charge: Charge<'_>,
    ) -> Result<(AttemptId, Option<Timestamp>), StoreError> {
        let Charge {
            attempt,
            owner_lives,
            looked_at,
            taken_back,
        } = charge;
        let now = self.clock.now();
        let Some(settings) = self.store.settings(attempt.campaign).await? else {
            return Ok((attempt.id, looked_at));
        };
        let Some(carrier) = self.carrier(&settings.carrier) else {
            if self.refusals.is_news(&settings.carrier, None, now) {
                self.alerts.raise(&Alert::Absent {
                    carrier: settings.carrier.clone(),
                    attempt: attempt.id,
                });
            }
            return Ok((attempt.id, looked_at));
        };
        let ring_for = Millis::from_secs(u64::from(settings.ring_seconds));
        let judgement = self.judgement(carrier.as_ref());
        let waits = looked_at.is_none_or(|at| now >= at + LOOK_EVERY);
        let mut looked_at = looked_at;
        let care = care(attempt, owner_lives, ring_for, looked_at, now);
        if let (true, true, Some(call_id)) = (taken_back, waits, &attempt.call_id) {
            match carrier.cancel_queued(attempt.id, call_id).await {
                Ok(true) => {
                    tracing::info!(attempt = %attempt.id, "taken back from the carrier's queue");
                    let withdrawn = Evidence::Ended {
                        outcome: Outcome::Canceled,
                        cause: "taken back from the carrier's queue".to_owned(),
                    };
                    self.record(attempt.id, vec![withdrawn], &self.actor, judgement)
                        .await;
                    return Ok((attempt.id, Some(now)));
                }
                Ok(false) => {}
                Err(reason) => {
                    tracing::warn!(attempt = %attempt.id, %reason, "could not be taken back from the carrier's queue");
                }
            }
            looked_at = Some(now);
        }
        match care {
            Care::Wait => Ok((attempt.id, looked_at)),
            Care::OwnerGone => {
                self.record(
                    attempt.id,
                    vec![Evidence::OwnerGone],
                    &self.actor,
                    judgement,
                )
                .await;
                Ok((attempt.id, looked_at))
            }
            Care::LookUp => {
                let query = self.query(attempt).await?;
                let told = carrier.look_up(&query).await;
                self.note_denial(carrier.name(), &told);
                let evidence = match told {
                    CallStatus::Seen(found) => believed(found, attempt, ring_for, now),
                    CallStatus::NotSeen => vec![Evidence::NotSeen { asked_at: now }],
                    CallStatus::CannotTell(reason) | CallStatus::Denied(reason) => {
                        tracing::warn!(attempt = %attempt.id, %reason, "the carrier cannot be asked; the number stays frozen");
                        Vec::new()
                    }
                };
                if !evidence.is_empty()
                    && let Some(recorded) = self
                        .record(attempt.id, evidence, &self.actor, judgement)
                        .await
                {
                    self.end_stray(carrier.as_ref(), &recorded).await;
                }
                Ok((attempt.id, Some(now)))
            }
        }
    }
}
