//! People who sign in, what they sign in with, and who sees which campaign.
//!
//! Secrets come in as hashes, or sealed by the caller; `Debug` shows none.

use std::fmt;

use ringonce_domain::{
    CampaignId, Email, Language, Millis, Permission, Role, SessionId, Timestamp, TokenId, UserId,
};
use serde::Serialize;

use super::Actor;

/// The longest name of a person or of a token, in characters.
pub const NAME_CHARS: usize = 100;
/// Recovery codes that a person may have.
pub const MAX_RECOVERY_CODES: usize = 20;
/// Sessions that a person may have; the next one ends the oldest.
pub const MAX_SESSIONS: u32 = 50;
/// Links for the first user that work beside each other.
pub const MAX_FIRST_LINKS: u32 = 50;
/// Working tokens that a person may have.
pub const MAX_TOKENS: u32 = 100;
/// How often the last use of a session, link or token is noted at most.
pub const SEEN_EVERY: Millis = Millis::from_minutes(5);
/// Expired rows that are removed whenever one of their kind is added.
pub const SWEPT_AT_ONCE: u32 = 100;

/// Who changes something, and when, for the audit trail.
///
/// Sessions, links and tokens expire by the wall clock, and every instant of an account is the wall clock's.
/// An audit entry has the ledger's time, which a simulation lets run faster.
#[derive(Clone, Debug)]
pub struct AuditContext {
    /// Who.
    pub by: Actor,
    /// By the ledger's clock.
    pub now: Timestamp,
    /// By the wall clock.
    pub wall: Timestamp,
}

impl AuditContext {
    /// The context of a change for which the wall clock does not matter.
    pub fn new(by: Actor, now: Timestamp) -> Self {
        Self { by, now, wall: now }
    }
}

/// SHA-256 of a secret that a person or a program holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

/// The hash of a password as a PHC string. The store compares it and does not read it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// The secret that a person's authenticator shares with the server.
#[derive(Clone, PartialEq, Eq)]
pub struct TwoFactorSecret(pub Vec<u8>);

impl fmt::Debug for TwoFactorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwoFactorSecret")
    }
}

/// A person to be entered.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The e-mail address with which they sign in.
    pub email: Email,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The hash of their password; `None` until they use their invitation.
    pub password: Option<PasswordHash>,
    /// Their language.
    pub language: Option<Language>,
    /// The zone in which they read times, an IANA name.
    pub zone: Option<String>,
}

/// A person who signs in, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// The e-mail address with which they sign in.
    pub email: Email,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Whether they have a password; not before they used their invitation.
    pub password_set: bool,
    /// Whether they are asked for a second factor.
    pub two_factor: bool,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// Their language.
    pub language: Option<Language>,
    /// The zone in which they read times, an IANA name.
    pub zone: Option<String>,
    /// When they were entered.
    pub created_at: Timestamp,
    /// When they were disabled; nothing of theirs works since then.
    pub disabled_at: Option<Timestamp>,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// What a person signs in with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Their id.
    pub user: User,
    /// The hash of their password.
    pub password: Option<PasswordHash>,
    /// Their two-factor secret. It counts once `confirmed`.
    pub two_factor: Option<TwoFactorSecret>,
    /// Whether a code made with it was accepted.
    pub confirmed: bool,
}

/// A change to a person.
#[derive(Clone, Debug)]
pub enum UserChange {
    /// Their name.
    Name(String),
    /// Their role. Ends their sessions.
    Role(Role),
    /// The e-mail address with which they sign in. Ends their links.
    Email(Email),
    /// A password chosen by them. Ends their other sessions and their links.
    Password {
        /// Its hash.
        password: PasswordHash,
        /// The session that chose it, which goes on.
        keep: Option<SecretHash>,
    },
    /// Offers a two-factor secret, which counts once it is confirmed. Refused while another counts.
    StartTwoFactor(TwoFactorSecret),
    /// A code made with the secret that was offered was right.
    ConfirmTwoFactor {
        /// The secret with which the code was checked; refused when another one was offered since.
        secret: TwoFactorSecret,
        /// The time step of the code, which is thereby used.
        step: u64,
        /// Recovery codes, for a lost authenticator.
        recovery: Vec<SecretHash>,
    },
    /// Removes secret and recovery codes. Ends their other sessions.
    RemoveTwoFactor {
        /// The session that goes on, when they did it themselves.
        keep: Option<SecretHash>,
    },
    /// Another set of recovery codes, in place of the earlier one. Refused without two-factor.
    RecoveryCodes(Vec<SecretHash>),
    /// How they read pages.
    Preferences {
        /// Language.
        language: Option<Language>,
        /// Zone, an IANA name.
        zone: Option<String>,
    },
    /// Ends their sessions and links; their tokens do not work as long as they are disabled.
    Disable,
    /// Lets them sign in again.
    Enable,
}

