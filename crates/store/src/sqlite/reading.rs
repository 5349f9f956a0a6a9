//! The traits of whoever looks at contacts and at what happened: each method is one look.

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_domain::proof::Ring;
use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, ContactId, ContactState, Number, RepeatRule, Settings,
    Timestamp,
};

use super::{SqliteStore, audit, calls, figures, lists, search};
use crate::model::{
    Activity, AuditEntry, AuditFound, AuditPlace, AuditSearch, CallDetail, ContactDetail,
    ContactSearch, ContactsFound, Foreseen, NumberDetail, Page, Pulse, RowProblem, Span, Visible,
    Waiting,
};
use crate::{Contacts, Reports, Result};

#[async_trait]
impl Contacts for SqliteStore {
    async fn contacts(
        &self,
        campaign: CampaignId,
        state: Option<ContactState>,
        page: Page<ContactId>,
    ) -> Result<Vec<ContactDetail>> {
        self.read(move |view| lists::contacts(view, campaign, state, &page))
            .await
    }

    async fn find_contacts(
        &self,
        campaign: CampaignId,
        wanted: ContactSearch,
        page: Page<ContactId>,
    ) -> Result<ContactsFound> {
        self.read(move |view| search::contacts(view, campaign, wanted, &page))
            .await
    }

    async fn waiting(&self, campaign: CampaignId, now: Timestamp) -> Result<Waiting> {
        self.read(move |view| search::waiting(view, campaign, now))
            .await
    }

    async fn foresee(
        &self,
        mut numbers: Vec<Number>,
        repeat: RepeatRule,
        now: Timestamp,
    ) -> Result<Foreseen> {
        numbers.truncate(crate::NUMBERS_FORESEEN);
        self.read(move |view| lists::foresee(view, &numbers, repeat, now))
            .await
    }

    async fn layouts(&self, campaign: CampaignId) -> Result<Vec<String>> {
        self.read(move |view| lists::layouts(view, campaign)).await
    }

    async fn problems(&self, campaign: CampaignId, page: Page<u32>) -> Result<Vec<RowProblem>> {
        self.read(move |view| lists::problems(view, campaign, &page))
            .await
    }
}

#[async_trait]
impl Reports for SqliteStore {
    async fn calls(
        &self,
        campaign: Option<CampaignId>,
        state: Option<AttemptState>,
        visible: Visible,
        page: Page<AttemptId>,
    ) -> Result<Vec<CallDetail>> {
        self.read(move |view| calls::calls(view, campaign, state, visible, &page))
            .await
    }

    async fn last_calls(&self, contacts: &[ContactId]) -> Result<Vec<CallDetail>> {
        let contacts = contacts.to_vec();
        self.read(move |view| calls::last(view, &contacts)).await
    }

    async fn call(&self, id: AttemptId) -> Result<(CallDetail, Vec<AuditEntry>)> {
        self.read(move |view| calls::call(view, id)).await
    }

    async fn number(&self, number: Number) -> Result<Option<NumberDetail>> {
        self.read(move |view| calls::number(view, number)).await
    }

    async fn number_timeline(&self, number: Number) -> Result<Vec<AuditEntry>> {
        self.read(move |view| calls::number_timeline(view, number))
            .await
    }

    async fn find_entries(
        &self,
        wanted: AuditSearch,
        page: Page<AuditPlace>,
    ) -> Result<AuditFound> {
        self.read(move |view| search::entries(view, wanted, &page))
            .await
    }

    async fn rings(&self, page: Page<Number>) -> Result<Vec<Ring>> {
        self.read(move |view| calls::rings(view, &page)).await
    }

    async fn activity(
        &self,
        campaign: CampaignId,
        span: Span,
        period: std::ops::Range<Timestamp>,
    ) -> Result<Vec<Activity>> {
        self.read(move |view| figures::activity(view, campaign, span, &period))
            .await
    }

    async fn pulse(&self, campaigns: &[CampaignId], since: Timestamp) -> Result<Vec<Pulse>> {
        let campaigns = campaigns.to_vec();
        self.read(move |view| figures::pulse(view, &campaigns, since))
            .await
    }

    async fn settings(&self, campaign: CampaignId) -> Result<Option<Arc<Settings>>> {
        self.read(move |view| view.settings(campaign)).await
    }

    async fn verify_audit(&self) -> Result<std::result::Result<u64, i64>> {
        self.read(audit::verify).await
    }
}
