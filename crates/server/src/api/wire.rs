//! JSON shapes of campaigns and of the emergency stop.
//!
//! Every instant is in ISO 8601 in UTC with milliseconds, every number in E.164.

use std::collections::BTreeMap;
use std::sync::Arc;

use ringonce_domain::hours::Zone;
use ringonce_domain::plan::HoldReason;
use ringonce_domain::{
    CampaignId, CampaignState, ContactCounts, Outcome, Settings, StopCause, Stopped, Timestamp,
};
use ringonce_store::model::{CampaignDetail, ImportTotals, PriceTotal, SafetyStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::api::words;
use crate::problem::Problem;

/// One page of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// The `after` of the next page; null on the last.
    pub(crate) next: Option<String>,
}

impl<T> Listing<T> {
    /// The listing of these rows; a full page may have a next.
    pub(crate) fn new<R: Into<T>>(rows: Vec<R>, limit: u32, key: impl Fn(&R) -> String) -> Self {
        let full = rows.len() >= limit as usize;
        let next = rows.last().filter(|_| full).map(key);
        Self {
            items: rows.into_iter().map(Into::into).collect(),
            next,
        }
    }
}

/// Why a campaign starts no call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct HoldView {
    /// The reason.
    pub(crate) reason: HoldReason,
    /// When it passes by itself; null when something else has to happen.
    pub(crate) until: Option<Timestamp>,
    /// Both in words, in the campaign's zone.
    #[schema(example = "outside business hours until Mon 09:00 America/New_York")]
    pub(crate) text: String,
}

/// A campaign with its figures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CampaignView {
    /// Its id.
    pub(crate) id: CampaignId,
    /// Its name.
    pub(crate) name: String,
    /// Its state.
    pub(crate) state: CampaignState,
    /// Why it is in this state, when that was said: a person's or a carrier's words, or
    /// `hours_never_open`.
    pub(crate) state_reason: Option<String>,
    /// Why it starts no call at this moment, while it is pending or running and does not.
    pub(crate) hold: Option<HoldView>,
    /// When it was created.
    pub(crate) created_at: Timestamp,
    /// When it was started.
    pub(crate) started_at: Option<Timestamp>,
    /// When it completed or failed.
    pub(crate) ended_at: Option<Timestamp>,
    /// When it last sent a call to the carrier.
    pub(crate) last_called_at: Option<Timestamp>,
    /// When its first waiting contact is due.
    pub(crate) next_due: Option<Timestamp>,
    /// Contacts by state.
    pub(crate) contacts: ContactCounts,
    /// All contacts.
    pub(crate) total: u64,
    /// Contacts with which the dialler is not done.
    pub(crate) remaining: u64,
    /// Ended attempts by outcome.
    pub(crate) outcomes: BTreeMap<Outcome, u64>,
    /// Ended attempts.
    pub(crate) calls: u64,
    /// Ended attempts that were answered.
    pub(crate) answered: u64,
    /// Answered of ended attempts, 0 to 1; null before the first has ended.
    pub(crate) success_rate: Option<f64>,
    /// Calls under way.
    pub(crate) live: u32,
    /// Total conversation time, in milliseconds.
    pub(crate) talk_millis: u64,
    /// What its calls cost as far as the carrier has said so, in each currency.
    pub(crate) prices: Vec<PriceTotal>,
    /// Answered calls whose price the carrier has not said yet; null with a carrier that tells no prices.
    pub(crate) unpriced: Option<u64>,
    /// Contacts skipped because an earlier campaign called their number.
    pub(crate) skipped_duplicates: u64,
    /// What was imported.
    pub(crate) import: ImportTotals,
    /// SHA-256 of the imported file.
    pub(crate) fingerprint: String,
    /// IANA zone of its business hours.
    pub(crate) time_zone: String,
    /// Its settings; left out in listings and events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Settings>)]
    pub(crate) settings: Option<Arc<Settings>>,
}

