//! JSON shapes of a call with its timeline and of a number with its history.
//!
//! Every instant is in ISO 8601 in UTC with milliseconds, every number in E.164.

use ringonce_domain::{AttemptId, Number, Timestamp};
use ringonce_store::model::{AuditEntry, Block, CallDetail, ContactDetail, NumberDetail};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::numbers::PlaceView;

/// One call and everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallWithTimeline {
    /// The call.
    pub(crate) call: CallDetail,
    /// What happened, oldest first.
    pub(crate) timeline: Vec<AuditEntry>,
}

/// Everything known about a number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NumberView {
    /// The number.
    number: Number,
    #[serde(flatten)]
    place: PlaceView,
    /// When and why it was blocked; null when it was not.
    blocked: Option<Block>,
    /// The attempt under way.
    live_attempt: Option<AttemptId>,
    /// Calls that may have rung.
    called: u64,
    /// Calls that were answered.
    answered: u64,
    /// When the last call ended.
    last_called_at: Option<Timestamp>,
    /// Its contacts in every campaign, the latest 100.
    contacts: Vec<ContactDetail>,
    /// Its calls, the latest 100.
    calls: Vec<CallDetail>,
    /// Its audit trail, oldest first, the latest 1,000 entries.
    timeline: Vec<AuditEntry>,
}

impl NumberView {
    /// A number with its audit trail.
    pub(crate) fn new(number: NumberDetail, timeline: Vec<AuditEntry>) -> Self {
        Self {
            number: number.number,
            place: PlaceView::of(number.number),
            blocked: number.blocked,
            live_attempt: number.live_attempt,
            called: number.called,
            answered: number.answered,
            last_called_at: number.last_called_at,
            contacts: number.contacts,
            calls: number.calls,
            timeline,
        }
    }
}
