//! Values that the cases share: numbers, settings, rows, evidence.
//!
//! Nothing here depends on a store.

use ringonce_domain::caps::{Cap, CapKind};
use ringonce_domain::{
    AttemptId, Caps, Evidence, FailureClass, InstanceId, Millis, Number, Outcome, Pacing,
    RepeatRule, RetryPolicy, Settings, Timestamp,
};
use ringonce_store::model::NewContact;
use std::sync::atomic::{AtomicU64, Ordering};

/// When every case begins: Monday 2026-11-23, 15:00 UTC.
pub(super) const MONDAY: Timestamp = Timestamp::from_millis(1_795_446_000_000);
/// How long a lease lasts here.
pub(super) const LEASE: Millis = Millis::from_hours(2_000);
/// How long a request may take to leave.
pub(super) const DIAL_WINDOW: Millis = Millis::from_secs(10);

/// The `n`th fictitious number: 555-01xx in area code 201, 202, …
pub(super) fn number(n: u64) -> Number {
    Number::from_digits(12_015_550_100 + n % 100 + n / 100 * 10_000_000).unwrap()
}

/// The first `n` fictitious numbers.
pub(super) fn numbers(n: u64) -> Vec<Number> {
    (0..n).map(number).collect()
}

/// Settings under which nothing holds a call but the rule under test: no hours, no pace, any number of lines,
/// one call per contact.
pub(super) fn free() -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: 20_000,
        },
        retry: RetryPolicy {
            max_retries: 0,
            ..RetryPolicy::default()
        },
        ..Settings::at_any_hour()
    }
}

/// The same, with calls of other campaigns and of the last hours not counting.
pub(super) fn forgetful() -> Settings {
    Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        caps: Caps::List(vec![Cap {
            count: CapKind::Attempts,
            max: 1_000,
            hours: 1,
        }]),
        ..free()
    }
}

/// The same, with up to three retries after an hour each.
pub(super) fn retrying() -> Settings {
    Settings {
        retry: RetryPolicy {
            max_retries: 3,
            backoff_hours: vec![1.0],
            ..RetryPolicy::default()
        },
        ..forgetful()
    }
}

pub(super) fn instance(n: u8) -> InstanceId {
    InstanceId::new(MONDAY, [n; 10])
}

/// A row of a file with nothing but a number.
pub(super) fn row(line: u32, number: Number) -> NewContact {
    NewContact {
        line,
        number,
        name: format!("Contact {line}"),
        zone: None,
        metadata: "{}".into(),
    }
}

/// An end of a call, as the carrier tells it.
pub(super) fn ended(outcome: Outcome) -> Evidence {
    Evidence::Ended {
        outcome,
        cause: format!("the carrier says {outcome}"),
    }
}

pub(super) fn refused(class: FailureClass) -> Evidence {
    Evidence::Refused {
        class,
        reason: format!("the carrier refuses: {class}"),
    }
}

pub(super) fn unclear() -> Evidence {
    Evidence::Unclear {
        reason: "timeout".into(),
    }
}

pub(super) fn accepted(call_id: &str) -> Evidence {
    Evidence::Accepted {
        call_id: call_id.into(),
    }
}

/// Ids for attempts, never twice the same.
static IDS: AtomicU64 = AtomicU64::new(1);

pub(super) fn attempt_ids(n: usize, now: Timestamp) -> Vec<AttemptId> {
    let fresh = || {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&IDS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        AttemptId::new(now, random)
    };
    (0..n).map(|_| fresh()).collect()
}
