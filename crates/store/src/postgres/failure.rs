//! Translates PostgreSQL's errors into the ledger's.

use ringonce_domain::{IllegalCampaignEvent, StaleAttempt};
use tokio_postgres::error::SqlState;

use crate::StoreError;
use crate::error::store_failures;

/// Why a transaction failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error of the ledger.
    Store(StoreError),
    /// An error of PostgreSQL or of the connection.
    Postgres(tokio_postgres::Error),
    /// The connection is closed.
    Unreachable(String),
}

/// The result of a step of a transaction.
pub(super) type Done<T> = Result<T, Failure>;

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

store_failures!(Failure: StoreError, StaleAttempt, IllegalCampaignEvent);

impl From<deadpool_postgres::PoolError> for Failure {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        use deadpool_postgres::PoolError;
        match error {
            PoolError::Backend(error) => Self::Postgres(error),
            PoolError::Closed => Self::Store(StoreError::Closed),
            PoolError::Timeout(_) => {
                Self::Unreachable("no connection came free in time".to_owned())
            }
            other => Self::Unreachable(other.to_string()),
        }
    }
}

impl Failure {
    /// Whether the same transaction may succeed when it is run again: another one was in its way.
    pub(super) fn is_conflict(&self) -> bool {
        let Self::Postgres(error) = self else {
            return false;
        };
        let in_the_way = [
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::LOCK_NOT_AVAILABLE,
            // Two claims of one number, or two entries at one place of a chain.
            &SqlState::UNIQUE_VIOLATION,
        ];
        let code = error.code();
        code.is_some_and(|code| in_the_way.contains(&code) || code.code() == "RG001")
    }

    /// Whether one of many commands in a transaction may be the only cause.
    pub(super) fn may_be_one_commands_fault(&self) -> bool {
        match self {
            Self::Store(error) => !matches!(error, StoreError::Closed),
            Self::Postgres(error) => error.code().is_some(),
            Self::Unreachable(_) => false,
        }
    }

    /// The error as a caller sees it; `database` names the server without secrets.
    pub(super) fn tell(self, database: &str) -> StoreError {
        let unreachable = |reason: String| StoreError::Unreachable {
            database: database.to_owned(),
            reason,
        };
        match self {
            Self::Store(error) => error,
            Self::Unreachable(reason) => unreachable(reason),
            Self::Postgres(error) => match error.as_db_error() {
                None => unreachable(chain(&error)),
                Some(said) => {
                    let path = database.to_owned();
                    let reason = said.message().to_owned();
                    match said.code() {
                        &SqlState::DISK_FULL => StoreError::DiskFull { path },
                        &SqlState::READ_ONLY_SQL_TRANSACTION
                        | &SqlState::INSUFFICIENT_PRIVILEGE => {
                            StoreError::ReadOnly { path, reason }
                        }
                        &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => {
                            StoreError::Damaged { path, reason }
                        }
                        code if says_that_it_is_away(code) => unreachable(reason),
                        code => StoreError::Database(match said.detail() {
                            Some(detail) => format!("{reason} ({detail}) [{}]", code.code()),
                            None => format!("{reason} [{}]", code.code()),
                        }),
                    }
                }
            },
        }
    }
}

/// Shutting down, starting up, killed or full: a passing state.
fn says_that_it_is_away(code: &SqlState) -> bool {
    code.code().starts_with("57P") || code.code().starts_with("08") || code.code() == "53300"
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
