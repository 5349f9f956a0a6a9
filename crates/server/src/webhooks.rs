//! Where carriers tell what happens to calls. Nobody signs in here: the address holds a token that only a
//! ledger's instances can make, one for each attempt.
//!
//! An event is durable before it is answered; one that cannot be made durable is answered with 503, and
//! a carrier sends it again.

mod twilio;
mod verified_webhook;

use axum::http::Uri;

pub(crate) use self::verified_webhook::{RefusalCounts, Refusals};
use crate::problem::Problem;
use crate::routes::Routes;

/// Where every carrier's events come in.
const ROOT: &str = "/carriers/";

/// The carriers' routes.
pub(crate) fn routes() -> Routes {
    twilio::routes(Routes::default())
}

/// The path as it may be logged: tokens are secrets.
pub(crate) fn loggable(uri: &Uri) -> &str {
    let path = uri.path();
    if path.starts_with(ROOT) { ROOT } else { path }
}

/// The answer to a request without a token, which is the one to any address that leads nowhere.
fn nothing_here() -> Problem {
    Problem::not_found("there is nothing at this address")
}
