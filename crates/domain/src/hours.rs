//! When a phone may ring: the campaign's business hours and the callee's own calling hours.
//!
//! A moment is open when the *local* date and time at that moment lie inside the window. Everything
//! about daylight saving follows from this one rule: a window whose start is skipped opens when the
//! gap ends, a repeated hour counts both times, and the night of a change is as long as that night
//! is. Nothing here reads a clock.

mod local_time;
mod weekday;
mod window;
mod zone;

use serde::{Deserialize, Serialize};

pub use local_time::{InvalidLocalTime, LocalTime};
pub use weekday::{Days, Weekday};
use window::Window;
pub use zone::{Day, UnknownZone, Zone, date};

use crate::{Millis, Timestamp};

/// How far ahead an opening is searched: more than a whole week, so that each weekday is covered,
/// even one that a zone skipped when it crossed the date line.
pub const HORIZON: Millis = Millis::from_days(15);

/// When a campaign calls, in the campaign's zone.
///
/// A window whose `end` is not after its `start` is refused unless `overnight` says that it crosses
/// midnight: swapped times are a far more common mistake than night work. An overnight window
/// belongs to the day on which it starts: Friday 22:00–06:00 ends on Saturday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BusinessHours {
    /// Whether hours apply at all; when false the campaign calls at any time.
    pub enabled: bool,
    /// Days on which the window starts.
    pub days: Days,
    /// First minute of the window.
    pub start: LocalTime,
    /// First minute after the window; `24:00` is the end of the day.
    pub end: LocalTime,
    /// Whether the window ends on the day after it starts.
    pub overnight: bool,
}

/// When a callee may be rung, every day, in the callee's own zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalleeHours {
    /// Whether hours apply at all.
    pub enabled: bool,
    /// First minute in which a phone may ring.
    pub start: LocalTime,
    /// First minute in which it may not; `24:00` is the end of the day.
    pub end: LocalTime,
}

impl Default for BusinessHours {
    /// Monday to Friday, 09:00 to 17:00.
    fn default() -> Self {
        Self {
            enabled: true,
            days: Days::WORKING,
            start: LocalTime::hour(9),
            end: LocalTime::hour(17),
            overnight: false,
        }
    }
}

impl Default for CalleeHours {
    /// 08:00 to 21:00: the narrowest of the common statutory limits (US: 47 CFR 64.1200(c)(1)).
    fn default() -> Self {
        Self {
            enabled: true,
            start: LocalTime::hour(8),
            end: LocalTime::hour(21),
        }
    }
}

impl BusinessHours {
    /// Whether the campaign may call at `now`.
    pub fn is_open(self, zone: &Zone, now: Timestamp) -> bool {
        !self.enabled || self.window().is_open(zone, now)
    }

    /// The first instant at or after `now` when the campaign may call; `now` itself when open.
    ///
    /// None when there is none within [`HORIZON`], as when no day is chosen.
    pub fn next_open(self, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
        if !self.enabled {
            return Some(now);
        }
        self.window().next_open(zone, now)
    }

    /// The first instant after `now` when the campaign may no longer call.
    ///
    /// None when it may not call at `now`, and when it does not close within [`HORIZON`].
    pub fn closes_at(self, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
        if !self.enabled {
            return None;
        }
        self.window().closes_at(zone, now)
    }

    /// The first setting that cannot be used, and what to give instead.
    pub(crate) fn problem(self) -> Option<(&'static str, String)> {
        let Self {
            days,
            start,
            end,
            overnight,
            ..
        } = self;
        if days.is_empty() {
            let advice = "no day is chosen; list some of mon, tue, wed, thu, fri, sat, sun, or \
                          disable business hours";
            return Some(("business_hours.days", advice.into()));
        }
        if overnight && start < end {
            let advice = format!("{start} to {end} does not cross midnight; set it to false");
            return Some(("business_hours.overnight", advice));
        }
        if overnight {
            return start_problem("business_hours.start", start);
        }
        order_problem("business_hours", start, end).map(|(field, advice)| {
            (
                field,
                format!("{advice}, or set `overnight` to true for a window across midnight"),
            )
        })
    }

    fn window(self) -> Window {
        Window {
            days: self.days,
            start: self.start,
            end: self.end,
        }
    }
}

