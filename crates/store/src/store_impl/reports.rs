//! Reports: each method is one rule.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use ringonce_domain::proof::Ring;
use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, ContactId, Number, Settings, Timestamp,
};

use super::DriverStore;
use crate::ledger::{activity, audit, calls};
use crate::model::{
    Activity, AuditEntry, AuditFound, AuditPlace, AuditSearch, CallDetail, NumberDetail, Page,
    Pulse, Span, Visible,
};
use crate::transaction::Reader as _;
use crate::{Reports, Result};

#[async_trait]
impl Reports for DriverStore {
    async fn calls(
        &self,
        campaign: Option<CampaignId>,
        state: Option<AttemptState>,
        visible: Visible,
        page: Page<AttemptId>,
    ) -> Result<Vec<CallDetail>> {
        read!(self, |reader| calls::calls(
            reader, campaign, state, visible, &page
        ))
    }

    async fn last_calls(&self, contacts: &[ContactId]) -> Result<Vec<CallDetail>> {
        let contacts = contacts.to_vec();
        read!(self, |reader| calls::last(reader, &contacts))
    }

    async fn call(&self, id: AttemptId) -> Result<(CallDetail, Vec<AuditEntry>)> {
        read!(self, |reader| async {
            let call = calls::call(reader, id).await?;
            let entries = audit::timeline(reader, call.number, Some(id)).await?;
            Ok((call, entries))
        })
    }

    async fn number(&self, number: Number) -> Result<Option<NumberDetail>> {
        read!(self, |reader| calls::number(reader, number))
    }

    async fn number_timeline(&self, number: Number) -> Result<Vec<AuditEntry>> {
        read!(self, |reader| audit::timeline(reader, number, None))
    }

    async fn find_entries(
        &self,
        wanted: AuditSearch,
        page: Page<AuditPlace>,
    ) -> Result<AuditFound> {
        read!(self, |reader| audit::find(reader, wanted, &page))
    }

    async fn rings(&self, page: Page<Number>) -> Result<Vec<Ring>> {
        read!(self, |reader| calls::rings(reader, &page))
    }

    async fn activity(
        &self,
        campaign: CampaignId,
        span: Span,
        period: Range<Timestamp>,
    ) -> Result<Vec<Activity>> {
        read!(self, |reader| activity::activity(
            reader, campaign, span, &period
        ))
    }

    async fn pulse(&self, campaigns: &[CampaignId], since: Timestamp) -> Result<Vec<Pulse>> {
        let campaigns = campaigns.to_vec();
        read!(self, |reader| activity::pulse(reader, &campaigns, since))
    }

    async fn settings(&self, campaign: CampaignId) -> Result<Option<Arc<Settings>>> {
        read!(self, |reader| reader.settings(campaign))
    }

    async fn verify_audit(&self) -> Result<std::result::Result<u64, i64>> {
        self.verify_trail().await
    }
}