/// A second factor that was checked and may be used once.
#[derive(Clone, Copy, Debug)]
pub enum SecondFactor {
    /// The time step of a code; neither it nor an earlier one is accepted again.
    Step(u64),
    /// A recovery code.
    Recovery(SecretHash),
}

/// An audit entry about something that changes no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What happened.
    pub event: NoteEvent,
    /// The user, when known. An unknown address is not written down: people type passwords into the wrong
    /// field.
    pub user: Option<UserId>,
    /// The address of the request.
    pub address: String,
    /// Why, in a few words; never what was typed.
    pub reason: String,
}

/// Kinds of [`Note`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteEvent {
    /// A password or a second factor was wrong.
    SignInFailed,
    /// Too many were wrong; for a while all are refused.
    SignInLocked,
    /// A user was refused something for lack of permission.
    Refused,
}

impl NoteEvent {
    /// The event's name in the audit trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignInFailed => "sign_in.failed",
            Self::SignInLocked => "sign_in.locked",
            Self::Refused => "access.refused",
        }
    }
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// To enter the first user, as long as there is none.
    First,
    /// To choose a first password.
    Invitation(UserId),
    /// To choose another password.
    Reset(UserId),
}

/// A one-time link to be given out.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The hash of its secret.
    pub hash: SecretHash,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Until when it works, by the wall clock.
    pub expires: Timestamp,
}

/// A one-time link that works.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Its user; none for the first user.
    pub user: Option<User>,
    /// Until when it works.
    pub expires: Timestamp,
}

/// What a link is used for.
#[derive(Clone, Debug)]
pub enum LinkUse {
    /// The first user is entered.
    First(NewUser),
    /// The person of an invitation or a reset chooses a password.
    Password(PasswordHash),
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The hash of the secret in the browser's cookie.
    pub hash: SecretHash,
    /// The user.
    pub user: UserId,
    /// Why it may begin; checked again in the transaction.
    pub proof: SignInProof,
    /// Whether the second factor is outstanding.
    pub half: bool,
    /// When it ends at the latest, by the wall clock.
    pub expires: Timestamp,
    /// When it ends unless it is used.
    pub idle: Millis,
    /// The browser, in a few words.
    pub browser: String,
    /// The address that it came from.
    pub address: String,
}

/// Why a session may begin.
#[derive(Clone, Debug)]
pub enum SignInProof {
    /// The password with this hash was right. With two-factor it begins a half session.
    Password(PasswordHash),
    /// The second factor was right; it ends the half session of this hash.
    Half(SecretHash),
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: SessionId,
    /// Its user.
    pub user: UserId,
    /// Whether the second factor is outstanding: then the session serves only to give it.
    pub half: bool,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it was last used, give or take [`SEEN_EVERY`].
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The browser, in a few words.
    pub browser: String,
    /// The address that it came from.
    pub address: String,
}

/// Which of a person's sessions end.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// This one.
    One(SessionId),
    /// All but this one, if one is to stay.
    AllBut(Option<SessionId>),
}

/// A token for the API to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its name, once among the working tokens of its owner.
    pub name: String,
    /// The token's hash.
    pub hash: SecretHash,
    /// Its owner; none when it was made on the machine itself, and then it may do everything.
    pub owner: Option<UserId>,
    /// Its permissions at most; `None` for all of its owner's.
    pub scopes: Option<Vec<Permission>>,
    /// Until when it works, by the wall clock.
    pub expires: Option<Timestamp>,
}

/// A token for the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// Its owner; none when it was made on the machine itself.
    pub owner: Option<UserId>,
    /// Its permissions at most; `None` for all of its owner's.
    pub scopes: Option<Vec<Permission>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take [`SEEN_EVERY`].
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Which campaigns a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    /// All.
    Everything,
    /// Those of this person, those shared with them or with everyone, and those without an owner.
    To(UserId),
}

impl Visible {
    /// The user whose view it is; `None` when everything is seen.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Everything => None,
            Self::To(user) => Some(user),
        }
    }
}

/// The owner of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// With whom a campaign is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SharedWith {
    /// With every user.
    Everyone,
    /// With one user.
    User(UserId),
}

/// With whom a campaign is shared, as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The campaign.
    pub campaign: CampaignId,
    /// The user; `None` for everyone.
    pub user: Option<User>,
}
