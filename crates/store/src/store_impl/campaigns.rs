//! Creating, importing and steering campaigns: each method is one rule, but for the rows of an import,
//! which each driver takes in its own way.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, CampaignState, ContactId, ListId, Timestamp};

use super::DriverStore;
use crate::ledger::{campaigns, imports};
use crate::model::{
    Actor, AuditContext, CampaignDetail, DraftEdit, DuplicateRow, ImportTotals, Marked,
    NewCampaign, NewContact, NewList, Page, RowProblem, Started, Visible,
};
use crate::{Campaigns, Result};

#[async_trait]
impl Campaigns for DriverStore {
    async fn create(&self, campaign: NewCampaign, by: Actor, now: Timestamp) -> Result<CampaignId> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| campaigns::create(tx, &campaign, &on))
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
        bulk!(self, |tx| super::imports::add(
            tx, list, &contacts, &problems
        ))
    }

    async fn finish_import(
        &self,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| imports::finish(tx, list, rows, &on))
    }

    async fn discard_import(&self, campaign: CampaignId) -> Result<()> {
        match self.clear_leftovers(Some(campaign)).await? {
            0 => Err(campaigns::missing(campaign)),
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
        read!(self, |reader| campaigns::campaigns(
            reader, state, visible, &page
        ))
    }

    async fn campaign(&self, id: CampaignId) -> Result<CampaignDetail> {
        read!(self, |reader| campaigns::campaign(reader, id))
    }

    async fn campaign_of_file(
        &self,
        fingerprint: &str,
        states: &[CampaignState],
    ) -> Result<Option<CampaignId>> {
        let (fingerprint, states) = (fingerprint.to_owned(), states.to_vec());
        read!(self, |reader| campaigns::campaign_of_file(
            reader,
            &fingerprint,
            &states
        ))
    }

    async fn mark_called(
        &self,
        campaign: CampaignId,
        from: Option<ContactId>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Marked> {
        let on = AuditContext::new(by, now);
        bulk!(self, |tx| campaigns::mark_called(tx, campaign, from, &on))
    }

    async fn edit(
        &self,
        campaign: CampaignId,
        edit: DraftEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| campaigns::edit(tx, campaign, &edit, &on))
    }

    async fn start(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<Started> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| campaigns::start(tx, campaign, &on))
    }

    async fn delete(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<()> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| campaigns::hide(tx, campaign, &on))?;
        self.clear_leftovers(Some(campaign)).await?;
        Ok(())
    }
}

impl DriverStore {
    /// Removes what failed imports and deletions have left, a bounded number of rows at a time.
    /// Returns how many unfinished imports there were, or whether there was anything of `campaign`.
    async fn clear_leftovers(&self, campaign: Option<CampaignId>) -> Result<u64> {
        let leftovers = read!(self, |reader| imports::leftovers(reader, campaign))?;
        let mut unfinished = 0;
        for what in leftovers {
            let mut cleared = false;
            while bulk!(self, |tx| imports::clear(tx, what))? {
                cleared = true;
            }
            unfinished += u64::from(cleared && what.is_unfinished());
        }
        Ok(unfinished)
    }
}
