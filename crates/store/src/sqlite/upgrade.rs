//! A step from the first schema to a made-up second one.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::ledger::SECOND_STEP;

const BOTH: &[&str] = &[MIGRATIONS[0], SECOND_STEP];

/// A ledger of the first schema in a folder of its own.
struct Older(TempDir);

impl Older {
    fn new() -> Self {
        let older = Self(TempDir::new().unwrap());
        let mut conn = older.conn();
        connection::make_durable(&conn).unwrap();
        migrate(&mut conn, &older.path(), MIGRATIONS).unwrap();
        older
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("ledger.db")
    }

    fn lock(&self) -> PathBuf {
        self.0.path().join("ledger.db.lock")
    }

    fn conn(&self) -> Connection {
        connection::writer(&self.path()).unwrap()
    }

    /// Brings it to the second schema, as a program that knows that schema does.
    fn upgrade(&self) -> Done<()> {
        let mut conn = self.conn();
        let _alone = lock_if_older(&conn, &self.path(), BOTH)?;
        migrate(&mut conn, &self.path(), BOTH)
    }

    fn version(&self) -> i64 {
        integer(&self.conn(), "PRAGMA user_version").unwrap()
    }
}

fn contact(id: u32, lead: &str) -> String {
    format!(
        "INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, name, metadata)
         VALUES ({id}, 1, 1, 1, 1202555010{id}, 'pending', '{lead}', 0, 0, 'Ann', '{{}}')"
    )
}

#[test]
fn a_second_schema_adds_a_column_and_a_word_and_keeps_every_row() {
    let older = Older::new();
    let conn = older.conn();
    conn.execute_batch(&contact(1, "new")).unwrap();
    conn.execute_batch(&contact(2, "made_up")).unwrap_err();
    older.upgrade().unwrap();
    assert_eq!(older.version(), i64::from(FIRST_SCHEMA) + 1);

    let conn = older.conn();
    let asked = "SELECT lead || ' ' || coalesce(made_up, 'none') FROM contacts";
    let kept: String = conn.query_row(asked, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "new none");
    conn.execute_batch(&contact(2, "made_up")).unwrap();
    conn.execute_batch(&contact(3, "nonsense")).unwrap_err();
    older.upgrade().unwrap();
    let refused = migrate(&mut older.conn(), &older.path(), MIGRATIONS);
    assert!(matches!(
        refused,
        Err(Failure::Store(StoreError::TooNew { .. }))
    ));
}

#[test]
fn a_ledger_that_is_called_from_is_not_upgraded() {
    let older = Older::new();
    let running = std::fs::File::create(older.lock()).unwrap();
    running.lock().unwrap();
    let refused = older.upgrade();
    assert!(matches!(
        refused,
        Err(Failure::Store(StoreError::InstanceRunning { .. }))
    ));
    assert_eq!(older.version(), i64::from(FIRST_SCHEMA));
    drop(running);
    older.upgrade().unwrap();
}

#[test]
fn who_comes_while_another_upgrades_waits_for_it() {
    let older = Older::new();
    std::fs::write(older.lock(), "7 upgrading").unwrap();
    let upgrading = std::fs::File::open(older.lock()).unwrap();
    upgrading.lock().unwrap();

    std::thread::scope(|scope| {
        let opening = scope.spawn(|| older.upgrade());
        // Longer than the wait for a process that calls.
        std::thread::park_timeout(std::time::Duration::from_millis(1_500));
        assert!(!opening.is_finished());
        drop(upgrading);
        opening.join().unwrap().unwrap();
    });
}

#[test]
fn many_that_open_an_older_ledger_at_once_bring_it_up_to_date_together() {
    let older = Older::new();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| older.upgrade())).collect();
        for one in all {
            one.join().unwrap().unwrap();
        }
    });
    assert_eq!(older.version(), i64::from(FIRST_SCHEMA) + 1);
}
