//! JSON shapes of users, sessions and tokens. Never a secret, but those that are shown once to the person
//! who made them.

use ringonce_domain::{Language, Permission, Role, SessionId, Timestamp, TokenId, UserId};
use ringonce_store::model::{Session, Token, User};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;

/// A person who signs in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Their id.
    pub(crate) id: UserId,
    /// Under which they sign in.
    #[schema(example = "ana@example.com")]
    pub(crate) email: String,
    /// What people call them.
    pub(crate) name: String,
    /// What they may do.
    pub(crate) role: Role,
    /// Whether they have not used their invitation yet.
    pub(crate) invited: bool,
    /// Whether they are asked for a second factor.
    pub(crate) two_factor: bool,
    /// When they were entered.
    pub(crate) created_at: Timestamp,
    /// When they were disabled; nothing of theirs works since.
    pub(crate) disabled_at: Option<Timestamp>,
    /// When they last signed in.
    pub(crate) signed_in_at: Option<Timestamp>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email.to_string(),
            name: user.name,
            role: user.role,
            invited: !user.password_set,
            two_factor: user.two_factor,
            created_at: user.created_at,
            disabled_at: user.disabled_at,
            signed_in_at: user.signed_in_at,
        }
    }
}

/// A person, and a link for them that is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkedView {
    /// Who.
    pub(crate) user: UserView,
    /// Where on this server they choose a password, once; a secret.
    #[schema(example = "/welcome?once=5ec3e7")]
    pub(crate) path: String,
    /// Until when it works.
    pub(crate) expires_at: Timestamp,
}

/// Who asks, and what they may.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// The person, or whose token it is; null for a token of the machine itself.
    pub(crate) user: Option<UserView>,
    /// The token, when a program asks.
    pub(crate) token: Option<Token>,
    /// What they may do.
    pub(crate) permissions: Vec<Permission>,
    /// Which language the person reads, if they chose one.
    pub(crate) language: Option<Language>,
    /// In which zone they read times, an IANA name, if they chose one.
    pub(crate) zone: Option<String>,
    /// Recovery codes that are left.
    pub(crate) recovery_codes: u32,
}

impl AccountView {
    pub(crate) fn of(caller: &Caller, user: Option<User>) -> Self {
        let all = Permission::ALL.iter().copied();
        Self {
            token: caller.token().cloned(),
            permissions: all.filter(|permission| caller.may(*permission)).collect(),
            language: user.as_ref().and_then(|user| user.language),
            zone: user.as_ref().and_then(|user| user.zone.clone()),
            recovery_codes: user.as_ref().map_or(0, |user| user.recovery_codes),
            user: user.map(Into::into),
        }
    }
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Its id.
    pub(crate) id: SessionId,
    /// The browser, in a few words.
    #[schema(example = "Firefox on Linux")]
    pub(crate) browser: String,
    /// The address that it came from.
    pub(crate) address: String,
    /// Whether it is the one that asks.
    pub(crate) this: bool,
    /// When it began.
    pub(crate) begun_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub(crate) seen_at: Timestamp,
    /// When it ends at the latest.
    pub(crate) expires_at: Timestamp,
}

impl SessionView {
    pub(crate) fn of(session: Session, this: SessionId) -> Self {
        Self {
            this: session.id == this,
            id: session.id,
            browser: session.browser,
            address: session.address,
            begun_at: session.begun_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// A token, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeTokenView {
    /// Its id.
    pub(crate) id: TokenId,
    /// The token; it cannot be shown again.
    #[schema(example = "rgo_…")]
    pub(crate) token: String,
}

/// What an authenticator needs, shown until it is confirmed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferView {
    /// In base32, in groups of four, for typing.
    pub(crate) secret: String,
    /// The same as an address: `otpauth://…`
    pub(crate) url: String,
    /// The same as a QR code: the path of its dark cells, in an SVG of `side` by `side`.
    pub(crate) path: String,
    /// Cells of a side, the white margin included.
    pub(crate) side: usize,
}

/// Recovery codes, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryView {
    /// Each works once instead of a code.
    pub(crate) recovery_codes: Vec<String>,
}

/// How many there were.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EndedView {
    /// Sessions that ended.
    pub(crate) ended: u64,
}
