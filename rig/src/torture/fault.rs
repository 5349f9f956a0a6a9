//! Faults: their kind, their target, their duration and their time, all from a seed.
//!
//! The order follows from the seed. The state that a fault meets does not, for processes do not repeat
//! themselves: a seed tells where to look, not what will happen.

use std::fmt;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// An instance loses its power, and is started again.
    Kill,
    /// An instance is frozen, now and then for longer than any lease, and goes on.
    Freeze,
    /// An instance is asked to end, and is started again.
    Terminate,
    /// The database server loses its power, and is started again.
    KillDatabase,
    /// An instance's connections to the database break.
    CutDatabase,
    /// They hold all bytes.
    FreezeDatabase,
    /// They hold the database's answers: commits happen, and their callers do not learn of them.
    FreezeDatabaseAnswers,
    /// They are slow.
    SlowDatabase,
    /// An instance's connections to the carrier break, both ways.
    CutCarrier,
    /// They hold all bytes.
    FreezeCarrier,
    /// The carrier's answers are held; its requests are carried out.
    FreezeCarrierAnswers,
    /// The carrier's events do not reach an instance.
    CutEvents,
    /// The carrier's wall clock is wrong, by up to an hour.
    SkewCarrier,
    /// Other applications call the same numbers from the same account.
    ForeignCalls,
    /// The carrier calls some calls canceled that go on.
    FalseCancels,
    /// Its last word of some calls comes long after its record.
    LateTruths,
    /// Its lists lag.
    LagLists,
    /// An instance's wall clock jumps, and later jumps back.
    JumpClock,
    /// A person pauses a campaign, and later resumes it.
    Pause,
    /// A person stops everything, and later re-arms the stop.
    StopAll,
}

/// The target of a fault; it has one fault at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Process(usize),
    DatabaseLine(usize),
    CarrierLine(usize),
    Clock(usize),
    Carrier(Kind),
    Server,
    Hand,
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// The instance, from 0; without meaning where there is none.
    pub(super) instance: usize,
    /// Its duration.
    pub(super) lasts: Duration,
    /// For a clock: by how many seconds.
    pub(super) seconds: i64,
}

/// Each kind with its weight and its shortest and longest duration in milliseconds.
const KINDS: [(u32, Kind, u64, u64); 20] = [
    (5, Kind::Kill, 200, 8_000),
    (6, Kind::Freeze, 1_000, 40_000),
    (3, Kind::Terminate, 500, 6_000),
    (2, Kind::KillDatabase, 100, 5_000),
    (3, Kind::CutDatabase, 500, 15_000),
    (2, Kind::FreezeDatabase, 1_000, 30_000),
    (2, Kind::FreezeDatabaseAnswers, 1_000, 30_000),
    (2, Kind::SlowDatabase, 3_000, 15_000),
    (3, Kind::CutCarrier, 500, 15_000),
    (2, Kind::FreezeCarrier, 1_000, LONGEST_ON_THE_WAY),
    (2, Kind::FreezeCarrierAnswers, 1_000, 30_000),
    (2, Kind::CutEvents, 2_000, 20_000),
    (3, Kind::SkewCarrier, 5_000, 60_000),
    (2, Kind::ForeignCalls, 10_000, 90_000),
    (2, Kind::FalseCancels, 10_000, 90_000),
    (2, Kind::LateTruths, 10_000, 60_000),
    (2, Kind::LagLists, 10_000, 60_000),
    (4, Kind::JumpClock, 5_000, 30_000),
    (3, Kind::Pause, 1_000, 15_000),
    (1, Kind::StopAll, 1_000, 8_000),
];

