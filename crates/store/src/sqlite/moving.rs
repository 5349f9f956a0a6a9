//! Reads a file's rows for another database, in one transaction that keeps other processes from writing. In
//! the end it marks the file as moved, or leaves it as it was.

use std::path::Path;
use std::thread::JoinHandle;

use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};

use super::failure::Done;
use super::{SqliteStore, connection, sql};
use crate::moving::digest::values;
use crate::moving::tables::TABLES;
use crate::moving::{CHUNK, Chunk, MOVED_TO};
use crate::{Result, StoreError};

/// The channel for the rows; the reader ends early when it is closed.
type Rows = mpsc::Sender<Chunk>;
/// Receives where the ledger has gone; closed when it stays.
type Decision = oneshot::Receiver<Option<String>>;

/// The thread that reads.
pub(crate) struct Leaving(JoinHandle<Result<()>>);

impl SqliteStore {
    /// Begins to read every row, on a connection of its own.
    pub(crate) fn leave(&self, rows: Rows, decision: Decision) -> Result<Leaving> {
        let path = self.path().to_owned();
        let thread = std::thread::Builder::new().name("leaving".into());
        let reading = thread
            .spawn(move || leave(&path, rows, decision).map_err(|failure| failure.tell(&path)));
        let reading = reading.map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Leaving(reading))
    }
}

impl Leaving {
    /// Waits until the file is marked, or left as it was.
    pub(crate) async fn ended(self) -> Result<()> {
        let joined = tokio::task::spawn_blocking(|| self.0.join()).await;
        match joined {
            Ok(Ok(ended)) => ended,
            _ => Err(StoreError::Database("the thread that read it died".into())),
        }
    }
}

fn leave(path: &Path, rows: Rows, decision: Decision) -> Done<()> {
    let conn = connection::writer(path)?;
    connection::make_durable(&conn)?;
    conn.execute_batch(sql::BEGIN.sqlite)?;
    if !read(&conn, &rows)? {
        return Ok(());
    }
    // All rows are sent; the other side decides.
    drop(rows);
    if let Ok(Some(address)) = decision.blocking_recv() {
        conn.execute(sql::FACT_SET.sqlite, params![MOVED_TO, address])?;
        conn.execute_batch(sql::COMMIT.sqlite)?;
    }
    // A transaction that was not committed ends with its connection.
    Ok(())
}

/// Sends every row; false when the receiver is closed.
fn read(conn: &Connection, sender: &Rows) -> Done<bool> {
    for (place, table) in TABLES.iter().enumerate() {
        let mut statement = conn.prepare(&table.in_sqlite())?;
        let mut rows = statement.query([])?;
        let mut chunk = Vec::with_capacity(CHUNK);
        loop {
            let row = rows.next()?;
            if let Some(row) = row {
                chunk.push(values(table, row)?);
            } else if chunk.is_empty() {
                break;
            }
            if row.is_none() || chunk.len() == CHUNK {
                let rows = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                if sender.blocking_send(Chunk { table: place, rows }).is_err() {
                    return Ok(false);
                }
            }
            if row.is_none() {
                break;
            }
        }
    }
    Ok(true)
}

/// Where the ledger of a file has gone, if it has.
pub(super) fn moved_to(path: &Path) -> Done<Option<String>> {
    use rusqlite::OptionalExtension as _;
    let conn = connection::reader(path)?;
    let address: Option<String> = conn
        .query_row(sql::FACT.sqlite, [MOVED_TO], |row| row.get(1))
        .optional()?;
    Ok(address.filter(|address| !address.is_empty()))
}
