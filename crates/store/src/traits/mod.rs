//! The interface of the ledger, one trait for each kind of caller.

mod accounts;
mod agents;
mod announcements;
mod carriers;
mod keys;
mod media;
mod recordings;

use std::path::Path;

use async_trait::async_trait;
use ringonce_domain::proof::{Ring, Violation};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, CampaignState, ContactId,
    ContactState, Epoch, Evidence, InstanceId, ListId, Number, Region, RepeatRule, SafetyLimits,
    Settings, Timestamp,
};

pub use accounts::{Accounts, Sharing, Tokens};
pub use agents::Agents;
pub use announcements::Announcements;
pub use carriers::Inbox;
pub use keys::RequestKeys;
pub use media::Media;
pub use recordings::KeptRecordings;

use crate::Result;
#[cfg(doc)]
use crate::model::{ACTIVITY_ROWS, CONTACTS_ASKED, PULSE_CAMPAIGNS};
use crate::model::{
    Activity, Actor, Agenda, AuditEntry, AuditFound, AuditPlace, AuditSearch, CallDetail,
    CampaignDetail, ClaimRequest, Claimed, ContactDetail, ContactSearch, ContactsFound, DraftEdit,
    DuplicateRow, Finding, Foreseen, ImportTotals, InstanceDetail, Judgement, Marked, NewCampaign,
    NewContact, NewInstance, NewList, NumberDetail, Page, Pulse, Recorded, RowProblem,
    SafetyStatus, Span, Started, Visible, Waiting,
};

/// A whole ledger.
pub trait Store:
    Instances
    + Dialing
    + Inbox
    + Campaigns
    + Contacts
    + Agents
    + Media
    + KeptRecordings
    + Reports
    + Admin
    + Announcements
    + RequestKeys
    + Accounts
    + Tokens
    + Sharing
{
}

/// For the processes that share a ledger: who of them lives, and what time it is.
///
/// An instance lives until it leaves or its time runs out. The first heartbeat or join of another instance
/// that finds a time run out declares its owner gone, once, and frees its leases. That is a guess about a
/// process; only how soon others take over depends on it.
#[async_trait]
pub trait Instances: Send + Sync {
    /// Enters a process that begins to run campaigns; a known id is entered anew. Forgets instances that have
    /// not lived for a day.
    async fn join(&self, instance: NewInstance, now: Timestamp, until: Timestamp) -> Result<()>;

    /// Lets an instance live until `until`, also one that was declared gone. Returns the instances that live
    /// or have lived within a day, the eldest first. The change wakes no waiter.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when it left or was forgotten: it has to join again.
    async fn heartbeat(
        &self,
        id: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<InstanceDetail>>;

    /// Leaves in order, and gives up every lease. Does nothing for an unknown instance.
    async fn leave(&self, id: InstanceId, now: Timestamp) -> Result<()>;

    /// Declares an instance gone on certain knowledge, such as that of the engine lock's holder. Returns
    /// whether it counted as living.
    async fn declare_gone(&self, id: InstanceId, now: Timestamp) -> Result<bool>;

    /// Every instance that is remembered, the eldest first.
    async fn instances(&self) -> Result<Vec<InstanceDetail>>;

    /// The time of all instances that share the ledger; `None` when they share a machine's clock.
    async fn database_time(&self) -> Result<Option<Timestamp>>;
}

/// Commands and questions of the engine.
#[async_trait]
pub trait Dialing: Send + Sync {
    /// What an instance plans from. Costs the number of active campaigns, not of contacts.
    async fn agenda(&self) -> Result<Agenda>;

