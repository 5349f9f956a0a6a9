//! Accounts, whichever database keeps them: every rule about people, written once.
//!
//! Accounts are changed seldom and by few, so each step here is a statement, its values and the rows that
//! come back, through [`Reader`](crate::transaction::Reader) and [`Transaction`](crate::transaction::Transaction). What is decided
//! between two statements is decided here. Whoever changes a person holds [`Transaction::alone`](crate::transaction::Transaction::alone) before the first
//! row is read, so that two never decide from the same rows; whoever signs in locks that person's row.

mod links;
mod sessions;
mod sharing;
mod tokens;
mod users;

pub(crate) use links::{add_link, link, use_link};
pub(crate) use sessions::{begin_session, end_sessions, note, session, session_seen, sessions};
pub(crate) use sharing::{may_see, share, shares};
pub(crate) use tokens::{add_token, revoke_token, token, token_of_id, token_used, tokens};
pub(crate) use users::{
    add_user, change_user, credentials, credentials_of, use_second_factor, user, users,
};

/// What is written for people to know and nobody rests on: when the disk is full, whoever is signed in
/// can still look and stop everything.
pub(crate) fn not_needed(noted: crate::Result<()>) {
    if let Err(error) = noted {
        tracing::debug!(%error, "it was not noted that somebody is here");
    }
}
