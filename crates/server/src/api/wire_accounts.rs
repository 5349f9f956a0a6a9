//! What the API says of people, their sessions and their tokens. Never a secret, but those that are
//! shown once to whoever made them.

use ringonce_domain::{Language, Permission, Role, SessionId, Timestamp, TokenId, UserId};
use ringonce_store::model::{Session, Token, User};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::schema;
use crate::auth::Caller;

/// A person who signs in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Their id.
    #[schema(value_type = i64)]
    pub(crate) id: UserId,
    /// Under which they sign in.
    #[schema(example = "ana@example.com")]
    pub(crate) email: String,
    /// What people call them.
    pub(crate) name: String,
    /// What they may do.
    #[schema(value_type = schema::Role)]
    pub(crate) role: Role,
    /// Whether they have not used their invitation yet.
    pub(crate) invited: bool,
    /// Whether they are asked for a second factor.
    pub(crate) two_factor: bool,
    /// When they were entered.
    #[schema(value_type = schema::Instant)]
    pub(crate) created_at: Timestamp,
    /// When they were disabled; nothing of theirs works since.
    #[schema(value_type = Option<schema::Instant>)]
    pub(crate) disabled_at: Option<Timestamp>,
    /// When they last signed in.
    #[schema(value_type = Option<schema::Instant>)]
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
    #[schema(value_type = schema::Instant)]
    pub(crate) expires_at: Timestamp,
}

/// Who asks, and what they may.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountView {
    /// The person, or whose token it is; null for a token of the machine itself.
    pub(crate) user: Option<UserView>,
    /// The token, when a program asks.
    pub(crate) token: Option<TokenView>,
    /// What they may do.
    #[schema(value_type = Vec<schema::Permission>)]
    pub(crate) permissions: Vec<Permission>,
    /// Which language the person reads, if they chose one.
    #[schema(value_type = Option<schema::Language>)]
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
            token: caller.token().cloned().map(Into::into),
            permissions: all.filter(|permission| caller.may(*permission)).collect(),
            language: user.as_ref().and_then(|user| user.language),
            zone: user.as_ref().and_then(|user| user.zone.clone()),
            recovery_codes: user.as_ref().map_or(0, |user| user.recovery_codes),
            user: user.map(Into::into),
        }
    }
}

/// A browser in which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// Its id.
    #[schema(value_type = i64)]
    pub(crate) id: SessionId,
    /// The browser, in a few words.
    #[schema(example = "Firefox on Linux")]
    pub(crate) browser: String,
    /// The address that it came from.
    pub(crate) address: String,
    /// Whether it is the one that asks.
    pub(crate) this: bool,
    /// When it began.
    #[schema(value_type = schema::Instant)]
    pub(crate) begun_at: Timestamp,
    /// When it was last used, give or take five minutes.
    #[schema(value_type = schema::Instant)]
    pub(crate) seen_at: Timestamp,
    /// When it ends whatever happens.
    #[schema(value_type = schema::Instant)]
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

/// A token for the API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// Its id.
    #[schema(value_type = i64)]
    pub(crate) id: TokenId,
    /// What people call it; the audit trail shows it as `api:NAME`.
    pub(crate) name: String,
    /// Whose; null when it was made on the machine itself.
    #[schema(value_type = Option<i64>)]
    pub(crate) owner: Option<UserId>,
    /// What it may at most; null for all that its owner may.
    #[schema(value_type = Option<Vec<schema::Permission>>)]
    pub(crate) scopes: Option<Vec<Permission>>,
    /// When it was made.
    #[schema(value_type = schema::Instant)]
    pub(crate) created_at: Timestamp,
    /// Until when it works.
    #[schema(value_type = Option<schema::Instant>)]
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was last used, give or take five minutes.
    #[schema(value_type = Option<schema::Instant>)]
    pub(crate) used_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(value_type = Option<schema::Instant>)]
    pub(crate) revoked_at: Option<Timestamp>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            name: token.name,
            owner: token.owner,
            scopes: token.scopes,
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// A token, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeTokenView {
    /// Its id.
    #[schema(value_type = i64)]
    pub(crate) id: TokenId,
    /// The token; nobody can show it again.
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
