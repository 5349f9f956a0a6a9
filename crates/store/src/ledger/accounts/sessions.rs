//! Sessions: who is signed in, on which browser, until when.

use ringonce_domain::{Millis, SessionId, Timestamp, UserId};
use serde_json::json;

use super::users::{credentials_of, locked, user_in};
use crate::model::{
    AuditContext, Ending, MAX_SESSIONS, NewSession, Note, SEEN_EVERY, SWEPT_AT_ONCE, SecretHash,
    Session, SignInProof, User,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

/// Characters that are kept of a browser's or an address's description.
const DESCRIPTION_CHARS: usize = 200;

fn described(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control());
    plain.take(DESCRIPTION_CHARS).collect()
}

fn session_in(row: &Record) -> Result<Session> {
    let fields = Fields::of("sessions", row);
    Ok(Session {
        id: SessionId(fields.int("id")?),
        user: UserId(fields.int("user_id")?),
        half: fields.flag("half")?,
        begun_at: fields.instant("begun_at")?,
        seen_at: fields.instant("seen_at")?,
        expires_at: fields.instant("expires_at")?,
        browser: fields.text("browser")?,
        address: fields.text("address")?,
    })
}

/// See [`crate::Accounts::begin_session`].
pub(crate) async fn begin_session<D: Transaction>(
    tx: &mut D,
    new: &NewSession,
    on: &AuditContext,
) -> Result<bool, D::Failure> {
    let Some(person) = locked(tx, new.user).await? else {
        return Ok(false);
    };
    let user = &person.user;
    if user.disabled_at.is_some() {
        return Ok(false);
    }
    let holds = match &new.proof {
        SignInProof::Password(hash) => {
            person.password.as_ref() == Some(hash) && new.half == user.two_factor
        }
        SignInProof::Half(_) if new.half => false,
        SignInProof::Half(hash) => {
            let given = values![*hash, new.user, on.wall];
            tx.change(sql::SESSION_HALF, given).await? > 0
        }
    };
    if !holds {
        return Ok(false);
    }
    tx.change(sql::SESSIONS_SWEEP, values![on.wall, SWEPT_AT_ONCE])
        .await?;
    let keep = MAX_SESSIONS - 1;
    tx.change(sql::SESSIONS_CROP, values![new.user, keep])
        .await?;
    let given = values![
        new.hash,
        new.user,
        new.half,
        on.wall,
        new.expires,
        i64::try_from(new.idle.get()).unwrap_or(i64::MAX),
        new.expires.min(on.wall + new.idle),
        described(&new.browser),
        described(&new.address),
    ];
    tx.change(sql::SESSION_ADD, given).await?;
    let event = if new.half {
        "sign_in.half"
    } else {
        tx.change(sql::USER_SIGNED_IN, values![new.user, on.wall])
            .await?;
        "sign_in.succeeded"
    };
    let detail = json!({ "browser": described(&new.browser), "address": described(&new.address) });
    tx.audit_user(event, user, detail, on).await?;
    Ok(true)
}

/// A session that was found, and whether its use is to be written down.
pub(crate) struct Seen {
    pub(crate) session: Session,
    pub(crate) user: User,
    /// Until when it lives if it is noted that it was used.
    pub(crate) until: Option<Timestamp>,
}

/// See [`crate::Accounts::session`].
pub(crate) async fn session<L: Reader>(
    look: &mut L,
    hash: SecretHash,
    wall: Timestamp,
) -> Result<Option<Seen>, L::Failure> {
    let Some(row) = look.row(sql::SESSION, values![hash, wall]).await? else {
        return Ok(None);
    };
    let session = session_in(&row)?;
    let idle = Millis::new(Fields::of("sessions", &row).count("idle_millis")?);
    let due = wall.since(session.seen_at) >= SEEN_EVERY;
    Ok(Some(Seen {
        user: user_in(&row)?,
        until: due.then(|| session.expires_at.min(wall + idle)),
        session,
    }))
}

/// Notes that a session was used.
pub(crate) async fn session_seen<D: Transaction>(
    tx: &mut D,
    id: SessionId,
    until: Timestamp,
    wall: Timestamp,
) -> Result<(), D::Failure> {
    tx.change_unheard(sql::SESSION_SEEN, values![id.0, wall, until])
        .await
}

/// See [`crate::Accounts::sessions`].
pub(crate) async fn sessions<L: Reader>(
    look: &mut L,
    user: UserId,
    wall: Timestamp,
) -> Result<Vec<Session>, L::Failure> {
    let given = values![user, wall, MAX_SESSIONS];
    let rows = look.rows(sql::SESSIONS, given).await?;
    Ok(rows.iter().map(session_in).collect::<Result<_>>()?)
}

/// See [`crate::Accounts::end_sessions`].
pub(crate) async fn end_sessions<D: Transaction>(
    tx: &mut D,
    id: UserId,
    which: Ending,
    on: &AuditContext,
) -> Result<u64, D::Failure> {
    let ended = match which {
        Ending::One(session) => tx.change(sql::SESSION_END, values![id, session.0]).await?,
        Ending::AllBut(keep) => {
            let any: Option<SecretHash> = None;
            let keep = keep.map(|session| session.0);
            tx.change(sql::SESSIONS_END, values![id, keep, any]).await?
        }
    };
    if ended > 0 {
        let user = credentials_of(tx, id).await?.user;
        let detail = json!({ "sessions_ended": ended });
        tx.audit_user("session.end", &user, detail, on).await?;
    }
    Ok(ended)
}

/// See [`crate::Accounts::note`].
pub(crate) async fn note<D: Transaction>(
    tx: &mut D,
    note: &Note,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    let detail = json!({
        "address": described(&note.address), "reason": described(&note.reason),
    });
    let event = note.event.as_str();
    match note.user {
        None => tx.audit_plain(event, &detail, on).await,
        Some(id) => {
            let found = tx.row(sql::USER, values![id]).await?;
            let found = found.ok_or_else(|| StoreError::NotFound {
                what: "user",
                id: id.to_string(),
            })?;
            let user = user_in(&found)?;
            tx.audit_user(event, &user, detail, on).await
        }
    }
}
