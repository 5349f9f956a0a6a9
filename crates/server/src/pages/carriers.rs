//! The carriers, whether they work, and how their lists compare with ours.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_store::model::{Comparison, Difference};

use crate::AppState;
use crate::api::carriers::{CarrierView, compared, views};
use crate::language::Speech as _;
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
    failures: u32,
    under_way: u32,
    /// What is looked at before any call.
    checks: [&'static str; 5],
    /// The latest days of each that were held against its list.
    comparisons: Vec<(String, Vec<Comparison>)>,
}

/// What a test looks at, by the names of its checks.
const CHECKS: [&str; 5] = ["credentials", "account", "caller_id", "public_url", "pace"];
/// Days that are shown.
const DAYS: usize = 7;
/// Differences of a day that are shown.
const TOLD: usize = 5;

impl Carriers {
    fn days(&self, carrier: &str) -> &[Comparison] {
        let found = self.comparisons.iter().find(|(name, _)| name == carrier);
        found.map_or(&[], |(_, days)| days)
    }

    /// The first differences of a day, in words.
    fn told(&self, day: &Comparison) -> Vec<String> {
        let first = day.differences.iter().take(TOLD);
        first.map(|it| difference(it, &self.frame)).collect()
    }

    /// Why webhooks were refused, and how many.
    #[expect(clippy::unused_self, reason = "the template calls methods")]
    fn refusals(&self, carrier: &CarrierView) -> [(&'static str, u64); 4] {
        let refused = carrier.refused;
        [
            ("forged", refused.forged),
            ("replayed", refused.replayed),
            ("malformed", refused.malformed),
            ("oversized", refused.oversized),
        ]
    }
}

fn difference(difference: &Difference, frame: &Frame) -> String {
    let of_call = |id: &str, call: &str| frame.say1(id, "call", call.to_owned());
    match difference {
        Difference::NotOurs { call_id, .. } => of_call("difference-not-ours", call_id),
        Difference::NotTheirs { attempt, call_id } => {
            let call = call_id.clone().unwrap_or_else(|| attempt.to_string());
            of_call("difference-not-theirs", &call)
        }
        Difference::OtherOutcome {
            call_id,
            ours,
            theirs,
            ..
        } => frame.language.say_all(
            "difference-other-outcome",
            &[
                ("call", call_id.clone().into()),
                ("ours", ours.clone().into()),
                ("theirs", theirs.clone().into()),
            ],
        ),
    }
}

/// `GET /carriers`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let safety = state.store.safety().await?;
    let real: Vec<_> = views(&state).into_iter().filter(|it| it.is_real).collect();
    let mut comparisons = Vec::new();
    for carrier in &real {
        let mut days = compared(&state, &carrier.name).await?;
        days.truncate(DAYS);
        comparisons.push((carrier.name.clone(), days));
    }
    Ok(render(&Carriers {
        comparisons,
        checks: CHECKS,
        frame: frame.page(Section::Carriers, "nav-carriers"),
        is_simulated: real.is_empty(),
        real,
        failures: safety.safety.consecutive_failures,
        under_way: state.status.borrow().live,
    }))
}
