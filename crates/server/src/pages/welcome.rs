//! The pages behind one-time links: the first user enters themselves, an invited person chooses a password,
//! a person who forgot theirs another one. Works without scripts; with them the browser tells its zone, from
//! which the region is guessed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ringonce_domain::hours::Zone;
use ringonce_domain::{Email, Region, Role};
use ringonce_store::StoreError;
use ringonce_store::model::{Link, LinkPurpose, LinkUse, NAME_CHARS, NewUser, PasswordHash, User};
use serde::Deserialize;

use crate::AppState;
use crate::account::sign_in::{self, Visitor};
use crate::extract::{Form, Query};
use crate::language::{Language, Speech as _};
use crate::pages::frame::Wanted;
use crate::pages::{assets, regions, render, sign_in as sign_in_page};
use crate::problem::Problem;
use crate::token::secret_hash;
use ringonce_store::model::Actor;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    assets: String,
    language: Language,
    /// `first`, `invitation`, `reset`, or `none` when the link does not work.
    kind: &'static str,
    once: String,
    name: String,
    email: String,
    /// Where numbers without a country code belong; only the first user is asked.
    regions: Vec<regions::Choice>,
    wrong: Option<Wrong>,
}

/// What is wrong with which field.
struct Wrong {
    field: &'static str,
    words: String,
}

#[derive(Deserialize)]
pub(crate) struct Key {
    once: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Answers {
    once: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    zone: String,
    /// Absent when the form did not ask.
    usual_region: Option<String>,
    password: String,
}

/// `GET /welcome?once=…`
pub(crate) async fn page(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    visitor: Visitor,
    Query(key): Query<Key>,
) -> Result<Response, Problem> {
    let once = key.once.unwrap_or_default();
    let Some(link) = find(&state, &once).await? else {
        return no_link(&state, &visitor, language);
    };
    let usual = state.store.usual_region().await?;
    Ok(render(&Welcome::of(language, &link, once, usual)))
}

/// `POST /welcome`
pub(crate) async fn enter(
    State(state): State<AppState>,
    Wanted(language): Wanted,
    visitor: Visitor,
    Form(answers): Form<Answers>,
) -> Result<Response, Problem> {
    let Some(link) = find(&state, &answers.once).await? else {
        return no_link(&state, &visitor, language);
    };
    // A code that the page does not offer chooses nothing; it can be chosen later.
    let usual = answers
        .usual_region
        .as_deref()
        .and_then(|code| code.parse().ok());
    let page = Welcome {
        name: answers.name.trim().to_owned(),
        email: answers.email.trim().to_owned(),
        ..Welcome::of(language, &link, answers.once.clone(), usual)
    };
    let (email, name) = match who(&link, &answers) {
        Ok(known) => known,
        Err((field, message)) => return Ok(page.wrong(field, message)),
    };
    let owner = (email.clone(), name.clone());
    let entropy = state.entropy.as_ref();
    let accepted = state
        .passwords
        .accept(answers.password, owner, entropy)
        .await?;
    let password = match accepted {
        Ok(password) => password,
        Err(weakness) => return Ok(page.wrong("password", weakness.message())),
    };
    let by = Actor::new(format!("user:{email}"));
    let said_by = by.clone();
    let with = match link.purpose {
        LinkPurpose::First => LinkUse::First(NewUser {
            email,
            name,
            role: Role::Admin,
            password: Some(password.clone()),
            language: Some(language),
            zone: zone(&answers.zone),
        }),
        LinkPurpose::Invitation(_) | LinkPurpose::Reset(_) => LinkUse::Password(password.clone()),
    };
    let hash = secret_hash(&answers.once);
    match state.store.use_link(hash, with, state.occasion(by)).await {
        Ok(Some(user)) => {
            if matches!(link.purpose, LinkPurpose::First) && answers.usual_region.is_some() {
                let now = state.clock.now();
                state.store.set_usual_region(usual, said_by, now).await?;
            }
            begin(&state, &visitor, &user, password).await
        }
        Ok(None) => no_link(&state, &visitor, language),
        Err(StoreError::EmailTaken { .. }) => Ok(page.wrong("email", "email-taken")),
        Err(error) => Err(error.into()),
    }
}

async fn begin(
    state: &AppState,
    visitor: &Visitor,
    user: &User,
    password: PasswordHash,
) -> Result<Response, Problem> {
    let entered = sign_in::by_link(state, visitor, user, password).await?;
    let entered = entered.ok_or_else(|| Problem::unauthorized("sign in at /login"))?;
    Ok(sign_in_page::welcome(state, &entered, "/"))
}

async fn find(state: &AppState, once: &str) -> Result<Option<Link>, Problem> {
    Ok(state
        .store
        .link(secret_hash(once), state.wall_clock())
        .await?)
}

/// Whose link it is; for the first user, who they say they are.
fn who(link: &Link, answers: &Answers) -> Result<(Email, String), (&'static str, &'static str)> {
    if let Some(user) = &link.user {
        return Ok((user.email.clone(), user.name.clone()));
    }
    let email = answers
        .email
        .parse()
        .map_err(|_| ("email", "email-wrong"))?;
    let name = answers.name.trim();
    let fits = (1..=NAME_CHARS).contains(&name.chars().count());
    if !fits || name.chars().any(char::is_control) {
        return Err(("name", "name-wrong"));
    }
    Ok((email, name.to_owned()))
}

/// The zone that the browser named, if there is one of that name.
fn zone(named: &str) -> Option<String> {
    named
        .parse::<Zone>()
        .ok()
        .map(|zone| zone.name().to_owned())
}

/// A link that does not work: it was used, ran out, or never was. Counts against the address.
fn no_link(state: &AppState, visitor: &Visitor, language: Language) -> Result<Response, Problem> {
    state.rates.failure(visitor.address)?;
    let page = Welcome {
        assets: assets::folder(),
        language,
        kind: "none",
        once: String::new(),
        name: String::new(),
        email: String::new(),
        regions: Vec::new(),
        wrong: None,
    };
    Ok((StatusCode::NOT_FOUND, render(&page)).into_response())
}

impl Welcome {
    fn of(language: Language, link: &Link, once: String, usual: Option<Region>) -> Self {
        let kind = match link.purpose {
            LinkPurpose::First => "first",
            LinkPurpose::Invitation(_) => "invitation",
            LinkPurpose::Reset(_) => "reset",
        };
        let user = link.user.as_ref();
        let regions = match link.purpose {
            LinkPurpose::First => regions::choices(language, usual),
            LinkPurpose::Invitation(_) | LinkPurpose::Reset(_) => Vec::new(),
        };
        Self {
            assets: assets::folder(),
            language,
            kind,
            once,
            name: user.map(|user| user.name.clone()).unwrap_or_default(),
            email: user.map(|user| user.email.to_string()).unwrap_or_default(),
            regions,
            wrong: None,
        }
    }

    fn wrong(mut self, field: &'static str, message: &str) -> Response {
        let words = self.language.say(message);
        self.wrong = Some(Wrong { field, words });
        (StatusCode::UNPROCESSABLE_ENTITY, render(&self)).into_response()
    }

    /// What is wrong with a field, if that is the one.
    fn complaint(&self, field: &str) -> Option<&str> {
        let wrong = self.wrong.as_ref().filter(|wrong| wrong.field == field);
        wrong.map(|wrong| wrong.words.as_str())
    }
}
