//! Accounts, tokens and the visibility of campaigns: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, Email, Timestamp, TokenId, UserId};

use super::DriverStore;
use crate::ledger::accounts;
use crate::model::{
    Actor, AuditContext, Credentials, Ending, Link, LinkUse, NewLink, NewSession, NewToken,
    NewUser, Note, Page, SecondFactor, SecretHash, Session, Share, SharedWith, Token, User,
    UserChange, Visible,
};
use crate::{Accounts, Result, Sharing, Tokens};

#[async_trait]
impl Accounts for DriverStore {
    async fn add_user(&self, user: NewUser, on: AuditContext) -> Result<UserId> {
        transact!(self, |tx| accounts::add_user(tx, &user, &on))
    }

    async fn change_user(&self, id: UserId, change: UserChange, on: AuditContext) -> Result<()> {
        transact!(self, |tx| accounts::change_user(tx, id, &change, &on))
    }

    async fn users(&self, page: Page<UserId>) -> Result<Vec<User>> {
        read!(self, |reader| accounts::users(reader, &page))
    }

    async fn user(&self, id: UserId) -> Result<User> {
        read!(self, |reader| accounts::user(reader, id))
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>> {
        let email = email.clone();
        read!(self, |reader| accounts::credentials(reader, &email))
    }

    async fn credentials_of(&self, id: UserId) -> Result<Credentials> {
        read!(self, |reader| accounts::credentials_of(reader, id))
    }

    async fn use_second_factor(
        &self,
        id: UserId,
        factor: SecondFactor,
        on: AuditContext,
    ) -> Result<bool> {
        transact!(self, |tx| accounts::use_second_factor(tx, id, factor, &on))
    }

    async fn add_link(&self, link: NewLink, on: AuditContext) -> Result<()> {
        transact!(self, |tx| accounts::add_link(tx, &link, &on))
    }

    async fn link(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<Link>> {
        read!(self, |reader| accounts::link(reader, hash, wall))
    }

    async fn use_link(
        &self,
        hash: SecretHash,
        with: LinkUse,
        on: AuditContext,
    ) -> Result<Option<User>> {
        transact!(self, |tx| accounts::use_link(tx, hash, &with, &on))
    }

    async fn begin_session(&self, session: NewSession, on: AuditContext) -> Result<bool> {
        transact!(self, |tx| accounts::begin_session(tx, &session, &on))
    }

    async fn session(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<(Session, User)>> {
        let found = read!(self, |reader| accounts::session(reader, hash, wall))?;
        let Some(seen) = found else { return Ok(None) };
        if let Some(until) = seen.until {
            let id = seen.session.id;
            let noted = async { transact!(self, |tx| accounts::session_seen(tx, id, until, wall)) };
            accounts::not_needed(noted.await);
        }
        Ok(Some((seen.session, seen.user)))
    }

    async fn sessions(&self, user: UserId, wall: Timestamp) -> Result<Vec<Session>> {
        read!(self, |reader| accounts::sessions(reader, user, wall))
    }

    async fn end_sessions(&self, user: UserId, which: Ending, on: AuditContext) -> Result<u64> {
        transact!(self, |tx| accounts::end_sessions(tx, user, which, &on))
    }

    async fn note(&self, note: Note, on: AuditContext) -> Result<()> {
        transact!(self, |tx| accounts::note(tx, &note, &on))
    }
}

#[async_trait]
impl Tokens for DriverStore {
    async fn add_token(&self, token: NewToken, on: AuditContext) -> Result<Option<TokenId>> {
        transact!(self, |tx| accounts::add_token(tx, &token, &on))
    }

    async fn tokens(&self, owner: Option<UserId>, page: Page<TokenId>) -> Result<Vec<Token>> {
        read!(self, |reader| accounts::tokens(reader, owner, &page))
    }

    async fn token(
        &self,
        hash: SecretHash,
        wall: Timestamp,
    ) -> Result<Option<(Token, Option<User>)>> {
        let found = read!(self, |reader| accounts::token(reader, hash, wall))?;
        let Some((token, owner, due)) = found else {
            return Ok(None);
        };
        if due {
            let id = token.id;
            let noted = async { transact!(self, |tx| accounts::token_used(tx, id, wall)) };
            accounts::not_needed(noted.await);
        }
        Ok(Some((token, owner)))
    }

    async fn token_by_id(&self, id: TokenId) -> Result<Token> {
        read!(self, |reader| accounts::token_of_id(reader, id))
    }

    async fn revoke_token(&self, id: TokenId, on: AuditContext) -> Result<bool> {
        transact!(self, |tx| accounts::revoke_token(tx, id, &on))
    }
}

#[async_trait]
impl Sharing for DriverStore {
    async fn may_see(&self, campaign: CampaignId, who: Visible) -> Result<bool> {
        read!(self, |reader| accounts::may_see(reader, campaign, who))
    }

    async fn shares(&self, campaign: CampaignId) -> Result<Vec<Share>> {
        read!(self, |reader| accounts::shares(reader, campaign))
    }

    async fn share(
        &self,
        campaign: CampaignId,
        with: SharedWith,
        shared: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| accounts::share(
            tx, campaign, with, shared, &by, now
        ))
    }
}
