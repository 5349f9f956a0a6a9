//! Instants and durations in whole milliseconds.
//!
//! Both databases hold instants truncated to the millisecond, so the type cannot hold more: Rust
//! and SQL compare the same values.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// An instant: ISO 8601 in UTC with milliseconds.
///
/// Held as milliseconds since 1970-01-01T00:00:00Z; [`crate::instant`] reads and writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(
        as = Instant,
        value_type = String,
        format = DateTime,
        description = "An instant: ISO 8601 in UTC with milliseconds",
        examples("2026-11-21T09:00:00.000Z")
    )
)]
pub struct Timestamp(i64);

/// A duration in milliseconds; never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(u64);

impl Timestamp {
    /// The instant `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub const fn since(self, earlier: Self) -> Millis {
        let gap = self.0.saturating_sub(earlier.0);
        Millis(if gap > 0 { gap.unsigned_abs() } else { 0 })
    }
}

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A duration of `millis` milliseconds.
    pub const fn new(millis: u64) -> Self {
        Self(millis)
    }

    /// A duration of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * 1_000)
    }

    /// A duration of `minutes` minutes.
    pub const fn from_minutes(minutes: u64) -> Self {
        Self::from_secs(minutes * 60)
    }

    /// A duration of `hours` hours.
    pub const fn from_hours(hours: u64) -> Self {
        Self::from_minutes(hours * 60)
    }

    /// A duration of `days` times 24 hours.
    pub const fn from_days(days: u64) -> Self {
        Self::from_hours(days * 24)
    }

    /// Whole milliseconds.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The same length as the standard library's duration.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }
}

impl Add<Millis> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Millis) -> Self {
        Self(self.0.saturating_add_unsigned(rhs.0))
    }
}

impl Sub<Millis> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Millis) -> Self {
        Self(self.0.saturating_sub_unsigned(rhs.0))
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC with milliseconds, as `2026-11-21T09:00:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant:.3}"),
            Err(_) => write!(f, "{} ms after 1970", self.0),
        }
    }
}

impl fmt::Display for Millis {
    /// The two largest units, as `1 h 5 min`, `12 s` or `250 ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [
            (86_400_000, "d"),
            (3_600_000, "h"),
            (60_000, "min"),
            (1_000, "s"),
        ];
        for (i, (size, unit)) in UNITS.iter().enumerate() {
            if self.0 >= *size {
                write!(f, "{} {unit}", self.0 / size)?;
                if let Some((next, name)) = UNITS.get(i + 1)
                    && (self.0 % size) / next > 0
                {
                    write!(f, " {} {name}", (self.0 % size) / next)?;
                }
                return Ok(());
            }
        }
        write!(f, "{} ms", self.0)
    }
}
