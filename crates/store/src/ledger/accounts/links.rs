//! One-time links: for the first user, for those who were invited, for those who forgot.

use ringonce_domain::{Role, Timestamp, UserId};
use serde_json::json;

use super::users::{credentials_of, enter, locked, missing, set_password};
use crate::model::{
    AuditContext, Link, LinkPurpose, LinkUse, MAX_FIRST_LINKS, NewLink, SWEPT_AT_ONCE, SecretHash,
    User,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

impl LinkPurpose {
    /// The word in the ledger.
    const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Invitation(_) => "invitation",
            Self::Reset(_) => "reset",
        }
    }

    /// Whose it is.
    const fn user(self) -> Option<UserId> {
        match self {
            Self::First => None,
            Self::Invitation(user) | Self::Reset(user) => Some(user),
        }
    }
}

fn purpose_in(row: &Record) -> Result<(LinkPurpose, Timestamp)> {
    let fields = Fields::of("links", row);
    let user = fields.maybe_int("user_id")?.map(UserId);
    let purpose = match (fields.str("purpose")?, user) {
        ("invitation", Some(user)) => LinkPurpose::Invitation(user),
        ("reset", Some(user)) => LinkPurpose::Reset(user),
        _ => LinkPurpose::First,
    };
    Ok((purpose, fields.instant("expires_at")?))
}

/// See [`crate::Accounts::add_link`].
pub(crate) async fn add_link<D: Transaction>(
    tx: &mut D,
    new: &NewLink,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    tx.alone().await?;
    let (word, owner) = (new.purpose.word(), new.purpose.user());
    let detail = json!({ "purpose": word, "expires_at": new.expires.to_string() });
    tx.change(sql::LINKS_SWEEP, values![on.wall, SWEPT_AT_ONCE])
        .await?;
    match owner {
        None => {
            let keep = MAX_FIRST_LINKS - 1;
            tx.change(sql::LINKS_CROP_FIRST, values![keep]).await?;
            tx.audit_plain("link.add", &detail, on).await?;
        }
        Some(id) => {
            let person = locked(tx, id).await?;
            let person = person.filter(|person| person.user.disabled_at.is_none());
            let person = person.ok_or_else(|| missing(id))?;
            tx.change(sql::LINKS_END, values![id, word]).await?;
            tx.audit_user("link.add", &person.user, detail, on).await?;
        }
    }
    let given = values![new.hash, word, owner, new.expires];
    tx.change(sql::LINK_ADD, given).await?;
    Ok(())
}

/// See [`crate::Accounts::link`].
pub(crate) async fn link<L: Reader>(
    look: &mut L,
    hash: SecretHash,
    wall: Timestamp,
) -> Result<Option<Link>, L::Failure> {
    let Some(row) = look.row(sql::LINK, values![hash, wall]).await? else {
        return Ok(None);
    };
    let (purpose, expires) = purpose_in(&row)?;
    let user = match purpose.user() {
        Some(id) => Some(credentials_of(look, id).await?.user),
        None if look.row(sql::USERS_THERE, values![]).await?.is_some() => return Ok(None),
        None => None,
    };
    if user.as_ref().is_some_and(|user| user.disabled_at.is_some()) {
        return Ok(None);
    }
    Ok(Some(Link {
        purpose,
        user,
        expires,
    }))
}

/// See [`crate::Accounts::use_link`].
pub(crate) async fn use_link<D: Transaction>(
    tx: &mut D,
    hash: SecretHash,
    with: &LinkUse,
    on: &AuditContext,
) -> Result<Option<User>, D::Failure> {
    tx.alone().await?;
    let Some(found) = link(tx, hash, on.wall).await? else {
        return Ok(None);
    };
    match (found.user, with) {
        (None, LinkUse::First(_)) | (Some(_), LinkUse::Password(_)) => {}
        _ => return Ok(None),
    }
    let taken = tx.row(sql::LINK_USE, values![hash, on.wall]).await?;
    let Some(taken) = taken else { return Ok(None) };
    let (purpose, _) = purpose_in(&taken)?;
    let id = match (purpose.user(), with) {
        (None, LinkUse::First(new)) => {
            // The first one has to let the others in.
            let admin = crate::model::NewUser {
                role: Role::Admin,
                ..new.clone()
            };
            tx.change(sql::LINKS_END_FIRST, values![]).await?;
            enter(tx, &admin, on).await?
        }
        (Some(id), LinkUse::Password(password)) => {
            let person = locked(tx, id).await?.ok_or_else(|| missing(id))?;
            set_password(tx, &person.user, password, None, on).await?;
            id
        }
        _ => return Err(StoreError::Database("a link changed while it was used".into()).into()),
    };
    let user = credentials_of(tx, id).await?.user;
    let detail = json!({ "purpose": purpose.word() });
    tx.audit_user("link.use", &user, detail, on).await?;
    Ok(Some(user))
}
