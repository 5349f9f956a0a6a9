//! The settings of a campaign in words, as they were chosen: they are a snapshot, and nothing edits them.

use ringonce_domain::hours::Zone;
use ringonce_domain::{Machines, RepeatRule};

use crate::api::wire::CampaignView;
use crate::language::Speech as _;
use crate::pages::frame::Frame;
use crate::pages::times;

/// Names and values.
pub(super) fn pairs(frame: &Frame, view: &CampaignView, zone: &Zone) -> Vec<(String, String)> {
    let Some(settings) = &view.settings else {
        return Vec::new();
    };
    let language = frame.language;
    let hours = &settings.business_hours;
    let callee = &settings.callee_hours;
    let pacing = &settings.pacing;
    let retry = &settings.retry;
    let window = |start: String, end: String| format!("{start}–{end}");
    let pair = |name: &str, value: String| (frame.say(name), value);
    let mut pairs = vec![
        pair("set-says", settings.agent.headline()),
        pair(
            "set-hours",
            if hours.enabled {
                let window = window(hours.start.to_string(), hours.end.to_string());
                let days = hours.days.iter();
                let days = list(days.map(|day| frame.word("weekday", day.as_str())));
                format!("{days}, {window}, {}", zone.name())
            } else {
                frame.say("set-any-time")
            },
        ),
        pair(
            "set-callee",
            if callee.enabled {
                window(callee.start.to_string(), callee.end.to_string())
            } else {
                frame.say("set-any-time")
            },
        ),
        pair(
            "set-pace",
            language.say_all(
                "set-pace-words",
                &[
                    ("lines", pacing.calls_at_once.into()),
                    ("seconds", pacing.delay_seconds.to_string().into()),
                ],
            ),
        ),
        pair(
            "set-retries",
            language.say_all(
                "set-retries-words",
                &[
                    ("n", retry.max_retries.into()),
                    ("hours", list(retry.backoff_hours.iter()).into()),
                ],
            ),
        ),
        pair(
            "set-repeat",
            match settings.repeat {
                RepeatRule::NeverAgain => frame.say("set-repeat-never"),
                RepeatRule::AfterDays(days) => frame.say1("set-repeat-after", "n", days),
                RepeatRule::OnlyThisCampaign => frame.say("set-repeat-only"),
            },
        ),
        pair(
            "set-ring",
            frame.say1("set-ring-words", "n", settings.ring_seconds),
        ),
        pair(
            "set-limit",
            frame.say1("set-ring-words", "n", settings.time_limit_seconds),
        ),
        pair("set-machines", machines(frame, settings.machines)),
        pair(
            "set-record",
            frame.say(if settings.record {
                "set-recorded"
            } else {
                "set-not-recorded"
            }),
        ),
        pair("set-carrier", settings.carrier.clone()),
    ];
    if let Some(reason) = &settings.call_reason {
        pairs.push(pair("call-reason", reason.clone()));
    }
    if let Some(start) = settings.start_at {
        pairs.insert(1, pair("set-start", times::moment(language, start, zone)));
    }
    if !settings.caller_ids.is_empty() {
        let ids = settings
            .caller_ids
            .iter()
            .map(|number| number.international());
        pairs.push(pair("set-caller-ids", list(ids)));
    }
    pairs
}

/// What machines hear, and when it is found out that one picked up.
fn machines(frame: &Frame, machines: Machines) -> String {
    let then = frame.word("machines", machines.then.as_str());
    if machines.are_looked_for() {
        let found = frame.word("detection", machines.detection.as_str());
        return format!("{then}; {found}");
    }
    then
}

fn list(items: impl Iterator<Item = impl ToString>) -> String {
    items
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
