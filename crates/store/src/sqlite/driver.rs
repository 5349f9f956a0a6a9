//! The store's traits: each method is one command, and nothing else happens here. Those of whoever only
//! looks are in `reading.rs`.

use async_trait::async_trait;
use ringonce_domain::proof::Violation;
use ringonce_domain::{
    Attempt, AttemptId, CampaignEvent, CampaignId, CampaignState, ContactId, Epoch, Evidence,
    InstanceId, ListId, Number, SafetyLimits, Timestamp,
};
use tokio::sync::watch;

use super::imports::Leftover;
use super::writer::Lane::{Bulk, Hot};
use super::{
    SqliteStore, audit, calls, campaigns, claim, duplicates, imports, leases, lists, record,
};
use crate::campaigns::missing;
use crate::deed::Deed;
use crate::model::{
    Actor, Agenda, CampaignDetail, ClaimRequest, Claimed, DraftEdit, DuplicateRow, ImportTotals,
    Judgement, Marked, NewCampaign, NewContact, NewList, Page, Recorded, RowProblem, Started,
    Visible,
};
use crate::{Campaigns, Dialing, Result};

#[async_trait]
impl Dialing for SqliteStore {
    async fn agenda(&self) -> Result<Agenda> {
        self.read(leases::agenda).await
    }

    async fn lease(
        &self,
        campaign: CampaignId,
        instance: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Epoch>> {
        self.write(Hot, move |ledger| {
            leases::lease(ledger, campaign, instance, now, until)
        })
        .await
    }

    async fn release_lease(&self, campaign: CampaignId, instance: InstanceId) -> Result<()> {
        self.write(Hot, move |ledger| {
            leases::release(ledger, campaign, instance)
        })
        .await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Claimed> {
        self.write(Hot, move |ledger| claim::claim(ledger, &request))
            .await
    }

    async fn record(
        &self,
        attempt: AttemptId,
        evidence: Vec<Evidence>,
        by: Actor,
        judgement: Judgement,
        now: Timestamp,
    ) -> Result<Recorded> {
        self.write(Hot, move |ledger| {
            record::record(ledger, attempt, &evidence, judgement, Deed { by: &by, now })
        })
        .await
    }

    async fn live_attempts(&self, page: Page<Number>) -> Result<Vec<Attempt>> {
        self.read(move |view| calls::live(view, &page)).await
    }

    async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>> {
        self.read(move |view| calls::attempt(view, id)).await
    }

    async fn transition(
        &self,
        campaign: CampaignId,
        event: CampaignEvent,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<CampaignState> {
        self.write(Hot, move |ledger| {
            campaigns::transition(
                ledger,
                campaign,
                event,
                reason.as_deref(),
                Deed { by: &by, now },
            )
        })
        .await
    }

    async fn find_duplicates(
        &self,
        since: Timestamp,
        limits: SafetyLimits,
        now: Timestamp,
    ) -> Result<(Vec<Violation>, Timestamp)> {
        let look = self
            .read(move |view| duplicates::look(view, since, now))
            .await?;
        if look.violations.is_empty() {
            return Ok((Vec::new(), look.until));
        }
        let raised = self
            .write(Hot, move |ledger| {
                let by = Actor::new("duplicate alarm");
                duplicates::raise(ledger, look.violations, limits, Deed { by: &by, now })
            })
            .await?;
        Ok((raised, look.until))
    }

    async fn latest_instant(&self) -> Result<Option<Timestamp>> {
        self.read(audit::latest_instant).await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

#[async_trait]
impl Campaigns for SqliteStore {
    async fn create(&self, campaign: NewCampaign, by: Actor, now: Timestamp) -> Result<CampaignId> {
        self.write(Hot, move |ledger| {
            campaigns::create(ledger, &campaign, Deed { by: &by, now })
        })
        .await
    }

    async fn begin_import(
        &self,
        campaign: CampaignId,
        list: NewList,
        now: Timestamp,
    ) -> Result<ListId> {
        self.write(Hot, move |ledger| {
            imports::begin(ledger, campaign, &list, now)
        })
        .await
    }

    async fn add_contacts(
        &self,
        list: ListId,
        contacts: Vec<NewContact>,
        problems: Vec<RowProblem>,
    ) -> Result<Vec<DuplicateRow>> {
        self.write(Bulk, move |ledger| {
            imports::add(ledger, list, &contacts, &problems)
        })
        .await
    }

    async fn finish_import(
        &self,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals> {
        self.write(Hot, move |ledger| {
            imports::finish(ledger, list, rows, Deed { by: &by, now })
        })
        .await
    }

    async fn discard_import(&self, campaign: CampaignId) -> Result<()> {
        match self.clear_leftovers(Some(campaign)).await? {
            0 => Err(missing(campaign)),
            _ => Ok(()),
        }
    }

    async fn discard_unfinished(&self) -> Result<u64> {
        self.clear_leftovers(None).await
    }

    async fn campaigns(
        &self,
        state: Option<CampaignState>,
        visible: Visible,
        page: Page<CampaignId>,
    ) -> Result<Vec<CampaignDetail>> {
        self.read(move |view| lists::campaigns(view, state, visible, &page))
            .await
    }

    async fn campaign(&self, id: CampaignId) -> Result<CampaignDetail> {
        self.read(move |view| lists::campaign(view, id)).await
    }

    async fn campaign_of_file(
        &self,
        fingerprint: &str,
        states: &[CampaignState],
    ) -> Result<Option<CampaignId>> {
        let (fingerprint, states) = (fingerprint.to_owned(), states.to_vec());
        self.read(move |view| lists::campaign_of_file(view, &fingerprint, &states))
            .await
    }

    async fn mark_called(
        &self,
        campaign: CampaignId,
        from: Option<ContactId>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Marked> {
        self.write(Bulk, move |ledger| {
            campaigns::mark_called(ledger, campaign, from, Deed { by: &by, now })
        })
        .await
    }

    async fn edit(
        &self,
        campaign: CampaignId,
        edit: DraftEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            campaigns::edit(ledger, campaign, &edit, Deed { by: &by, now })
        })
        .await
    }

    async fn start(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<Started> {
        self.write(Hot, move |ledger| {
            campaigns::start(ledger, campaign, Deed { by: &by, now })
        })
        .await
    }

    async fn delete(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<()> {
        self.write(Hot, move |ledger| {
            campaigns::hide(ledger, campaign, Deed { by: &by, now })
        })
        .await?;
        self.clear_leftovers(Some(campaign)).await?;
        Ok(())
    }
}

impl SqliteStore {
    /// Removes what failed imports and deletions have left, a bounded number of rows at a time.
    /// Returns how many unfinished imports there were, or whether there was anything of `campaign`.
    async fn clear_leftovers(&self, campaign: Option<CampaignId>) -> Result<u64> {
        let leftovers = self
            .read(move |view| imports::leftovers(view, campaign))
            .await?;
        let mut unfinished = 0;
        for what in leftovers {
            unfinished += u64::from(!matches!(what, Leftover::Deleted(_)));
            while !self
                .write(Bulk, move |ledger| imports::clear(ledger, what))
                .await?
            {}
        }
        Ok(unfinished)
    }
}
