//! The statements, one file each under `sql/postgres`; a test prepares every one against the schema.

/// Begins a transaction.
pub(super) const BEGIN: &str = "BEGIN";
/// Makes a transaction durable.
pub(super) const COMMIT: &str = "COMMIT";
/// Takes a transaction back.
pub(super) const ROLLBACK: &str = "ROLLBACK";

crate::statement::statements! {
    "postgres";
    AUDIT_APPEND = "audit_append",
    AUDIT_CHAIN_ADD = "audit_chain_add",
    SCHEMA_TABLES = "schema_tables",
    SCHEMA_VERSION = "schema_version",
}
