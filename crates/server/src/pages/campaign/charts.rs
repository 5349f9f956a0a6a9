//! How a campaign went: calls over time, how they ended, and when people answer.
//!
//! All of it comes from quarters of an hour that were counted as calls ended, so that a picture of a
//! million calls costs no more than one of a few.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ringonce_domain::hours::Zone;
use ringonce_domain::{Millis, Outcome, Timestamp};
use ringonce_store::model::{Activity, Span};

use crate::api::wire::CampaignView;
use crate::chart::{Bar, Bars, Scale, lying, short};
use crate::language::Speech as _;
use crate::pages::frame::Frame;
use crate::pages::times;
use crate::problem::Problem;
use crate::{AppState, limits};

/// A quarter of an hour.
const QUARTER: Millis = Millis::from_minutes(15);
/// Bars at least, so that a campaign that has just begun is not one wall.
const FEWEST: usize = 12;
/// Calls in an hour of the day from which on its share says something.
const TELLING: u64 = 10;

/// The pictures; none before the first call has ended.
pub(super) struct Charts {
    pub(super) over_time: Option<Picture>,
    pub(super) outcomes: Vec<OutcomeRow>,
    pub(super) hours: Option<Picture>,
    /// The outcomes that there are, for the legend.
    pub(super) legend: Vec<(&'static str, String)>,
}

/// A chart with the same figures as a table.
pub(super) struct Picture {
    pub(super) svg: String,
    /// What can be seen in it, in a sentence.
    pub(super) says: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<String>)>,
}

/// How many calls ended in one way.
pub(super) struct OutcomeRow {
    pub(super) class: &'static str,
    pub(super) words: String,
    pub(super) count: String,
    pub(super) share: String,
    pub(super) width: String,
}

impl Charts {
    pub(super) async fn read(
        state: &AppState,
        frame: &Frame,
        view: &CampaignView,
        zone: &Zone,
    ) -> Result<Self, Problem> {
        let end = view
            .ended_at
            .map_or(frame.now, |end| end.max(frame.now - limits::QUARTERS));
        // The last quarter is not over when its campaign is.
        let period = (end - limits::QUARTERS)..end + QUARTER;
        let buckets = state.store.activity(view.id, Span::Quarter, period).await?;
        let present = Outcome::ALL
            .iter()
            .filter(|outcome| buckets.iter().any(|one| one.outcome == **outcome));
        let legend =
            present.map(|outcome| (outcome.as_str(), frame.word("outcome", outcome.as_str())));
        Ok(Self {
            over_time: over_time(frame, &buckets, zone),
            outcomes: outcomes(frame, view),
            hours: hours(frame, &buckets, zone),
            legend: legend.collect(),
        })
    }
}

fn outcomes(frame: &Frame, view: &CampaignView) -> Vec<OutcomeRow> {
    let most = view.outcomes.values().copied().max().unwrap_or(0);
    let ended = Outcome::ALL.iter().filter_map(|outcome| {
        let count = view
            .outcomes
            .get(outcome)
            .copied()
            .filter(|count| *count > 0)?;
        Some((outcome.as_str(), count))
    });
    ended
        .map(|(class, count)| OutcomeRow {
            class,
            words: frame.word("outcome", class),
            count: frame.number(count),
            share: percent(frame, count, view.calls),
            width: lying(count, most),
        })
        .collect()
}

fn percent(frame: &Frame, part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown in whole percent")]
    let share = part as f64 / whole.max(1) as f64;
    frame.language.percent(share)
}

/// How long a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Quarter,
    Hour,
    Day,
}

impl Step {
    /// So that no more bars stand beside each other than a narrow screen has room for.
    fn of(length: Millis) -> Self {
        if length <= Millis::from_hours(6) {
            Self::Quarter
        } else if length <= Millis::from_days(2) {
            Self::Hour
        } else {
            Self::Day
        }
    }

    /// The local time at which the bar of an instant begins.
    fn begin(self, at: Timestamp, zone: &TimeZone) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
        let local = at.to_zoned(zone.clone()).datetime();
        let (hour, minute) = match self {
            Self::Quarter => (local.hour(), local.minute() / 15 * 15),
            Self::Hour => (local.hour(), 0),
            Self::Day => (0, 0),
        };
        local.date().at(hour, minute, 0, 0)
    }
}

/// One bar: when it begins, an instant in it, and calls by outcome.
struct Slot {
    begin: DateTime,
    at: Timestamp,
    calls: [u64; Outcome::ALL.len()],
}

/// Every bar from the first call to the last, those without a call too.
fn slots(buckets: &[Activity], zone: &TimeZone) -> (Step, Vec<Slot>) {
    let (Some(first), Some(last)) = (buckets.first(), buckets.last()) else {
        return (Step::Quarter, Vec::new());
    };
    let step = Step::of(last.start.since(first.start));
    let mut slots: Vec<Slot> = Vec::new();
    let mut at = first.start;
    while at <= last.start || slots.len() < FEWEST {
        let begin = step.begin(at, zone);
        if slots.last().is_none_or(|slot| slot.begin < begin) {
            let calls = [0; Outcome::ALL.len()];
            slots.push(Slot { begin, at, calls });
        }
        at = at + QUARTER;
    }
    for bucket in buckets {
        let begin = step.begin(bucket.start, zone);
        // Where clocks are set back, an hour that comes twice is one bar.
        let place = slots.partition_point(|slot| slot.begin <= begin);
        if let Some(slot) = place.checked_sub(1).and_then(|place| slots.get_mut(place)) {
            slot.calls[bucket.outcome as usize] += bucket.calls;
        }
    }
    (step, slots)
}

