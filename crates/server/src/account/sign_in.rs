//! Signing in: a password, then a second factor for a person who has one, with a session for each step.
//!
//! # Protocol
//! The right password of a person with a second factor begins a *half* session, which permits nothing but
//! the second factor; the factor ends it and begins a whole one. Every step has a secret of its own, so that
//! a secret planted in a browser never becomes a session. The transaction that begins a session checks that
//! what was proved still holds.
//!
//! An unknown address, a disabled user, a user without a password and a wrong password get the same answer
//! in the same time. Attempts are counted before they are checked, by address and by person; beyond the
//! limit they are refused unchecked. No lock is permanent: the count falls with time.

use std::net::IpAddr;

use ringonce_domain::Email;
use ringonce_store::model::{
    Actor, Credentials, NewSession, Note, NoteEvent, PasswordHash, SecondFactor, SecretHash,
    Session, SignInProof, User, UserChange,
};

use crate::account::password::Verdict;
use crate::account::two_factor;
use crate::problem::Problem;
use crate::token::{random_hex, secret_hash};
use crate::{AppState, limits};

/// Who stands before the route.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// From where.
    pub(crate) address: IpAddr,
    /// With what, in a few words.
    pub(crate) browser: String,
}

/// A session that began.
pub(crate) struct Entered {
    /// For the browser's cookie.
    pub(crate) secret: String,
    /// Whether the second factor is outstanding.
    pub(crate) half: bool,
}

/// Begins a session by password; `None` when it is wrong.
pub(crate) async fn by_password(
    state: &AppState,
    visitor: &Visitor,
    email: &str,
    password: String,
) -> Result<Option<Entered>, Problem> {
    let email = email.parse::<Email>().ok();
    let person = email.as_ref().map_or("", Email::as_str);
    if let Err(problem) = state.rates.attempt(visitor.address, person) {
        let user = known(state, email.as_ref()).await?.map(|found| found.user);
        locked(state, visitor, user.as_ref()).await?;
        return Err(problem);
    }
    let found = known(state, email.as_ref()).await?;
    let usable = found.as_ref().filter(|who| who.user.disabled_at.is_none());
    let hash = usable.and_then(|who| who.password.clone());
    let verdict = state
        .passwords
        .check(password.clone(), hash.clone())
        .await?;
    let (Some(found), Some(hash)) = (&found, hash) else {
        failed(
            state,
            visitor,
            found.as_ref().map(|who| &who.user),
            "no such user, or disabled",
        )
        .await?;
        return Ok(None);
    };
    match verdict {
        Verdict::Wrong => {
            failed(state, visitor, Some(&found.user), "wrong password").await?;
            Ok(None)
        }
        Verdict::Right => begin(state, visitor, found, SignInProof::Password(hash)).await,
        Verdict::Outdated => {
            let renewed = renew(state, &found.user, password).await?;
            begin(state, visitor, found, SignInProof::Password(renewed)).await
        }
    }
}

/// Begins a session for a person who has just chosen a password with a one-time link.
pub(crate) async fn by_link(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
    password: PasswordHash,
) -> Result<Option<Entered>, Problem> {
    let found = state.store.credentials_of(user.id).await?;
    begin(state, visitor, &found, SignInProof::Password(password)).await
}

/// Begins a whole session by a half one and the second factor; `None` when the factor is wrong or was
/// used before.
pub(crate) async fn by_second_factor(
    state: &AppState,
    visitor: &Visitor,
    half: (SecretHash, &User),
    code: &str,
) -> Result<Option<Entered>, Problem> {
    let (hash, user) = half;
    if !second_factor(state, visitor, user, code).await? {
        return Ok(None);
    }
    let found = state.store.credentials_of(user.id).await?;
    begin(state, visitor, &found, SignInProof::Half(hash)).await
}

