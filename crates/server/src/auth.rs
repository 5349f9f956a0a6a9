//! Authentication: a program with a bearer token, or a person with the cookie of a signed-in browser.
//!
//! Permissions are read from the ledger with every request, so that a change of role, a revoked token or an
//! ended session takes effect at once. A browser sends cookies also with requests that other sites provoke,
//! so a request that changes something and is authenticated by its cookie alone must come from our own
//! pages.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use ringonce_domain::{AttemptId, CampaignId, Language, Permission, Role};
use ringonce_store::model::{Actor, SecretHash, Session, Token, User, Visible};

use crate::account::sign_in::{self, Visitor};
use crate::address::address;
use crate::problem::Problem;
use crate::{AppState, host, session, token};

/// The caller of a request, and its permissions.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    key: Arc<str>,
    who: Arc<Who>,
}

#[derive(Debug)]
enum Who {
    Person(Person),
    Program(Token, Option<User>),
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// Who.
    pub(crate) user: User,
    /// Since when, with which browser.
    pub(crate) session: Session,
    /// Of the secret in their cookie.
    pub(crate) hash: SecretHash,
}

impl Caller {
    fn person_of(person: Person) -> Self {
        Self {
            key: format!("user:{}", person.user.id).into(),
            who: Arc::new(Who::Person(person)),
        }
    }

    fn program(token: Token, owner: Option<User>) -> Self {
        Self {
            key: format!("token:{}", token.id).into(),
            who: Arc::new(Who::Program(token, owner)),
        }
    }

    /// The key of their rate limit, of their uploads and of their idempotency keys.
    pub(crate) const fn key(&self) -> &Arc<str> {
        &self.key
    }

    /// What people call them.
    pub(crate) fn name(&self) -> &str {
        match &*self.who {
            Who::Person(person) => &person.user.name,
            Who::Program(token, _) => &token.name,
        }
    }

    /// For the audit trail.
    pub(crate) fn actor(&self) -> Actor {
        match &*self.who {
            Who::Person(person) => sign_in::of(&person.user),
            Who::Program(token, _) => Actor::new(format!("api:{}", token.name)),
        }
    }

    /// The signed-in user, or the owner of the token.
    pub(crate) fn user(&self) -> Option<&User> {
        match &*self.who {
            Who::Person(person) => Some(&person.user),
            Who::Program(_, owner) => owner.as_ref(),
        }
    }

    /// The token, when the caller is a program.
    pub(crate) fn token(&self) -> Option<&Token> {
        match &*self.who {
            Who::Person(_) => None,
            Who::Program(token, _) => Some(token),
        }
    }

    /// The signed-in person; refuses programs.
    pub(crate) fn person(&self) -> Result<&Person, Problem> {
        match &*self.who {
            Who::Person(person) => Ok(person),
            Who::Program(..) => Err(Problem::not_allowed(
                "this is for people who are signed in; a token cannot do it",
            )),
        }
    }

    /// Which language they read, if they chose one.
    pub(crate) fn language(&self) -> Option<Language> {
        self.user().and_then(|user| user.language)
    }

    /// In which zone they read times, if they chose one.
    pub(crate) fn zone(&self) -> Option<&str> {
        self.user().and_then(|user| user.zone.as_deref())
    }

    /// The role that decides their permissions; a token of the machine itself has an admin's.
    pub(crate) fn role(&self) -> Role {
        self.user().map_or(Role::Admin, |user| user.role)
    }

