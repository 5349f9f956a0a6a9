//! Accounts in one file: what a rule asks of the database, answered at once.
//!
//! The rules are written for both databases and so may wait; here nothing ever does.

use async_trait::async_trait;
use ringonce_domain::{CampaignId, Email, Timestamp, TokenId, UserId};

use super::SqliteStore;
use super::failure::Done;
use super::ledger::View;
use super::transaction::{Reading, at_once};
use super::writer::Lane::Hot;
use crate::accounts;
use crate::model::{
    Actor, Credentials, Ending, Link, LinkUse, NewLink, NewSession, NewToken, NewUser, Note,
    Occasion, Page, SecondFactor, SecretHash, Session, Share, SharedWith, Token, User, UserChange,
    Visible,
};
use crate::{Accounts, Result, Sharing, Tokens};

/// Whether somebody sees a campaign.
pub(super) fn sees(view: &View, campaign: CampaignId, who: Visible) -> Done<bool> {
    at_once(accounts::may_see(&mut Reading(view), campaign, who))
}

#[async_trait]
impl Accounts for SqliteStore {
    async fn add_user(&self, user: NewUser, on: Occasion) -> Result<UserId> {
        self.write(Hot, move |ledger| {
            at_once(accounts::add_user(ledger, &user, &on))
        })
        .await
    }

    async fn change_user(&self, id: UserId, change: UserChange, on: Occasion) -> Result<()> {
        self.write(Hot, move |ledger| {
            at_once(accounts::change_user(ledger, id, &change, &on))
        })
        .await
    }

    async fn users(&self, page: Page<UserId>) -> Result<Vec<User>> {
        self.read(move |view| at_once(accounts::users(&mut Reading(view), &page)))
            .await
    }

    async fn user(&self, id: UserId) -> Result<User> {
        self.read(move |view| at_once(accounts::user(&mut Reading(view), id)))
            .await
    }

    async fn credentials(&self, email: &Email) -> Result<Option<Credentials>> {
        let email = email.clone();
        self.read(move |view| at_once(accounts::credentials(&mut Reading(view), &email)))
            .await
    }

    async fn credentials_of(&self, id: UserId) -> Result<Credentials> {
        self.read(move |view| at_once(accounts::credentials_of(&mut Reading(view), id)))
            .await
    }

    async fn use_second_factor(
        &self,
        id: UserId,
        factor: SecondFactor,
        on: Occasion,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            at_once(accounts::use_second_factor(ledger, id, factor, &on))
        })
        .await
    }

    async fn add_link(&self, link: NewLink, on: Occasion) -> Result<()> {
        self.write(Hot, move |ledger| {
            at_once(accounts::add_link(ledger, &link, &on))
        })
        .await
    }

    async fn link(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<Link>> {
        self.read(move |view| at_once(accounts::link(&mut Reading(view), hash, wall)))
            .await
    }

    async fn use_link(
        &self,
        hash: SecretHash,
        with: LinkUse,
        on: Occasion,
    ) -> Result<Option<User>> {
        self.write(Hot, move |ledger| {
            at_once(accounts::use_link(ledger, hash, &with, &on))
        })
        .await
    }

    async fn begin_session(&self, session: NewSession, on: Occasion) -> Result<bool> {
        self.write(Hot, move |ledger| {
            at_once(accounts::begin_session(ledger, &session, &on))
        })
        .await
    }

    async fn session(&self, hash: SecretHash, wall: Timestamp) -> Result<Option<(Session, User)>> {
        let found = self
            .read(move |view| at_once(accounts::session(&mut Reading(view), hash, wall)))
            .await?;
        let Some(seen) = found else { return Ok(None) };
        if let Some(until) = seen.until {
            let id = seen.session.id;
            let noted = self.write(Hot, move |ledger| {
                at_once(accounts::session_seen(ledger, id, until, wall))
            });
            accounts::not_needed(noted.await);
        }
        Ok(Some((seen.session, seen.user)))
    }

    async fn sessions(&self, user: UserId, wall: Timestamp) -> Result<Vec<Session>> {
        self.read(move |view| at_once(accounts::sessions(&mut Reading(view), user, wall)))
            .await
    }

    async fn end_sessions(&self, user: UserId, which: Ending, on: Occasion) -> Result<u64> {
        self.write(Hot, move |ledger| {
            at_once(accounts::end_sessions(ledger, user, which, &on))
        })
        .await
    }

    async fn note(&self, note: Note, on: Occasion) -> Result<()> {
        self.write(Hot, move |ledger| {
            at_once(accounts::note(ledger, &note, &on))
        })
        .await
    }
}

#[async_trait]
impl Tokens for SqliteStore {
    async fn add_token(&self, token: NewToken, on: Occasion) -> Result<Option<TokenId>> {
        self.write(Hot, move |ledger| {
            at_once(accounts::add_token(ledger, &token, &on))
        })
        .await
    }

    async fn tokens(&self, owner: Option<UserId>, page: Page<TokenId>) -> Result<Vec<Token>> {
        self.read(move |view| at_once(accounts::tokens(&mut Reading(view), owner, &page)))
            .await
    }

    async fn token(
        &self,
        hash: SecretHash,
        wall: Timestamp,
    ) -> Result<Option<(Token, Option<User>)>> {
        let found = self
            .read(move |view| at_once(accounts::token(&mut Reading(view), hash, wall)))
            .await?;
        let Some((token, owner, due)) = found else {
            return Ok(None);
        };
        if due {
            let id = token.id;
            let noted = self.write(Hot, move |ledger| {
                at_once(accounts::token_used(ledger, id, wall))
            });
            accounts::not_needed(noted.await);
        }
        Ok(Some((token, owner)))
    }

    async fn token_by_id(&self, id: TokenId) -> Result<Token> {
        self.read(move |view| at_once(accounts::token_of_id(&mut Reading(view), id)))
            .await
    }

    async fn revoke_token(&self, id: TokenId, on: Occasion) -> Result<bool> {
        self.write(Hot, move |ledger| {
            at_once(accounts::revoke_token(ledger, id, &on))
        })
        .await
    }
}

#[async_trait]
impl Sharing for SqliteStore {
    async fn may_see(&self, campaign: CampaignId, who: Visible) -> Result<bool> {
        self.read(move |view| at_once(accounts::may_see(&mut Reading(view), campaign, who)))
            .await
    }

    async fn shares(&self, campaign: CampaignId) -> Result<Vec<Share>> {
        self.read(move |view| at_once(accounts::shares(&mut Reading(view), campaign)))
            .await
    }

    async fn share(
        &self,
        campaign: CampaignId,
        with: SharedWith,
        shared: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            at_once(accounts::share(ledger, campaign, with, shared, &by, now))
        })
        .await
    }
}
