//! Who places the calls, and how that goes.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::AppState;
use crate::api::carriers::{CarrierView, views};
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "carriers.html")]
struct Carriers {
    frame: Frame,
    real: Vec<CarrierView>,
    /// Whether calls are simulated.
    is_simulated: bool,
    /// Where the simulator runs, when that is another process.
    simulator: Option<String>,
    failures: u32,
    under_way: u32,
}

/// `GET /carriers`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let safety = state.store.safety().await?;
    let real: Vec<_> = views(&state).into_iter().filter(|it| it.is_real).collect();
    Ok(render(&Carriers {
        frame: frame.page(Section::Carriers, "nav-carriers"),
        is_simulated: real.is_empty(),
        real,
        simulator: state.about.simulator.clone(),
        failures: safety.safety.consecutive_failures,
        under_way: state.status.borrow().live,
    }))
}
