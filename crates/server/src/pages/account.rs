//! One's own account: name, language, zone, password, second factor, sessions, tokens.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::hours::Zone;
use ringonce_domain::{Language, Permission, Role};
use ringonce_store::model::{Page, User};

use crate::language::Speech as _;
use crate::pages::frame::{Frame, Section};
use crate::pages::people::{SessionRow, TokenRow};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    user: User,
    role: Role,
    languages: Vec<Tongue>,
    zones: Vec<String>,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    permissions: Vec<Permission>,
}

/// A language that can be chosen.
struct Tongue {
    tag: &'static str,
    /// What those who read it call it.
    name: String,
    chosen: bool,
}

/// `GET /account`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let frame = frame.page(Section::Account, "nav-account");
    let person = frame.caller.person()?.clone();
    let wall = state.wall_clock();
    let sessions = state.store.sessions(person.user.id, wall).await?;
    let page = Page {
        after: None,
        limit: limits::PEOPLE_SHOWN,
    };
    let tokens = state.store.tokens(Some(person.user.id), page).await?;
    let role = person.user.role;
    Ok(render(&Account {
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow::new(session, person.session.id, &frame))
            .collect(),
        tokens: tokens
            .into_iter()
            .filter(|token| token.revoked_at.is_none())
            .map(|token| TokenRow::new(token, None, wall, &frame))
            .collect(),
        languages: Language::ALL
            .iter()
            .map(|language| Tongue {
                tag: language.as_str(),
                name: language.say("language-name"),
                chosen: person.user.language == Some(*language),
            })
            .collect(),
        zones: Zone::names(),
        permissions: role.permissions().collect(),
        user: person.user,
        role,
        frame,
    }))
}
