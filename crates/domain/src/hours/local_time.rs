//! A local time of day, to the minute.

use std::fmt;
use std::str::FromStr;

/// Minutes since local midnight, 0 to 1,440; written `09:00`. `24:00` is the end of the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, description = "A time of day, HH:MM; 24:00 is the end of the day", examples("09:00")))]
pub struct LocalTime(u16);

/// A text that is not a time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time of day; write hours and minutes as 09:00, at most 24:00")]
pub struct InvalidLocalTime(String);

impl LocalTime {
    /// The midnight that ends a day.
    pub const END_OF_DAY: Self = Self(24 * 60);

    /// The full hour, 0 to 24.
    pub(super) const fn hour(hour: u16) -> Self {
        assert!(hour <= 24);
        Self(hour * 60)
    }

    /// The time with this many minutes since midnight; none above 1,440.
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= Self::END_OF_DAY.0 {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Milliseconds since midnight, on a day without a change of the clocks.
    pub(super) fn millis(self) -> i64 {
        i64::from(self.0) * 60_000
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LocalTime {
    type Err = InvalidLocalTime;

    fn from_str(text: &str) -> Result<Self, InvalidLocalTime> {
        let two_digits = |part: &str| -> Option<u16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())?
        };
        text.split_once(':')
            .and_then(|(hours, minutes)| Some((two_digits(hours)?, two_digits(minutes)?)))
            .filter(|(_, minutes)| *minutes < 60)
            .and_then(|(hours, minutes)| Self::from_minutes(hours * 60 + minutes))
            .ok_or_else(|| InvalidLocalTime(text.chars().take(40).collect()))
    }
}

crate::text::json_text!(LocalTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_minute_of_a_day_survives_a_round_trip() {
        for minutes in 0..=1_440 {
            let time = LocalTime::from_minutes(minutes).unwrap();
            assert_eq!(time.to_string().parse(), Ok(time));
        }
        assert_eq!(LocalTime::from_minutes(1_441), None);
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        for text in [
            "",
            "9:00",
            "09:60",
            "24:01",
            "25:00",
            "09:00:00",
            "+9:00",
            "０９:00",
            "0900",
        ] {
            let refusal = text.parse::<LocalTime>().unwrap_err().to_string();
            assert!(
                refusal.starts_with(&format!("`{text}` is not a time of day")),
                "{refusal}"
            );
        }
    }
}