fn over_time(frame: &Frame, buckets: &[Activity], zone: &Zone) -> Option<Picture> {
    let local = TimeZone::get(zone.name()).unwrap_or(TimeZone::UTC);
    let (step, slots) = slots(buckets, &local);
    let busiest = slots
        .iter()
        .max_by_key(|slot| slot.calls.iter().sum::<u64>())?;
    let language = frame.language;
    let when = |slot: &Slot| match step {
        Step::Day => times::date(language, slot.at, zone),
        Step::Hour | Step::Quarter => times::moment(language, slot.at, zone),
    };
    let total = |slot: &Slot| slot.calls.iter().sum::<u64>();
    let says = language.say_all(
        "chart-time-says",
        &[
            ("n", slots.iter().map(total).sum::<u64>().into()),
            ("most", total(busiest).into()),
            ("time", when(busiest).into()),
        ],
    );
    let day = |slot: &Slot| {
        let month = language.say(&format!("month-{}", slot.begin.month()));
        let values = [
            ("day", slot.begin.day().to_string().into()),
            ("month", month.into()),
        ];
        language.say_all("day-month", &values)
    };
    let dates = |slot: Option<&Slot>| slot.map(|slot| slot.begin.date());
    let days = dates(slots.first()) != dates(slots.last());
    let bars = slots.iter().map(|slot| {
        let counted = Outcome::ALL
            .iter()
            .zip(slot.calls)
            .filter(|(_, calls)| *calls > 0);
        let parts: Vec<_> = counted
            .map(|(outcome, calls)| (outcome.as_str(), calls))
            .collect();
        let words: Vec<_> = parts
            .iter()
            .map(|(word, calls)| {
                format!("{} {}", frame.number(*calls), frame.word("outcome", word))
            })
            .collect();
        Bar {
            word: match step {
                Step::Day => day(slot),
                Step::Hour if days => format!("{} {}", day(slot), slot.begin.strftime("%H:%M")),
                Step::Hour | Step::Quarter => slot.begin.strftime("%H:%M").to_string(),
            },
            says: format!("{}: {}", when(slot), words.join(", ")),
            parts,
        }
    });
    let most = total(busiest);
    let svg = Bars {
        id: "chart-time",
        title: frame.say("chart-time"),
        description: says.clone(),
        height: 180,
        words: if step == Step::Hour && days { 3 } else { 5 },
        piles: bars.collect(),
        scale: Scale::round(most, |value| short(value, |value| frame.number(value))),
    }
    .svg();
    let seen: Vec<Outcome> = Outcome::ALL
        .iter()
        .copied()
        .filter(|outcome| slots.iter().any(|slot| slot.calls[*outcome as usize] > 0))
        .collect();
    let mut columns = vec![frame.say("column-time"), frame.say("figure-calls")];
    columns.extend(
        seen.iter()
            .map(|outcome| frame.word("outcome", outcome.as_str())),
    );
    let rows = slots.iter().filter(|slot| total(slot) > 0).map(|slot| {
        let mut cells = vec![frame.number(total(slot))];
        cells.extend(
            seen.iter()
                .map(|outcome| frame.number(slot.calls[*outcome as usize])),
        );
        (when(slot), cells)
    });
    Some(Picture {
        svg,
        says,
        columns,
        rows: rows.collect(),
    })
}

