//! The latest calls of all campaigns.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_store::model::Page;
use serde::Deserialize;

use crate::extract::Query;
use crate::pages::call_row::{CallRow, CampaignNames};
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "calls.html")]
struct Recent {
    frame: Frame,
    rows: Vec<CallRow>,
    next: Option<String>,
}

/// Which calls.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    after: Option<String>,
}

/// `GET /calls`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Calls, "nav-calls");
    let page = Page {
        after: which.after.as_deref().and_then(|id| id.parse().ok()),
        limit: limits::CALLS_SHOWN,
    };
    let rows = state
        .store
        .calls(None, None, frame.caller.visible(), page)
        .await?;
    let next = rows
        .last()
        .filter(|_| rows.len() >= limits::CALLS_SHOWN as usize)
        .map(|last| format!("/calls?after={}", last.id));
    let campaigns = rows.iter().map(|call| call.campaign).collect();
    let names = CampaignNames::of(&state, campaigns).await?;
    let rows = rows
        .into_iter()
        .map(|row| CallRow::new(row, &names, &frame))
        .collect();
    Ok(render(&Recent { frame, rows, next }))
}
