//! What browsers see: the first page, the way in, and their assets.
//!
//! Pages are rendered on the server and stand on the public API: what a button does, `curl` can do.

mod assets;
mod dashboard;
mod figures;
mod frame;
mod icons;
mod recent;
mod sign_in;
mod times;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::AppState;
use crate::problem::Problem;

/// Pages for signed-in browsers.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(dashboard::page))
        .route("/calls", get(recent::page))
}

/// Pages for everybody.
pub(crate) fn open_routes() -> Router<AppState> {
    Router::new()
        .route("/login", get(sign_in::page).post(sign_in::sign_in))
        .route("/logout", post(sign_in::sign_out))
        .route("/assets/{version}/{name}", get(assets::serve))
}

fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Problem::fault(&error).into_response(),
    }
}
