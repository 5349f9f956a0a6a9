//! Looks for answered calls whose recording no webhook reported: webhooks get lost.
//!
//! It walks over the attempts in the order in which they were claimed, each once, from where it was, or
//! at first a day back, and stays before the first that is still under way.

use std::collections::HashMap;

use ringonce_domain::{AttemptId, CampaignId, Millis, Outcome, Timestamp};
use ringonce_store::Result;
use ringonce_store::model::{Ours, Page, WantedRecording};

use crate::engine::Engine;

/// The fact that says up to which attempt it was looked.
const LOOKED_AT: &str = "recordings_sought";
/// Where it begins in a ledger that was never looked through.
const BACK: Millis = Millis::from_hours(24);
/// Webhooks have this long before the carrier is asked.
const PATIENCE: Millis = Millis::from_minutes(5);
/// Attempts read at a time.
const PAGE: u32 = 500;

impl Engine {
    /// Wants recordings that should be there and that no webhook reported.
    pub(super) async fn seek_unheard(&self) -> Result<()> {
        let now = self.clock.now();
        let mut held = self.store.fact(LOOKED_AT).await?;
        let mut after: Option<AttemptId> = held.as_deref().and_then(|it| it.parse().ok());
        let mut recorded = HashMap::new();
        loop {
            let page = Page { after, limit: PAGE };
            let from = after.map_or(now - BACK, |_| Timestamp::from_millis(0));
            let found = self
                .store
                .attempts_between(from, now - PATIENCE, page)
                .await?;
            let over = found.iter().take_while(|it| !it.state.is_live());
            let over: Vec<&Ours> = over.collect();
            for ours in &over {
                self.want_unheard(ours, &mut recorded).await?;
            }
            let Some(last) = over.last() else {
                return Ok(());
            };
            after = Some(last.id);
            let next = last.id.to_string();
            let replaced = self
                .store
                .replace_fact(LOOKED_AT, held.as_deref(), &next)
                .await?;
            // Another that looks too goes on from where it is.
            if !replaced || over.len() < PAGE as usize {
                return Ok(());
            }
            held = Some(next);
        }
    }

    async fn want_unheard(
        &self,
        ours: &Ours,
        recorded: &mut HashMap<CampaignId, Option<String>>,
    ) -> Result<()> {
        let (Some(Outcome::Answered), Some(call_id)) = (ours.outcome, &ours.call_id) else {
            return Ok(());
        };
        let carrier = if let Some(known) = recorded.get(&ours.campaign) {
            known.clone()
        } else {
            let found = self.recording_carrier(ours.campaign).await?;
            recorded.insert(ours.campaign, found.clone());
            found
        };
        let Some(carrier) = carrier else {
            return Ok(());
        };
        let unnamed = WantedRecording {
            attempt: ours.id,
            carrier,
            call_id: call_id.clone(),
            recording_id: None,
            seconds: None,
        };
        let now = self.clock.now();
        self.store.want_recording(unnamed, now).await?;
        Ok(())
    }

    /// The carrier of a campaign that records; `None` of one that does not, or cannot.
    async fn recording_carrier(&self, campaign: CampaignId) -> Result<Option<String>> {
        let settings = self.store.settings(campaign).await?;
        let name = settings.filter(|it| it.record).map(|it| it.carrier.clone());
        Ok(name.filter(|name| {
            let carrier = self.carrier(name);
            carrier.is_some_and(|it| it.recordings().is_some())
        }))
    }
}
