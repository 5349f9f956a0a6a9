//! What the cases of the suite share: a ledger, a clock that only the cases move, and the steps of a
//! campaign, one method each.
//!
//! A step that fails ends the case: the cases say what they expect and leave the rest to this file.

use super::material::{
    DIAL_WINDOW, LEASE, MONDAY, accepted, attempt_ids, ended, instance, row, unclear,
};
use super::{Database, Factory};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, CampaignState, ContactState,
    Epoch, Evidence, InstanceId, ListId, Millis, Number, Outcome, SafetyLimits, Settings,
    Timestamp, Trust, UserId,
};
use ringonce_store::model::{
    Actor, CampaignDetail, ClaimRequest, Claimed, ContactDetail, Judgement, NewCampaign,
    NewContact, NewList, Page, Recorded, Started,
};
use ringonce_store::{Result, Store, StoreError};
use std::cell::Cell;
use std::sync::Arc;

/// A ledger with a clock and an instance that dials.
pub(super) struct Scene {
    database: Box<dyn Database>,
    pub(super) store: Arc<dyn Store>,
    pub(super) me: InstanceId,
    pub(super) by: Actor,
    now: Cell<Timestamp>,
}

impl Scene {
    /// An empty ledger on a Monday afternoon.
    pub(super) async fn new(factory: &dyn Factory) -> Self {
        let database = factory.database().await;
        let store = database.open().await;
        Self {
            database,
            store,
            me: instance(1),
            by: Actor::new("tester"),
            now: Cell::new(MONDAY),
        }
    }

    /// Another store on the same database.
    pub(super) async fn another_store(&self) -> Arc<dyn Store> {
        self.database.open().await
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now.get()
    }

    pub(super) fn wait(&self, time: Millis) {
        self.now.set(self.now() + time);
    }

    pub(super) fn wait_hours(&self, hours: u64) {
        self.wait(Millis::from_hours(hours));
    }

    pub(super) fn wait_until(&self, then: Timestamp) {
        assert!(then >= self.now(), "time goes forward");
        self.now.set(then);
    }

    /// A campaign that is created and has no rows yet.
    pub(super) async fn empty(&self, settings: Settings) -> (CampaignId, ListId) {
        self.empty_of(settings, None).await
    }

    /// The same with an owner.
    pub(super) async fn empty_of(
        &self,
        settings: Settings,
        owner: Option<UserId>,
    ) -> (CampaignId, ListId) {
        let new = NewCampaign {
            owner,
            name: "Spring".into(),
            settings,
            fingerprint: String::new(),
        };
        let campaign = self
            .store
            .create(new, self.by.clone(), self.now())
            .await
            .unwrap();
        let file = NewList {
            file_name: "people.csv".into(),
            layout: "{}".into(),
        };
        let list = self
            .store
            .begin_import(campaign, file, self.now())
            .await
            .unwrap();
        (campaign, list)
    }

    /// A draft with these rows.
    pub(super) async fn draft_of(&self, settings: Settings, rows: Vec<NewContact>) -> CampaignId {
        let empty = self.empty(settings).await;
        self.filled(empty, rows).await
    }

    async fn filled(
        &self,
        (campaign, list): (CampaignId, ListId),
        rows: Vec<NewContact>,
    ) -> CampaignId {
        let count = rows.len() as u64;
        let taken = self
            .store
            .add_contacts(list, rows, Vec::new())
            .await
            .unwrap();
        assert_eq!(taken, [], "the rows of a case are distinct");
        self.store
            .finish_import(list, count, self.by.clone(), self.now())
            .await
            .unwrap();
        campaign
    }

    /// A draft with these numbers, on lines 2, 3, …
    pub(super) async fn draft(&self, settings: Settings, numbers: &[Number]) -> CampaignId {
        let rows = (2..)
            .zip(numbers)
            .map(|(line, number)| row(line, *number))
            .collect();
        self.draft_of(settings, rows).await
    }