    /// Takes or renews the lease of a campaign until `until`. `None` when another instance holds
    /// it. A takeover, and a lease taken again after it ran out, raises the epoch.
    async fn lease(
        &self,
        campaign: CampaignId,
        instance: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Epoch>>;

    /// Gives up the lease of a campaign, if the instance has it, so that another may take it at once. An
    /// attempt that the instance has claimed and not dialled is released when it is about to be dialled;
    /// calls under way settle as usual.
    async fn release_lease(&self, campaign: CampaignId, instance: InstanceId) -> Result<()>;

    /// Chooses the next due contacts that the rules allow and makes attempts of them; skips or defers other
    /// contacts on the way. At most 256 contacts are judged in one transaction.
    async fn claim(&self, request: ClaimRequest) -> Result<Claimed>;

    /// Applies evidence to an attempt with everything that follows from it, in one transaction: the
    /// oldest piece first, up to one that names another call than the attempt has.
    ///
    /// `Evidence::Dial` asks again whether the call may be made: after a stop, a pause, a block or a
    /// lost lease it answers `Recorded::Moved` with a released attempt. Only an attempt that moved to
    /// `dialing` may be sent to the carrier. It comes alone.
    ///
    /// # Errors
    /// [`crate::StoreError::Stale`] when `Evidence::Dial` is refused: the carrier must not be asked.
    async fn record(
        &self,
        attempt: AttemptId,
        evidence: Vec<Evidence>,
        by: Actor,
        judgement: Judgement,
        now: Timestamp,
    ) -> Result<Recorded>;

    /// Live attempts in order of number, for the watchdog.
    async fn live_attempts(&self, page: Page<Number>) -> Result<Vec<Attempt>>;

    /// One attempt.
    async fn attempt(&self, id: AttemptId) -> Result<Option<Attempt>>;

    /// Moves a campaign, for the engine or for a person.
    async fn transition(
        &self,
        campaign: CampaignId,
        event: CampaignEvent,
        by: Actor,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<CampaignState>;

    /// Looks for rings against the rules among the attempts that ended after `since`, with the
    /// checker of `ringonce_domain::proof`, independently of the claim. Returns the violations
    /// and the instant from which to go on. Each one found is reported once.
    async fn find_duplicates(
        &self,
        since: Timestamp,
        limits: SafetyLimits,
        now: Timestamp,
    ) -> Result<(Vec<Violation>, Timestamp)>;

    /// The instant of the latest entry in the ledger: a clock must not start before it.
    async fn latest_instant(&self) -> Result<Option<Timestamp>>;

    /// Counts commits; each change of the count wakes waiters.
    fn changes(&self) -> tokio::sync::watch::Receiver<u64>;
}

/// Creating and steering campaigns.
#[async_trait]
pub trait Campaigns: Send + Sync {
    /// Creates a draft that is invisible until [`Self::finish_import`].
    async fn create(&self, campaign: NewCampaign, by: Actor, now: Timestamp) -> Result<CampaignId>;

    /// Begins an import into a campaign that is still a draft.
    async fn begin_import(
        &self,
        campaign: CampaignId,
        list: NewList,
        now: Timestamp,
    ) -> Result<ListId>;

    /// Adds one chunk of rows and problems in file order; returns the rows whose number was already in the
    /// campaign. Of equal numbers the first is kept.
    async fn add_contacts(
        &self,
        list: ListId,
        contacts: Vec<NewContact>,
        problems: Vec<RowProblem>,
    ) -> Result<Vec<DuplicateRow>>;

    /// Makes the import, and the campaign, visible.
    async fn finish_import(
        &self,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals>;

    /// Removes a campaign whose import failed, with everything that was imported.
    async fn discard_import(&self, campaign: CampaignId) -> Result<()>;

    /// Removes campaigns whose import a crash left unfinished. Only for the process that holds the engine
    /// lock. Returns how many there were.
    async fn discard_unfinished(&self) -> Result<u64>;

    /// Visible campaigns, by descending id.
    async fn campaigns(
        &self,
        state: Option<CampaignState>,
        visible: Visible,
        page: Page<CampaignId>,
    ) -> Result<Vec<CampaignDetail>>;

    /// One campaign.
    async fn campaign(&self, id: CampaignId) -> Result<CampaignDetail>;

    /// The latest campaign, not deleted and in one of `states`, whose file had this fingerprint.
    async fn campaign_of_file(
        &self,
        fingerprint: &str,
        states: &[CampaignState],
    ) -> Result<Option<CampaignId>>;

    /// Skips the contacts of a draft whose number another campaign has called, as its repeat rule
    /// says: one bounded step from `from` on (promise A1).
    async fn mark_called(
        &self,
        campaign: CampaignId,
        from: Option<ContactId>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Marked>;

    /// Changes a draft: each setting that is given replaces the one that was there. Returns whether
    /// anything changed.
    ///
    /// # Errors
    /// [`crate::StoreError::NotADraft`] once it was started; [`crate::StoreError::Setting`] for one
    /// that cannot be used.
    async fn edit(
        &self,
        campaign: CampaignId,
        edit: DraftEdit,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// Starts a draft after [`Self::mark_called`] has gone over it: to `pending`, and on to
    /// `running` when its start time has come.
    async fn start(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<Started>;

    /// Deletes a campaign that is not running and has no call under way: its contacts go, its
    /// attempts stay in the ledger.
    async fn delete(&self, campaign: CampaignId, by: Actor, now: Timestamp) -> Result<()>;
}

/// Contacts and their imports.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// Contacts of a campaign by ascending id.
    async fn contacts(
        &self,
        campaign: CampaignId,
        state: Option<ContactState>,
        page: Page<ContactId>,
    ) -> Result<Vec<ContactDetail>>;

    /// Contacts of a campaign by any filter in any order. Looks at a bounded number of them, whatever
    /// the filter: see [`ContactsFound::next`].
    async fn find_contacts(
        &self,
        campaign: CampaignId,
        wanted: ContactSearch,
        page: Page<ContactId>,
    ) -> Result<ContactsFound>;

    /// Why contacts of a campaign wait: a bounded number of the next in line.
    async fn waiting(&self, campaign: CampaignId, now: Timestamp) -> Result<Waiting>;
    /// How many of these numbers a campaign with this repeat rule, which has not called yet, would skip. At
    /// most [`crate::NUMBERS_FORESEEN`] numbers; each counts as often as it is given.
    async fn foresee(
        &self,
        numbers: Vec<Number>,
        repeat: RepeatRule,
        now: Timestamp,
    ) -> Result<Foreseen>;

    /// How the files of a campaign were read, as [`NewList`] says it, the first file first.
    async fn layouts(&self, campaign: CampaignId) -> Result<Vec<String>>;

    /// Refused rows of a campaign's files, by ascending line; duplicates included.
    async fn problems(&self, campaign: CampaignId, page: Page<u32>) -> Result<Vec<RowProblem>>;
}

/// Calls, numbers and the audit trail.
#[async_trait]
pub trait Reports: Send + Sync {
    /// Calls, the latest first, of one campaign or of all. A caller with a restricted view who asks for all
    /// gets those of visible running campaigns, of the latest hundred others of their own and of the latest
    /// hundred open to everyone; none of an invisible campaign.
    async fn calls(
        &self,
        campaign: Option<CampaignId>,
        state: Option<AttemptState>,
        visible: Visible,
        page: Page<AttemptId>,
    ) -> Result<Vec<CallDetail>>;

    /// The last call of each of some contacts that may have rung, in no order; the first [`CONTACTS_ASKED`]
    /// contacts.
    async fn last_calls(&self, contacts: &[ContactId]) -> Result<Vec<CallDetail>>;

    /// One call and its timeline, oldest first.
    async fn call(&self, id: AttemptId) -> Result<(CallDetail, Vec<AuditEntry>)>;

    /// Everything about a number, without its timeline; `None` for an unknown number.
    async fn number(&self, number: Number) -> Result<Option<NumberDetail>>;

    /// The audit trail of a number, oldest first, the latest 1,000 entries.
    async fn number_timeline(&self, number: Number) -> Result<Vec<AuditEntry>>;

    /// Entries of the audit trail, the latest first, by time and then in the order in which they were
    /// written. Looks at a bounded number of them: see [`AuditFound::next`].
    async fn find_entries(&self, wanted: AuditSearch, page: Page<AuditPlace>)
    -> Result<AuditFound>;

    /// Calls that may have rung, by number and time, numbers after `page.after`; a number's calls are never
    /// split over pages.
    async fn rings(&self, page: Page<Number>) -> Result<Vec<Ring>>;

    /// Calls of a campaign by when and how they ended, in buckets that begin within the period, the
    /// oldest first; the first [`ACTIVITY_ROWS`]. Costs the number of buckets, not of calls.
    async fn activity(
        &self,
        campaign: CampaignId,
        span: Span,
        period: std::ops::Range<Timestamp>,
    ) -> Result<Vec<Activity>>;

    /// Calls a minute of up to [`PULSE_CAMPAIGNS`] campaigns since an instant, by campaign and minute;
    /// minutes without a call are left out. For sparklines: ask for half an hour.
    async fn pulse(&self, campaigns: &[CampaignId], since: Timestamp) -> Result<Vec<Pulse>>;

    /// The settings of a campaign, deleted ones included.
    async fn settings(&self, campaign: CampaignId) -> Result<Option<std::sync::Arc<Settings>>>;

    /// Recomputes the audit chain; returns the number of entries, or the first wrong one.
    async fn verify_audit(&self) -> Result<std::result::Result<u64, i64>>;
}

/// For operators.
#[async_trait]
pub trait Admin: Send + Sync {
    /// The emergency stop.
    async fn safety(&self) -> Result<SafetyStatus>;

    /// Trips the emergency stop by hand.
    async fn stop_all(&self, reason: String, by: Actor, now: Timestamp) -> Result<()>;

    /// Re-arms the emergency stop. Returns whether it was tripped.
    async fn resume_all(&self, reason: String, by: Actor, now: Timestamp) -> Result<bool>;

    /// Blocks a number for good. Returns whether it was not blocked before.
    async fn block(
        &self,
        number: Number,
        reason: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// A named value that belongs to the database rather than to a machine, such as the kind of
    /// carrier whose calls it holds.
    async fn fact(&self, name: &str) -> Result<Option<String>>;

    /// A named value, which becomes `value` unless it has one: the first caller decides, and all get the same
    /// answer.
    async fn fact_or_set(&self, name: &str, value: &str) -> Result<String>;

    /// Replaces a named value that is `held`, or has none. Returns whether it was: of many callers that have
    /// read the same value and replace it at once, one succeeds and the others read again.
    async fn replace_fact(&self, name: &str, held: Option<&str>, value: &str) -> Result<bool>;

    /// The usual region, where numbers without a country code belong; none until it is set.
    async fn usual_region(&self) -> Result<Option<Region>>;

    /// Sets the usual region, or removes it. Returns whether it changed; only then is it audited.
    async fn set_usual_region(
        &self,
        region: Option<Region>,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// Copies the whole database to a file that must not exist, while it is in use.
    async fn backup(&self, to: &Path) -> Result<()>;

    /// Checks the data.
    async fn doctor(&self, now: Timestamp) -> Result<Vec<Finding>>;

    /// Waits for everything under way and closes.
    async fn close(&self) -> Result<()>;
}
