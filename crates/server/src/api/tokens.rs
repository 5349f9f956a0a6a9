//! API tokens: the caller's own and, with the permission for it, those of all users.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use ringonce_domain::{Millis, Permission, TokenId};
use ringonce_store::model::Token;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::users::person_name;
use crate::api::wire::Listing;
use crate::api::wire_accounts::MadeTokenView;
use crate::auth::Caller;
use crate::extract::{Json, Path, Query, RowsQuery};
use crate::problem::Problem;
use crate::token::{self, Order};
use crate::{AppState, limits};

/// The tokens of all users, the latest first; revoked and expired ones too.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(RowsQuery),
    responses((status = 200, body = Listing<Token>), (status = 422, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<RowsQuery>,
) -> Result<axum::Json<Listing<Token>>, Problem> {
    let page = query.page::<TokenId>()?;
    let limit = page.limit;
    let tokens = state.store.tokens(None, page).await?;
    Ok(axum::Json(listing(tokens, limit)))
}

/// Your tokens, the latest first; revoked and expired ones too.
#[utoipa::path(get, path = "/account/tokens", tag = "tokens", params(RowsQuery),
    responses((status = 200, body = Listing<Token>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list_own(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<RowsQuery>,
) -> Result<axum::Json<Listing<Token>>, Problem> {
    let person = caller.person()?;
    let page = query.page::<TokenId>()?;
    let limit = page.limit;
    let tokens = state.store.tokens(Some(person.user.id), page).await?;
    Ok(axum::Json(listing(tokens, limit)))
}

/// What a token is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    /// What people call it; the audit trail shows it as `api:NAME`.
    name: String,
    /// What it may at most; null or absent for all that you may.
    scopes: Option<Vec<Permission>>,
    /// Days that it works, 1 to 3,660; null or absent for ever.
    #[schema(minimum = 1, maximum = 3660)]
    days: Option<u32>,
}

/// Makes a token, shown this once. It may never more than you may at that moment.
#[utoipa::path(post, path = "/account/tokens", tag = "tokens", request_body = TokenRequest,
    responses((status = 201, body = MadeTokenView), (status = 403, body = Problem),
              (status = 409, body = Problem, description = "The name is taken, or there are too many"),
              (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<TokenRequest>,
) -> Result<(StatusCode, axum::Json<MadeTokenView>), Problem> {
    let person = caller.person()?;
    let on = state.occasion(caller.actor());
    let order = Order {
        name: person_name(&request.name)?,
        owner: Some(person.user.id),
        scopes: scopes(&caller, request.scopes)?,
        expires: lasts(request.days)?.map(|days| on.wall + days),
    };
    let made = token::create(state.store.as_ref(), state.entropy.as_ref(), order, on).await?;
    let Some((token, id)) = made else {
        let advice = "you have a token of this name; choose another, or revoke that one";
        return Err(Problem::conflict(advice).in_field("name"));
    };
    Ok((StatusCode::CREATED, axum::Json(MadeTokenView { id, token })))
}

/// Revokes a token: it stops working at once.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = i64, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    if !caller.may(Permission::TokensAll) {
        // What is another's is not there, whether or not it is.
        let person = caller.person()?;
        let token = state.store.token_by_id(id).await;
        let own = token.is_ok_and(|token| token.owner == Some(person.user.id));
        if !own {
            return Err(Problem::not_found(format!("there is no token {id}")));
        }
    }
    let on = state.occasion(caller.actor());
    state.store.revoke_token(id, on).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn listing(tokens: Vec<Token>, limit: u32) -> Listing<Token> {
    Listing::new(tokens, limit, |token: &Token| token.id.to_string())
}

/// The scopes asked for, which must be within what the caller may.
fn scopes(
    caller: &Caller,
    asked: Option<Vec<Permission>>,
) -> Result<Option<Vec<Permission>>, Problem> {
    let Some(mut scopes) = asked else {
        return Ok(None);
    };
    if scopes.is_empty() {
        let advice = "choose at least one; a token without scopes may nothing";
        return Err(Problem::invalid(advice).in_field("scopes"));
    }
    for scope in &scopes {
        caller.must(*scope)?;
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(Some(scopes))
}

fn lasts(days: Option<u32>) -> Result<Option<Millis>, Problem> {
    match days {
        None => Ok(None),
        Some(days) if (1..=limits::TOKEN_DAYS).contains(&days) => {
            Ok(Some(Millis::from_days(days.into())))
        }
        Some(_) => {
            let advice = format!("choose 1 to {} days", limits::TOKEN_DAYS);
            Err(Problem::invalid(advice).in_field("days"))
        }
    }
}
