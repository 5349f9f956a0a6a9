//! Files that are made from code or from others' data: written, or compared with what is checked in.
//!
//! A generated file is never edited by hand; a difference names the file and the command that
//! writes it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::python;
use crate::workspace::{self, cargo, output, program};

/// Which files, and whether to write them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only compare; fail when a file differs.
    #[arg(long)]
    check: bool,
    /// Also the tables of time zones and regions, which need Python and the package index.
    #[arg(long)]
    zones: bool,
}

/// A file and what makes it.
struct Generated {
    path: &'static str,
    make: fn() -> Result<String>,
}

const FILES: &[Generated] = &[
    Generated {
        path: "docs/book/src/cli.md",
        make: || reference("cli"),
    },
    Generated {
        path: "docs/book/src/configuration.md",
        make: || reference("configuration"),
    },
    Generated {
        path: "docs/book/src/states.md",
        make: || Ok(ringonce_domain::diagram::states_page()),
    },
    Generated {
        path: "docs/openapi.json",
        make: || Ok(ringonce_server::openapi_json()),
    },
    Generated {
        path: "docs/routes.md",
        make: || Ok(ringonce_server::routes_page()),
    },
];

/// Files that are made from others' data.
const TABLES: &[Generated] = &[
    Generated {
        path: "crates/domain/src/zones/prefixes.tsv",
        make: || table("make_zones.py", &["prefixes"]),
    },
    Generated {
        path: "crates/domain/src/zones/countries.tsv",
        make: || table("make_zones.py", &["countries"]),
    },
    Generated {
        path: "crates/domain/src/zones/windows.tsv",
        make: || table("make_zones.py", &["windows"]),
    },
    Generated {
        path: "crates/domain/src/number/regions.tsv",
        make: || table("make_regions.py", &[]),
    },
];

/// Compares every file that is made from code.
pub(crate) fn check() -> Result<()> {
    run(&Args {
        check: true,
        zones: false,
    })
}

/// Compares the tables of time zones and regions.
pub(crate) fn check_zones() -> Result<()> {
    verdict(TABLES, true)
}

/// Writes or compares the files.
pub(crate) fn run(args: &Args) -> Result<()> {
    verdict(FILES, args.check)?;
    if args.zones {
        verdict(TABLES, args.check)
    } else {
        Ok(())
    }
}

/// What a script prints that reads others' data.
fn table(script: &str, args: &[&str]) -> Result<String> {
    let python = python::environment("tools/phone-judge/requirements.txt")?;
    let script = format!("tools/phone-judge/{script}");
    output(program(python).arg(script).args(args))
}

/// A document that the program prints about itself.
fn reference(document: &str) -> Result<String> {
    output(cargo().args([
        "run",
        "--quiet",
        "--package",
        "ringonce",
        "--",
        "reference",
        document,
    ]))
}

fn verdict(files: &[Generated], only_compare: bool) -> Result<()> {
    let mut stale = Vec::new();
    for file in files {
        let made = (file.make)().with_context(|| format!("making {}", file.path))?;
        let path = workspace::root().join(file.path);
        if fs::read_to_string(&path).unwrap_or_default() == made {
            println!("{} is up to date", file.path);
        } else if only_compare {
            stale.push(file.path);
        } else {
            fs::write(&path, made).with_context(|| format!("writing {}", file.path))?;
            println!("{} written", file.path);
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
