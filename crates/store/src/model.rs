//! Types that go into the ledger and come out of it.

mod accounts;
mod agents;
mod announcements;
mod carriers;
mod dialling;
mod figures;
mod instances;
mod keys;
mod media;
mod prices;
mod recordings;
mod search;

use std::sync::Arc;

use ringonce_domain::proof::Violation;
use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, CampaignState, ContactCounts, ContactId, ContactState,
    LeadStatus, Number, Outcome, Price, Safety, Settings, Stopped, Timestamp, UserId,
};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub use self::accounts::{
    AuditContext, Credentials, Ending, Link, LinkPurpose, LinkUse, MAX_FIRST_LINKS,
    MAX_RECOVERY_CODES, MAX_SESSIONS, MAX_TOKENS, NAME_CHARS, NewLink, NewSession, NewToken,
    NewUser, Note, NoteEvent, Owner, PasswordHash, SEEN_EVERY, SWEPT_AT_ONCE, SecondFactor,
    SecretHash, Session, Share, SharedWith, SignInProof, Token, TwoFactorSecret, User, UserChange,
    Visible,
};
pub use self::agents::{AgentDetail, AgentRevision};
pub use self::announcements::{ANNOUNCED_AT_ONCE, Announced, Announcement, AnnouncementId};
pub use self::carriers::{
    Answer, Answered, Applied, Comparison, Difference, DifferenceAt, KeptEvent, MAX_DIFFERENCES,
    MAX_EVENT, MAX_EVENT_NAME, NewCarrierEvent, Ours,
};
pub use self::dialling::{Agenda, ClaimRequest, Claimed, Judgement, Lease, Recorded};
pub use self::figures::{ACTIVITY_ROWS, Activity, PULSE_CAMPAIGNS, Pulse, Span};
pub use self::instances::{INSTANCES_REMEMBERED, InstanceDetail, MEMORY_OF_INSTANCES, NewInstance};
pub use self::keys::{HeldKey, KeyTurn, KeyedRequest};
pub use self::media::{MAX_MEDIA, MAX_MEDIA_BYTES, MediaDetail, MediaRemoved, NewMedia};
pub use self::prices::{PriceTotal, Priced, Unpriced};
pub use self::recordings::{KeptRecording, RecordingState, StoredRecording, WantedRecording};
pub use self::search::{
    AuditAbout, AuditFound, AuditPlace, AuditSearch, Beginning, CONTACTS_ASKED, CONTACTS_LOOKED_AT,
    ContactOrder, ContactSearch, ContactsFound, ENTRIES_LOOKED_AT, WAITING_LOOKED_AT, Waiting,
    WaitingFor,
};

/// The actor of an audit entry: `cli`, `user:<e-mail address>`, `api:<token name>`, `engine`,
/// `carrier:<name>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Actor(pub Arc<str>);

impl Actor {
    /// The actor of this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }
}

/// A campaign to be created.
#[derive(Clone, Debug)]
pub struct NewCampaign {
    /// Its name.
    pub name: String,
    /// Validated settings, snapshotted.
    pub settings: Settings,
    /// SHA-256 of the file's content, lowercase hexadecimal; empty when unknown.
    pub fingerprint: String,
    /// Its owner. A campaign that a program or the command line made has none, and everyone sees it.
    pub owner: Option<UserId>,
}

/// A file about to be imported into a campaign.
#[derive(Clone, Debug)]
pub struct NewList {
    /// The file's own name, without folders.
    pub file_name: String,
    /// What was detected in it, as JSON.
    pub layout: String,
}

/// One good row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    /// Line in the file, from 1.
    pub line: u32,
    /// The number.
    pub number: Number,
    /// The name, or empty.
    pub name: String,
    /// The zones that the row names, as `ringonce_domain::zones::words` keeps them; none when it names none.
    pub zone: Option<String>,
    /// Every other column, a JSON object.
    pub metadata: String,
}