    /// Marks called contacts and starts, as every start of a campaign does.
    pub(super) async fn try_start(&self, campaign: CampaignId) -> Result<Started> {
        start_on(self.store.as_ref(), campaign, self.now()).await
    }

    pub(super) async fn start(&self, campaign: CampaignId) -> Started {
        self.try_start(campaign).await.unwrap()
    }

    /// A campaign that runs.
    pub(super) async fn running(&self, settings: Settings, numbers: &[Number]) -> CampaignId {
        let campaign = self.draft(settings, numbers).await;
        assert_eq!(self.start(campaign).await.state, CampaignState::Running);
        campaign
    }

    /// The same with an owner.
    pub(super) async fn running_of(
        &self,
        settings: Settings,
        numbers: &[Number],
        owner: Option<UserId>,
    ) -> CampaignId {
        let empty = self.empty_of(settings, owner).await;
        let rows = (2..).zip(numbers).map(|(line, number)| row(line, *number));
        let campaign = self.filled(empty, rows.collect()).await;
        assert_eq!(self.start(campaign).await.state, CampaignState::Running);
        campaign
    }

    pub(super) async fn transition(
        &self,
        campaign: CampaignId,
        event: CampaignEvent,
    ) -> CampaignState {
        self.store
            .transition(campaign, event, self.by.clone(), None, self.now())
            .await
            .unwrap()
    }

    pub(super) async fn detail(&self, campaign: CampaignId) -> CampaignDetail {
        self.store.campaign(campaign).await.unwrap()
    }

    /// How many contacts of a campaign are in a state.
    pub(super) async fn count(&self, campaign: CampaignId, state: ContactState) -> u64 {
        self.detail(campaign).await.contacts.get(state)
    }

    /// Every contact of a campaign, in file order.
    pub(super) async fn contacts(&self, campaign: CampaignId) -> Vec<ContactDetail> {
        let mut all: Vec<ContactDetail> = Vec::new();
        loop {
            let after = all.last().map(|contact| contact.id);
            let page = Page {
                after,
                limit: 1_000,
            };
            let mut more = self.store.contacts(campaign, None, page).await.unwrap();
            if more.is_empty() {
                return all;
            }
            all.append(&mut more);
        }
    }

    pub(super) async fn contact(&self, campaign: CampaignId, number: Number) -> ContactDetail {
        let all = self.contacts(campaign).await;
        all.into_iter()
            .find(|contact| contact.number == number)
            .unwrap()
    }

    /// Takes or renews the lease of a campaign.
    pub(super) async fn lease(&self, campaign: CampaignId) -> Epoch {
        let until = self.now() + LEASE;
        let leased = self
            .store
            .lease(campaign, self.me, self.now(), until)
            .await
            .unwrap();
        leased.expect("no other instance leads the campaign")
    }

    /// Claims under a lease taken before.
    pub(super) async fn claim_under(
        &self,
        campaign: CampaignId,
        epoch: Epoch,
        wish: usize,
    ) -> Claimed {
        let request = ClaimRequest {
            campaign,
            instance: self.me,
            epoch,
            ids: attempt_ids(wish, self.now()),
            now: self.now(),
            lease_until: self.now() + LEASE,
        };
        self.store.claim(request).await.unwrap()
    }

    /// Leases and claims once.
    pub(super) async fn claim(&self, campaign: CampaignId, wish: usize) -> Claimed {
        let epoch = self.lease(campaign).await;
        self.claim_under(campaign, epoch, wish).await
    }

    /// Claims exactly so many contacts.
    pub(super) async fn claim_all(&self, campaign: CampaignId, wish: usize) -> Vec<Attempt> {
        let claimed = self.claim(campaign, wish).await;
        assert_eq!(claimed.attempts.len(), wish, "{claimed:?}");
        claimed.attempts
    }

    /// Claims the next contact, which must exist.
    pub(super) async fn claim_one(&self, campaign: CampaignId) -> Attempt {
        self.claim_all(campaign, 1).await.remove(0)
    }

