//! Threads that read, so that listings neither wait for the writer nor delay it.
//!
//! Each read is one transaction: it sees one moment of the ledger.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::Semaphore;

use super::failure::Done;
use super::job::{self, Job};
use super::ledger::View;
use super::sql;
use crate::{Result, StoreError};

/// Reads that may wait; more callers wait outside.
const WAITING: usize = 1_024;

/// The handle to the threads.
#[derive(Debug)]
pub(super) struct Readers {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    admission: Semaphore,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Box<dyn Job<View>>>,
    closed: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} waiting, closed: {}", self.waiting.len(), self.closed)
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Readers {
    /// Starts one thread for each view.
    pub(super) fn start(views: Vec<View>, path: &Path) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            admission: Semaphore::new(WAITING),
        });
        let mut threads = Vec::new();
        for view in views {
            let (shared, path) = (Arc::clone(&shared), path.to_owned());
            let named = std::thread::Builder::new().name("ledger-reader".into());
            threads.push(named.spawn(move || run(&shared, view, &path))?);
        }
        Ok(Self {
            shared,
            threads: Mutex::new(threads),
        })
    }

    /// Runs `work` on a connection that is free.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&View) -> Done<T> + Send + 'static,
    ) -> Result<T> {
        let _admitted = self
            .shared
            .admission
            .acquire()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (job, answer) = job::command(move |view: &mut View| at_one_moment(view, work));
        {
            let mut queue = self.shared.queue();
            if queue.closed {
                return Err(StoreError::Closed);
            }
            queue.waiting.push_back(job);
        }
        self.shared.wake.notify_one();
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Runs what waits and ends the threads.
    pub(super) fn close(&self) {
        self.shared.queue().closed = true;
        self.shared.wake.notify_all();
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ended = thread.join();
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.close();
    }
}

fn run(shared: &Shared, mut view: View, path: &Path) {
    loop {
        let job = {
            let mut queue = shared.queue();
            loop {
                if let Some(job) = queue.waiting.pop_front() {
                    break job;
                }
                if queue.closed {
                    return;
                }
                queue = shared
                    .wake
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        };
        job.run(&mut view, path).answer();
    }
}

fn at_one_moment<T>(view: &View, work: impl FnOnce(&View) -> Done<T>) -> Done<T> {
    if !view.conn().is_autocommit() {
        // A read before this one panicked.
        view.execute(sql::ROLLBACK, [])?;
    }
    view.execute(sql::BEGIN_READ, [])?;
    let done = work(view);
    view.execute(sql::ROLLBACK, [])?;
    done
}
