//! `backup` and `doctor`: copying the ledger while it is in use, and looking for what is wrong.

use std::path::PathBuf;

use serde_json::json;

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::table;

/// Copy the whole ledger to a file, also while it is in use
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ringonce backup ringonce-2026-11-21.db

To restore, stop Ringonce and put the copy in place of ringonce.db in the data folder.")]
pub(crate) struct Backup {
    /// The copy; must not exist
    file: PathBuf,
}

/// Look for what is wrong with the ledger; exits with 1 when something is
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {}

/// Copies it.
pub(crate) async fn backup(args: Backup, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config)?;
    if args.file.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Failure::of_file(&args.file, &exists));
    }
    ledger.store.backup(&args.file).await?;
    context.out.line(format!(
        "{} is copied to {}",
        ledger.database().display(),
        args.file.display()
    ));
    context
        .out
        .document(&json!({ "database": ledger.database(), "copy": args.file }));
    Ok(())
}

/// Examines it.
pub(crate) async fn doctor(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config)?;
    let findings = ledger.store.doctor(ledger.now().await?).await?;
    context.out.document(&findings);
    let mut rows = table(["", "check", "found", "what to do"]);
    for finding in &findings {
        let advice = if finding.ok {
            ""
        } else {
            finding.advice.as_str()
        };
        rows.add_row([
            if finding.ok { "ok" } else { "!!" },
            finding.check,
            &finding.found,
            advice,
        ]);
    }
    context.out.table(&rows);
    match findings.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        n => Err(Failure::new(
            Exit::Failed,
            format!("{n} of {} checks found something", findings.len()),
        )),
    }
}