/// One row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RowProblem {
    /// Line in the file, from 1.
    pub line: u32,
    /// The column at fault; empty for the whole row.
    pub column: String,
    /// Its value.
    pub value: String,
    /// Why it was refused, in words a person can act on.
    pub reason: String,
    /// The row's columns, a JSON object; empty for a row that repeats a number, which needs no correction.
    #[serde(skip)]
    pub fields: String,
}

/// A row whose number an earlier row of the campaign has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DuplicateRow {
    /// Line in the file.
    pub line: u32,
    /// The number.
    pub number: Number,
    /// Line of the row that has it.
    pub first_line: u32,
}

/// The totals of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ImportTotals {
    /// Rows read.
    pub rows: u64,
    /// Contacts made.
    pub accepted: u64,
    /// Rows whose number was already in the campaign.
    pub duplicates: u64,
    /// Rows that were refused.
    pub rejected: u64,
}

/// A campaign with its figures; reading it costs the same whatever its size.
#[derive(Clone, Debug, Serialize)]
pub struct CampaignDetail {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: CampaignState,
    /// Why it is in this state, if known: the words of a person or a carrier, or a code of
    /// [`ringonce_domain::contact::Reason`].
    pub state_reason: Option<String>,
    /// Its settings as created.
    pub settings: Arc<Settings>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was started.
    pub started_at: Option<Timestamp>,
    /// When it completed or failed.
    pub ended_at: Option<Timestamp>,
    /// When it last sent a call to the carrier.
    pub last_called_at: Option<Timestamp>,
    /// Contacts by state.
    pub contacts: ContactCounts,
    /// Ended attempts by outcome, every outcome present.
    pub outcomes: Vec<(Outcome, u64)>,
    /// Contacts skipped because their number was called by an earlier campaign.
    pub skipped_duplicates: u64,
    /// Attempts that hold a line.
    pub live: u32,
    /// Total conversation time, in milliseconds.
    pub talk_millis: u64,
    /// What its calls cost as far as the carrier has said so, in each currency.
    pub prices: Vec<PriceTotal>,
    /// When its first waiting contact is due.
    pub next_due: Option<Timestamp>,
    /// What was imported.
    pub import: ImportTotals,
    /// SHA-256 of the imported file.
    pub fingerprint: String,
    /// Its owner.
    pub owner: Option<Owner>,
}

impl CampaignDetail {
    /// Ended attempts with an outcome.
    pub fn ended(&self, outcome: Outcome) -> u64 {
        let counted = self.outcomes.iter().find(|(it, _)| *it == outcome);
        counted.map_or(0, |(_, attempts)| *attempts)
    }

    /// Answered calls whose price is not known.
    pub fn unpriced(&self) -> u64 {
        let priced = self.prices.iter().map(|total| total.answered).sum();
        self.ended(Outcome::Answered).saturating_sub(priced)
    }
}

/// Changes to a draft.
#[derive(Clone, Debug, Default)]
pub struct DraftEdit {
    /// Another name.
    pub name: Option<String>,
    /// The settings that change, each whole, by its name.
    pub settings: serde_json::Map<String, serde_json::Value>,
}

/// How many of some numbers a start would skip now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Numbers that another campaign called, so that the repeat rule forbids them.
    pub called: u64,
    /// Numbers that are blocked.
    pub blocked: u64,
}

/// Progress in marking contacts that were called before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Contacts skipped by this step.
    pub skipped: u64,
    /// Where to go on; `None` after the last contact.
    pub next: Option<ContactId>,
}

/// The result of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Started {
    /// Contacts that will be called.
    pub calls: u64,
    /// Contacts skipped because their number was called by an earlier campaign.
    pub skipped: u64,
    /// The campaign's state.
    pub state: CampaignState,
}

