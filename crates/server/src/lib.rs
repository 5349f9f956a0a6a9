//! The HTTP server: JSON API, pages, sign-in.
//!
//! It translates between HTTP and the ledger and decides nothing about calling; it knows no SQL.
//! Every answer that is an error is a problem document (RFC 9457), every size and rate is in
//! [`limits`].

mod about;
mod account;
mod address;
mod api;
mod auth;
mod chart;
mod extract;
mod headers;
mod host;
mod idempotency;
mod language;
pub mod limits;
mod live;
mod media;
mod page_cache;
mod pages;
mod problem;
mod rate;
mod router;
mod routes;
mod serve;
mod session;
mod skip_preview;
mod staged;
mod state;
pub mod token;
mod typed_number;
mod upload;
mod visibility;
mod webhooks;

pub use about::About;
pub use account::links;
pub use api::openapi_json;
pub use host::Hosts;
pub use router::{listed, router, routes_page};
pub use routes::{Listed, Rule};
pub use serve::serve;
pub use state::{AppState, Parts};
