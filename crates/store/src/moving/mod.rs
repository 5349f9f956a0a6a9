//! Moves a ledger from SQLite's file to a PostgreSQL database and verifies every row.
//!
//! # Overview
//! 1. No instance calls from the file meanwhile: the move holds its engine lock, and a write transaction, so
//!    that no command steers campaigns either. Calls in flight stay as they are; the first instance on the
//!    other side finds their numbers frozen and asks the carrier.
//! 2. All rows go into an empty ledger in one transaction, table by table, and are read back in it. Both
//!    sides must read the same: as many rows, and one SHA-256.
//! 3. The file is marked as moved, durably; only then is the other side committed.
//! 3. The file is marked as moved, durably; only then is the other side committed.
//!
//! # What fails, and what then
//! * Anything before the mark: the target is as empty as before, the file is as it was.
//! * Between the mark and the commit, or when the commit's answer is lost: the file is marked, so that no
//!   instance calls from it, and the target is empty or complete. Moving again finds out: an empty target is
//!   filled, a complete one is verified.
//!
//! At no moment do both sides make calls: engines refuse a marked file, and a target that was given back
//! ([`back`]).

pub(crate) mod digest;
pub(crate) mod tables;

use ringonce_domain::Timestamp;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use crate::model::Actor;
use crate::postgres::PostgresStore;
use crate::sqlite::{EngineLock, SqliteStore};
use crate::{Admin as _, Result, StoreError};
use digest::{Digest, Value};
use tables::{TABLES, Table};

/// The fact that says where a ledger has gone.
pub(crate) const MOVED_TO: &str = "moved_to";
/// Rows on their way at a time, and how many such chunks wait.
pub(crate) const CHUNK: usize = 2_000;
const CHUNKS: usize = 4;

/// Rows of the table at this place in [`TABLES`].
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) table: usize,
    pub(crate) rows: Vec<Vec<Value>>,
}

/// The progress of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The table.
    pub table: &'static str,
    /// Its rows so far.
    pub rows: u64,
    /// The SHA-256 over all its rows, once both sides were found to have the same.
    pub verified: Option<String>,
}

/// The result of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// Whether the rows were there already, from an earlier move.
    pub was_there: bool,
    /// Every table.
    pub tables: Vec<Moved>,
}

/// Moves a ledger; calls `told` at every step.
///
/// # Errors
/// [`StoreError::Unsuitable`] when the target is not empty and not this very ledger, and when what
/// arrived is not what was sent. Then nothing was changed.
pub async fn copy(
    from: &SqliteStore,
    _lock: &EngineLock,
    to: &PostgresStore,
    by: Actor,
    now: Timestamp,
    told: &mut (dyn FnMut(&Moved) + Send),
) -> Result<Move> {
    let (sender, mut chunks) = mpsc::channel(CHUNKS);
    let (decide, decision) = oneshot::channel();
    let leaving = from.leave(sender, decision)?;
    let mut arriving = to.arrive().await?;
    let was_there = !arriving.is_empty().await?;
    let mut digests = vec![Digest::default(); TABLES.len()];
    let mut failed = None;
    while let Some(Chunk { table, rows }) = chunks.recv().await {
        for row in &rows {
            digests[table].add(row);
        }
        if !was_there && let Err(error) = arriving.put(&TABLES[table], &rows).await {
            failed = Some(error);
            break;
        }
        told(&moved(&TABLES[table], &digests[table], false));
    }
    // The reader ends when its channel is closed.
    drop(chunks);
    let done = match failed {
        Some(error) => Err(error),
        None => verified(&mut arriving, &digests, told).await,
    };
    match done {
        Ok(tables) => {
            // A reader that failed reports its own error, which comes first.
            let _gone = decide.send(Some(to.shown().to_owned()));
            leaving.ended().await?;
            if was_there {
                arriving.reclaim().await?;
            } else {
                arriving.settle(by, now, from.path(), &tables).await?;
            }
            Ok(Move { was_there, tables })
        }
        Err(error) => {
            drop(decide);
            arriving.abandon().await;
            leaving.ended().await?;
            Err(if was_there {
                occupied(to, &error)
            } else {
                error
            })
        }
    }
}

fn moved(table: &Table, digest: &Digest, verified: bool) -> Moved {
    Moved {
        table: table.name,
        rows: digest.rows,
        verified: verified.then(|| digest.in_hexadecimal()),
    }
}

/// Reads every table back and compares.
async fn verified(
    arriving: &mut crate::postgres::Arriving,
    digests: &[Digest],
    told: &mut (dyn FnMut(&Moved) + Send),
) -> Result<Vec<Moved>> {
    let mut tables = Vec::with_capacity(TABLES.len());
    for (table, sent) in TABLES.iter().zip(digests) {
        let there = arriving.digest(table).await?;
        if (there.rows, there.hash()) != (sent.rows, sent.hash()) {
            return Err(StoreError::Unsuitable {
                database: arriving.shown().to_owned(),
                reason: format!(
                    "`{}` has {} rows here and {} there, or they differ; nothing was changed",
                    table.name, sent.rows, there.rows
                ),
            });
        }
        let moved = moved(table, sent, true);
        told(&moved);
        tables.push(moved);
    }
    Ok(tables)
}

fn occupied(to: &PostgresStore, difference: &StoreError) -> StoreError {
    StoreError::Unsuitable {
        database: to.shown().to_owned(),
        reason: format!(
            "it holds a ledger already, and another one than this ({difference}); name an empty database"
        ),
    }
}

/// Takes a move back: the target is marked as given up, and then the file may call again.
///
/// # Errors
/// [`StoreError::Unsuitable`] when anything has happened on the target since, or an instance lives
/// there: what it knows of calls would be lost. Nothing was changed then.
pub async fn back(
    from: &SqliteStore,
    _lock: &EngineLock,
    to: &PostgresStore,
    told: &mut (dyn FnMut(&Moved) + Send),
) -> Result<()> {
    let (sender, mut chunks) = mpsc::channel(CHUNKS);
    let (decide, decision) = oneshot::channel();
    let leaving = from.leave(sender, decision)?;
    let mut digests = vec![Digest::default(); TABLES.len()];
    while let Some(Chunk { table, rows }) = chunks.recv().await {
        for row in &rows {
            digests[table].add(row);
        }
    }
    drop(decide);
    leaving.ended().await?;
    let mut arriving = to.arrive().await?;
    let compared = verified(&mut arriving, &digests, told).await;
    match compared {
        Ok(_) => arriving.give_up(&from.path().display().to_string()).await?,
        Err(error) => {
            arriving.abandon().await;
            return Err(StoreError::Unsuitable {
                database: to.shown().to_owned(),
                reason: format!(
                    "it has been used since the move ({error}); the file does not know of what happened there, so it cannot go on"
                ),
            });
        }
    }
    // From here on no instance calls from the target. The file is next; after a crash in between, neither
    // side calls.
    let held = from.fact(MOVED_TO).await?;
    from.replace_fact(MOVED_TO, held.as_deref(), "").await?;
    Ok(())
}
