//! The traits of whoever looks at contacts and at what happened: each method is one look.

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_domain::proof::Ring;
use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, ContactId, ContactState, Number, RepeatRule, Settings,
    Timestamp,
};

use super::{PostgresStore, audit, calls, figures, lists, search};
use crate::model::{
    Activity, AuditEntry, AuditFound, AuditPlace, AuditSearch, CallDetail, ContactDetail,
    ContactSearch, ContactsFound, Foreseen, NumberDetail, Page, Pulse, RowProblem, Span, Visible,
    Waiting,
};
use crate::{Contacts, Reports, Result};

#[async_trait]
impl Contacts for PostgresStore {
    async fn contacts(
        &self,
        campaign: CampaignId,
        state: Option<ContactState>,
        page: Page<ContactId>,
    ) -> Result<Vec<ContactDetail>> {
        look!(self, |session| lists::contacts(
            session, campaign, state, &page
        ))
    }

    async fn find_contacts(
        &self,
        campaign: CampaignId,
        wanted: ContactSearch,
        page: Page<ContactId>,
    ) -> Result<ContactsFound> {
        look!(self, |session| search::contacts(
            session, campaign, wanted, &page
        ))
    }

    async fn waiting(&self, campaign: CampaignId, now: Timestamp) -> Result<Waiting> {
        look!(self, |session| search::waiting(session, campaign, now))
    }

    async fn foresee(
        &self,
        mut numbers: Vec<Number>,
        repeat: RepeatRule,
        now: Timestamp,
    ) -> Result<Foreseen> {
        numbers.truncate(crate::NUMBERS_FORESEEN);
        look!(self, |session| lists::foresee(
            session, &numbers, repeat, now
        ))
    }

    async fn layouts(&self, campaign: CampaignId) -> Result<Vec<String>> {
        look!(self, |session| lists::layouts(session, campaign))
    }

    async fn problems(&self, campaign: CampaignId, page: Page<u32>) -> Result<Vec<RowProblem>> {
        look!(self, |session| lists::problems(session, campaign, &page))
    }
}

#[async_trait]
impl Reports for PostgresStore {
    async fn calls(
        &self,
        campaign: Option<CampaignId>,
        state: Option<AttemptState>,
        visible: Visible,
        page: Page<AttemptId>,
    ) -> Result<Vec<CallDetail>> {
        look!(self, |session| calls::calls(
            session, campaign, state, visible, &page
        ))
    }

    async fn last_calls(&self, contacts: &[ContactId]) -> Result<Vec<CallDetail>> {
        look!(self, |session| calls::last(session, contacts))
    }

    async fn call(&self, id: AttemptId) -> Result<(CallDetail, Vec<AuditEntry>)> {
        look!(self, |session| calls::call(session, id))
    }

    async fn number(&self, number: Number) -> Result<Option<NumberDetail>> {
        look!(self, |session| calls::number(session, number))
    }

    async fn number_timeline(&self, number: Number) -> Result<Vec<AuditEntry>> {
        look!(self, |session| calls::number_timeline(session, number))
    }

    async fn find_entries(
        &self,
        wanted: AuditSearch,
        page: Page<AuditPlace>,
    ) -> Result<AuditFound> {
        look!(self, |session| search::entries(session, wanted, &page))
    }

    async fn rings(&self, page: Page<Number>) -> Result<Vec<Ring>> {
        look!(self, |session| calls::rings(session, &page))
    }

    async fn activity(
        &self,
        campaign: CampaignId,
        span: Span,
        period: std::ops::Range<Timestamp>,
    ) -> Result<Vec<Activity>> {
        look!(self, |session| figures::activity(
            session, campaign, span, &period
        ))
    }

    async fn pulse(&self, campaigns: &[CampaignId], since: Timestamp) -> Result<Vec<Pulse>> {
        look!(self, |session| figures::pulse(session, campaigns, since))
    }

    async fn settings(&self, campaign: CampaignId) -> Result<Option<Arc<Settings>>> {
        look!(self, |session| session.settings(campaign))
    }

    async fn verify_audit(&self) -> Result<std::result::Result<u64, i64>> {
        look!(self, |session| audit::verify(session))
    }
}