/// A contact as listings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ContactDetail {
    /// Its id.
    pub id: ContactId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Line in the imported file.
    pub line: u32,
    /// Its number.
    pub number: Number,
    /// Its name.
    pub name: String,
    /// Its state for the dialler.
    pub state: ContactState,
    /// Its lead status.
    pub lead: LeadStatus,
    /// Why it was skipped or waits.
    #[cfg_attr(feature = "schema", schema(value_type = Option<ringonce_domain::contact::Reason>))]
    pub reason: Option<String>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Attempts that reached the carrier or may have.
    pub attempts: u32,
    /// Attempts that were answered.
    pub answered: u32,
    /// Outcome of the last attempt.
    pub last_outcome: Option<Outcome>,
    /// When the last attempt was made.
    pub last_attempt_at: Option<Timestamp>,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// Every other column of the file, a JSON object.
    #[serde(serialize_with = "as_json")]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub metadata: String,
}

/// Writes the text of a JSON value as that value. The ledger holds checked JSON; anything else shows as
/// null rather than breaking the answer.
fn as_json<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<&RawValue>(text).ok().serialize(to)
}

/// A call as listings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallDetail {
    /// The attempt's id.
    pub id: AttemptId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Its contact.
    pub contact: ContactId,
    /// The number called.
    pub number: Number,
    /// The contact's name; empty when the campaign was deleted.
    pub name: String,
    /// Which attempt for the contact; 1 is the first.
    pub made: u32,
    /// Its state.
    pub state: AttemptState,
    /// Its outcome.
    pub outcome: Option<Outcome>,
    /// The carrier's words.
    pub cause: Option<String>,
    /// The carrier's name for the call.
    pub call_id: Option<String>,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// When it was sent to the carrier.
    pub dialed_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// When a late word said that it ended otherwise than was concluded.
    pub corrected_at: Option<Timestamp>,
    /// Whether the phone may have rung.
    pub may_have_rung: bool,
    /// What the carrier charges; null until it says so, which may take long after the end.
    #[cfg_attr(feature = "schema", schema(value_type = Option<ringonce_domain::price::PriceText>))]
    pub price: Option<Price>,
}

/// One entry of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Its place in the chain.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What happened.
    #[cfg_attr(feature = "schema", schema(example = "attempt.ringing"))]
    pub event: String,
    /// Which campaign, if one.
    pub campaign: Option<CampaignId>,
    /// Which number, if one.
    pub number: Option<Number>,
    /// Which attempt, if one.
    pub attempt: Option<AttemptId>,
    /// Everything else, a JSON object: inputs of the decision, evidence, reason.
    #[serde(serialize_with = "as_json")]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub detail: String,
}

/// Everything known about a number.
#[derive(Clone, Debug, Serialize)]
pub struct NumberDetail {
    /// The number.
    pub number: Number,
    /// When and why it was blocked.
    pub blocked: Option<Block>,
    /// The attempt that is live.
    pub live_attempt: Option<AttemptId>,
    /// Calls that may have rung.
    pub called: u64,
    /// Calls that were answered.
    pub answered: u64,
    /// When the last call ended.
    pub last_called_at: Option<Timestamp>,
    /// Its contacts in every campaign, the latest 100.
    pub contacts: Vec<ContactDetail>,
    /// Its calls, the latest 100.
    pub calls: Vec<CallDetail>,
}

/// When and why a number was blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Block {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Which rows to list, and from where.
#[derive(Clone, Debug, Default)]
pub struct Page<K> {
    /// Rows after this key, in the listing's order; the first rows when absent.
    pub after: Option<K>,
    /// At most so many rows; stores cap it at 1,000.
    pub limit: u32,
}

/// The emergency stop and its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SafetyStatus {
    /// The counters and the stop itself.
    pub safety: Safety,
    /// The stop, if tripped.
    pub stopped: Option<Stopped>,
}

/// One finding of `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the check.
    pub check: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// What was found.
    pub found: String,
    /// What to do when it failed.
    pub advice: String,
}

/// The proof of the ledger: its rings, judged by the rules.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Proof {
    /// Numbers rung.
    pub numbers: u64,
    /// Rings.
    pub rings: u64,
    /// Rings against the rules.
    pub violations: Vec<Violation>,
}
