//! Accounts in PostgreSQL: what a rule asks of the database, within a transaction or beside any.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, Email, Timestamp, TokenId, UserId};

use super::PostgresStore;
use super::failure::Done;
use super::session::Session;
use super::store_impl::{look, transact};
use super::transaction::Reading;
use crate::accounts;
use crate::model::{
    Actor, Credentials, Ending, Link, LinkUse, NewLink, NewSession, NewToken, NewUser, Note,
    Occasion, Page, SecondFactor, SecretHash, Session as SignIn, Share, SharedWith, Token, User,
    UserChange, Visible,
};
use crate::{Accounts, Result, Sharing, Tokens};

/// Whether somebody sees a campaign.
pub(super) async fn sees(session: &Session, campaign: CampaignId, who: Visible) -> Done<bool> {
    accounts::may_see(&mut Reading(session), campaign, who).await
}

#[async_trait]
impl Accounts for PostgresStore {
    async fn add_user(&self, user: NewUser, on: Occasion) -> Result<UserId> {
        transact!(self, |tx| accounts::add_user(&mut tx, &user, &on))
    }

    async fn change_user(&self, id: UserId, change: UserChange, on: Occasion) -> Result<()> {
        transact!(self, |tx| accounts::change_user(&mut tx, id, &change, &on))
    }

    async fn users(&self, page: Page<UserId>) -> Result<Vec<User>> {
        look!(self, |session| accounts::users(
            &mut Reading(session),
            &page
        ))
    }

    async fn user(&self, id: UserId) -> Result<User> {
        look!(self, |session| accounts::user(&mut Reading(session), id))
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>> {
        let email = email.clone();
        look!(self, |session| accounts::credentials(
            &mut Reading(session),
            &email
        ))
    }

    async fn credentials_of(&self, id: UserId) -> Result<Credentials> {
        look!(self, |session| accounts::credentials_of(
            &mut Reading(session),
            id
        ))
    }

    async fn use_second_factor(
        &self,
        id: UserId,
        factor: SecondFactor,
        on: Occasion,
    ) -> Result<bool> {
        transact!(self, |tx| accounts::use_second_factor(
            &mut tx, id, factor, &on
        ))
    }

    async fn add_link(&self, link: NewLink, on: Occasion) -> Result<()> {
        transact!(self, |tx| accounts::add_link(&mut tx, &link, &on))
    }

    async fn link(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<Link>> {
        look!(self, |session| accounts::link(
            &mut Reading(session),
            hash,
            wall
        ))
    }

    async fn use_link(
        &self,
        hash: SecretHash,
        with: LinkUse,
        on: Occasion,
    ) -> Result<Option<User>> {
        transact!(self, |tx| accounts::use_link(&mut tx, hash, &with, &on))
    }

    async fn begin_session(&self, session: NewSession, on: Occasion) -> Result<bool> {
        transact!(self, |tx| accounts::begin_session(&mut tx, &session, &on))
    }

    async fn session(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<(SignIn, User)>> {
        let found = look!(self, |session| accounts::session(
            &mut Reading(session),
            hash,
            wall
        ))?;
        let Some(seen) = found else { return Ok(None) };
        if let Some(until) = seen.until {
            let id = seen.session.id;
            let noted =
                async { transact!(self, |tx| accounts::session_seen(&mut tx, id, until, wall)) };
            accounts::not_needed(noted.await);
        }
        Ok(Some((seen.session, seen.user)))
    }

    async fn sessions(&self, user: UserId, wall: Timestamp) -> Result<Vec<SignIn>> {
        look!(self, |session| accounts::sessions(
            &mut Reading(session),
            user,
            wall
        ))
    }

    async fn end_sessions(&self, user: UserId, which: Ending, on: Occasion) -> Result<u64> {
        transact!(self, |tx| accounts::end_sessions(&mut tx, user, which, &on))
    }

    async fn note(&self, note: Note, on: Occasion) -> Result<()> {
        transact!(self, |tx| accounts::note(&mut tx, &note, &on))
    }
}

#[async_trait]
impl Tokens for PostgresStore {
    async fn add_token(&self, token: NewToken, on: Occasion) -> Result<Option<TokenId>> {
        transact!(self, |tx| accounts::add_token(&mut tx, &token, &on))
    }

    async fn tokens(&self, owner: Option<UserId>, page: Page<TokenId>) -> Result<Vec<Token>> {
        look!(self, |session| accounts::tokens(
            &mut Reading(session),
            owner,
            &page
        ))
    }

    async fn token(
        &self,
        hash: SecretHash,
        wall: Timestamp,
    ) -> Result<Option<(Token, Option<User>)>> {
        let found = look!(self, |session| accounts::token(
            &mut Reading(session),
            hash,
            wall
        ))?;
        let Some((token, owner, due)) = found else {
            return Ok(None);
        };
        if due {
            let id = token.id;
            let noted = async { transact!(self, |tx| accounts::token_used(&mut tx, id, wall)) };
            accounts::not_needed(noted.await);
        }
        Ok(Some((token, owner)))
    }

    async fn token_by_id(&self, id: TokenId) -> Result<Token> {
        look!(self, |session| accounts::token_of_id(
            &mut Reading(session),
            id
        ))
    }

    async fn revoke_token(&self, id: TokenId, on: Occasion) -> Result<bool> {
        transact!(self, |tx| accounts::revoke_token(&mut tx, id, &on))
    }
}

#[async_trait]
impl Sharing for PostgresStore {
    async fn may_see(&self, campaign: CampaignId, who: Visible) -> Result<bool> {
        look!(self, |session| accounts::may_see(
            &mut Reading(session),
            campaign,
            who
        ))
    }

    async fn shares(&self, campaign: CampaignId) -> Result<Vec<Share>> {
        look!(self, |session| accounts::shares(
            &mut Reading(session),
            campaign
        ))
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
            &mut tx, campaign, with, shared, &by, now
        ))
    }
}
