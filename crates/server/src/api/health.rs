//! Health checks: whether the process runs, and whether it can work. Open to every caller; they tell nothing
//! else.

use axum::extract::State;

use crate::AppState;
use crate::problem::Problem;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The ledger and the engine can be used.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 503, body = Problem)))]
pub(crate) async fn ready(State(state): State<AppState>) -> Result<&'static str, Problem> {
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
    Ok("ready\n")
}
