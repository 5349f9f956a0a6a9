//! Errors of the ledger, in words that say what to do.

use ringonce_domain::{CampaignState, Email, IllegalCampaignEvent, InvalidSetting, StaleAttempt};

/// Why a store method did nothing. A method that fails has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Its kind: `campaign`, `call`, …
        what: &'static str,
        /// Its id as given.
        id: String,
    },
    /// The campaign's state does not allow it.
    #[error(transparent)]
    Illegal(#[from] IllegalCampaignEvent),
    /// Another process has moved the attempt.
    #[error(transparent)]
    Stale(#[from] StaleAttempt),
    /// A campaign that is calling, or has calls under way, cannot be deleted.
    #[error("campaign {id} is {state} with {live} calls under way; {}", if *.state == CampaignState::Running { "pause it first" } else { "wait until they have ended" })]
    InUse {
        /// Which campaign.
        id: i64,
        /// Its state.
        state: CampaignState,
        /// Its live attempts.
        live: u32,
    },
    /// A campaign that was started keeps its settings.
    #[error("campaign {id} is {state}: only a draft can be changed; create another campaign")]
    NotADraft {
        /// Which campaign.
        id: i64,
        /// Its state.
        state: CampaignState,
    },
    /// A start that was interrupted has skipped contacts under the repeat rule.
    #[error(
        "campaign {id} has skipped contacts under its repeat rule already; start it as it is, or delete it and import its list again"
    )]
    HalfStarted {
        /// Which campaign.
        id: i64,
    },
    /// A setting cannot be used.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// Another person signs in under this address.
    #[error("there is a user {email} already; change that one, or choose another address")]
    EmailTaken {
        /// The address.
        email: Email,
    },
    /// No user would be left who can manage users.
    #[error("{email} is the last admin who can sign in; make somebody else an admin first")]
    LastAdmin {
        /// The user who was to be disabled or to get another role.
        email: Email,
    },
    /// Two-factor is not in the state that a change needs.
    #[error("two-factor of {email} cannot be changed so: {reason}")]
    TwoFactor {
        /// The user.
        email: Email,
        /// What is wrong, and what to do.
        reason: &'static str,
    },
    /// A limit of the ledger.
    #[error("there are {limit} {what} already; remove some first")]
    TooMany {
        /// The kind of rows.
        what: &'static str,
        /// The most that there may be.
        limit: u32,
    },
    /// Another request under the same key has taken over, because this one did not renew its hold in time.
    #[error(
        "another request under the same key was begun in place of this one; ask again what came of it"
    )]
    KeyLost,
    /// The disk or the quota is full.
    #[error(
        "the disk that holds {path} is full; nothing was changed. Free some space and try again"
    )]
    DiskFull {
        /// The database file.
        path: String,
    },
    /// The database cannot be written.
    #[error(
        "{path} cannot be written: {reason}. Check the owner and mode of the file and its folder"
    )]
    ReadOnly {
        /// The database file.
        path: String,
        /// The database's message.
        reason: String,
    },
    /// The file is no database, or a damaged one.
    #[error(
        "{path} is damaged or is not a Ringonce database: {reason}. Restore a backup; `ringonce doctor` tells more"
    )]
    Damaged {
        /// The database file.
        path: String,
        /// The database's message.
        reason: String,
    },
    /// The database was written by a later version.
    #[error(
        "{path} was written by a later Ringonce (schema {found}, this one knows {known}). Run that version, or restore a backup made before the upgrade"
    )]
    TooNew {
        /// The database file.
        path: String,
        /// Its schema version.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// The database was written by a build before the first schema.
    #[error(
        "{path} holds the ledger of an earlier build (schema {found}), which this Ringonce does not read: it begins with schema {first}. Nothing was changed. Keep it, start a new ledger (name another file, or an empty database), and run the build that wrote this one to look at it or to export from it"
    )]
    TooOld {
        /// The database.
        path: String,
        /// Its schema version.
        found: u32,
        /// The first that this program reads.
        first: u32,
    },
    /// A guard of the invariants is missing.
    #[error(
        "{path} lacks the {kind} `{name}` that guards the ledger; refusing to run. Restore a backup; `ringonce doctor` names all that is missing"
    )]
    Unguarded {
        /// The database file.
        path: String,
        /// `trigger` or `index`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// Another process runs campaigns on this database.
    #[error(
        "another ringonce process (id {pid}) runs campaigns on {path}; stop it, or use its API at the address that it printed"
    )]
    InstanceRunning {
        /// The database file.
        path: String,
        /// Its process id, 0 when it could not be read.
        pid: u32,
    },
    /// The ledger was moved to another database, where calls go on.
    #[error(
        "the ledger of {path} was moved to {to}, and calls are made from there. Name that with --database; `ringonce db back` takes the move back if nothing was called there"
    )]
    Moved {
        /// The database that was left.
        path: String,
        /// Where it went, without secrets.
        to: String,
    },
    /// The database server does not answer.
    #[error(
        "the database {database} cannot be reached: {reason}. No call is made until it is back; nothing is lost meanwhile"
    )]
    Unreachable {
        /// The server and the database, without secrets.
        database: String,
        /// The failure.
        reason: String,
    },
    /// The address of a database makes no sense.
    #[error("{address} is no address of a database: {reason}")]
    Address {
        /// The address, without secrets.
        address: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// The database server, or what stands before it, lacks something that the ledger needs.
    #[error("{database} cannot hold a ledger: {reason}")]
    Unsuitable {
        /// The server and the database, without secrets.
        database: String,
        /// What is missing, and what to do.
        reason: String,
    },
    /// A stored value is not what the schema promises.
    #[error("row {row} of {table} holds {value:?} in {column}, which is not valid: {reason}")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// Column.
        column: String,
        /// Key of the row.
        row: String,
        /// The stored value.
        value: String,
        /// Why it is invalid.
        reason: String,
    },
    /// Any other error of the database.
    #[error("the database reports: {0}")]
    Database(String),
    /// The store was closed while the method waited.
    #[error("the ledger is closed; the server is shutting down")]
    Closed,
}

/// Lets the failures of a driver hold what the ledger itself refuses.
macro_rules! store_failures {
    ($failure:ty: $($error:ty),+) => {
        $(impl From<$error> for $failure {
            fn from(error: $error) -> Self {
                Self::Store(error.into())
            }
        })+
    };
}
pub(crate) use store_failures;
