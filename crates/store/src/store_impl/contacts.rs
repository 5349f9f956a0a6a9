//! Contacts and imports, read: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, ContactId, ContactState, Number, RepeatRule, Timestamp};

use super::DriverStore;
use crate::ledger::contacts;
use crate::model::{
    ContactDetail, ContactSearch, ContactsFound, Foreseen, Page, RowProblem, Waiting,
};
use crate::{Contacts, Result};

#[async_trait]
impl Contacts for DriverStore {
    async fn contacts(
        &self,
        campaign: CampaignId,
        state: Option<ContactState>,
        page: Page<ContactId>,
    ) -> Result<Vec<ContactDetail>> {
        read!(self, |reader| contacts::contacts(
            reader, campaign, state, &page
        ))
    }

    async fn find_contacts(
        &self,
        campaign: CampaignId,
        wanted: ContactSearch,
        page: Page<ContactId>,
    ) -> Result<ContactsFound> {
        read!(self, |reader| contacts::find(
            reader, campaign, wanted, &page
        ))
    }

    async fn waiting(&self, campaign: CampaignId, now: Timestamp) -> Result<Waiting> {
        read!(self, |reader| contacts::waiting(reader, campaign, now))
    }

    async fn foresee(
        &self,
        mut numbers: Vec<Number>,
        repeat: RepeatRule,
        now: Timestamp,
    ) -> Result<Foreseen> {
        numbers.truncate(crate::NUMBERS_FORESEEN);
        read!(self, |reader| contacts::foresee(
            reader, &numbers, repeat, now
        ))
    }

    async fn layouts(&self, campaign: CampaignId) -> Result<Vec<String>> {
        read!(self, |reader| contacts::layouts(reader, campaign))
    }

    async fn problems(&self, campaign: CampaignId, page: Page<u32>) -> Result<Vec<RowProblem>> {
        read!(self, |reader| contacts::problems(reader, campaign, &page))
    }
}
