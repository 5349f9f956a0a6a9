//! All routes, and the order of the layers around them.
//!
//! From outside in: log line, caught panic, security headers, host name; then the guard of the route
//! (`routes/guard.rs`): authentication, rate limit, permission.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _};
use tower_http::compression::{CompressionLayer, DefaultPredicate};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::{DefaultOnRequest, DefaultOnResponse, TraceLayer};
use tracing::Level;

use crate::problem::Problem;
use crate::routes::{self, Listed, Routes};
use crate::{AppState, api, headers, host, language, limits, media, pages, webhooks};

/// The whole server as one service.
pub fn router(state: AppState) -> Router {
    // The line has method and path, never the query, headers or body: secrets travel in those, and
    // in the paths of carriers.
    let trace = TraceLayer::new_for_http()
        .make_span_with(|request: &Request| {
            let path = webhooks::loggable(request.uri());
            tracing::info_span!("http", method = %request.method(), path)
        })
        .on_request(DefaultOnRequest::new().level(Level::TRACE))
        .on_response(DefaultOnResponse::new().level(Level::DEBUG));
    let guards = ServiceBuilder::new()
        .layer(trace)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(state.clone(), host::check));
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        // Audio is packed already, and asked for in parts.
        .compress_when(DefaultPredicate::new().and(NotForContentType::const_new("audio/")));
    for_us()
        .router(&state)
        .layer(compression)
        // Answers to carriers are a line long.
        .merge(webhooks::routes().router(&state))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(api::body_limit())
        .layer(RequestBodyTimeoutLayer::new(limits::BODY_IDLE))
        .layer(guards)
        .with_state(state)
}

/// Every way in.
fn routes() -> Routes {
    for_us().merge(webhooks::routes())
}

/// The ways in that are not for carriers alone.
fn for_us() -> Routes {
    api::routes().merge(pages::routes()).merge(media::routes())
}

/// Every method of every path with who may use it, by path.
pub fn listed() -> Vec<Listed> {
    routes().list()
}

/// The page `docs/routes.md`: who may do what.
pub fn routes_page() -> String {
    routes::page(&listed())
}

/// What is nowhere: in words for people if it is a browser that asks for a page.
async fn not_found(headers: HeaderMap) -> Response {
    let problem = Problem::not_found(
        "there is nothing at this address; /api/v1/openapi.json lists what there is",
    );
    let wanted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if wanted.is_some_and(|wanted| wanted.contains("text/html")) {
        pages::refusal(&problem, language::wanted(&headers))
    } else {
        problem.into_response()
    }
}

async fn wrong_method(method: Method) -> Problem {
    Problem::wrong_method(format!(
        "{method} is not possible at this address; /api/v1/openapi.json lists what is"
    ))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer calls"
)]
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let words = cause.downcast_ref::<String>().cloned();
    let words = words.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Problem::fault(&format!("panic: {}", words.unwrap_or_default())).into_response()
}
