//! The store's traits: each method is one transaction or one look, and nothing else happens here. Those of whoever only
//! looks are in `reading.rs`.

use async_trait::async_trait;
use ringonce_domain::proof::Violation;
use ringonce_domain::{
    Attempt, AttemptId, CampaignEvent, CampaignId, CampaignState, ContactId, Epoch, Evidence,
    InstanceId, ListId, Number, SafetyLimits, Timestamp,
};
use tokio::sync::watch;

use super::imports::Leftover;
use super::recorder::Command;
use super::{
    PostgresStore, audit, calls, campaigns, claim, duplicates, imports, leases, lists, safety,
};
use crate::campaigns::missing;
use crate::deed::Deed;
use crate::model::{
    Actor, Agenda, CampaignDetail, ClaimRequest, Claimed, DraftEdit, DuplicateRow, ImportTotals,
    Judgement, Marked, NewCampaign, NewContact, NewList, Page, Recorded, RowProblem, Started,
    Visible,
};
use crate::{Campaigns, Dialing, Result};

/// How often a transaction is run again when another one was in its way.
pub(super) const TRIES: u32 = 8;

#[async_trait]
impl Dialing for PostgresStore {
    async fn agenda(&self) -> Result<Agenda> {
        look!(self, |session| leases::agenda(session))
    }

    async fn lease(
        &self,
        campaign: CampaignId,
        instance: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Epoch>> {
        self.leads_here(instance);
        transact!(self, |tx| leases::lease(tx, campaign, instance, now, until))
    }

    async fn release_lease(&self, campaign: CampaignId, instance: InstanceId) -> Result<()> {
        transact!(self, |tx| leases::release(tx, campaign, instance))
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Claimed> {
        transact!(self, |tx| claim::claim(tx, &request))
    }

    async fn record(
        &self,
        attempt: AttemptId,
        evidence: Vec<Evidence>,
        by: Actor,
        judgement: Judgement,
        now: Timestamp,
    ) -> Result<Recorded> {
        let command = Command {
            attempt,
            evidence,
            by,
            judgement,
            now,
        };
        self.recorder.put(command).await
    }

    async fn live_attempts(&self, page: Page<Number>) -> Result<Vec<Attempt>> {
        look!(self, |session| calls::live(session, &page))
    }

    async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>> {
        look!(self, |session| calls::attempt(session, id))
    }

    async fn transition(
        &self,
        campaign: CampaignId,
        event: CampaignEvent,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<CampaignState> {
        transact!(self, |tx| campaigns::transition(
            tx,
            campaign,
            event,
            reason.as_deref(),
            Deed { by: &by, now },
        ))
    }

    async fn find_duplicates(
        &self,
        since: Timestamp,
        limits: SafetyLimits,
        now: Timestamp,
    ) -> Result<(Vec<Violation>, Timestamp)> {
        let seen = look!(self, |session| duplicates::look(session, since, now))?;
        if seen.violations.is_empty() {
            return Ok((Vec::new(), seen.until));
        }
        let by = Actor::new("duplicate alarm");
        let raised = transact!(self, |tx| duplicates::raise(
            tx,
            &mut safety::Learning::default(),
            &seen.violations,
            limits,
            Deed { by: &by, now }
        ))?;
        Ok((raised, seen.until))
    }

    async fn latest_instant(&self) -> Result<Option<Timestamp>> {
        look!(self, |session| audit::latest_instant(session))
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.words.changes.clone()
    }
}

#[async_trait]
impl Campaigns for PostgresStore {
    async fn create(&self, campaign: NewCampaign, by: Actor, now: Timestamp) -> Result<CampaignId> {
        transact!(self, |tx| campaigns::create(
            tx,
            &campaign,
            Deed { by: &by, now }
        ))
    }

    async fn begin_import(
        &self,
        campaign: CampaignId,
        list: NewList,
        now: Timestamp,
    ) -> Result<ListId> {
        transact!(self, |tx| imports::begin(tx, campaign, &list, now))
    }

    async fn add_contacts(
        &self,
        list: ListId,
        contacts: Vec<NewContact>,
        problems: Vec<RowProblem>,
    ) -> Result<Vec<DuplicateRow>> {
        transact!(self, |tx| imports::add(tx, list, &contacts, &problems))
    }

    async fn finish_import(
        &self,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals> {
        transact!(self, |tx| imports::finish(
            tx,
            list,
            rows,
            Deed { by: &by, now }
        ))
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
        look!(self, |session| lists::campaigns(
            session, state, visible, &page
        ))
    }

    async fn campaign(&self, id: CampaignId) -> Result<CampaignDetail> {
        look!(self, |session| lists::campaign(session, id))
    }

    async fn campaign_of_file(
        &self,
        fingerprint: &str,
        states: &[CampaignState],
    ) -> Result<Option<CampaignId>> {
        look!(self, |session| lists::campaign_of_file(
            session,
            fingerprint,
            states
        ))
    }

    async fn mark_called(
        &self,
        campaign: CampaignId,
        from: Option<ContactId>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Marked> {
        transact!(self, |tx| campaigns::mark_called(
            tx,
            campaign,
            from,
            Deed { by: &by, now }
        ))
    }

    async fn edit(
        &self,
        campaign: CampaignId,
        edit: DraftEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| campaigns::edit(
            tx,
            campaign,
            &edit,
            Deed { by: &by, now }
        ))
    }

    async fn start(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<Started> {
        transact!(self, |tx| campaigns::start(
            tx,
            campaign,
            Deed { by: &by, now }
        ))
    }

    async fn delete(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<()> {
        transact!(self, |tx| campaigns::hide(
            tx,
            campaign,
            Deed { by: &by, now }
        ))?;
        self.clear_leftovers(Some(campaign)).await?;
        Ok(())
    }
}

impl PostgresStore {
    /// Removes what failed imports and deletions have left, a bounded number of rows at a time.
    /// Returns how many unfinished imports there were, or whether there was anything of `campaign`.
    async fn clear_leftovers(&self, campaign: Option<CampaignId>) -> Result<u64> {
        let leftovers = look!(self, |session| imports::leftovers(session, campaign))?;
        let mut unfinished = 0;
        for what in leftovers {
            let mut cleared = false;
            while transact!(self, |tx| imports::clear(tx, what))? {
                cleared = true;
            }
            unfinished += u64::from(cleared && !matches!(what, Leftover::Deleted(_)));
        }
        Ok(unfinished)
    }
}
