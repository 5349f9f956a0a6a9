//! Benches that a crate brings itself: run by cargo, read by their lines.

use anyhow::{Result, ensure};

use super::{Measure, Size};
use crate::workspace::{cargo, output};

/// Says to a bench that a tenth of the size is enough.
const QUICK: &str = "RINGONCE_BENCH_QUICK";

/// Runs one bench of one crate.
pub(super) fn run(package: &str, bench: &str, size: Size) -> Result<Vec<Measure>> {
    let mut command = cargo();
    command.args(["bench", "--package", package, "--bench", bench]);
    if size.quick {
        command.env(QUICK, "1");
    }
    let printed = output(&mut command)?;
    let mut measures = Vec::new();
    for line in printed.lines() {
        match line.parse::<Measure>() {
            Ok(measure) => {
                println!("{measure}");
                measures.push(measure);
            }
            Err(_) => println!("{line}"),
        }
    }
    ensure!(
        !measures.is_empty(),
        "the bench {bench} of {package} printed no measure"
    );
    Ok(measures)
}
