//! The whole-system simulation as CI runs it, in the build that all tests use: as many worlds as fit into the
//! time that a person waits.

use anyhow::Result;
use xtask::suite::Tally;

use crate::simulate;
use crate::stopwatch::{Stopwatch, show};

const SEEDS: u64 = 2_000;
const MAX_SECONDS: u64 = 180;

/// Runs all seeds, and fails when that took longer than promised.
pub(super) fn run_all() -> Result<Tally> {
    let watch = Stopwatch::start();
    simulate::run(&simulate::Args::first(SEEDS))?;
    let took = watch.elapsed();
    let verdict = if took.as_secs() < MAX_SECONDS {
        "within"
    } else {
        "MORE than"
    };
    println!(
        "{SEEDS} seeds took {}, {verdict} the {MAX_SECONDS} s promised",
        show(took)
    );
    Ok(Tally::ONE)
}
