//! The ledger without a thread, for simulations.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::failure::Done;
use super::ledger::{Ledger, View};
use crate::StoreError;

/// A store without a thread: commands run inside the call, so that time and order are the caller's. For
/// whole-system simulation, where a wait would let virtual time jump.
#[derive(Debug)]
pub(super) struct Inline {
    ledger: Mutex<Ledger>,
    changes: watch::Sender<u64>,
    closed: AtomicBool,
}

impl Inline {
    pub(super) fn new(ledger: Ledger, changes: watch::Sender<u64>) -> Self {
        Self {
            ledger: Mutex::new(ledger),
            changes,
            closed: AtomicBool::new(false),
        }
    }

    /// Runs `work` in a transaction of its own.
    pub(super) fn submit<T>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Done<T>,
    ) -> Result<T, StoreError> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(StoreError::Closed);
        }
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = &mut *ledger;
        let before = ledger.conn().total_changes();
        let done = ledger.begin().and_then(|()| work(ledger)).and_then(|done| {
            ledger.commit()?;
            Ok(done)
        });
        match done {
            Ok(done) => {
                if ledger.has_news_since(before) {
                    self.changes.send_modify(|commits| *commits += 1);
                }
                Ok(done)
            }
            Err(failure) => {
                ledger.abandon();
                Err(failure.tell(ledger.path()))
            }
        }
    }

    /// Runs `work` on the same connection, outside a transaction.
    pub(super) fn read<T>(&self, work: impl FnOnce(&View) -> Done<T>) -> Result<T, StoreError> {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        work(&ledger.view).map_err(|failure| failure.tell(ledger.path()))
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}
