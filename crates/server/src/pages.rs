//! What browsers see: the first page, the way in, and their assets.
//!
//! Pages are rendered on the server and stand on the public API: what a button does, `curl` can do.

mod account;
mod agents;
mod assets;
mod audit;
mod audit_rows;
mod call;
mod call_row;
mod campaign;
mod carriers;
mod dashboard;
mod draft;
mod figures;
mod frame;
mod icons;
mod instances;
mod new;
mod number_choice;
mod numbers;
mod people;
mod recent;
mod regions;
mod settings;
mod sign_in;
mod spark;
mod times;
mod welcome;

use askama::Template;
use axum::http::{Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use ringonce_domain::account::Permission;

use crate::account::links;
use crate::language::{Language, Speech as _};
use crate::problem::Problem;
use crate::routes::{Routes, Rule};

/// The pages' routes.
pub(crate) fn routes() -> Routes {
    let watch = Rule::May(Permission::CampaignsRead);
    let manage = Rule::May(Permission::UsersManage);
    Routes::default()
        .watched(watch, "/", dashboard::page)
        .watched(watch, "/campaigns/{id}", campaign::page)
        .watched(Rule::May(Permission::CallsRead), "/calls", recent::page)
        .page(Rule::May(Permission::CallsRead), "/calls/{id}", call::page)
        .page(
            Rule::May(Permission::NumbersRead),
            "/numbers",
            numbers::page,
        )
        .watched(watch, "/instances", instances::page)
        .watched(watch, "/carriers", carriers::page)
        .page(Rule::May(Permission::AuditRead), "/audit", audit::page)
        .page(
            Rule::May(Permission::CampaignsWrite),
            "/campaigns/new",
            new::page,
        )
        .page(watch, "/agents", agents::page)
        .page(
            Rule::May(Permission::AgentsWrite),
            "/agents/new",
            agents::blank,
        )
        .page(watch, "/agents/{id}", agents::editor)
        .page(
            Rule::May(Permission::SettingsManage),
            "/settings",
            settings::page,
        )
        .page(Rule::Open, "/login", sign_in::page)
        .form(Rule::Open, "/login", sign_in::sign_in)
        .page(Rule::Open, "/login/code", sign_in::code_page)
        .form(Rule::Open, "/login/code", sign_in::code)
        .page(Rule::Open, links::PATH, welcome::page)
        .form(Rule::Open, links::PATH, welcome::enter)
        .page(Rule::SignedIn, "/account", account::page)
        .page(manage, "/users", people::users)
        .page(manage, "/users/{id}", people::user)
        .page(Rule::May(Permission::TokensAll), "/tokens", people::tokens)
        .form(Rule::Open, "/logout", sign_in::sign_out)
        .other(
            Rule::Open,
            Method::GET,
            "/assets/{version}/{name}",
            get(assets::serve),
        )
}

fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Problem::fault(&error).into_response(),
    }
}

/// A problem in words for people.
#[derive(Template)]
#[template(path = "refusal.html")]
struct Refusal<'a> {
    assets: String,
    language: Language,
    kind: &'a str,
    detail: &'a str,
}

/// The page that is shown when another was refused or failed.
pub(crate) fn refusal(problem: &Problem, language: Language) -> Response {
    let kind = match problem.status() {
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => "nowhere",
        StatusCode::TOO_MANY_REQUESTS => "fast",
        _ => "fault",
    };
    let page = Refusal {
        assets: assets::folder(),
        language,
        kind,
        detail: problem.detail(),
    };
    let mut response = (problem.status(), render(&page)).into_response();
    if let Some(seconds) = problem.wait() {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
