//! Who asks: a bearer token, or the cookie of a signed-in browser.
//!
//! A cookie travels with requests that other sites provoke, so a request that changes something and
//! is known by its cookie alone must come from our own pages.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use ringonce_store::model::Actor;

use crate::problem::Problem;
use crate::{AppState, host, token};

/// Who asks, by the name of the token.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) Arc<str>);

impl Caller {
    /// For the audit trail.
    pub(crate) fn actor(&self) -> Actor {
        Actor::new(format!("api:{}", self.0))
    }
}

/// The address at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Default for Peer {
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// Lets only known callers through, as fast as they may ask.
pub(crate) async fn require(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut head, body) = request.into_parts();
    let caller = identify(&state, &head).await?;
    state.rates.request(&caller.0)?;
    head.extensions.insert(caller);
    Ok(next.run(Request::from_parts(head, body)).await)
}

/// As [`require`], for pages: who is not signed in is sent to do so.
pub(crate) async fn require_browser(
    state: State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    match require(state, request, next).await {
        Ok(response) => response,
        Err(problem) if problem.status() == axum::http::StatusCode::UNAUTHORIZED => {
            Redirect::to("/login").into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn identify(state: &AppState, head: &Parts) -> Result<Caller, Problem> {
    let headers = &head.headers;
    let peer = head.extensions.get::<Peer>().copied().unwrap_or_default();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        return by_token(state, token.unwrap_or_default(), peer).await;
    }
    let Some(name) = state.sessions.name_of(headers, state.wall_clock()) else {
        return Err(Problem::unauthorized(
            "send `Authorization: Bearer rgo_…` with the token that the server showed at its first start, or sign in at /login",
        ));
    };
    if !is_safe(&head.method) && !from_our_pages(&head.uri, headers) {
        return Err(Problem::cross_site(
            "this came from another site; use the server's own pages, or a bearer token",
        ));
    }
    Ok(Caller(name))
}

/// Who holds the token; a wrong one counts against the address.
pub(crate) async fn by_token(state: &AppState, token: &str, peer: Peer) -> Result<Caller, Problem> {
    if let Some(name) = token::name_of(state.store.as_ref(), token).await? {
        return Ok(Caller(name.into()));
    }
    state.rates.failure(peer.0)?;
    Err(Problem::unauthorized(
        "this token is not known; use the one that the server showed at its first start",
    ))
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a browser says that the request comes from a page of this very host and port.
pub(crate) fn from_our_pages(uri: &Uri, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = text("origin").and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, authority)| host::host_of(uri, headers) == Some(authority))
}
