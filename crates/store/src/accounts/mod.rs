//! Accounts, whichever database keeps them: every rule about people, written once.
//!
//! Accounts are changed seldom and by few, so each step here is a statement, its values and the rows that
//! come back, through [`Look`] and [`Desk`]. A desk is one transaction of one database; what is decided
//! between two statements is decided here. Whoever changes a person holds [`Desk::alone`] before the first
//! row is read, so that two never decide from the same rows; whoever signs in locks that person's row.

mod desk;
mod links;
mod sessions;
mod sharing;
mod statements;
mod tokens;
mod users;

pub(crate) use desk::{Desk, Look, Record, Value};
pub(crate) use links::{add_link, link, use_link};
pub(crate) use sessions::{begin_session, end_sessions, note, session, session_seen, sessions};
pub(crate) use sharing::{may_see, share, shares};
#[cfg(test)]
pub(crate) use statements::ALL;
pub(crate) use statements::Asked;
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
