//! Calls over time, counted as they end, for charts.

use ringonce_domain::{CampaignId, Outcome, Timestamp};
use serde::Serialize;

/// Rows of activity in one answer at most: three months of quarters of an hour, with every outcome in each.
pub const ACTIVITY_ROWS: u32 = 70_656;
/// Campaigns in one answer about pulses at most.
pub const PULSE_CAMPAIGNS: usize = 50;

/// How long the buckets are in which calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Span {
    /// One minute, for current calls.
    Minute,
    /// A quarter of an hour, for the past: hours and days of every zone begin with one.
    Quarter,
}

impl Span {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Minute, Self::Quarter];

    /// Its length in minutes.
    pub const fn minutes(self) -> i32 {
        match self {
            Self::Minute => 1,
            Self::Quarter => 15,
        }
    }

    /// The beginning of the bucket in which an instant lies.
    #[must_use]
    pub fn start_of(self, at: Timestamp) -> Timestamp {
        let length = i64::from(self.minutes()) * 60_000;
        Timestamp::from_millis(at.as_millis().div_euclid(length) * length)
    }
}

/// The calls that ended with one outcome in one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Activity {
    /// When the bucket begins.
    pub start: Timestamp,
    /// How the calls ended.
    pub outcome: Outcome,
    /// How many there were.
    pub calls: u64,
    /// How long people talked in them, in milliseconds.
    pub talk_millis: u64,
}

/// The calls of a campaign that ended in one minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pulse {
    /// The campaign.
    pub campaign: CampaignId,
    /// When the minute begins.
    pub start: Timestamp,
    /// How many.
    pub calls: u64,
}
