//! Settings of the whole deployment that are changed here, and how this server was started.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::AppState;
use crate::pages::frame::{Frame, Section};
use crate::pages::{regions, render};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    frame: Frame,
    /// Where numbers without a country code belong.
    regions: Vec<regions::Choice>,
    /// How it was started: names and values.
    started: Vec<(String, String)>,
}

/// `GET /settings`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let frame = frame.page(Section::Settings, "nav-settings");
    let about = &state.about;
    let or_none =
        |value: Option<&String>| value.cloned().unwrap_or_else(|| frame.say("setting-none"));
    let settings = [
        ("setting-version", about.version.clone()),
        ("setting-database", about.database.clone()),
        ("setting-listen", about.listen.clone()),
        ("setting-public-url", or_none(about.public_url.as_ref())),
        ("setting-data", about.data.clone()),
        (
            "setting-failures",
            frame.number(about.limits.consecutive_failures),
        ),
        ("setting-duplicates", frame.number(about.limits.duplicates)),
        ("setting-log", about.log.clone()),
    ];
    let started = settings
        .into_iter()
        .map(|(name, value)| (frame.say(name), value))
        .collect();
    let usual = state.store.usual_region().await?;
    Ok(render(&Settings {
        regions: regions::choices(frame.language, usual),
        frame,
        started,
    }))
}
