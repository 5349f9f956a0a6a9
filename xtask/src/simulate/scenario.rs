//! What a world is like: its campaigns, its people, its carrier's faults and its engines' crashes,
//! all drawn from the seed.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};
use ringonce_domain::caps::{Cap, CapKind, CapPreset};
use ringonce_domain::{Caps, Number, Outcome, RepeatRule, Settings, Timestamp};

/// 2026-03-06T12:00:00Z, the Friday before the clocks change in America/New_York.
const START: i64 = 1_772_798_400_000;
/// The fictitious numbers +1 202 555 0100 and on.
const FIRST_NUMBER: u64 = 12_025_550_100;

/// One world.
#[derive(Debug)]
pub struct Scenario {
    pub start: Timestamp,
    pub campaigns: Vec<Plan>,
    /// Mean milliseconds between two mishaps of an engine.
    pub mishap_every: u64,
    /// Whether two instances work on the ledger at once.
    pub two_instances: bool,
    /// Whether the emergency stop has its default limits or hardly ever trips.
    pub nervous: bool,
    pub faults: FaultLevel,
}

/// How bad the carrier is.
#[derive(Clone, Copy, Debug)]
pub enum FaultLevel {
    None,
    Some,
    Bad,
}

/// One campaign of a world.
#[derive(Debug)]
pub struct Plan {
    pub settings: Settings,
    pub numbers: Vec<Number>,
    /// Milliseconds after the world's start when a person starts it.
    pub started_after: u64,
}

impl Scenario {
    pub fn draw(rng: &mut impl Rng) -> Self {
        let people = rng.random_range(3..=30);
        let campaigns = (0..rng.random_range(1..=3)).map(|_| Plan::draw(rng, people)).collect();
        Self {
            start: Timestamp::from_millis(START + rng.random_range(0..86_400_000)),
            campaigns,
            mishap_every: rng.random_range(20_000..2_000_000),
            two_instances: rng.random_bool(0.5),
            nervous: rng.random_bool(0.5),
            faults: match rng.random_range(0..10) {
                0 => FaultLevel::None,
                1..=6 => FaultLevel::Some,
                _ => FaultLevel::Bad,
            },
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
    settings.retry.backoff_hours =
        (0..rng.random_range(1..=3)).map(|_| rng.random_range(0.0..0.5)).collect();
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
            Cap { count: CapKind::Attempts, max: rng.random_range(1..=4), hours: rng.random_range(1..=6) },
            Cap { count: CapKind::Answered, max: 1, hours: rng.random_range(1..=12) },
        ]),
        _ => Caps::default(),
    };
    settings
}
