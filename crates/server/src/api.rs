//! The JSON API under `/api/v1`, and its OpenAPI document.
//!
//! Handlers translate between HTTP and the ledger; they decide nothing about calling.

mod calls;
mod campaigns;
mod check;
mod contacts;
mod create;
mod csv_stream;
mod document;
mod events;
mod health;
mod instances;
mod numbers;
mod reason;
mod safety;
mod schema;
mod settings_schema;
pub(crate) mod wire;
pub(crate) mod wire_calls;
pub(crate) mod words;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{AppState, limits};

/// Where the API begins.
const ROOT: &str = "/api/v1";

/// Routes that need a caller.
pub(crate) fn routes() -> Router<AppState> {
    let openapi = axum::routing::get(openapi);
    Router::new().nest(
        ROOT,
        documented()
            .split_for_parts()
            .0
            .route("/openapi.json", openapi),
    )
}

/// Routes for everybody.
pub(crate) fn open_routes() -> Router<AppState> {
    health_routes().split_for_parts().0
}

fn documented() -> OpenApiRouter<AppState> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(campaigns::list, create::create))
        .routes(routes!(check::report))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(campaigns::show, campaigns::delete))
        .routes(routes!(campaigns::start))
        .routes(routes!(campaigns::pause))
        .routes(routes!(campaigns::resume))
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::problems))
        .routes(routes!(contacts::problems_csv))
        .routes(routes!(contacts::export))
        .routes(routes!(calls::list))
        .routes(routes!(calls::list_of_campaign))
        .routes(routes!(calls::show))
        .routes(routes!(numbers::show))
        .routes(routes!(numbers::block))
        .routes(routes!(instances::list))
        .routes(routes!(safety::show))
        .routes(routes!(safety::stop))
        .routes(routes!(safety::resume))
        .routes(routes!(events::stream))
}

fn health_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
}

/// The OpenAPI document as pretty JSON with a final line feed: what `docs/openapi.json` holds and
/// `/api/v1/openapi.json` answers.
pub fn openapi_json() -> String {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        // Serialising a document of strings and maps cannot fail.
        document::document().to_pretty_json().unwrap_or_default() + "\n"
    });
    TEXT.clone()
}

async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json())
}

/// Bytes of a body where nothing else is said.
pub(crate) fn body_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(limits::BODY_BYTES)
}
