//! Tokens for the API: who made them, what they may, until when.

use ringonce_domain::{Permission, Timestamp, TokenId, UserId};
use serde_json::json;

use super::users::{kept, locked, missing, user_in};
use crate::model::{AuditContext, MAX_TOKENS, NewToken, Page, SEEN_EVERY, SecretHash, Token, User};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError, listing};

fn token_in(row: &Record) -> Result<Token> {
    let fields = Fields::of("tokens", row);
    let scopes = match fields.maybe_text("scopes")? {
        None => None,
        Some(words) => Some(
            words
                .split_whitespace()
                .map(|word| {
                    word.parse::<Permission>()
                        .map_err(|error| fields.corrupt("scopes", &error))
                })
                .collect::<Result<_>>()?,
        ),
    };
    Ok(Token {
        id: TokenId(fields.int("id")?),
        name: fields.text("name")?,
        owner: fields.maybe_int("owner")?.map(UserId),
        scopes,
        created_at: fields.instant("created_at")?,
        expires_at: fields.maybe_instant("expires_at")?,
        used_at: fields.maybe_instant("used_at")?,
        revoked_at: fields.maybe_instant("revoked_at")?,
    })
}

/// See [`crate::Tokens::add_token`].
pub(crate) async fn add_token<D: Transaction>(
    tx: &mut D,
    new: &NewToken,
    on: &AuditContext,
) -> Result<Option<TokenId>, D::Failure> {
    let name = kept(&new.name);
    let owner = match new.owner {
        None => None,
        Some(id) => {
            let person = locked(tx, id).await?;
            let person = person.filter(|person| person.user.disabled_at.is_none());
            Some(person.ok_or_else(|| missing(id))?.user)
        }
    };
    if let Some(owner) = &owner {
        let row = tx
            .row(sql::TOKENS_WORKING, values![owner.id, on.wall])
            .await?;
        let working = row.map_or(Ok(0), |row| Fields::of("tokens", &row).int("tokens"))?;
        if working >= i64::from(MAX_TOKENS) {
            let (what, limit) = ("tokens", MAX_TOKENS);
            return Err(StoreError::TooMany { what, limit }.into());
        }
    }
    let expired = values![new.owner, name.as_str(), on.wall];
    tx.change(sql::TOKENS_EXPIRED, expired).await?;
    let scopes = new.scopes.as_ref().map(|scopes| {
        let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        words.join(" ")
    });
    let given = values![
        name.as_str(),
        new.hash,
        new.owner,
        scopes,
        on.wall,
        new.expires
    ];
    let Some(row) = tx.row(sql::TOKEN_ADD, given).await? else {
        return Ok(None);
    };
    let id = TokenId(Fields::of("tokens", &row).int("id")?);
    let detail = json!({
        "token": id, "name": name, "scopes": new.scopes,
        "expires_at": new.expires.map(|at| at.to_string()),
    });
    told(tx, "token.add", owner.as_ref(), detail, on).await?;
    Ok(Some(id))
}

async fn told<D: Transaction>(
    tx: &mut D,
    event: &str,
    owner: Option<&User>,
    detail: serde_json::Value,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    match owner {
        Some(user) => tx.audit_user(event, user, detail, on).await,
        None => tx.audit_plain(event, &detail, on).await,
    }
}

/// See [`crate::Tokens::tokens`].
pub(crate) async fn tokens<L: Reader>(
    look: &mut L,
    owner: Option<UserId>,
    page: &Page<TokenId>,
) -> Result<Vec<Token>, L::Failure> {
    let (before, limit) = (page.after.map_or(i64::MAX, |id| id.0), listing::limit(page));
    let rows = match owner {
        None => look.rows(sql::TOKENS, values![before, limit]).await?,
        Some(owner) => {
            look.rows(sql::TOKENS_OF, values![before, limit, owner])
                .await?
        }
    };
    Ok(rows.iter().map(token_in).collect::<Result<_>>()?)
}

/// See [`crate::Tokens::token`]; and whether its use is to be written down.
pub(crate) async fn token<L: Reader>(
    look: &mut L,
    hash: SecretHash,
    wall: Timestamp,
) -> Result<Option<(Token, Option<User>, bool)>, L::Failure> {
    let Some(row) = look.row(sql::TOKEN, values![hash, wall]).await? else {
        return Ok(None);
    };
    let token = token_in(&row)?;
    let owner = match token.owner {
        Some(_) => Some(user_in(&row)?),
        None => None,
    };
    let due = token
        .used_at
        .is_none_or(|used| wall.since(used) >= SEEN_EVERY);
    Ok(Some((token, owner, due)))
}

/// Notes that a token was used.
pub(crate) async fn token_used<D: Transaction>(
    tx: &mut D,
    id: TokenId,
    wall: Timestamp,
) -> Result<(), D::Failure> {
    tx.change_unheard(sql::TOKEN_USED, values![id.0, wall])
        .await
}

fn there(row: Option<&Record>, id: TokenId) -> Result<Token> {
    let row = row.ok_or_else(|| StoreError::NotFound {
        what: "token",
        id: id.to_string(),
    })?;
    token_in(row)
}

/// See [`crate::Tokens::token_by_id`].
pub(crate) async fn token_of_id<L: Reader>(look: &mut L, id: TokenId) -> Result<Token, L::Failure> {
    let row = look.row(sql::TOKEN_OF_ID, values![id.0]).await?;
    Ok(there(row.as_ref(), id)?)
}

/// See [`crate::Tokens::revoke_token`].
pub(crate) async fn revoke_token<D: Transaction>(
    tx: &mut D,
    id: TokenId,
    on: &AuditContext,
) -> Result<bool, D::Failure> {
    let row = tx.row(sql::TOKEN_TO_CHANGE, values![id.0]).await?;
    let token = there(row.as_ref(), id)?;
    let given = values![id.0, on.wall];
    if tx.change(sql::TOKEN_REVOKE, given).await? == 0 {
        return Ok(false);
    }
    let owner = match token.owner {
        Some(owner) => Some(super::user(tx, owner).await?),
        None => None,
    };
    let detail = json!({ "token": id, "name": token.name });
    told(tx, "token.revoke", owner.as_ref(), detail, on).await?;
    Ok(true)
}
