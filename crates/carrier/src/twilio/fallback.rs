//! What Twilio asks at the `FallbackUrl`: an answer of ours did not reach it, or it could make nothing of one.
//!
//! It names the address that failed (`ErrorUrl`), in which the step stands, and the error (`ErrorCode`). That the
//! fields of the failed request come along as well is not documented: a key that does counts, and where it
//! is missing the callee hears the opening again, in which the key works.

use super::receive::Route;
use crate::Step;

/// Where the call is, by the fields of such a request.
pub(super) fn step<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Step {
    let failed = field("ErrorUrl").unwrap_or_default();
    let failed = failed.split('#').next().unwrap_or_default();
    let (path, query) = failed.split_once('?').unwrap_or((failed, ""));
    let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let asked = |name: &str| {
        let asked = query.iter().find(|(key, _)| key == name);
        asked.map(|(_, value)| &**value)
    };
    let given = |name: &str| asked(name).or_else(|| field(name));
    let route = path.rsplit('/').next().and_then(Route::of);
    match (route, field("Digits"), field("DialCallStatus")) {
        (Some(Route::Key), None, _) if asked("step").is_none() => Step::Resumed,
        (Some(Route::Transfer), _, None) => Step::AfterTransfer {
            key: asked("key").and_then(|key| key.parse().ok()),
            // What came of it is not told. Who was put through is not sent away with an apology.
            connected: true,
        },
        (Some(Route::Twiml | Route::Key | Route::Transfer), ..) => {
            let step = route.and_then(|route| route.step(given));
            step.unwrap_or(Step::Resumed)
        }
        (_, Some(_), _) => Route::Key.step(field).unwrap_or(Step::Resumed),
        (_, None, _) => Step::Resumed,
    }
}
