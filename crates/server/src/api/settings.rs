//! Settings of the whole deployment that are kept in the ledger and changed while the server runs.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::Region;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AppState;
use crate::api::account::Choice;
use crate::auth::Caller;
use crate::extract::Json;
use crate::problem::Problem;

/// What holds for the whole deployment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SettingsView {
    /// Two letters: where numbers without a country code belong when neither a campaign nor a request
    /// says so; null while none is set.
    usual_region: Option<Region>,
}

/// What to change. What is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsRequest {
    /// Two letters, such as US, GB or DE; null for none.
    #[serde(default)]
    #[schema(value_type = Option<Region>)]
    usual_region: Choice<String>,
}

/// The settings of the whole deployment.
#[utoipa::path(get, path = "/settings", tag = "settings", responses((status = 200, body = SettingsView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
) -> Result<axum::Json<SettingsView>, Problem> {
    Ok(axum::Json(SettingsView {
        usual_region: state.store.usual_region().await?,
    }))
}

/// Changes settings of the whole deployment; each change is in the audit trail.
#[utoipa::path(patch, path = "/settings", tag = "settings", request_body = SettingsRequest,
    responses((status = 200, body = SettingsView), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<SettingsRequest>,
) -> Result<axum::Json<SettingsView>, Problem> {
    if let Choice::Chosen(code) = request.usual_region {
        let region = code.as_deref().map(region).transpose()?;
        let (by, now) = (caller.actor(), state.clock.now());
        state.store.set_usual_region(region, by, now).await?;
    }
    show(State(state)).await
}

fn region(code: &str) -> Result<Region, Problem> {
    code.parse()
        .map_err(|error: ringonce_domain::number::UnknownRegion| {
            Problem::invalid(error.to_string()).in_field("usual_region")
        })
}
