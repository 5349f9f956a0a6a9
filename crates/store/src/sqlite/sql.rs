//! The statements, one file each under `sql/sqlite`; a test prepares every one against the schema.

/// Begins a transaction with the write lock.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
/// Begins a transaction that reads.
pub(super) const BEGIN_READ: &str = "BEGIN";
/// Makes a transaction durable.
pub(super) const COMMIT: &str = "COMMIT";
/// Takes a transaction back.
pub(super) const ROLLBACK: &str = "ROLLBACK";
/// Begins one command of a group.
pub(super) const SAVEPOINT: &str = "SAVEPOINT command";
/// Ends one command of a group.
pub(super) const RELEASE: &str = "RELEASE command";
/// Takes one command of a group back.
pub(super) const ROLLBACK_TO: &str = "ROLLBACK TO command";
/// Changes when another connection has committed.
pub(super) const DATA_VERSION: &str = "PRAGMA data_version";

/// The statement after its header comment: the cache of prepared statements looks them up by text.
const fn statement(file: &'static str) -> &'static str {
    let mut rest = file;
    while let [b'-', b'-', ..] = rest.as_bytes() {
        let bytes = rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() && bytes[end] != b'\n' {
            end += 1;
        }
        let past = if end < bytes.len() { end + 1 } else { end };
        rest = rest.split_at(past).1;
    }
    rest
}

macro_rules! statements {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(pub(super) const $name: &str =
            statement(include_str!(concat!("../../sql/sqlite/", $file, ".sql")));)+

        /// Every statement with the name of its file.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$(($file, $name)),+];
    };
}

statements! {
    ATTEMPT = "attempt",
    ATTEMPT_ADD = "attempt_add",
    ATTEMPT_MOVE = "attempt_move",
    ATTEMPT_TO_SETTLE = "attempt_to_settle",
    ATTEMPTS_ENDED = "attempts_ended",
    ATTEMPTS_LIVE = "attempts_live",
    AUDIT_APPEND = "audit_append",
    AUDIT_LAST = "audit_last",
    AUDIT_OF_ATTEMPT = "audit_of_attempt",
    AUDIT_OF_NUMBER = "audit_of_number",
    AUDIT_WHOLE = "audit_whole",
    CALL = "call",
    CALLS = "calls",
    CALLS_ENDED = "calls_ended",
    CALLS_LIVE = "calls_live",
    CALLS_NOT_RUNG = "calls_not_rung",
    CALLS_OF_CAMPAIGN = "calls_of_campaign",
    CALLS_OF_NUMBER = "calls_of_number",
    CALLS_RECENT = "calls_recent",
    CAMPAIGN = "campaign",
    CAMPAIGN_ADD = "campaign_add",
    CAMPAIGN_CLAIMED = "campaign_claimed",
    CAMPAIGN_CONTACTS_MADE = "campaign_contacts_made",
    CAMPAIGN_DIALED = "campaign_dialed",
    CAMPAIGN_HIDE = "campaign_hide",
    CAMPAIGN_IDS = "campaign_ids",
    CAMPAIGN_IMPORTED = "campaign_imported",
    CAMPAIGN_MOVE = "campaign_move",
    CAMPAIGN_REMOVE = "campaign_remove",
    CAMPAIGN_SETTINGS = "campaign_settings",
    CAMPAIGN_SETTLED = "campaign_settled",
    CAMPAIGN_SKIPPED = "campaign_skipped",
    CAMPAIGN_SKIPPED_DUPLICATES = "campaign_skipped_duplicates",
    CAMPAIGN_STEERED = "campaign_steered",
    CAMPAIGNS = "campaigns",
    CAMPAIGNS_ACTIVE = "campaigns_active",
    CAMPAIGNS_OF_FILE = "campaigns_of_file",
    CLAIM_CAMPAIGN = "claim_campaign",
    CLAIM_CANDIDATES = "claim_candidates",
    CONTACT_ADD = "contact_add",
    CONTACT_CALLING = "contact_calling",
    CONTACT_COUNT = "contact_count",
    CONTACT_COUNT_ADD = "contact_count_add",
    CONTACT_COUNTS = "contact_counts",
    CONTACT_COUNTS_REMOVE = "contact_counts_remove",
    CONTACT_DEFER = "contact_defer",
    CONTACT_LINE = "contact_line",
    CONTACT_SETTLE = "contact_settle",
    CONTACT_SKIP = "contact_skip",
    CONTACTS = "contacts",
    CONTACTS_CLEAR = "contacts_clear",
    CONTACTS_IN_STATE = "contacts_in_state",
    CONTACTS_MARK_CALLED = "contacts_mark_called",
    CONTACTS_OF_NUMBER = "contacts_of_number",
    DOCTOR_CONTACT_COUNTS = "doctor_contact_counts",
    DOCTOR_INTEGRITY = "doctor_integrity",
    DOCTOR_LIVE_COUNTS = "doctor_live_counts",
    DOCTOR_LOST_ATTEMPTS = "doctor_lost_attempts",
    DOCTOR_OUTCOME_COUNTS = "doctor_outcome_counts",
    DOCTOR_STUCK_CONTACTS = "doctor_stuck_contacts",
    DOCTOR_UNMATCHED = "doctor_unmatched",
    DUPLICATE = "duplicate",
    DUPLICATE_ADD = "duplicate_add",
    FACT = "fact",
    FACT_ADD = "fact_add",
    FACT_SET = "fact_set",
    INSTANCE = "instance",
    INSTANCE_GONE = "instance_gone",
    INSTANCE_HEARD = "instance_heard",
    INSTANCE_JOIN = "instance_join",
    INSTANCE_LEAVE = "instance_leave",
    INSTANCES = "instances",
    INSTANCES_FORGET = "instances_forget",
    INSTANCES_OVERDUE = "instances_overdue",
    LEASE = "lease",
    LEASE_EXTEND = "lease_extend",
    LEASE_RELEASE = "lease_release",
    LEASE_TAKE = "lease_take",
    LEASES_RELEASE = "leases_release",
    LEFTOVER_CAMPAIGNS = "leftover_campaigns",
    LEFTOVER_LISTS = "leftover_lists",
    LIST_ADD = "list_add",
    LIST_COUNT = "list_count",
    LIST_FINISH = "list_finish",
    LIST_OPEN = "list_open",
    LIST_REMOVE = "list_remove",
    LIST_TOTALS = "list_totals",
    LISTS_REMOVE = "lists_remove",
    NUMBER = "number",
    NUMBER_ADD_BLOCKED = "number_add_blocked",
    NUMBER_ADD_CALLED = "number_add_called",
    NUMBER_BLOCK = "number_block",
    NUMBER_CALLED = "number_called",
    NUMBER_LIVE = "number_live",
    OUTCOME_COUNT = "outcome_count",
    OUTCOME_COUNT_ADD = "outcome_count_add",
    OUTCOME_COUNTS = "outcome_counts",
    OUTCOME_COUNTS_REMOVE = "outcome_counts_remove",
    PROBLEM_ADD = "problem_add",
    PROBLEMS = "problems",
    PROBLEMS_CLEAR = "problems_clear",
    RINGS = "rings",
    RINGS_OF_NUMBER = "rings_of_number",
    SAFETY = "safety",
    SAFETY_SET = "safety_set",
    TOKEN_ADD = "token_add",
    TOKENS = "tokens",
    UNMATCHED_ADD = "unmatched_add",
}