    pub(super) async fn try_record(
        &self,
        attempt: AttemptId,
        evidence: Evidence,
    ) -> Result<Recorded> {
        let judgement = Judgement::default();
        self.store
            .record(
                attempt,
                vec![evidence],
                self.by.clone(),
                judgement,
                self.now(),
            )
            .await
    }

    pub(super) async fn record(&self, attempt: AttemptId, evidence: Evidence) -> Recorded {
        self.try_record(attempt, evidence).await.unwrap()
    }

    /// The evidence with which an attempt's owner announces its request to the carrier.
    pub(super) fn dial(&self) -> Evidence {
        Evidence::Dial {
            by: self.me,
            dial_before: self.now() + DIAL_WINDOW,
            caller_id: None,
        }
    }

    /// Records one piece of evidence after the other, at the same instant.
    pub(super) async fn tell(
        &self,
        attempt: AttemptId,
        evidence: impl IntoIterator<Item = Evidence>,
    ) {
        for evidence in evidence {
            self.record(attempt, evidence).await;
        }
    }

    /// Records pieces of evidence that come together.
    pub(super) async fn tell_together(&self, attempt: AttemptId, told: Vec<Evidence>) -> Recorded {
        let (by, judgement) = (self.by.clone(), Judgement::default());
        let recording = self.store.record(attempt, told, by, judgement, self.now());
        recording.await.unwrap()
    }

    /// Claims the next contact and sends its call to the carrier.
    pub(super) async fn dial_one(&self, campaign: CampaignId) -> Attempt {
        let attempt = self.claim_one(campaign).await;
        moved(self.record(attempt.id, self.dial()).await)
    }

    /// Calls the next contact with this outcome. Returns the ended attempt.
    pub(super) async fn call(&self, campaign: CampaignId, outcome: Outcome) -> Attempt {
        let attempt = self.dial_one(campaign).await;
        self.record(attempt.id, accepted("CA1")).await;
        moved(self.record(attempt.id, ended(outcome)).await)
    }

    /// Gives up an attempt that was dialled: two empty look-ups prove that the call was never placed.
    pub(super) async fn give_up(&self, attempt: &Attempt) -> Attempt {
        self.record(attempt.id, unclear()).await;
        let trust = Trust::default();
        self.wait(DIAL_WINDOW);
        self.wait(trust.settling);
        self.record(
            attempt.id,
            Evidence::NotSeen {
                asked_at: self.now(),
            },
        )
        .await;
        self.wait(trust.look_gap);
        let gone = moved(
            self.record(
                attempt.id,
                Evidence::NotSeen {
                    asked_at: self.now(),
                },
            )
            .await,
        );
        assert_eq!(gone.state, AttemptState::NeverPlaced);
        gone
    }
}

/// Limits that no case reaches by accident.
pub(super) const PATIENT: SafetyLimits = SafetyLimits {
    consecutive_failures: u32::MAX,
    duplicates: u32::MAX,
};

/// Marks and starts on any store.
pub(super) async fn start_on(
    store: &dyn Store,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<Started> {
    let by = Actor::new("tester");
    let mut from = None;
    loop {
        let marked = store.mark_called(campaign, from, by.clone(), now).await?;
        match marked.next {
            Some(next) => from = Some(next),
            None => return store.start(campaign, by, now).await,
        }
    }
}

/// The attempt that evidence moved.
pub(super) fn moved(recorded: Recorded) -> Attempt {
    match recorded {
        Recorded::Moved(attempt) => attempt,
        other => panic!("the attempt should have moved: {other:?}"),
    }
}

pub(super) fn assert_stale<T: std::fmt::Debug>(answer: &Result<T>) {
    assert!(matches!(answer, Err(StoreError::Stale(_))), "{answer:?}");
}

pub(super) fn assert_illegal<T: std::fmt::Debug>(
    answer: Result<T>,
    state: CampaignState,
    event: CampaignEvent,
) {
    match answer {
        Err(StoreError::Illegal(illegal)) => {
            assert_eq!((illegal.state, illegal.event), (state, event));
        }
        other => panic!("{event} of a campaign that is {state} gave {other:?}"),
    }
}
