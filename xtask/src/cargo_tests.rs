//! The tests that cargo runs, counted from what the test runner itself prints.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use anyhow::{Context, Result};
use regex::Regex;

use crate::suite::Tally;
use crate::workspace::{cargo, run as run_to_end, show};

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by this file's tests"
)]
static CLOSING_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^test result: \w+\. (\d+) passed; (\d+) failed;").unwrap());

/// Names the seed from which the cases of property tests are drawn.
const SEED: &str = "PROPTEST_RNG_SEED";

/// `cargo test` over the whole workspace. The seed of property tests is fixed, so that a change is judged
/// by what it changes; `cargo test` alone draws another each time.
///
/// Whatever is left out is left out by kind of target, never by package: a choice of packages would have
/// their dependencies built once more with other features.
pub fn workspace() -> Command {
    let seed = std::env::var(SEED).unwrap_or_else(|_| "1".into());
    let mut command = cargo();
    command.args(["test", "--workspace"]).env(SEED, seed);
    command
}

/// Builds what such a command would run, and counts as one check.
pub fn build(command: &mut Command) -> Result<Tally> {
    run_to_end(command.arg("--no-run")).map(|()| Tally::ONE)
}

/// Runs `cargo test …`, shows what it prints and counts its tests. A run that fails without a
/// failed test, such as one that does not compile, counts as one failure.
pub fn run(command: &mut Command) -> Result<Tally> {
    let line = show(command);
    println!("$ {line}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{line}`"))?;
    let printed = child.stdout.take().context("the child's output")?;
    let mut tally = Tally::default();
    for line in BufReader::new(printed).lines() {
        let line = line?;
        println!("{line}");
        if let Some(name) = line.strip_suffix(" ... FAILED") {
            tally.failures.push(name.to_owned());
        }
        tally = tally.plus(counted(&line));
    }
    if !child.wait()?.success() && tally.failed == 0 {
        tally = tally.plus(Tally::of(
            0,
            vec![format!("`{line}` failed without a test")],
        ));
    }
    Ok(tally)
}

/// The counts in a closing line of the test runner; nothing in any other line.
fn counted(line: &str) -> Tally {
    let count = |text: &str| text.parse().unwrap_or_default();
    CLOSING_LINE
        .captures(line)
        .map(|found| Tally {
            passed: count(&found[1]),
            failed: count(&found[2]),
            failures: Vec::new(),
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_from_the_test_runners_closing_lines() {
        for (line, passed, failed) in [
            (
                "test result: ok. 20 passed; 0 failed; 1 ignored; 0 measured",
                20,
                0,
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", 3, 2),
            ("test numbers::test result: ok. 9 passed; 0 failed;", 0, 0),
            ("running 20 tests", 0, 0),
        ] {
            let tally = counted(line);
            assert_eq!((tally.passed, tally.failed), (passed, failed), "{line}");
        }
    }
}
