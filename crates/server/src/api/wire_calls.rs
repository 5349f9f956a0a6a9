//! What the API says of contacts, calls and numbers, in JSON and with its schema.
//!
//! Every instant is in ISO 8601 in UTC with milliseconds, every number in E.164.

use ringonce_domain::{AttemptId, CampaignId, ContactId, Number, Outcome, Timestamp};
use ringonce_store::model::{AuditEntry, Block, CallDetail, ContactDetail, NumberDetail};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::numbers::PlaceView;
use crate::api::schema;

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactView {
    /// Its id.
    #[schema(value_type = i64)]
    id: ContactId,
    /// Its campaign.
    #[schema(value_type = i64)]
    campaign: CampaignId,
    /// Line in the imported file.
    line: u32,
    /// Its number.
    #[schema(value_type = schema::Number)]
    number: Number,
    /// Its name.
    name: String,
    /// Where it stands for the dialler.
    #[schema(value_type = schema::ContactState)]
    state: ringonce_domain::ContactState,
    /// Where it stands for the business.
    #[schema(value_type = schema::LeadStatus)]
    lead: ringonce_domain::LeadStatus,
    /// Why it was skipped or waits.
    reason: Option<String>,
    /// When it is due.
    #[schema(value_type = Option<schema::Instant>)]
    due_at: Option<Timestamp>,
    /// Attempts that reached the carrier or may have.
    attempts: u32,
    /// Attempts that were answered.
    answered: u32,
    /// Outcome of the last attempt.
    #[schema(value_type = Option<schema::Outcome>)]
    last_outcome: Option<Outcome>,
    /// When the last attempt was made.
    #[schema(value_type = Option<schema::Instant>)]
    last_attempt_at: Option<Timestamp>,
    /// When its state last changed.
    #[schema(value_type = schema::Instant)]
    changed_at: Timestamp,
    /// Every other column of the file.
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
}

impl From<ContactDetail> for ContactView {
    fn from(contact: ContactDetail) -> Self {
        Self {
            id: contact.id,
            campaign: contact.campaign,
            line: contact.line,
            number: contact.number,
            name: contact.name,
            state: contact.state,
            lead: contact.lead,
            reason: contact.reason,
            due_at: contact.due_at,
            attempts: contact.attempts,
            answered: contact.answered,
            last_outcome: contact.last_outcome,
            last_attempt_at: contact.last_attempt_at,
            changed_at: contact.changed_at,
            metadata: json(contact.metadata),
        }
    }
}

/// The ledger holds checked JSON; anything else shows as null rather than breaking the answer.
pub(crate) fn json(text: String) -> Box<RawValue> {
    RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallView {
    /// The attempt's id.
    #[schema(value_type = String)]
    id: AttemptId,
    /// Its campaign.
    #[schema(value_type = i64)]
    campaign: CampaignId,
    /// Its contact.
    #[schema(value_type = i64)]
    contact: ContactId,
    /// The number called.
    #[schema(value_type = schema::Number)]
    number: Number,
    /// The contact's name.
    name: String,
    /// Which attempt for the contact; 1 is the first.
    made: u32,
    /// Where it stands.
    #[schema(value_type = schema::AttemptState)]
    state: ringonce_domain::AttemptState,
    /// What came of it.
    #[schema(value_type = Option<schema::Outcome>)]
    outcome: Option<Outcome>,
    /// The carrier's words.
    cause: Option<String>,
    /// The carrier's name for the call.
    call_id: Option<String>,
    /// When it was claimed.
    #[schema(value_type = schema::Instant)]
    claimed_at: Timestamp,
    /// When it was sent to the carrier.
    #[schema(value_type = Option<schema::Instant>)]
    dialed_at: Option<Timestamp>,
    /// When it was answered.
    #[schema(value_type = Option<schema::Instant>)]
    answered_at: Option<Timestamp>,
    /// When it was over.
    #[schema(value_type = Option<schema::Instant>)]
    ended_at: Option<Timestamp>,
    /// Whether the phone may have rung.
    may_have_rung: bool,
}

impl From<CallDetail> for CallView {
    fn from(call: CallDetail) -> Self {
        Self {
            id: call.id,
            campaign: call.campaign,
            contact: call.contact,
            number: call.number,
            name: call.name,
            made: call.made,
            state: call.state,
            outcome: call.outcome,
            cause: call.cause,
            call_id: call.call_id,
            claimed_at: call.claimed_at,
            dialed_at: call.dialed_at,
            answered_at: call.answered_at,
            ended_at: call.ended_at,
            may_have_rung: call.may_have_rung,
        }
    }
}

/// One entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditView {
    /// Its place in the trail.
    seq: i64,
    /// When.
    #[schema(value_type = schema::Instant)]
    at: Timestamp,
    /// Who: `engine`, `carrier:…`, `api:…`, `cli`.
    actor: String,
    /// What happened.
    #[schema(example = "attempt.ringing")]
    event: String,
    /// Inputs of the decision, evidence, reason.
    #[schema(value_type = Object)]
    detail: Box<RawValue>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor.0.to_string(),
            event: entry.event,
            detail: json(entry.detail),
        }
    }
}

/// One call and everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallWithTimeline {
    /// The call.
    pub(crate) call: CallView,
    /// What happened, oldest first.
    pub(crate) timeline: Vec<AuditView>,
}

/// Everything known about a number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NumberView {
    /// The number.
    #[schema(value_type = schema::Number)]
    number: Number,
    #[serde(flatten)]
    place: PlaceView,
    /// When and why it was blocked; null when it was not.
    blocked: Option<BlockView>,
    /// The attempt under way.
    #[schema(value_type = Option<String>)]
    live_attempt: Option<AttemptId>,
    /// Calls that may have rung.
    called: u64,
    /// Calls that were answered.
    answered: u64,
    /// When the last call ended.
    #[schema(value_type = Option<schema::Instant>)]
    last_called_at: Option<Timestamp>,
    /// Its contacts in every campaign, the latest 100.
    contacts: Vec<ContactView>,
    /// Its calls, the latest 100.
    calls: Vec<CallView>,
    /// Its audit trail, oldest first, the latest 1,000 entries.
    timeline: Vec<AuditView>,
}

impl NumberView {
    /// A number with its audit trail.
    pub(crate) fn new(number: NumberDetail, timeline: Vec<AuditEntry>) -> Self {
        Self {
            number: number.number,
            place: PlaceView::of(number.number),
            blocked: number.blocked.map(Into::into),
            live_attempt: number.live_attempt,
            called: number.called,
            answered: number.answered,
            last_called_at: number.last_called_at,
            contacts: number.contacts.into_iter().map(Into::into).collect(),
            calls: number.calls.into_iter().map(Into::into).collect(),
            timeline: timeline.into_iter().map(Into::into).collect(),
        }
    }
}

/// When and why a number was blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockView {
    /// When.
    #[schema(value_type = schema::Instant)]
    at: Timestamp,
    /// Why.
    reason: String,
}

impl From<Block> for BlockView {
    fn from(Block { at, reason }: Block) -> Self {
        Self { at, reason }
    }
}
