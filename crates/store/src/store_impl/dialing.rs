//! Commands of the engine: each method is one rule, but for claims and settlements, which each driver has.

use async_trait::async_trait;
use ringonce_domain::proof::Violation;
use ringonce_domain::{
    Attempt, AttemptId, CampaignEvent, CampaignId, CampaignState, Epoch, Evidence, InstanceId,
    Number, SafetyLimits, Timestamp,
};
use tokio::sync::watch;

use super::{DriverStore, claim, leads};
use crate::ledger::safety::Learning;
use crate::ledger::{attempts, calls, campaigns, duplicates, leases};
use crate::model::{Actor, Agenda, AuditContext, ClaimRequest, Claimed, Judgement, Page, Recorded};
use crate::settling::Command;
use crate::{Dialing, Result};

#[async_trait]
impl Dialing for DriverStore {
    async fn agenda(&self) -> Result<Agenda> {
        read!(self, |reader| leases::agenda(reader))
    }

    async fn lease(
        &self,
        campaign: CampaignId,
        instance: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Epoch>> {
        leads(self, instance);
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
        self.settle(Command {
            attempt,
            evidence,
            by,
            judgement,
            now,
        })
        .await
    }

    async fn live_attempts(&self, page: Page<Number>) -> Result<Vec<Attempt>> {
        read!(self, |reader| calls::live(reader, &page))
    }

    async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>> {
        read!(self, |reader| attempts::attempt(reader, id))
    }

    async fn transition(
        &self,
        campaign: CampaignId,
        event: CampaignEvent,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<CampaignState> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| campaigns::transition(
            tx,
            campaign,
            event,
            reason.as_deref(),
            &on
        ))
    }

    async fn find_duplicates(
        &self,
        since: Timestamp,
        limits: SafetyLimits,
        now: Timestamp,
    ) -> Result<(Vec<Violation>, Timestamp)> {
        let seen = read!(self, |reader| duplicates::look(reader, since, now))?;
        if seen.violations.is_empty() {
            return Ok((Vec::new(), seen.until));
        }
        let on = AuditContext::new(Actor::new("duplicate alarm"), now);
        let found = seen.violations;
        let raised = transact!(self, |tx| duplicates::raise(
            tx,
            &mut Learning::default(),
            &found,
            limits,
            &on
        ))?;
        Ok((raised, seen.until))
    }

    async fn latest_instant(&self) -> Result<Option<Timestamp>> {
        self.last_audited().await
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.commits()
    }
}
