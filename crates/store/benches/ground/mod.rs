//! What the benches of the ledger share: a campaign of any size, a watch, and the line that tells a
//! measure.

use std::time::{Duration, Instant};

use ringonce_domain::hours::{BusinessHours, CalleeHours};
use ringonce_domain::{CampaignId, Number, Pacing, Settings, Timestamp};
use ringonce_store::Campaigns;
use ringonce_store::model::{Actor, NewCampaign, NewContact, NewList};

pub const NOW: Timestamp = Timestamp::from_millis(1_795_446_000_000);
/// Rows that the importer hands over at a time.
pub const CHUNK: u64 = 10_000;
/// Numbers begin here: no country has the code 999.
pub const FIRST_NUMBER: u64 = 99_900_000_000;

/// Whether a tenth of the size is enough.
pub fn is_quick() -> bool {
    std::env::var_os("RINGONCE_BENCH_QUICK").is_some()
        || std::env::args().any(|arg| arg == "--quick")
}

pub fn actor() -> Actor {
    Actor::new("bench")
}

/// Settings under which a claim judges caps, and nothing but the lines holds a call.
pub fn settings(lines: u32) -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: lines,
        },
        business_hours: BusinessHours {
            enabled: false,
            ..BusinessHours::default()
        },
        callee_hours: CalleeHours {
            enabled: false,
            ..CalleeHours::default()
        },
        ..Settings::default()
    }
}

/// The `n`th of `all` rows from the `first` number on: numbers in no order, as files have them.
pub fn row(n: u64, all: u64, first: u64) -> NewContact {
    let shuffled = first + n * 7_919 % all;
    NewContact {
        line: u32::try_from(n + 2).expect("a bench is not that large"),
        number: Number::from_digits(FIRST_NUMBER + shuffled).expect("eleven digits"),
        name: format!("Person Number {n}"),
        zone: None,
        metadata: format!(r#"{{"city":"Springfield","customer":"C-{n:08}","plan":"basic"}}"#),
    }
}

/// Imports a campaign of so many rows in chunks, as the importer does.
pub async fn import(
    store: &impl Campaigns,
    settings: Settings,
    rows: u64,
    first: u64,
) -> CampaignId {
    let new = NewCampaign {
        owner: None,
        name: "Bench".into(),
        settings,
        fingerprint: String::new(),
    };
    let campaign = store.create(new, actor(), NOW).await.expect("create");
    let file = NewList {
        file_name: "bench.csv".into(),
        layout: "{}".into(),
    };
    let list = store
        .begin_import(campaign, file, NOW)
        .await
        .expect("begin");
    for begin in (0..rows).step_by(usize::try_from(CHUNK).expect("it fits")) {
        let chunk = (begin..rows.min(begin + CHUNK))
            .map(|n| row(n, rows, first))
            .collect();
        store
            .add_contacts(list, chunk, Vec::new())
            .await
            .expect("add");
    }
    store
        .finish_import(list, rows, actor(), NOW)
        .await
        .expect("finish");
    campaign
}

/// How long something took.
#[expect(clippy::disallowed_methods, reason = "a bench measures")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// A measure, as `cargo xtask bench` reads it: `ratio` against the target, above it when `at_least`.
pub fn tell(name: &str, figure: &str, baseline: &str, ratio: f64, at_least: bool, target: f64) {
    let met = if at_least {
        ratio >= target
    } else {
        ratio <= target
    };
    let (sign, met) = (
        if at_least { "≥" } else { "≤" },
        if met { "yes" } else { "no" },
    );
    println!("measure\t{name}\t{figure}\t{baseline}\t{ratio:.2}×\t{sign} {target}×\t{met}");
}
