//! Users and all API tokens: for admins.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::{Role, SessionId, Timestamp, TokenId, UserId};
use ringonce_store::StoreError;
use ringonce_store::model::{Page, Session, Token, User};
use serde::Deserialize;

use crate::extract::{Path, Query};
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "users.html")]
struct People {
    frame: Frame,
    users: Vec<UserRow>,
    roles: &'static [Role],
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "user.html")]
struct OnePerson {
    frame: Frame,
    user: UserRow,
    roles: &'static [Role],
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Everybodys {
    frame: Frame,
    tokens: Vec<TokenRow>,
    next: Option<String>,
}

/// A person in a list.
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
struct UserRow {
    id: UserId,
    name: String,
    email: String,
    role: Role,
    two_factor: bool,
    invited: bool,
    disabled: bool,
    /// Whether it is the viewer.
    this: bool,
    signed_in: Option<String>,
    created: String,
}

/// A session in a list.
pub(super) struct SessionRow {
    pub(super) id: SessionId,
    pub(super) browser: String,
    pub(super) address: String,
    pub(super) this: bool,
    pub(super) half: bool,
    pub(super) begun: String,
    pub(super) seen: String,
}

/// A token in a list.
pub(super) struct TokenRow {
    pub(super) id: TokenId,
    pub(super) name: String,
    pub(super) owner: Option<String>,
    /// The words of its scopes; none for all that its owner may.
    pub(super) scopes: Vec<&'static str>,
    pub(super) created: String,
    pub(super) expires: Option<String>,
    pub(super) used: Option<String>,
    pub(super) revoked: bool,
    pub(super) expired: bool,
}

/// Which rows.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    after: Option<String>,
}

/// `GET /users`
pub(crate) async fn users(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Users, "nav-users");
    let users = state.store.users(which.page()).await?;
    let next = next("/users", &users, |user| user.id.to_string());
    let users = users.into_iter().map(|user| UserRow::new(user, &frame));
    Ok(render(&People {
        users: users.collect(),
        roles: Role::ALL,
        next,
        frame,
    }))
}

/// `GET /users/{id}`
pub(crate) async fn user(
    State(state): State<AppState>,
    frame: Frame,
    Path(id): Path<UserId>,
) -> Result<Response, Problem> {
    let user = state.store.user(id).await?;
    let frame = frame.titled(Section::Users, user.name.clone());
    Ok(render(&OnePerson {
        user: UserRow::new(user, &frame),
        roles: Role::ALL,
        frame,
    }))
}

/// `GET /tokens`
pub(crate) async fn tokens(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Users, "tokens");
    let rows = state.store.tokens(None, which.page()).await?;
    let next = next("/tokens", &rows, |token| token.id.to_string());
    let names = names(&state, &rows).await?;
    let wall = state.wall_clock();
    let tokens = rows.into_iter().map(|token| {
        let owner = token.owner.and_then(|id| names.get(&id).cloned());
        TokenRow::new(token, owner, wall, &frame)
    });
    Ok(render(&Everybodys {
        tokens: tokens.collect(),
        next,
        frame,
    }))
}

/// The addresses of those whose tokens these are.
async fn names(state: &AppState, tokens: &[Token]) -> Result<HashMap<UserId, String>, Problem> {
    let mut names = HashMap::new();
    for id in tokens.iter().filter_map(|token| token.owner) {
        if let std::collections::hash_map::Entry::Vacant(place) = names.entry(id) {
            match state.store.user(id).await {
                Ok(user) => {
                    place.insert(user.email.to_string());
                }
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(names)
}

impl Which {
    fn page<K: std::str::FromStr>(&self) -> Page<K> {
        Page {
            after: self.after.as_deref().and_then(|id| id.parse().ok()),
            limit: limits::PEOPLE_SHOWN,
        }
    }
}

fn next<T>(path: &str, rows: &[T], key: impl Fn(&T) -> String) -> Option<String> {
    let full = rows.len() >= limits::PEOPLE_SHOWN as usize;
    let last = rows.last().filter(|_| full)?;
    Some(format!("{path}?after={}", key(last)))
}

impl UserRow {
    fn new(user: User, frame: &Frame) -> Self {
        Self {
            id: user.id,
            email: user.email.to_string(),
            role: user.role,
            two_factor: user.two_factor,
            invited: !user.password_set,
            disabled: user.disabled_at.is_some(),
            this: frame.caller.user().is_some_and(|own| own.id == user.id),
            signed_in: user.signed_in_at.map(|at| frame.moment(at)),
            created: frame.moment(user.created_at),
            name: user.name,
        }
    }
}

impl SessionRow {
    pub(super) fn new(session: Session, this: SessionId, frame: &Frame) -> Self {
        Self {
            this: session.id == this,
            half: session.half,
            id: session.id,
            browser: session.browser,
            address: session.address,
            begun: frame.moment(session.begun_at),
            seen: frame.moment(session.seen_at),
        }
    }
}

impl TokenRow {
    pub(super) fn new(token: Token, owner: Option<String>, wall: Timestamp, frame: &Frame) -> Self {
        let scopes = token.scopes.unwrap_or_default();
        Self {
            id: token.id,
            owner,
            scopes: scopes.iter().map(|scope| scope.as_str()).collect(),
            created: frame.moment(token.created_at),
            expires: token.expires_at.map(|at| frame.moment(at)),
            used: token.used_at.map(|at| frame.moment(at)),
            revoked: token.revoked_at.is_some(),
            expired: token.expires_at.is_some_and(|at| at <= wall),
            name: token.name,
        }
    }
}
