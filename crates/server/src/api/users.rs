//! People who sign in: list, invite, change, disable.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use ringonce_domain::{Email, Role, UserId};
use ringonce_store::model::{NAME_CHARS, NewUser, User, UserChange};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::account::links;
use crate::api::wire::Listing;
use crate::api::wire_accounts::{LinkedView, UserView};
use crate::auth::Caller;
use crate::extract::{Json, Path, Query, RowsQuery};
use crate::problem::Problem;

/// Lists people, the first entered first.
#[utoipa::path(get, path = "/users", tag = "users", params(RowsQuery),
    responses((status = 200, body = Listing<UserView>), (status = 422, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<RowsQuery>,
) -> Result<axum::Json<Listing<UserView>>, Problem> {
    let page = query.page::<UserId>()?;
    let limit = page.limit;
    let users = state.store.users(page).await?;
    Ok(axum::Json(Listing::new(users, limit, |user: &User| {
        user.id.to_string()
    })))
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteRequest {
    /// Under which they will sign in.
    #[schema(example = "ana@example.com")]
    email: String,
    /// What people call them.
    name: String,
    /// What they may do.
    role: Role,
}

/// Enters a person and makes the link with which they choose a password: shown this once, for you to
/// pass on. It works for a week.
#[utoipa::path(post, path = "/users", tag = "users", request_body = InviteRequest,
    responses((status = 201, body = LinkedView), (status = 409, body = Problem, description = "The address is taken"),
              (status = 422, body = Problem)))]
pub(crate) async fn invite(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<InviteRequest>,
) -> Result<(StatusCode, axum::Json<LinkedView>), Problem> {
    may_grant(&caller, request.role)?;
    let user = NewUser {
        email: email(&request.email)?,
        name: person_name(&request.name)?,
        role: request.role,
        password: None,
        language: None,
        zone: None,
    };
    let on = state.occasion(caller.actor());
    let id = state.store.add_user(user, on).await?;
    Ok((StatusCode::CREATED, linked(&state, id, &caller).await?))
}

/// What to change about a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeUserRequest {
    /// What people call them.
    name: Option<String>,
    /// What they may do. Ends their sessions.
    role: Option<Role>,
    /// Under which they sign in.
    email: Option<String>,
}

/// Changes a person's name, role or address.
#[utoipa::path(patch, path = "/users/{id}", tag = "users", params(("id" = i64, Path)),
    request_body = ChangeUserRequest,
    responses((status = 200, body = UserView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "The address is taken, or nobody would be left who manages users"),
              (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<UserId>,
    Json(request): Json<ChangeUserRequest>,
) -> Result<axum::Json<UserView>, Problem> {
    let mut changes = Vec::new();
    if let Some(name) = &request.name {
        changes.push(UserChange::Name(person_name(name)?));
    }
    if let Some(address) = &request.email {
        changes.push(UserChange::Email(email(address)?));
    }
    if let Some(role) = request.role {
        may_grant(&caller, role)?;
        changes.push(UserChange::Role(role));
    }
    for change in changes {
        apply(&state, &caller, id, change).await?;
    }
    Ok(axum::Json(state.store.user(id).await?.into()))
}

/// Disables a person: their sessions end, and nothing of theirs works until they are enabled.
#[utoipa::path(post, path = "/users/{id}/disable", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = UserView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Nobody would be left who manages users")))]
pub(crate) async fn disable(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<UserId>,
) -> Result<axum::Json<UserView>, Problem> {
    apply(&state, &caller, id, UserChange::Disable).await?;
    Ok(axum::Json(state.store.user(id).await?.into()))
}

/// Lets a person sign in again.
#[utoipa::path(post, path = "/users/{id}/enable", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = UserView), (status = 404, body = Problem)))]
pub(crate) async fn enable(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<UserId>,
) -> Result<axum::Json<UserView>, Problem> {
    apply(&state, &caller, id, UserChange::Enable).await?;
    Ok(axum::Json(state.store.user(id).await?.into()))
}

/// Makes a link with which a person chooses a password, shown this once; the one before stops working.
#[utoipa::path(post, path = "/users/{id}/link", tag = "users", params(("id" = i64, Path)),
    responses((status = 201, body = LinkedView), (status = 404, body = Problem, description = "Not there, or disabled")))]
pub(crate) async fn link(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<UserId>,
) -> Result<(StatusCode, axum::Json<LinkedView>), Problem> {
    Ok((StatusCode::CREATED, linked(&state, id, &caller).await?))
}

/// Takes a person's second factor away, for a person who lost theirs. Ends their sessions.
#[utoipa::path(delete, path = "/users/{id}/two-factor", tag = "users", params(("id" = i64, Path)),
    responses((status = 200, body = UserView), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn reset_two_factor(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<UserId>,
) -> Result<axum::Json<UserView>, Problem> {
    if caller.person().is_ok_and(|person| person.user.id == id) {
        return Err(Problem::conflict(
            "this is your own second factor; take it away on the page of your account, with your password and a code",
        ));
    }
    apply(
        &state,
        &caller,
        id,
        UserChange::RemoveTwoFactor { keep: None },
    )
    .await?;
    Ok(axum::Json(state.store.user(id).await?.into()))
}

async fn apply(
    state: &AppState,
    caller: &Caller,
    id: UserId,
    change: UserChange,
) -> Result<(), Problem> {
    let on = state.occasion(caller.actor());
    Ok(state.store.change_user(id, change, on).await?)
}

async fn linked(
    state: &AppState,
    id: UserId,
    caller: &Caller,
) -> Result<axum::Json<LinkedView>, Problem> {
    let user = state.store.user(id).await?;
    let on = state.occasion(caller.actor());
    let (store, entropy) = (state.store.as_ref(), state.entropy.as_ref());
    let given = links::for_user(store, entropy, &user, on).await?;
    Ok(axum::Json(LinkedView {
        user: user.into(),
        path: given.path,
        expires_at: given.expires,
    }))
}

fn may_grant(caller: &Caller, role: Role) -> Result<(), Problem> {
    if caller.role().may_grant(role) {
        return Ok(());
    }
    Err(Problem::not_allowed(format!(
        "nobody hands out more than they have, and the role here is {}",
        caller.role()
    )))
}

fn email(text: &str) -> Result<Email, Problem> {
    text.parse()
        .map_err(|error: ringonce_domain::email::NoEmail| {
            Problem::invalid(error.to_string()).in_field("email")
        })
}

/// A name that people and lists can show.
pub(crate) fn person_name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        let advice = format!("use 1 to {NAME_CHARS} characters, without control characters");
        return Err(Problem::invalid(advice).in_field("name"));
    }
    Ok(name.to_owned())
}