impl CampaignView {
    /// A campaign as it stands, without its settings.
    pub(crate) fn new(detail: CampaignDetail, state: &AppState) -> Self {
        let zone = &detail.settings.time_zone;
        let holds = Arc::clone(&state.status.borrow().holds);
        let hold = holds
            .iter()
            .find(|(id, _)| *id == detail.id && detail.state.is_active());
        let now = state.clock.now();
        let unpriced = state
            .tells_prices(&detail.settings)
            .then(|| detail.unpriced());
        let outcomes: BTreeMap<_, _> = detail.outcomes.into_iter().collect();
        let calls = outcomes.values().sum();
        let answered = outcomes.get(&Outcome::Answered).copied().unwrap_or(0);
        Self {
            hold: hold.map(|(_, hold)| HoldView {
                reason: hold.reason,
                until: hold.until,
                text: words::hold(*hold, zone, now),
            }),
            time_zone: zone.name().to_owned(),
            total: detail.contacts.total(),
            remaining: detail.contacts.remaining(),
            success_rate: share(answered, calls),
            outcomes,
            calls,
            answered,
            settings: None,
            id: detail.id,
            name: detail.name,
            state: detail.state,
            state_reason: detail.state_reason,
            created_at: detail.created_at,
            started_at: detail.started_at,
            ended_at: detail.ended_at,
            last_called_at: detail.last_called_at,
            next_due: detail.next_due,
            contacts: detail.contacts,
            live: detail.live,
            talk_millis: detail.talk_millis,
            prices: detail.prices,
            unpriced,
            skipped_duplicates: detail.skipped_duplicates,
            import: detail.import,
            fingerprint: detail.fingerprint,
        }
    }

    /// The zone of its business hours.
    pub(crate) fn zone(&self) -> Zone {
        self.time_zone.parse().unwrap_or_else(|_| Zone::utc())
    }

    /// The same with its settings.
    pub(crate) fn with_settings(detail: CampaignDetail, state: &AppState) -> Self {
        let settings = Arc::clone(&detail.settings);
        Self {
            settings: Some(settings),
            ..Self::new(detail, state)
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share needs no more than 53 bits"
)]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The emergency stop.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SafetyView {
    /// Whether every campaign is held.
    pub(crate) stopped: bool,
    /// What tripped it; null while it has not tripped.
    pub(crate) reason: Option<StopCause>,
    /// The last failure, the last duplicate, or why a person tripped it.
    pub(crate) detail: Option<String>,
    /// When it tripped.
    pub(crate) stopped_at: Option<Timestamp>,
    /// Consecutive calls that could not be placed or heard of.
    pub(crate) consecutive_failures: u32,
    /// Duplicates found since it was last re-armed.
    pub(crate) duplicates: u32,
}

impl From<SafetyStatus> for SafetyView {
    fn from(status: SafetyStatus) -> Self {
        let stop = status.stopped.as_ref();
        let (reason, detail) = stop.map(Stopped::cause).unzip();
        Self {
            stopped: stop.is_some(),
            reason,
            detail: detail.map(str::to_owned),
            stopped_at: stop.map(|stop| stop.at),
            consecutive_failures: status.safety.consecutive_failures,
            duplicates: status.safety.duplicates,
        }
    }
}

/// What an event of `/events` carries: how calling stands, and a mark that differs whenever anything
/// in the ledger may. A stream that broke goes on with its next event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct LiveView {
    /// Counts the changes of the ledger by this instance and, on PostgreSQL, by all instances.
    pub(crate) revision: u64,
    /// When the latest entry was made, by whichever process.
    pub(crate) latest: Option<Timestamp>,
    /// Calls under way that this instance leads.
    pub(crate) calls_under_way: u32,
    /// Whether the engine can use the ledger.
    pub(crate) works: bool,
    /// The emergency stop.
    pub(crate) safety: SafetyView,
}

impl LiveView {
    /// The state as it stands, at the ledger's commit `revision`.
    pub(crate) async fn read(state: &AppState, revision: u64) -> Result<Self, Problem> {
        Ok(Self {
            revision,
            latest: state.store.latest_instant().await?,
            safety: state.store.safety().await?.into(),
            calls_under_way: state.status.borrow().live,
            works: state.engine_fault().is_none(),
        })
    }
}