/// The share of calls that were answered, by the hour of the day.
fn hours(frame: &Frame, buckets: &[Activity], zone: &Zone) -> Option<Picture> {
    let local = TimeZone::get(zone.name()).unwrap_or(TimeZone::UTC);
    let mut hours = [(0_u64, 0_u64); 24];
    for bucket in buckets {
        let begin = Step::Hour.begin(bucket.start, &local);
        let hour = &mut hours[usize::from(begin.hour().unsigned_abs()) % 24];
        hour.0 += bucket.calls;
        hour.1 += if bucket.outcome == Outcome::Answered {
            bucket.calls
        } else {
            0
        };
    }
    if hours.iter().all(|(calls, _)| *calls == 0) {
        return None;
    }
    let language = frame.language;
    let rate = |(calls, answered): (u64, u64)| (answered * 100 + calls / 2) / calls.max(1);
    let named = |hour: usize| format!("{hour:02}:00–{:02}:00", (hour + 1) % 24);
    let telling = hours
        .iter()
        .enumerate()
        .filter(|(_, hour)| hour.0 >= TELLING);
    let best = telling
        .max_by_key(|(_, hour)| (rate(**hour), hour.0))
        .filter(|(_, hour)| hour.1 > 0);
    let best = best.map(|(hour, counted)| (hour, *counted));
    let says = match best {
        Some((hour, counted)) => language.say_all(
            "chart-hours-says",
            &[
                ("hour", named(hour).into()),
                (
                    "share",
                    language
                        .percent(0.01 * f64::from(u32::try_from(rate(counted)).unwrap_or(0)))
                        .into(),
                ),
                ("n", counted.0.into()),
            ],
        ),
        None => language.say("chart-hours-open"),
    };
    let bars = hours.iter().enumerate().map(|(hour, counted)| {
        let class = match best {
            Some((top, _)) if top == hour => "best",
            _ if counted.0 < TELLING => "faint",
            _ => "rate",
        };
        Bar {
            word: format!("{hour:02}:00"),
            says: language.say_all(
                "chart-hours-bar",
                &[
                    ("hour", named(hour).into()),
                    ("share", percent(frame, counted.1, counted.0).into()),
                    ("n", counted.0.into()),
                ],
            ),
            parts: vec![(class, rate(*counted))],
        }
    });
    let most = hours
        .iter()
        .map(|counted| rate(*counted))
        .max()
        .unwrap_or(0);
    let svg = Bars {
        id: "chart-hours",
        title: frame.say("chart-hours"),
        description: says.clone(),
        height: 120,
        words: 4,
        piles: bars.collect(),
        scale: Scale::round(most.max(10), |value| format!("{value} %")),
    }
    .svg();
    let called = hours.iter().enumerate().filter(|(_, hour)| hour.0 > 0);
    let rows = called.map(|(hour, counted)| {
        let cells = vec![
            frame.number(counted.0),
            frame.number(counted.1),
            percent(frame, counted.1, counted.0),
        ];
        (named(hour), cells)
    });
    Some(Picture {
        svg,
        says,
        columns: [
            "chart-hour",
            "figure-calls",
            "outcome-answered",
            "tile-answer",
        ]
        .iter()
        .map(|id| frame.say(id))
        .collect(),
        rows: rows.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(start: &str, outcome: Outcome, calls: u64) -> Activity {
        let start: jiff::Timestamp = start.parse().unwrap();
        Activity {
            start: Timestamp::from_millis(start.as_millisecond()),
            outcome,
            calls,
            talk_millis: 0,
        }
    }

    fn told(buckets: &[Activity], zone: &str) -> Vec<(String, u64)> {
        let (_, slots) = slots(buckets, &TimeZone::get(zone).unwrap());
        slots
            .iter()
            .map(|slot| {
                (
                    slot.begin.strftime("%d %H:%M").to_string(),
                    slot.calls.iter().sum(),
                )
            })
            .collect()
    }

    #[test]
    fn bars_follow_each_other_without_a_gap_from_the_first_call_to_the_last() {
        let buckets = [
            bucket("2026-11-23T15:00:00Z", Outcome::Busy, 2),
            bucket("2026-11-23T15:30:00Z", Outcome::Answered, 3),
        ];
        let told = told(&buckets, "America/New_York");
        let expected = [("23 10:00", 2), ("23 10:15", 0), ("23 10:30", 3)];
        assert_eq!(told[..3], expected.map(|(when, n)| (when.to_owned(), n)));
        assert_eq!(told.len(), FEWEST, "one that has just begun has room");
        assert!(told[3..].iter().all(|(_, n)| *n == 0));
    }

    #[test]
    fn days_begin_at_midnight_where_the_campaign_is_even_at_half_past() {
        // Midnight in India is at half past six in the evening, UTC.
        let buckets = [
            bucket("2026-11-20T12:00:00Z", Outcome::Busy, 1),
            bucket("2026-11-22T18:15:00Z", Outcome::Busy, 2),
            bucket("2026-11-22T18:30:00Z", Outcome::Busy, 4),
        ];
        let expected = [
            ("20 00:00", 1),
            ("21 00:00", 0),
            ("22 00:00", 2),
            ("23 00:00", 4),
        ];
        let told = told(&buckets, "Asia/Kolkata");
        assert_eq!(told[..4], expected.map(|(when, n)| (when.to_owned(), n)));
    }

    #[test]
    fn an_hour_that_comes_twice_is_one_bar_and_one_that_is_left_out_is_none() {
        let back = [
            bucket("2026-11-01T04:00:00Z", Outcome::Busy, 1),
            bucket("2026-11-01T05:00:00Z", Outcome::Busy, 2),
            bucket("2026-11-01T06:00:00Z", Outcome::Busy, 4),
            bucket("2026-11-01T12:00:00Z", Outcome::Busy, 8),
        ];
        let bars = told(&back, "America/New_York");
        assert_eq!(
            bars[..2],
            [("01 00:00".to_owned(), 1), ("01 01:00".to_owned(), 6)]
        );
        let forward = [
            bucket("2026-03-08T06:00:00Z", Outcome::Busy, 1),
            bucket("2026-03-08T14:00:00Z", Outcome::Busy, 2),
        ];
        let bars = told(&forward, "America/New_York");
        assert_eq!(bars[1].0, "08 03:00", "two o'clock is left out");
        assert_eq!(bars.iter().map(|(_, n)| n).sum::<u64>(), 3);
    }
}
