//! Phone numbers against a judge that shares no code with ours: Google's rules as the Python
//! package has them, over all its example numbers and the messy set.

use std::fs;

use anyhow::{Context, Result};

use crate::python;
use crate::regenerate;
use crate::workspace::{self, output, program};
use xtask::cargo_tests;
use xtask::suite::Tally;

const TOOL: &str = "tools/phone-judge";

/// The test that reads the judge's decisions, named in `RINGONCE_PHONE_JUDGE`. It is ignored elsewhere.
const NEEDS_THE_JUDGE: &str = "no_decision_differs_from_the_judges";

/// Runs the judge, and compares; the table of time zones comes from the same package.
pub(super) fn run() -> Result<Tally> {
    regenerate::check_zones()?;
    let python = python::environment(&format!("{TOOL}/requirements.txt"))?;
    let decisions = output(
        program(python)
            .arg(format!("{TOOL}/judge.py"))
            .arg(format!("{TOOL}/messy.tsv")),
    )?;
    println!("the judge made {} decisions", decisions.lines().count());
    let file = workspace::target().join("phone-judge.jsonl");
    fs::write(&file, decisions).with_context(|| format!("writing {}", file.display()))?;
    cargo_tests::run(
        cargo_tests::workspace()
            .args(["--test", "it", NEEDS_THE_JUDGE, "--", "--ignored"])
            .env("RINGONCE_PHONE_JUDGE", file),
    )
}