/// Requests to the carrier are held no longer than this, in milliseconds. That a request which was sent
/// before its deadline arrives before the end of the carrier's settling time is an assumption of
/// `docs/book/src/never-twice.md`, and no fault breaks it.
const LONGEST_ON_THE_WAY: u64 = 6_000;
/// How far a clock jumps at most, in seconds.
const FARTHEST_JUMP: i64 = 120;
/// How wrong the carrier's clock is at most, in seconds: its dates must be within a day of ours.
const FARTHEST_SKEW: i64 = 3_600;
/// Lists lag by so many milliseconds: with what is held on the way they are complete within the settling time.
const LONGEST_LAG: u64 = 20_000;
/// Shares of requests with other applications' calls around them, and of calls that are called canceled or
/// whose last word is late: as usual, and as a fault.
const FOREIGN: (f64, f64) = (0.1, 0.5);
const FALSE: (f64, f64) = (0.05, 0.3);
const LATE: (f64, f64) = (0.1, 0.5);
/// Between the beginnings of two faults, in milliseconds.
const GAP: std::ops::Range<u64> = 300..5_000;

/// The faults of a seed, one after the other, for ever.
pub(super) struct Schedule {
    dice: ChaCha8Rng,
    instances: usize,
}

impl Schedule {
    pub(super) fn new(seed: u64, instances: usize) -> Self {
        // Another stream than the lists', so that neither depends on the other.
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        dice.set_stream(1);
        Self { dice, instances }
    }

    /// The next fault, and how long after the last one it begins.
    pub(super) fn next(&mut self) -> (Duration, Fault) {
        let gap = Duration::from_millis(self.dice.random_range(GAP));
        let (kind, shortest, longest) = self.kind();
        // Mostly short, so that there are calls to harm; now and then as long as possible.
        let x: f64 = self.dice.random_range(0.0..1.0);
        let range = Duration::from_millis(longest - shortest);
        let lasts = Duration::from_millis(shortest) + range.mul_f64(x * x * x);
        let instance = self.dice.random_range(0..self.instances);
        let seconds = self.dice.random_range(-FARTHEST_JUMP..=FARTHEST_JUMP);
        (
            gap,
            Fault {
                kind,
                instance,
                lasts,
                seconds,
            },
        )
    }

    fn kind(&mut self) -> (Kind, u64, u64) {
        let total: u32 = KINDS.iter().map(|(weight, ..)| weight).sum();
        let mut drawn = self.dice.random_range(0..total);
        for (weight, kind, shortest, longest) in KINDS {
            if drawn < weight {
                return (kind, shortest, longest);
            }
            drawn -= weight;
        }
        (Kind::Kill, 1_000, 1_000)
    }
}

impl Fault {
    /// Its target.
    pub(super) const fn part(self) -> Part {
        match self.kind {
            Kind::Kill | Kind::Freeze | Kind::Terminate => Part::Process(self.instance),
            Kind::KillDatabase => Part::Server,
            Kind::CutDatabase
            | Kind::FreezeDatabase
            | Kind::FreezeDatabaseAnswers
            | Kind::SlowDatabase => Part::DatabaseLine(self.instance),
            Kind::CutCarrier
            | Kind::FreezeCarrier
            | Kind::FreezeCarrierAnswers
            | Kind::CutEvents => Part::CarrierLine(self.instance),
            Kind::SkewCarrier
            | Kind::ForeignCalls
            | Kind::FalseCancels
            | Kind::LateTruths
            | Kind::LagLists => Part::Carrier(self.kind),
            Kind::JumpClock => Part::Clock(self.instance),
            Kind::Pause | Kind::StopAll => Part::Hand,
        }
    }

    /// What it changes at the carrier, as a JSON object, and back to the usual when it is `mended`.
    pub(super) fn at_carrier(self, mended: bool) -> Option<String> {
        let (field, usual, value) = match self.kind {
            Kind::SkewCarrier => ("clock_skew_ms", json!(0), json!(self.skew() * 1_000)),
            Kind::ForeignCalls => ("foreign_calls", json!(FOREIGN.0), json!(FOREIGN.1)),
            Kind::FalseCancels => ("false_cancels", json!(FALSE.0), json!(FALSE.1)),
            Kind::LateTruths => ("late_truths", json!(LATE.0), json!(LATE.1)),
            Kind::LagLists => ("list_lag_ms", json!(0), json!(LONGEST_LAG)),
            _ => return None,
        };
        let value = if mended { usual } else { value };
        Some(json!({ field: value }).to_string())
    }

