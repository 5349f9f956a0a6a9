//! Who places the calls, and how that goes.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::AppState;
use crate::api::carriers::{CarrierView, ComparisonView, compared, views};
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
    /// The latest day of each that was held against its list.
    comparisons: Vec<(String, ComparisonView)>,
}

impl Carriers {
    fn comparison(&self, carrier: &str) -> Option<&ComparisonView> {
        let found = self.comparisons.iter().find(|(name, _)| name == carrier);
        found.map(|(_, latest)| latest)
    }
}

/// `GET /carriers`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let safety = state.store.safety().await?;
    let real: Vec<_> = views(&state).into_iter().filter(|it| it.is_real).collect();
    let mut comparisons = Vec::new();
    for carrier in &real {
        let latest = compared(&state, &carrier.name).await?.into_iter().next();
        comparisons.extend(latest.map(|it| (carrier.name.clone(), it)));
    }
    Ok(render(&Carriers {
        comparisons,
        frame: frame.page(Section::Carriers, "nav-carriers"),
        is_simulated: real.is_empty(),
        real,
        simulator: state.about.simulator.clone(),
        failures: safety.safety.consecutive_failures,
        under_way: state.status.borrow().live,
    }))
}
