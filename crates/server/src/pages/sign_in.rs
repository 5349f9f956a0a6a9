//! The way in: a token, or a link that works once, becomes a cookie.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::AppState;
use crate::auth::{Peer, by_token, from_our_pages};
use crate::extract::{Form, Query};
use crate::language::{Language, Speech as _};
use crate::pages::frame::Wanted;
use crate::pages::{assets, render};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    assets: String,
    language: Language,
    wrong: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Link {
    once: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Secret {
    token: String,
}

/// `GET /login`, with `?once=` to use up a sign-in link.
pub(crate) async fn page(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    peer: Option<Extension<Peer>>,
    Query(link): Query<Link>,
) -> Response {
    let Some(key) = link.once else {
        return render(&SignIn {
            assets: assets::folder(),
            language,
            wrong: None,
        });
    };
    if let Some(name) = state.sessions.use_link(&key, state.wall_clock()) {
        return welcome(&state, &name);
    }
    match state.rates.failure(address(peer).0) {
        Ok(()) => refuse(
            language,
            "This link was used before or is too old. Sign in with the token.".into(),
        ),
        Err(problem) => problem.into_response(),
    }
}

/// `POST /login`
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    peer: Option<Extension<Peer>>,
    uri: Uri,
    headers: HeaderMap,
    Form(Secret { token }): Form<Secret>,
) -> Response {
    if !from_our_pages(&uri, &headers) {
        return Problem::cross_site("this form was sent from another site").into_response();
    }
    match by_token(&state, token.trim(), address(peer)).await {
        Ok(caller) => welcome(&state, caller.key()),
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => refuse(
            language,
            "This token is not known. It begins with rgo_ and was shown at the first start.".into(),
        ),
        Err(problem) => problem.into_response(),
    }
}

/// `POST /logout`
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if !from_our_pages(&uri, &headers) {
        return Problem::cross_site("this form was sent from another site").into_response();
    }
    with_cookie(
        "/login",
        &state.sessions.end(&headers, state.hosts.secure()),
    )
}

fn address(peer: Option<Extension<Peer>>) -> Peer {
    peer.map(|Extension(peer)| peer).unwrap_or_default()
}

fn refuse(language: Language, wrong: String) -> Response {
    let page = SignIn {
        assets: assets::folder(),
        language,
        wrong: Some(wrong),
    };
    (StatusCode::UNAUTHORIZED, render(&page)).into_response()
}

fn welcome(state: &AppState, name: &str) -> Response {
    let secure = state.hosts.secure();
    with_cookie(
        "/",
        &state
            .sessions
            .begin(name, secure, state.entropy.as_ref(), state.wall_clock()),
    )
}

fn with_cookie(to: &str, cookie: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
