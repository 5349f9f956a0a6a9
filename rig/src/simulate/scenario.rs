//! A world's campaigns, people, carrier faults and crashes, all drawn from the seed.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};
use ringonce_carrier::simulator::{Faults, Outage};
use ringonce_domain::caps::{Cap, CapKind, CapPreset};
use ringonce_domain::{Caps, Millis, Number, Outcome, RepeatRule, Settings, Timestamp};

/// 2026-03-06T12:00:00Z, the Friday before the clocks change in `America/New_York`.
const START: i64 = 1_772_798_400_000;
/// The fictitious numbers +1 202 555 0100 and on.
const FIRST_NUMBER: u64 = 12_025_550_100;

/// One world.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) start: Timestamp,
    pub(super) campaigns: Vec<Plan>,
    /// How many instances share the ledger, from 1 to 3.
    pub(super) instances: u64,
    /// How long an instance lives and leads after a heartbeat.
    pub(super) lease: Millis,
    /// The share of requests over which a process sleeps once they are durable.
    pub(super) sleepy: f64,
    /// Whether the emergency stop has its default limits or hardly ever trips.
    pub(super) nervous: bool,
    pub(super) faults: Faults,
}

/// One campaign of a world.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) settings: Settings,
    pub(super) numbers: Vec<Number>,
    /// Milliseconds after the world's start when a person starts it.
    pub(super) started_after: u64,
}

impl Scenario {
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let people = rng.random_range(3..=30);
        let campaigns = (0..rng.random_range(1..=3))
            .map(|_| Plan::draw(rng, people))
            .collect();
        let start = Timestamp::from_millis(START + rng.random_range(0..86_400_000));
        Self {
            start,
            campaigns,
            instances: [1, 1, 1, 2, 2, 3][rng.random_range(0..6_usize)],
            lease: Millis::from_minutes([15, 60, 60, 60][rng.random_range(0..4_usize)]),
            sleepy: [0.0, 0.0, 0.03, 0.2][rng.random_range(0..4_usize)],
            nervous: rng.random_bool(0.5),
            faults: faults(rng, start),
        }
    }
}

impl Plan {
    fn draw(rng: &mut impl Rng, people: u64) -> Self {
        let numbers = (0..people)
            .filter(|_| rng.random_bool(0.7))
            .filter_map(|person| Number::from_digits(FIRST_NUMBER + person))
            .collect::<Vec<_>>();
        let numbers = if numbers.is_empty() {
            Number::from_digits(FIRST_NUMBER).into_iter().collect()
        } else {
            numbers
        };
        Self {
            numbers,
            settings: settings(rng),
            started_after: rng.random_range(0..7_200_000),
        }
    }
}

fn settings(rng: &mut impl Rng) -> Settings {
    let mut settings = Settings::default();
    settings.pacing.delay_seconds = f64::from(rng.random_range(0..8_u32));
    settings.pacing.calls_at_once = rng.random_range(1..=12);
    settings.pacing.calls_per_second = rng.random_bool(0.3).then(|| rng.random_range(0.1..20.0));
    settings.business_hours.enabled = rng.random_bool(0.25);
    settings.callee_hours.enabled = rng.random_bool(0.4);
    settings.retry.max_retries = rng.random_range(0..=3);
    settings.retry.backoff_hours = (0..rng.random_range(1..=3))
        .map(|_| rng.random_range(0.0..0.5))
        .collect();
    if rng.random_bool(0.3) {
        settings.retry.backoff_hours_by_outcome =
            BTreeMap::from([(Outcome::Busy, vec![rng.random_range(0.0..0.2)])]);
    }
    settings.repeat = match rng.random_range(0..4) {
        0 => RepeatRule::OnlyThisCampaign,
        1 => RepeatRule::AfterDays(1),
        _ => RepeatRule::NeverAgain,
    };
    settings.caps = match rng.random_range(0..4) {
        0 => Caps::Preset(CapPreset::Strict),
        1 => Caps::List(vec![
            Cap {
                count: CapKind::Attempts,
                max: rng.random_range(1..=4),
                hours: rng.random_range(1..=6),
            },
            Cap {
                count: CapKind::Answered,
                max: 1,
                hours: rng.random_range(1..=12),
            },
        ]),
        _ => Caps::default(),
    };
    settings
}

/// One carrier in ten is flawless; the others have faults, and half of these cannot be reached for a while.
fn faults(rng: &mut impl Rng, start: Timestamp) -> Faults {
    if rng.random_bool(0.1) {
        return Faults::default();
    }
    let mut faults = Faults::from_seed(rng.random());
    if rng.random_bool(0.5) {
        let from = start + Millis::new(rng.random_range(0..14_400_000));
        let until = from + Millis::new(rng.random_range(1_000..3_600_000));
        faults.outages.push(Outage { from, until });
    }
    faults
}
