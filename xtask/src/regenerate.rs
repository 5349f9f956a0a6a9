//! Files that are made from code or from others' data: written, or compared with what is checked in.
//!
//! A generated file is never edited by hand; a difference names the file and the command that
//! writes it. That those made from code are up to date is also a test of the crate whose code it is.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::python;
use crate::workspace::{self, cargo, debug_binary, output, program};

/// Which files, and whether to write them.
#[derive(clap::Args)]
pub struct Args {
    /// Only compare; fail when a file differs.
    #[arg(long)]
    check: bool,
    /// Also the tables of time zones and regions, which need Python and the package index.
    #[arg(long)]
    zones: bool,
}

/// Files that the program prints about itself, and the names by which it knows them.
const DOCUMENTS: [(&str, &str); 5] = [
    ("docs/book/src/cli.md", "cli"),
    ("docs/book/src/configuration.md", "configuration"),
    ("docs/book/src/states.md", "states"),
    ("docs/openapi.json", "openapi"),
    ("docs/routes.md", "routes"),
];

/// Files that a script makes from others' data, with its name and arguments.
const TABLES: [(&str, &[&str]); 4] = [
    (
        "crates/domain/src/zones/prefixes.tsv",
        &["make_zones.py", "prefixes"],
    ),
    (
        "crates/domain/src/zones/countries.tsv",
        &["make_zones.py", "countries"],
    ),
    (
        "crates/domain/src/zones/windows.tsv",
        &["make_zones.py", "windows"],
    ),
    ("crates/domain/src/number/regions.tsv", &["make_regions.py"]),
];

/// Whether files are written, or only compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Write,
    Compare,
}

/// Compares the tables of time zones and regions.
pub fn check_zones() -> Result<()> {
    tables(Mode::Compare)
}

/// Writes or compares the files.
pub fn run(args: &Args) -> Result<()> {
    let mode = if args.check {
        Mode::Compare
    } else {
        Mode::Write
    };
    workspace::run(cargo().args(["build", "--quiet", "--package", "ringonce"]))?;
    let binary = debug_binary("ringonce");
    verdict(mode, DOCUMENTS, |name| {
        output(program(&binary).args(["reference", name]))
    })?;
    if args.zones { tables(mode) } else { Ok(()) }
}

fn tables(mode: Mode) -> Result<()> {
    let python = python::environment("tools/phone-judge/requirements.txt")?;
    verdict(mode, TABLES, |call| {
        let (script, args) = call.split_first().context("a script")?;
        let script = format!("tools/phone-judge/{script}");
        output(program(&python).arg(script).args(args))
    })
}

/// Makes every file from what is told of it, and writes or compares it.
fn verdict<T>(
    mode: Mode,
    files: impl IntoIterator<Item = (&'static str, T)>,
    make: impl Fn(T) -> Result<String>,
) -> Result<()> {
    let mut stale = Vec::new();
    for (name, source) in files {
        let content = make(source).with_context(|| format!("making {name}"))?;
        let path = workspace::root().join(name);
        if fs::read_to_string(&path).unwrap_or_default() == content {
            println!("{name} is up to date");
        } else if mode == Mode::Compare {
            stale.push(name);
        } else {
            fs::write(&path, content).with_context(|| format!("writing {name}"))?;
            println!("{name} written");
        }
    }
    if !stale.is_empty() {
        bail!(
            "{} differs from what the code makes; run `cargo xtask regenerate --zones`",
            stale.join(", ")
        );
    }
    Ok(())
}
