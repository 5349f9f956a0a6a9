//! Signing in and out: a password, then a second factor for a person who has one. Works without scripts.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ringonce_store::model::{Ending, SecretHash, User};
use serde::Deserialize;

use crate::AppState;
use crate::account::links;
use crate::account::sign_in::{self, Entered, Visitor};
use crate::address::address;
use crate::auth::{own_path, person};
use crate::extract::{Form, Query};
use crate::language::{Language, Speech as _};
use crate::pages::frame::Wanted;
use crate::pages::{assets, render};
use crate::problem::Problem;
use crate::session;

/// Where the second factor is asked for.
const CODE: &str = "/login/code";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    assets: String,
    language: Language,
    /// Set when there is no user yet who could sign in.
    nobody: bool,
    wrong: Option<String>,
    email: String,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct Code {
    assets: String,
    language: Language,
    wrong: Option<String>,
    name: String,
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Going {
    next: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Attempt {
    email: String,
    password: String,
    next: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Factor {
    code: String,
    next: Option<String>,
}

/// `GET /login`
pub(crate) async fn page(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    headers: HeaderMap,
    Query(going): Query<Going>,
) -> Result<Response, Problem> {
    let next = own_path(going.next.as_deref()).to_owned();
    if person(&state, &headers).await?.is_some() {
        return Ok(axum::response::Redirect::to(&next).into_response());
    }
    Ok(render(&SignIn {
        assets: assets::folder(),
        nobody: !links::anybody(&state).await?,
        wrong: None,
        email: String::new(),
        language,
        next,
    }))
}

/// `POST /login`
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    visitor: Visitor,
    Form(form): Form<Attempt>,
) -> Result<Response, Problem> {
    let next = own_path(form.next.as_deref());
    let tried = sign_in::by_password(&state, &visitor, &form.email, form.password).await;
    let refusal = match tried {
        Ok(Some(entered)) => return Ok(welcome(&state, &entered, next)),
        Ok(None) => Refusal::wrong(language, "sign-in-wrong"),
        Err(problem) => Refusal::slow(language, problem)?,
    };
    let page = SignIn {
        assets: assets::folder(),
        language,
        nobody: false,
        wrong: Some(refusal.words.clone()),
        email: form.email,
        next: next.to_owned(),
    };
    Ok(refusal.with(render(&page)))
}

/// `GET /login/code`
pub(crate) async fn code_page(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    headers: HeaderMap,
    Query(going): Query<Going>,
) -> Result<Response, Problem> {
    let next = own_path(going.next.as_deref());
    let Some((_, user)) = half(&state, &headers).await? else {
        return Ok(to_password(next));
    };
    Ok(render(&Code {
        assets: assets::folder(),
        language,
        wrong: None,
        name: user.name,
        next: next.to_owned(),
    }))
}

/// `POST /login/code`
pub(crate) async fn code(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    visitor: Visitor,
    headers: HeaderMap,
    Form(form): Form<Factor>,
) -> Result<Response, Problem> {
    let next = own_path(form.next.as_deref());
    let Some((hash, user)) = half(&state, &headers).await? else {
        return Ok(to_password(next));
    };
    let tried = sign_in::by_second_factor(&state, &visitor, (hash, &user), &form.code).await;
    let refusal = match tried {
        Ok(Some(entered)) => return Ok(welcome(&state, &entered, next)),
        Ok(None) => Refusal::wrong(language, "code-wrong"),
        Err(problem) => Refusal::slow(language, problem)?,
    };
    let page = Code {
        assets: assets::folder(),
        language,
        wrong: Some(refusal.words.clone()),
        name: user.name,
        next: next.to_owned(),
    };
    Ok(refusal.with(render(&page)))
}

/// `POST /logout`
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let secure = state.hosts.secure();
    if let Some(secret) = session::presented(&headers, secure)
        && let Some((_, session, user)) = sign_in::session(&state, secret).await?
    {
        let on = state.occasion(sign_in::of(&user));
        let which = Ending::One(session.id);
        state.store.end_sessions(user.id, which, on).await?;
    }
    Ok(session::redirect("/login", None, secure))
}

/// Sends a browser on that has entered: to where it wanted, or to the second factor before.
pub(super) fn welcome(state: &AppState, entered: &Entered, next: &str) -> Response {
    let to = if entered.half {
        address(CODE, &[("next", next)])
    } else {
        next.to_owned()
    };
    session::redirect(&to, Some(&entered.secret), state.hosts.secure())
}

/// Why signing in was refused, in the visitor's language.
pub(super) struct Refusal {
    status: StatusCode,
    pub(super) words: String,
    wait: Option<u32>,
}

impl Refusal {
    pub(super) fn wrong(language: Language, message: &str) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            words: language.say(message),
            wait: None,
        }
    }

    /// Too many attempts; anything else is a problem still.
    pub(super) fn slow(language: Language, problem: Problem) -> Result<Self, Problem> {
        match (problem.status(), problem.wait()) {
            (status @ StatusCode::TOO_MANY_REQUESTS, Some(wait)) => Ok(Self {
                status,
                words: language.say1("sign-in-slow", "seconds", wait),
                wait: Some(wait),
            }),
            _ => Err(problem),
        }
    }

    pub(super) fn with(self, page: Response) -> Response {
        let mut response = (self.status, page).into_response();
        if let Some(seconds) = self.wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Whose second factor is outstanding in this browser.
async fn half(
    state: &AppState,
    headers: &HeaderMap,
) -> Result<Option<(SecretHash, User)>, Problem> {
    let Some(secret) = session::presented(headers, state.hosts.secure()) else {
        return Ok(None);
    };
    let found = sign_in::session(state, secret).await?;
    Ok(found
        .filter(|(_, session, _)| session.half)
        .map(|(hash, _, user)| (hash, user)))
}

fn to_password(next: &str) -> Response {
    axum::response::Redirect::to(&crate::auth::sign_in_path(Some(next))).into_response()
}
