//! The whole-system simulation as CI runs it: in release, so that thousands of worlds fit into the
//! time that a person waits.

use anyhow::Result;

use super::Tally;
use crate::stopwatch::{Stopwatch, show};
use crate::workspace::{build_release, program, release_binary, run};

const SEEDS: u64 = 2_000;
const MAX_SECONDS: u64 = 120;

/// Lives through all seeds, and says whether that took as long as promised.
pub(super) fn run_all() -> Result<Tally> {
    build_release()?;
    let watch = Stopwatch::start();
    run(program(release_binary("xtask")).args(["simulate", "--seeds", &SEEDS.to_string()]))?;
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