/// Whether a code or a recovery code is right, and thereby used up.
pub(crate) async fn second_factor(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
    code: &str,
) -> Result<bool, Problem> {
    if let Err(problem) = state.rates.attempt(visitor.address, user.email.as_str()) {
        locked(state, visitor, Some(user)).await?;
        return Err(problem);
    }
    let found = state.store.credentials_of(user.id).await?;
    let wall = state.wall_clock();
    let secret = found.two_factor.filter(|_| found.confirmed);
    let factor = if two_factor::is_code(code) {
        secret
            .and_then(|secret| two_factor::step_of(&secret, code, wall))
            .map(SecondFactor::Step)
    } else {
        Some(SecondFactor::Recovery(two_factor::recovery_hash(code)))
    };
    let on = state.occasion(of(user));
    let right = match factor {
        Some(factor) => state.store.use_second_factor(user.id, factor, on).await?,
        None => false,
    };
    if !right {
        failed(state, visitor, Some(user), "wrong or used second factor").await?;
    }
    Ok(right)
}

/// Checks the password of a signed-in person.
pub(crate) async fn knows_password(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
    password: String,
) -> Result<bool, Problem> {
    if let Err(problem) = state.rates.attempt(visitor.address, user.email.as_str()) {
        locked(state, visitor, Some(user)).await?;
        return Err(problem);
    }
    let found = state.store.credentials_of(user.id).await?;
    let verdict = state.passwords.check(password, found.password).await?;
    if verdict == Verdict::Wrong {
        failed(state, visitor, Some(user), "wrong password").await?;
    }
    Ok(verdict != Verdict::Wrong)
}

/// The session of a browser and whose it is, whole or half.
pub(crate) async fn session(
    state: &AppState,
    secret: &str,
) -> Result<Option<(SecretHash, Session, User)>, Problem> {
    let hash = secret_hash(secret);
    let found = state.store.session(hash, state.wall_clock()).await?;
    Ok(found.map(|(session, user)| (hash, session, user)))
}

async fn begin(
    state: &AppState,
    visitor: &Visitor,
    found: &Credentials,
    proof: SignInProof,
) -> Result<Option<Entered>, Problem> {
    let half = found.confirmed && matches!(proof, SignInProof::Password(_));
    let secret = random_hex(state.entropy.as_ref());
    let on = state.occasion(of(&found.user));
    let (lasts, idle) = if half {
        (limits::HALF_SESSION, limits::HALF_SESSION)
    } else {
        (limits::SESSION, limits::SESSION_IDLE)
    };
    let session = NewSession {
        hash: secret_hash(&secret),
        user: found.user.id,
        proof,
        half,
        expires: on.wall + lasts,
        idle,
        browser: visitor.browser.clone(),
        address: visitor.address.to_string(),
    };
    let begun = state.store.begin_session(session, on).await?;
    Ok(begun.then_some(Entered { secret, half }))
}

async fn renew(state: &AppState, user: &User, password: String) -> Result<PasswordHash, Problem> {
    let entropy = state.entropy.as_ref();
    let password = state.passwords.renew(password, entropy).await?;
    let change = UserChange::Password {
        password: password.clone(),
        keep: None,
    };
    let on = state.occasion(of(user));
    state.store.change_user(user.id, change, on).await?;
    Ok(password)
}

async fn known(state: &AppState, email: Option<&Email>) -> Result<Option<Credentials>, Problem> {
    match email {
        Some(email) => Ok(state.store.credentials(email).await?),
        None => Ok(None),
    }
}

/// As whom a person stands in the audit trail.
pub(crate) fn of(user: &User) -> Actor {
    Actor::new(format!("user:{}", user.email))
}

async fn failed(
    state: &AppState,
    visitor: &Visitor,
    user: Option<&User>,
    reason: &str,
) -> Result<(), Problem> {
    note(state, visitor, user, NoteEvent::SignInFailed, reason).await
}

/// Notes it in the audit trail at most once a minute, so that an attack does not fill the trail.
async fn locked(state: &AppState, visitor: &Visitor, user: Option<&User>) -> Result<(), Problem> {
    if !state.rates.worth_a_note(visitor.address) {
        return Ok(());
    }
    note(
        state,
        visitor,
        user,
        NoteEvent::SignInLocked,
        "too many attempts",
    )
    .await
}

async fn note(
    state: &AppState,
    visitor: &Visitor,
    user: Option<&User>,
    event: NoteEvent,
    reason: &str,
) -> Result<(), Problem> {
    let note = Note {
        event,
        user: user.map(|user| user.id),
        address: visitor.address.to_string(),
        reason: reason.to_owned(),
    };
    let by = user.map_or_else(|| Actor::new("server"), of);
    Ok(state.store.note(note, state.occasion(by)).await?)
}
