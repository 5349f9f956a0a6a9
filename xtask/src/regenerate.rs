//! Files that are made from code: written, or compared with what is checked in.
//!
//! A generated file is never edited by hand; the check says which command writes it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace;

/// Which files, and whether to write them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only compare; fail when a file differs.
    #[arg(long)]
    check: bool,
}

/// A file and the code that makes it.
struct Generated {
    path: &'static str,
    make: fn() -> Result<String>,
}

/// Compares every generated file.
pub(crate) fn check() -> Result<()> {
    run(&Args { check: true })
}

const FILES: &[Generated] = &[];

/// Writes or compares every generated file.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut stale = Vec::new();
    for file in FILES {
        let made = (file.make)().with_context(|| format!("making {}", file.path))?;
        let path = workspace::root().join(file.path);
        if fs::read_to_string(&path).unwrap_or_default() == made {
            println!("{} is up to date", file.path);
        } else if args.check {
            stale.push(file.path);
        } else {
            fs::write(&path, made).with_context(|| format!("writing {}", file.path))?;
            println!("{} written", file.path);
        }
    }
    if !stale.is_empty() {
        bail!(
            "{} differs from what the code makes; run `cargo xtask regenerate`",
            stale.join(", ")
        );
    }
    Ok(())
}
