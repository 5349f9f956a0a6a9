//! Opens connections: durability, guards and memory.
//!
//! Every pragma that a promise rests on is set here and nowhere else.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::Done;
use super::sql;
use super::wait::Wait;

/// Marks the file as a Ringonce ledger (`PRAGMA application_id`): "Ring".
pub(super) const APPLICATION_ID: i32 = 0x5269_6e67;
/// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Page cache of the writer, in KiB: a claim touches a few dozen pages.
const WRITER_CACHE_KIB: u32 = 8 * 1024;
/// Page cache of the writer during an import, in KiB: what an import may take, whatever its size. Measured
/// with a million rows: half of it takes nearly a microsecond a row more, twice as much saves nothing.
const IMPORT_CACHE_KIB: u32 = 16 * 1024;
/// Page cache of each reader, in KiB.
const READER_CACHE_KIB: u32 = 2 * 1024;
/// Prepared statements kept per connection: more than there are statements.
const STATEMENTS: usize = 256;
/// The write-ahead log is cut back to this many bytes after a checkpoint.
const WAL_KEPT_BYTES: u32 = 64 * 1024 * 1024;

/// The connection that writes, creating the file when it is missing.
pub(super) fn writer(path: &Path) -> Done<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    common(&conn, WRITER_CACHE_KIB)?;
    Ok(conn)
}

/// Makes every commit be on disk when it returns; the claim relies on it. Changes the file's header:
/// only for a file that is known to be a ledger, or to be empty.
pub(super) fn make_durable(conn: &Connection) -> Done<()> {
    let wait = Wait::begin();
    // A second process that changes this at the same moment is refused at once, whatever the timeout.
    while let Err(error) = conn.execute_batch("PRAGMA journal_mode = WAL") {
        let busy = error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        if !busy || !wait.goes_on(BUSY_TIMEOUT) {
            return Err(error.into());
        }
    }
    conn.execute_batch(&format!(
        "PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = {WAL_KEPT_BYTES};"
    ))?;
    Ok(())
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Done<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    common(&conn, READER_CACHE_KIB)?;
    conn.execute_batch("PRAGMA query_only = ON;")?;
    Ok(conn)
}

/// A database of this process alone that lives as long as the connection.
pub(super) fn in_memory() -> Done<Connection> {
    let conn = Connection::open_in_memory()?;
    common(&conn, WRITER_CACHE_KIB)?;
    Ok(conn)
}

fn common(conn: &Connection, cache_kib: u32) -> Done<()> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without the stability guarantee SQLite compiles a statement again whenever a parameter that
    // the planner has looked at changes: measured, four fifths of the time of a call.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(&format!(
        "PRAGMA recursive_triggers = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -{cache_kib};"
    ))?;
    Ok(())
}

/// Widens the writer's page cache for an import, or narrows it again and frees what it held.
pub(super) fn set_writer_cache(conn: &Connection, importing: bool) -> rusqlite::Result<()> {
    if importing {
        conn.execute_batch(&format!("PRAGMA cache_size = -{IMPORT_CACHE_KIB}"))
    } else {
        conn.execute_batch(&format!(
            "PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA shrink_memory"
        ))
    }
}

/// One integer that a statement without parameters yields.
pub(super) fn integer(conn: &Connection, statement: &str) -> Done<i64> {
    Ok(conn.query_row(statement, [], |row| row.get(0))?)
}

/// A number that another connection's commit changes.
pub(super) fn data_version(conn: &Connection) -> Done<i64> {
    Ok(conn
        .prepare_cached(sql::DATA_VERSION.sqlite)?
        .query_row([], |row| row.get(0))?)
}