    /// Whether the caller has a permission: by its role and, of a program, by its token's scopes too.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        let scopes = self.token().and_then(|token| token.scopes.as_ref());
        let within = scopes.is_none_or(|scopes| scopes.contains(&permission));
        within && self.role().may(permission)
    }

    /// Refuses a caller without the permission.
    pub(crate) fn must(&self, permission: Permission) -> Result<(), Problem> {
        if self.may(permission) {
            return Ok(());
        }
        let role = permission.least_role();
        let advice = if self.role().may(permission) {
            format!(
                "this needs the scope `{permission}`, which the token does not have; make one that has it on the page of your account"
            )
        } else {
            let has = self.role();
            format!(
                "this needs the permission `{permission}`, which begins with the role {role}, and the role here is {has}; an admin can give another"
            )
        };
        Err(Problem::not_allowed(advice))
    }

    /// Which campaigns they see.
    pub(crate) fn visible(&self) -> Visible {
        let Some(user) = self.user() else {
            return Visible::Everything;
        };
        let all = user.role == Role::Viewer || self.may(Permission::CampaignsAll);
        if all && user.role.sees_every_campaign() {
            Visible::Everything
        } else {
            Visible::To(user.id)
        }
    }

    /// Answers *not found* when the caller does not see the campaign.
    pub(crate) async fn see(&self, state: &AppState, id: CampaignId) -> Result<(), Problem> {
        let who = self.visible();
        if who == Visible::Everything || state.store.may_see(id, who).await? {
            return Ok(());
        }
        Err(Problem::not_found(format!("there is no campaign {id}")))
    }

    /// Answers *not found* when the caller does not see the campaign of the call.
    pub(crate) async fn see_call(&self, state: &AppState, id: AttemptId) -> Result<(), Problem> {
        let who = self.visible();
        if who == Visible::Everything {
            return Ok(());
        }
        let attempt = state.store.attempt(id).await?;
        let seen = match attempt {
            Some(attempt) => state.store.may_see(attempt.campaign, who).await?,
            None => false,
        };
        if seen {
            return Ok(());
        }
        Err(Problem::not_found(format!("there is no call {id}")))
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

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let Peer(address) = head.extensions.get::<Peer>().copied().unwrap_or_default();
        Ok(Self {
            address,
            browser: session::browser(&head.headers),
        })
    }
}

/// Where to sign in, and go on to afterwards.
pub(crate) fn sign_in_path(next: Option<&str>) -> String {
    let next = next.filter(|next| *next != "/");
    address("/login", &[("next", next.unwrap_or_default())])
}

/// A path of our own, or the first page: signing in never redirects to another site.
pub(crate) fn own_path(next: Option<&str>) -> &str {
    let ours = |path: &&str| {
        // Browsers take `//` and `/\` for the beginning of another host, and skip control characters.
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains('\\')
            && path.chars().all(|c| c.is_ascii_graphic())
    };
    next.filter(ours).unwrap_or("/")
}

/// The caller of a request; refused without valid credentials, and when another site provoked it.
pub(crate) async fn identify(state: &AppState, head: &Parts) -> Result<Caller, Problem> {
    let headers = &head.headers;
    let peer = head.extensions.get::<Peer>().copied().unwrap_or_default();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(bearer);
        return by_token(state, token.unwrap_or_default(), peer).await;
    }
    let Some(person) = person(state, headers).await? else {
        return Err(Problem::unauthorized(
            "send `Authorization: Bearer rgo_…` with a token from the page of your account, or sign in at /login",
        ));
    };
    if !is_safe(&head.method) && !from_our_pages(&head.uri, headers) {
        return Err(Problem::cross_site(
            "this came from another site; use the server's own pages, or a bearer token",
        ));
    }
    Ok(Caller::person_of(person))
}

/// The person signed in with this browser.
pub(crate) async fn person(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Person>, Problem> {
    let Some(secret) = session::presented(headers, state.hosts.secure()) else {
        return Ok(None);
    };
    let found = sign_in::session(state, secret).await?;
    Ok(found
        .filter(|(_, session, _)| !session.half)
        .map(|(hash, session, user)| Person {
            user,
            session,
            hash,
        }))
}

/// The caller with this token; a wrong one counts against the address.
async fn by_token(state: &AppState, token: &str, peer: Peer) -> Result<Caller, Problem> {
    let hash = token::secret_hash(token);
    if let Some((token, owner)) = state.store.token(hash, state.wall_clock()).await? {
        return Ok(Caller::program(token, owner));
    }
    state.rates.failure(peer.0)?;
    Err(Problem::unauthorized(
        "this token is not known, has expired or was revoked; make another on the page of your account",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        for (next, path) in [
            ("/campaigns/7?state=failed", "/campaigns/7?state=failed"),
            ("//evil.example.com", "/"),
            ("/\\evil.example.com", "/"),
            ("https://evil.example.com", "/"),
            ("/\t/evil.example.com", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(Some(next)), path, "{next}");
        }
        assert_eq!(own_path(None), "/");
        assert_eq!(
            sign_in_path(Some("/calls?after=a&b=1")),
            "/login?next=/calls%3Fafter%3Da%26b%3D1"
        );
        assert_eq!(sign_in_path(Some("/")), "/login");
    }
}
