//! Health checks: whether the process runs, and whether it can work. Open to every caller; they tell nothing
//! else.
//!
//! A carrier that denies us is told and is no reason to answer 503: a load balancer would then keep people from
//! the pages that say what to do, and carriers from telling how calls end.

use std::fmt::Write as _;

use axum::extract::State;

use crate::AppState;
use crate::problem::Problem;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The ledger and the engine can be used. A second line names each carrier that refuses our credentials, or
/// whose webhooks are signed otherwise than is configured: its campaigns are paused.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 503, body = Problem)))]
pub(crate) async fn ready(State(state): State<AppState>) -> Result<String, Problem> {
    let ledger = state.store.safety().await;
    if let Some(cause) = ledger
        .err()
        .map(|error| error.to_string())
        .or_else(|| state.engine_fault())
    {
        tracing::warn!(%cause, "not ready");
        return Err(
            Problem::unavailable("the ledger cannot be used; the server's log says why")
                .retry_after(5),
        );
    }
    let mut said = "ready\n".to_owned();
    for carrier in state.carrier_names() {
        if state.denials.of(carrier).is_some() {
            // Writing to a string cannot fail.
            let _ = writeln!(said, "denied by {carrier}: see the page Carriers");
        }
    }
    Ok(said)
}
