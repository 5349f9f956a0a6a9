//! Settings of campaigns in memory: after a campaign's start they never change, so they may be kept, and
//! dropped at any time. Those of a draft are read each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::{CampaignId, CampaignState, Settings};

use crate::{Result, StoreError};

/// Settings kept in memory at most.
const KEPT: usize = 1_000;

/// Settings by campaign, shared by all connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct SettingsCache(Arc<Mutex<HashMap<CampaignId, Arc<Settings>>>>);

impl SettingsCache {
    fn known(&self) -> MutexGuard<'_, HashMap<CampaignId, Arc<Settings>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings of a campaign, if they were read before.
    pub(crate) fn get(&self, campaign: CampaignId) -> Option<Arc<Settings>> {
        self.known().get(&campaign).map(Arc::clone)
    }

    /// Reads settings as they are stored, and keeps those of a campaign that was started.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they are no settings.
    pub(crate) fn keep(
        &self,
        campaign: CampaignId,
        state: CampaignState,
        json: &str,
    ) -> Result<Arc<Settings>> {
        let settings =
            Settings::from_json(json)
                .map(Arc::new)
                .map_err(|wrong| StoreError::Corrupt {
                    table: "campaigns",
                    column: "settings".into(),
                    row: campaign.to_string(),
                    value: json.to_owned(),
                    reason: wrong.to_string(),
                })?;
        if state == CampaignState::Draft {
            return Ok(settings);
        }
        let mut known = self.known();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(campaign, Arc::clone(&settings));
        Ok(settings)
    }
}