impl CalleeHours {
    /// The first instant at or after `now` when a phone may ring in *all* of `zones`; `now` itself
    /// when it may.
    ///
    /// For many numbers only candidate zones are known, so a moment counts only if it is open in
    /// each of them. None when there is no such moment within [`HORIZON`], and when no zone is
    /// known: a rule whose inputs are missing holds the call.
    pub fn next_open(self, zones: &[Zone], now: Timestamp) -> Option<Timestamp> {
        if !self.enabled {
            return Some(now);
        }
        if zones.is_empty() {
            return None;
        }
        let window = Window {
            days: Days::ALL,
            start: self.start,
            end: self.end,
        };
        window::next_open_in_all(window, zones, now)
    }

    /// The first instant after `now` when a phone may no longer ring in one of `zones`.
    ///
    /// None when it may not at `now`, and when that does not come within [`HORIZON`].
    pub fn closes_at(self, zones: &[Zone], now: Timestamp) -> Option<Timestamp> {
        if !self.enabled {
            return None;
        }
        let window = Window {
            days: Days::ALL,
            start: self.start,
            end: self.end,
        };
        zones
            .iter()
            .filter_map(|zone| window.closes_at(zone, now))
            .min()
    }

    /// The first setting that cannot be used, and what to give instead.
    pub(crate) fn problem(self) -> Option<(&'static str, String)> {
        order_problem("callee_hours", self.start, self.end)
    }
}

fn order_problem(
    setting: &'static str,
    start: LocalTime,
    end: LocalTime,
) -> Option<(&'static str, String)> {
    (end <= start).then(|| {
        let midnight = if end == LocalTime::hour(0) {
            " (midnight as an end is 24:00)"
        } else {
            ""
        };
        (
            setting,
            format!("end {end} is not after start {start}; exchange them{midnight}"),
        )
    })
}

fn start_problem(field: &'static str, start: LocalTime) -> Option<(&'static str, String)> {
    (start == LocalTime::END_OF_DAY).then(|| {
        (
            field,
            "24:00 is only an end; write 00:00 of the next day".into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(json: &str) -> Result<BusinessHours, String> {
        let hours: BusinessHours = serde_json::from_str(json).map_err(|err| err.to_string())?;
        match hours.problem() {
            Some((field, advice)) => Err(format!("{field}: {advice}")),
            None => Ok(hours),
        }
    }

    #[test]
    fn the_default_is_working_days_from_nine_to_five() {
        assert_eq!(hours("{}").unwrap(), BusinessHours::default());
        assert_eq!(
            serde_json::to_string(&BusinessHours::default()).unwrap(),
            r#"{"enabled":true,"days":["mon","tue","wed","thu","fri"],"start":"09:00","end":"17:00","overnight":false}"#
        );
        assert_eq!(
            serde_json::to_string(&CalleeHours::default()).unwrap(),
            r#"{"enabled":true,"start":"08:00","end":"21:00"}"#
        );
    }

    #[test]
    fn a_window_that_cannot_be_meant_is_refused_with_advice() {
        for (json, words) in [
            (
                r#"{"start":"17:00","end":"09:00"}"#,
                "end 09:00 is not after start 17:00; exchange",
            ),
            (
                r#"{"start":"17:00","end":"09:00"}"#,
                "set `overnight` to true",
            ),
            (
                r#"{"start":"09:00","end":"09:00"}"#,
                "business_hours: end 09:00",
            ),
            (r#"{"start":"09:00","end":"00:00"}"#, "24:00"),
            (
                r#"{"start":"09:00","end":"17:00","overnight":true}"#,
                "does not cross midnight",
            ),
            (
                r#"{"start":"24:00","end":"06:00","overnight":true}"#,
                "24:00 is only an end",
            ),
            (r#"{"days":[]}"#, "business_hours.days: no day is chosen"),
            (r#"{"days":["someday"]}"#, "`someday` is not a weekday"),
            (r#"{"start":"9am"}"#, "`9am` is not a time of day"),
            (r#"{"opens":"09:00"}"#, "unknown field `opens`"),
        ] {
            let refusal = hours(json).expect_err(json);
            assert!(refusal.contains(words), "{json}: {refusal}");
        }
    }

    #[test]
    fn a_window_across_midnight_must_say_so() {
        let night = hours(r#"{"start":"22:00","end":"06:00","overnight":true}"#).unwrap();
        assert!(night.overnight);
        assert!(hours(r#"{"start":"22:00","end":"24:00"}"#).is_ok());
    }

    #[test]
    fn callee_hours_refuse_an_end_before_the_start() {
        let hours = CalleeHours {
            start: LocalTime::hour(21),
            end: LocalTime::hour(8),
            ..CalleeHours::default()
        };
        let (setting, advice) = hours.problem().unwrap();
        assert_eq!(setting, "callee_hours");
        assert!(
            advice.contains("end 08:00 is not after start 21:00"),
            "{advice}"
        );
    }
}
