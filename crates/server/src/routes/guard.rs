//! The guard before every route: authentication, rate limit, permission, and whether the caller sees what the
//! path names. A request that the route's rule does not allow is refused here.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use ringonce_domain::Permission;
use ringonce_store::model::{Note, NoteEvent};

use super::{Audience, Resource, Rule};
use crate::auth::{self, Caller, Peer};
use crate::language::{self, Language};
use crate::problem::Problem;
use crate::{AppState, pages};

/// A route's rule, with what it is checked against.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) state: AppState,
    pub(super) rule: Rule,
    pub(super) face: Audience,
    pub(super) resource: Option<Resource>,
}

/// Lets a request through, or refuses it.
pub(super) async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut head, body) = request.into_parts();
    let language = language::wanted(&head.headers);
    match gate.admit(&mut head).await {
        Ok(()) => {
            let chosen = head.extensions.get().and_then(Caller::language);
            let response = next.run(Request::from_parts(head, body)).await;
            gate.face.show(response, chosen.unwrap_or(language))
        }
        Err(problem) => {
            let chosen = head.extensions.get().and_then(Caller::language);
            let refusal = gate.refuse(problem, &head);
            gate.face.show(refusal, chosen.unwrap_or(language))
        }
    }
}

impl Audience {
    /// A problem in the form of this audience.
    fn show(self, response: Response, language: Language) -> Response {
        if self == Self::Api {
            return response;
        }
        match response.extensions().get::<Problem>() {
            Some(problem) => pages::refusal(problem, language),
            None => response,
        }
    }
}

impl Gate {
    async fn admit(&self, head: &mut Parts) -> Result<(), Problem> {
        let changes = !auth::is_safe(&head.method);
        if self.face == Audience::Page && changes && !auth::from_our_pages(&head.uri, &head.headers)
        {
            return Err(Problem::cross_site("this form was sent from another site"));
        }
        if self.rule == Rule::Open {
            return Ok(());
        }
        let caller = auth::identify(&self.state, head).await?;
        head.extensions.insert(caller.clone());
        self.state.rates.request(caller.key())?;
        if let Rule::May(permission) = self.rule
            && let Err(problem) = caller.must(permission)
        {
            self.note(&caller, permission, head).await;
            return Err(problem);
        }
        if let Some(resource) = &self.resource {
            resource.check(&self.state, &caller, head).await?;
        }
        Ok(())
    }

    /// Notes a refusal in the audit trail, at most once a minute for an address.
    async fn note(&self, caller: &Caller, permission: Permission, head: &Parts) {
        let Peer(address) = head.extensions.get::<Peer>().copied().unwrap_or_default();
        if !self.state.rates.worth_a_note(address) {
            return;
        }
        let note = Note {
            event: NoteEvent::Refused,
            user: caller.user().map(|user| user.id),
            address: address.to_string(),
            reason: format!("needs {permission}"),
        };
        let on = self.state.occasion(caller.actor());
        if let Err(error) = self.state.store.note(note, on).await {
            tracing::warn!(%error, "a refusal was not written down");
        }
    }

    /// Redirects a visitor who is not signed in to the sign-in page, and then back.
    fn refuse(&self, problem: Problem, head: &Parts) -> Response {
        if self.face == Audience::Page && problem.status() == StatusCode::UNAUTHORIZED {
            let page = head.method == Method::GET;
            let next = page.then(|| head.uri.path_and_query()).flatten();
            return Redirect::to(&auth::sign_in_path(
                next.map(axum::http::uri::PathAndQuery::as_str),
            ))
            .into_response();
        }
        problem.into_response()
    }
}
