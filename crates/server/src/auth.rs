//! Who asks: a bearer token, or the cookie of a signed-in browser.
//!
//! A cookie travels with requests that other sites provoke, so a request that changes something and
//! is known by its cookie alone must come from our own pages.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use ringonce_domain::account::Permission;
use ringonce_domain::{AttemptId, CampaignId};
use ringonce_store::model::Actor;

use crate::problem::Problem;
use crate::{AppState, host, token};

/// Who asks, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    name: Arc<str>,
}

impl Caller {
    /// What their rate is counted under.
    pub(crate) const fn key(&self) -> &Arc<str> {
        &self.name
    }

    /// What people call them.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// For the audit trail.
    pub(crate) fn actor(&self) -> Actor {
        Actor::new(format!("api:{}", self.name))
    }

    /// Whether they have a permission.
    #[expect(clippy::unused_self, reason = "tokens have no scopes yet")]
    pub(crate) const fn may(&self, _: Permission) -> bool {
        true
    }

    /// A refusal for whoever does not have a permission.
    pub(crate) fn must(&self, permission: Permission) -> Result<(), Problem> {
        if self.may(permission) {
            return Ok(());
        }
        let role = permission.least_role();
        Err(Problem::not_allowed(format!(
            "this needs the permission `{permission}`, which a role from {role} upwards has; an admin can give you that role"
        )))
    }

    /// Not found, for whoever may not see a campaign.
    #[expect(clippy::unused_async, reason = "campaigns have no owners yet")]
    pub(crate) async fn see(&self, state: &AppState, id: CampaignId) -> Result<(), Problem> {
        let _ = (state, id);
        Ok(())
    }

    /// Not found, for whoever may not see the campaign of a call.
    #[expect(clippy::unused_async, reason = "campaigns have no owners yet")]
    pub(crate) async fn see_call(&self, state: &AppState, id: AttemptId) -> Result<(), Problem> {
        let _ = (state, id);
        Ok(())
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

/// Where to sign in, and go on to afterwards.
pub(crate) fn sign_in_path(next: Option<&str>) -> String {
    let _ = next;
    "/login".to_owned()
}

/// Who asks; refused when nobody is known to, or when a browser was made to ask by another site.
pub(crate) async fn identify(state: &AppState, head: &Parts) -> Result<Caller, Problem> {
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
    Ok(Caller { name })
}

/// Who holds the token; a wrong one counts against the address.
pub(crate) async fn by_token(state: &AppState, token: &str, peer: Peer) -> Result<Caller, Problem> {
    let found = state
        .store
        .token(token::secret_hash(token), state.wall_clock());
    if let Some((token, _)) = found.await? {
        return Ok(Caller {
            name: token.name.into(),
        });
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

pub(crate) fn is_safe(method: &Method) -> bool {
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
