//! What browsers see: the first page, the way in, and their assets.
//!
//! Pages are rendered on the server and stand on the public API: what a button does, `curl` can do.

mod assets;
mod call_row;
mod carriers;
mod dashboard;
mod figures;
mod frame;
mod icons;
mod instances;
mod numbers;
mod recent;
mod settings;
mod sign_in;
mod spark;
mod times;

use askama::Template;
use axum::http::Method;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use ringonce_domain::account::Permission;

use crate::doors::{Doors, Rule};
use crate::problem::Problem;

/// The pages' doors.
pub(crate) fn doors() -> Doors {
    let watch = Rule::May(Permission::CampaignsRead);
    Doors::default()
        .page(watch, "/", dashboard::page)
        .page(Rule::May(Permission::CallsRead), "/calls", recent::page)
        .page(
            Rule::May(Permission::NumbersRead),
            "/numbers",
            numbers::page,
        )
        .page(watch, "/instances", instances::page)
        .page(watch, "/carriers", carriers::page)
        .page(
            Rule::May(Permission::SettingsManage),
            "/settings",
            settings::page,
        )
        .page(Rule::Open, "/login", sign_in::page)
        .form(Rule::Open, "/login", sign_in::sign_in)
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
