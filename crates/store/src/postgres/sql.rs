//! The statements, one file each under `sql/postgres`; a test prepares every one against the schema.

/// Begins a transaction.
pub(super) const BEGIN: &str = "BEGIN";
/// Makes a transaction durable.
pub(super) const COMMIT: &str = "COMMIT";
/// Takes a transaction back.
pub(super) const ROLLBACK: &str = "ROLLBACK";

crate::statement::statements! {
    "postgres";
    ATTEMPT_TO_SETTLE = "attempt_to_settle",
    ATTEMPTS_ADD = "attempts_add",
    ATTEMPTS_MOVE = "attempts_move",
    AUDIT_APPEND = "audit_append",
    AUDIT_CHAIN_ADD = "audit_chain_add",
    CALLS_RECENT = "calls_recent",
    CAMPAIGN_ADD = "campaign_add",
    CAMPAIGN_CLAIMED = "campaign_claimed",
    CAMPAIGN_HIDE = "campaign_hide",
    CAMPAIGN_MOVE = "campaign_move",
    CAMPAIGN_SETTINGS = "campaign_settings",
    CAMPAIGN_SKIPPED = "campaign_skipped",
    CAMPAIGN_SKIPPED_DUPLICATES = "campaign_skipped_duplicates",
    CAMPAIGN_STEERED = "campaign_steered",
    CAMPAIGNS_ACTIVE = "campaigns_active",
    CAMPAIGNS_SETTLED = "campaigns_settled",
    CLAIM_CAMPAIGN = "claim_campaign",
    CLAIM_CANDIDATES = "claim_candidates",
    CLAIM_NUMBERS_ADD = "claim_numbers_add",
    CLAIM_NUMBERS_LOCK = "claim_numbers_lock",
    CONTACT_COUNTS = "contact_counts",
    CONTACT_COUNTS_ADD = "contact_counts_add",
    CONTACT_COUNTS_MOVE = "contact_counts_move",
    CONTACTS_CALLING = "contacts_calling",
    CONTACTS_DEFER = "contacts_defer",
    CONTACTS_MARK_CALLED = "contacts_mark_called",
    CONTACTS_SETTLE = "contacts_settle",
    CONTACTS_SKIP = "contacts_skip",
    DUPLICATE_ADD = "duplicate_add",
    FACT = "fact",
    FACT_SET = "fact_set",
    LEASE = "lease",
    LEASE_EXTEND = "lease_extend",
    LEASE_RELEASE = "lease_release",
    LEASE_TAKE = "lease_take",
    NUMBER_BLOCK = "number_block",
    NUMBERS_CALLED = "numbers_called",
    OUTCOME_COUNTS_ADD = "outcome_counts_add",
    OUTCOME_COUNTS_MOVE = "outcome_counts_move",
    SAFETY = "safety",
    SAFETY_LOCK = "safety_lock",
    SAFETY_SET = "safety_set",
    SCHEMA_TABLES = "schema_tables",
    SCHEMA_VERSION = "schema_version",
    SETTLE_CAMPAIGNS = "settle_campaigns",
    SETTLE_NUMBERS = "settle_numbers",
    STOP_ALONE = "stop_alone",
    STOP_SHARE = "stop_share",
    TOKEN_ADD = "token_add",
    TOKENS = "tokens",
    UNMATCHED_ADD = "unmatched_add",
}
