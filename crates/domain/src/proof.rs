//! "Never twice", judged after the fact: rings that the rules do not allow.
//!
//! This is the checker behind the duplicate alarm, `prove` and the whole-system tests. It shares no
//! code with the claim: it knows only the rings in a log, and the rules. Where the claim errs, this
//! must notice.

use serde::Serialize;

use crate::caps::CapKind;
use crate::{AttemptId, CampaignId, Number, Outcome, Settings, Timestamp};

/// One ring of a callee's phone, as a log records it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// The number that was rung.
    pub number: Number,
    /// When it began.
    pub at: Timestamp,
    /// When the call was over; `None` while it lasts.
    pub ended_at: Option<Timestamp>,
    /// The call's outcome; `None` while it lasts.
    pub outcome: Option<Outcome>,
    /// When that outcome was learned, if another was believed before.
    pub corrected_at: Option<Timestamp>,
    /// The campaign for which it was made.
    pub campaign: CampaignId,
    /// The attempt under which it was made.
    pub attempt: AttemptId,
}

/// A ring that the rules do not allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The number that was rung.
    pub number: Number,
    /// When.
    pub at: Timestamp,
    /// Under which attempt.
    pub attempt: AttemptId,
    /// Which rule it breaks, in words.
    pub rule: String,
}

impl Ring {
    /// Whether its outcome was not known at `at`. That it was answered counts in any case: a person was
    /// called again, even when the carrier had told something else.
    fn was_told_later_than(&self, at: Timestamp) -> bool {
        self.outcome != Some(Outcome::Answered) && self.corrected_at.is_some_and(|told| told > at)
    }
}

/// Judges all rings of one number, in order of time. `rules` gives a campaign's settings; a ring of
/// an unknown campaign is a violation.
pub fn violations<'a>(
    rings: &[Ring],
    rules: impl Fn(CampaignId) -> Option<&'a Settings>,
) -> Vec<Violation> {
    let mut found = Vec::new();
    for (i, ring) in rings.iter().enumerate() {
        let earlier = &rings[..i];
        let broken = match rules(ring.campaign) {
            Some(settings) => broken_rule(ring, earlier, settings),
            None => Some(format!("campaign {} does not exist", ring.campaign)),
        };
        if let Some(rule) = broken {
            let (number, at, attempt) = (ring.number, ring.at, ring.attempt);
            found.push(Violation {
                number,
                at,
                attempt,
                rule,
            });
        }
    }
    found
}

fn broken_rule(ring: &Ring, earlier: &[Ring], settings: &Settings) -> Option<String> {
    if earlier.iter().any(|before| before.attempt == ring.attempt) {
        return Some("one attempt rang twice".into());
    }
    if let Some(live) = earlier
        .iter()
        .find(|before| before.ended_at.is_none_or(|end| end > ring.at))
    {
        return Some(format!("attempt {} was still under way", live.attempt));
    }
    retry_rule(ring, earlier, settings)
        .or_else(|| repeat_rule(ring, earlier, settings))
        .or_else(|| cap_rule(ring, earlier, settings))
}

/// Attempts that never rang count for the retry policy too, and a log of rings does not contain
/// them: so the shortest wait is demanded that the policy gives from this many attempts on.
fn retry_rule(ring: &Ring, earlier: &[Ring], settings: &Settings) -> Option<String> {
    let mut made = 0;
    let mut previous = None;
    for before in earlier
        .iter()
        .filter(|before| before.campaign == ring.campaign)
    {
        made += 1;
        previous = Some(before);
    }
    let previous = previous?;
    let outcome = previous.outcome.unwrap_or(Outcome::Unknown);
    let retry = &settings.retry;
    // What was believed in place of an outcome that was told later is not known any more.
    let believed = if previous.was_told_later_than(ring.at) {
        retry.outcomes.as_slice()
    } else {
        &[outcome]
    };
    match (made..=retry.max_retries)
        .flat_map(|made| {
            believed
                .iter()
                .filter_map(move |it| retry.backoff(*it, made))
        })
        .min()
    {
        None => Some(format!(
            "the retry policy allows no call after {made} that ended with {outcome}"
        )),
        Some(wait) if previous.ended_at? + wait > ring.at => {
            Some(format!("the retry policy waits {wait} after {outcome}"))
        }
        Some(_) => None,
    }
}

fn repeat_rule(ring: &Ring, earlier: &[Ring], settings: &Settings) -> Option<String> {
    let other = earlier
        .iter()
        .rev()
        .find(|before| before.campaign != ring.campaign)?;
    settings
        .repeat
        .forbids(other.ended_at?, ring.at)
        .then(|| format!("campaign {} had called the number", other.campaign))
}

fn cap_rule(ring: &Ring, earlier: &[Ring], settings: &Settings) -> Option<String> {
    settings.caps.as_slice().iter().find_map(|cap| {
        let in_window = earlier
            .iter()
            .filter(|before| {
                before
                    .ended_at
                    .is_some_and(|end| end + cap.window() > ring.at)
            })
            .filter(|before| {
                cap.count == CapKind::Attempts || before.outcome == Some(Outcome::Answered)
            })
            .count();
        (in_window >= cap.max as usize).then(|| {
            format!(
                "{in_window} calls ({}) within {} h, the cap is {}",
                cap.count, cap.hours, cap.max
            )
        })
    })
}
