//! `Idempotency-Key`: the same request under the same key makes one campaign, also across a crash.
//!
//! # Protocol
//! The key is noted in the ledger before the campaign is made, and the campaign's id after it. A
//! crash between the two leaves a key without an id: the next request under it looks for a campaign
//! made since then from the same file and takes that for its own. Within one process a key that is
//! being worked on is refused. Keys belong to their token; they are kept as hashes, for a day, the
//! latest thousand.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use ringonce_domain::{CampaignId, CampaignState, Timestamp};
use ringonce_store::Store;
use serde::{Deserialize, Serialize};

use crate::AppState;
use crate::limits;
use crate::problem::Problem;
use crate::token::{hash, hex};

/// Name of the fact in which keys are kept.
const FACT: &str = "idempotency_keys";

/// The keys that this process is working on.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    under_way: Mutex<HashSet<String>>,
    journal: tokio::sync::Mutex<()>,
}

/// A request to make a campaign, as far as it matters whether two are the same.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Hash of token name and key.
    key: String,
    /// Hash of everything that the request says.
    request: String,
    /// Hash of the file.
    fingerprint: String,
}

impl Asked {
    /// The request of `caller` under `key`, with these parts.
    pub(crate) fn new(caller: &str, key: &str, fingerprint: &str, parts: &[&str]) -> Self {
        // Serialised, so that the end of one part is never taken for the beginning of the next.
        let request = serde_json::json!([fingerprint, parts]).to_string();
        Self {
            key: hex(&hash(&format!("{caller}\n{key}"))),
            request: hex(&hash(&request)),
            fingerprint: fingerprint.to_owned(),
        }
    }
}

/// What a key means for a request.
pub(crate) enum Turn {
    /// Nobody has done it; do it.
    First(Working),
    /// It was done, and this came of it.
    Done(CampaignId),
}

/// A key that is being worked on, until dropped.
pub(crate) struct Working {
    state: AppState,
    asked: Asked,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Entry {
    key: String,
    request: String,
    at: Timestamp,
    campaign: Option<CampaignId>,
}

/// Takes a key.
pub(crate) async fn take(state: &AppState, asked: Asked) -> Result<Turn, Problem> {
    if !lock(state).insert(asked.key.clone()) {
        let advice =
            "a request under this Idempotency-Key is under way; ask again when it has ended";
        return Err(Problem::key_in_use(advice).retry_after(5));
    }
    let working = Working {
        state: state.clone(),
        asked,
    };
    let _journal = state.keys.journal.lock().await;
    let mut entries = entries(state).await?;
    let Some(entry) = entries.iter().find(|entry| entry.key == working.asked.key) else {
        entries.push(Entry {
            key: working.asked.key.clone(),
            request: working.asked.request.clone(),
            at: state.clock.now(),
            campaign: None,
        });
        write(state.store.as_ref(), &entries).await?;
        return Ok(Turn::First(working));
    };
    if entry.request != working.asked.request {
        return Err(Problem::key_reused(
            "this Idempotency-Key came with another file or other settings; use a fresh key for another campaign",
        ));
    }
    Ok(match entry.campaign {
        Some(campaign) => Turn::Done(campaign),
        None => match made_since(state, &working.asked.fingerprint, entry.at).await? {
            Some(campaign) => Turn::Done(campaign),
            None => Turn::First(working),
        },
    })
}

impl Working {
    /// The request was carried out.
    pub(crate) async fn done(self, campaign: CampaignId) -> Result<(), Problem> {
        self.update(|entries, key| {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key == key) {
                entry.campaign = Some(campaign);
            }
        })
        .await
    }

    /// The request failed and left nothing: the key may be used again.
    pub(crate) async fn undone(self) -> Result<(), Problem> {
        self.update(|entries, key| entries.retain(|entry| entry.key != key))
            .await
    }

    async fn update(&self, change: impl FnOnce(&mut Vec<Entry>, &str)) -> Result<(), Problem> {
        let _journal = self.state.keys.journal.lock().await;
        let mut entries = entries(&self.state).await?;
        change(&mut entries, &self.asked.key);
        write(self.state.store.as_ref(), &entries).await
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        lock(&self.state).remove(&self.asked.key);
    }
}

fn lock(state: &AppState) -> std::sync::MutexGuard<'_, HashSet<String>> {
    state
        .keys
        .under_way
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The keys that are remembered, the oldest first.
async fn entries(state: &AppState) -> Result<Vec<Entry>, Problem> {
    let text = state.store.fact(FACT).await?.unwrap_or_else(|| "[]".into());
    let mut entries: Vec<Entry> =
        serde_json::from_str(&text).map_err(|error| Problem::fault(&error))?;
    let now = state.clock.now();
    entries.retain(|entry| entry.at + limits::KEY_KEPT > now);
    let surplus = (entries.len() + 1).saturating_sub(limits::KEYS_KEPT);
    entries.drain(..surplus);
    Ok(entries)
}

async fn write(store: &dyn Store, entries: &[Entry]) -> Result<(), Problem> {
    let text = serde_json::to_string(entries).map_err(|error| Problem::fault(&error))?;
    Ok(store.set_fact(FACT, &text).await?)
}

async fn made_since(
    state: &AppState,
    fingerprint: &str,
    at: Timestamp,
) -> Result<Option<CampaignId>, Problem> {
    let Some(id) = state
        .store
        .campaign_of_file(fingerprint, CampaignState::ALL)
        .await?
    else {
        return Ok(None);
    };
    Ok((state.store.campaign(id).await?.created_at >= at).then_some(id))
}
