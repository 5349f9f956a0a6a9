//! People: their accounts, what they sign in with, and which campaigns they see.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, Email, Timestamp, TokenId, UserId};

use crate::Result;
use crate::model::{
    Actor, AuditContext, Credentials, Ending, Link, LinkUse, NewLink, NewSession, NewToken,
    NewUser, Note, Page, SecondFactor, SecretHash, Session, Share, SharedWith, Token, User,
    UserChange, Visible,
};

/// Accounts of people, and how they sign in.
///
/// Every change writes its entry to the audit trail, with the user's id and e-mail address and never a
/// secret, a hash or a code.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Enters a person.
    ///
    /// # Errors
    /// [`crate::StoreError::EmailTaken`].
    async fn add_user(&self, user: NewUser, on: AuditContext) -> Result<UserId>;

    /// Changes a person.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`], [`crate::StoreError::EmailTaken`],
    /// [`crate::StoreError::LastAdmin`] when no one could manage users any more, and
    /// [`crate::StoreError::TwoFactor`] when two-factor is not in the state that the change needs.
    async fn change_user(&self, id: UserId, change: UserChange, on: AuditContext) -> Result<()>;

    /// People by ascending id.
    async fn users(&self, page: Page<UserId>) -> Result<Vec<User>>;

    /// One person.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    async fn user(&self, id: UserId) -> Result<User>;

    /// What the person with this address signs in with, disabled or not; `None` for an unknown address.
    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>>;

    /// The same for a person who is known by id, such as one with a half session.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    async fn credentials_of(&self, id: UserId) -> Result<Credentials>;

    /// Uses up a second factor that was found right. False when it was used before (or a later code
    /// was), when there is no such recovery code, or when the person is disabled.
    async fn use_second_factor(
        &self,
        id: UserId,
        factor: SecondFactor,
        on: AuditContext,
    ) -> Result<bool>;

    /// Keeps a one-time link, which replaces the person's older ones for the same purpose. Links for the
    /// first user stand beside each other, because each instance prints its own.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when there is no such person, or they are disabled.
    async fn add_link(&self, link: NewLink, on: AuditContext) -> Result<()>;

    /// The purpose of a link, without using it; `None` when it does not work.
    async fn link(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<Link>>;

    /// Uses a link, once, and does what it is for. `None` when it does not work: unknown, expired, used, of a
    /// disabled person, for another purpose, or for the first user when there is one.
    ///
    /// # Errors
    /// [`crate::StoreError::EmailTaken`], and the link still works.
    async fn use_link(
        &self,
        hash: SecretHash,
        with: LinkUse,
        on: AuditContext,
    ) -> Result<Option<User>>;

    /// Begins a session, and sweeps some that ran out. False when its proof no longer holds: the
    /// password was changed meanwhile, the half session is gone, the person is disabled, or two-factor
    /// was switched on and this would be a whole session by password alone.
    async fn begin_session(&self, session: NewSession, on: AuditContext) -> Result<bool>;

    /// The session of this hash with its user, unless it ended, ran out or the user is disabled. Notes
    /// at most every [`crate::model::SEEN_EVERY`] that it was used.
    async fn session(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<(Session, User)>>;

    /// A person's sessions that have not ended, the latest begun first.
    async fn sessions(&self, user: UserId, wall: Timestamp) -> Result<Vec<Session>>;

    /// Ends sessions of a person; returns how many.
    async fn end_sessions(&self, user: UserId, which: Ending, on: AuditContext) -> Result<u64>;

    /// Audits an event that changes no row.
    async fn note(&self, note: Note, on: AuditContext) -> Result<()>;
}

/// Tokens of programs.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// Stores a token. `None` when a working one of its owner has the name.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] when the owner is not there or disabled,
    /// [`crate::StoreError::TooMany`] when they have [`crate::model::MAX_TOKENS`].
    async fn add_token(&self, token: NewToken, on: AuditContext) -> Result<Option<TokenId>>;

    /// Tokens by descending id, revoked and expired ones too: of one owner or of all.
    async fn tokens(&self, owner: Option<UserId>, page: Page<TokenId>) -> Result<Vec<Token>>;

    /// The token of this hash, with its owner as they are at this moment; `None` when it expired or was
    /// revoked, or its owner is disabled. Notes at most every [`crate::model::SEEN_EVERY`] that it was
    /// used.
    async fn token(
        &self,
        hash: SecretHash,
        wall: Timestamp,
    ) -> Result<Option<(Token, Option<User>)>>;

    /// One token, working or not.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    async fn token_by_id(&self, id: TokenId) -> Result<Token>;

    /// Revokes a token. False when it was revoked before.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    async fn revoke_token(&self, id: TokenId, on: AuditContext) -> Result<bool>;
}

/// The visibility of campaigns.
#[async_trait]
pub trait Sharing: Send + Sync {
    /// Whether a campaign exists and is visible to the caller.
    async fn may_see(&self, campaign: CampaignId, who: Visible) -> Result<bool>;

    /// With whom a campaign is shared, everyone first; its owner is not among them.
    async fn shares(&self, campaign: CampaignId) -> Result<Vec<Share>>;

    /// Shares a campaign, or takes that back. False when it was so before.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`].
    async fn share(
        &self,
        campaign: CampaignId,
        with: SharedWith,
        shared: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;
}