    /// The carrier as it usually is: what is set before the first fault.
    pub(super) fn usual_carrier() -> impl Iterator<Item = String> {
        KINDS.into_iter().filter_map(|(_, kind, ..)| {
            let none = Self {
                kind,
                instance: 0,
                lasts: Duration::ZERO,
                seconds: 0,
            };
            none.at_carrier(true)
        })
    }

    /// By how many seconds the carrier's clock is wrong.
    const fn skew(self) -> i64 {
        self.seconds * (FARTHEST_SKEW / FARTHEST_JUMP)
    }
}

impl Kind {
    /// As text, for the timeline and the table.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Kill => "instance killed",
            Self::Freeze => "instance frozen",
            Self::Terminate => "instance ended in order",
            Self::KillDatabase => "database killed",
            Self::CutDatabase => "database line cut",
            Self::FreezeDatabase => "database line frozen",
            Self::FreezeDatabaseAnswers => "database answers held",
            Self::SlowDatabase => "database line slow",
            Self::CutCarrier => "carrier line cut",
            Self::FreezeCarrier => "carrier line frozen",
            Self::FreezeCarrierAnswers => "carrier answers held",
            Self::CutEvents => "carrier events cut",
            Self::SkewCarrier => "carrier's clock wrong",
            Self::ForeignCalls => "others' calls on the account",
            Self::FalseCancels => "carrier cancels falsely",
            Self::LateTruths => "carrier's last words late",
            Self::LagLists => "carrier's lists late",
            Self::JumpClock => "clock jumped",
            Self::Pause => "campaign paused",
            Self::StopAll => "everything stopped",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.words())?;
        if self.kind == Kind::JumpClock {
            write!(f, " by {:+} s", self.seconds)?;
        }
        if self.kind == Kind::SkewCarrier {
            write!(f, " by {:+} s", self.skew())?;
        }
        match self.part() {
            Part::Process(nth)
            | Part::DatabaseLine(nth)
            | Part::CarrierLine(nth)
            | Part::Clock(nth) => write!(f, " (instance {})", nth + 1)?,
            Part::Carrier(_) | Part::Server | Part::Hand => {}
        }
        write!(f, " for {:.1} s", self.lasts.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_gives_every_kind_and_always_the_same() {
        let faults = |seed| {
            let mut schedule = Schedule::new(seed, 3);
            (0..300).map(|_| schedule.next()).collect::<Vec<_>>()
        };
        assert_eq!(faults(1), faults(1));
        assert_ne!(faults(1), faults(2));
        let kinds: BTreeSet<_> = faults(1).iter().map(|(_, fault)| fault.kind).collect();
        assert_eq!(kinds.len(), KINDS.len());
        assert!(
            faults(1)
                .iter()
                .any(|(_, fault)| fault.kind == Kind::Freeze && fault.lasts.as_secs() > 30)
        );
    }

    #[test]
    fn a_fault_at_the_carrier_is_set_and_mended() {
        let skew = Fault {
            kind: Kind::SkewCarrier,
            instance: 0,
            lasts: Duration::ZERO,
            seconds: -FARTHEST_JUMP,
        };
        let change = skew.at_carrier(false);
        assert_eq!(change.as_deref(), Some(r#"{"clock_skew_ms":-3600000}"#));
        let mended = skew.at_carrier(true);
        assert_eq!(mended.as_deref(), Some(r#"{"clock_skew_ms":0}"#));
        let usual: Vec<String> = Fault::usual_carrier().collect();
        assert_eq!(usual.len(), 5);
        assert!(usual.contains(&r#"{"false_cancels":0.05}"#.to_owned()));
        let kind = Kind::Kill;
        assert_eq!(Fault { kind, ..skew }.at_carrier(false), None);
    }

    #[test]
    fn a_fault_says_what_it_is() {
        let fault = Fault {
            kind: Kind::JumpClock,
            instance: 1,
            lasts: Duration::from_millis(2_500),
            seconds: -90,
        };
        assert_eq!(
            fault.to_string(),
            "clock jumped by -90 s (instance 2) for 2.5 s"
        );
    }
}
