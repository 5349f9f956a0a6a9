//! The carriers, whether they work, and how their lists compare with ours.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_store::model::{Comparison, Difference, DifferenceAt, Page};
use serde::Deserialize;

use crate::api::carriers::{CarrierView, compared, views};
use crate::extract::Query;
use crate::language::Speech as _;
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

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
    checks: [&'static str; 8],
    /// The latest days of each that were held against its list.
    comparisons: Vec<(String, Vec<Day>)>,
    /// The day whose differences are asked for.
    chosen: Option<ChosenDay>,
}

/// A day that was held against a carrier's list.
struct Day {
    compared: Comparison,
    /// Its first differences, in words.
    first: Vec<String>,
}

/// All differences of one day, a page of them.
struct ChosenDay {
    carrier: String,
    day: String,
    rows: Vec<String>,
    next: Option<String>,
}

/// Which day's differences are asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    carrier: Option<String>,
    day: Option<String>,
    after: Option<u64>,
}

/// What a test looks at, by the names of its checks.
const CHECKS: [&str; 8] = [
    "credentials",
    "clock",
    "account",
    "balance",
    "countries",
    "caller_id",
    "public_url",
    "pace",
];
/// Days that are shown.
const DAYS: usize = 7;
/// Differences of a day that are shown.
const TOLD: u32 = 5;

impl Carriers {
    fn days(&self, carrier: &str) -> &[Day] {
        let found = self.comparisons.iter().find(|(name, _)| name == carrier);
        found.map_or(&[], |(_, days)| days)
    }

    /// The day of a carrier whose differences are asked for.
    fn chosen(&self, carrier: &str) -> Option<&ChosenDay> {
        self.chosen.as_ref().filter(|it| it.carrier == carrier)
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

/// Differences of a day in words, so many after a place, and the place of the last of a full page.
async fn differences(
    state: &AppState,
    frame: &Frame,
    (carrier, day): (&str, &str),
    page: Page<u64>,
) -> Result<(Vec<String>, Option<u64>), Problem> {
    let limit = page.limit as usize;
    let found = state.store.differences(carrier, day, page).await?;
    let last = found.last().filter(|_| found.len() >= limit);
    let last = last.map(|it| it.place);
    let words = |it: &DifferenceAt| difference(&it.difference, frame);
    Ok((found.iter().map(words).collect(), last))
}

/// The days of a carrier that are shown.
async fn days(state: &AppState, frame: &Frame, carrier: &str) -> Result<Vec<Day>, Problem> {
    let mut days = Vec::new();
    for compared in compared(state, carrier).await?.into_iter().take(DAYS) {
        let page = Page {
            after: None,
            limit: TOLD,
        };
        let (first, _) = differences(state, frame, (carrier, &compared.day), page).await?;
        days.push(Day { compared, first });
    }
    Ok(days)
}

/// `GET /carriers`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let safety = state.store.safety().await?;
    let real: Vec<_> = views(&state).into_iter().filter(|it| it.is_real).collect();
    let mut comparisons = Vec::new();
    for carrier in &real {
        let days = days(&state, &frame, &carrier.name).await?;
        comparisons.push((carrier.name.clone(), days));
    }
    let mut chosen = None;
    if let (Some(carrier), Some(day)) = (which.carrier, which.day) {
        let page = Page {
            after: which.after,
            limit: limits::CALLS_SHOWN,
        };
        let (rows, last) = differences(&state, &frame, (&carrier, &day), page).await?;
        let next = last.map(|last| format!("?carrier={carrier}&day={day}&after={last}"));
        chosen = Some(ChosenDay {
            carrier,
            day,
            rows,
            next,
        });
    }
    Ok(render(&Carriers {
        comparisons,
        chosen,
        checks: CHECKS,
        frame: frame.page(Section::Carriers, "nav-carriers"),
        is_simulated: real.is_empty(),
        real,
        failures: safety.safety.consecutive_failures,
        under_way: state.status.borrow().live,
    }))
}
