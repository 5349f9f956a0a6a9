//! The one thread that writes: two queues, group commit.
//!
//! # Overview
//! A command is a closure over the [`Ledger`]. The thread takes what waits (hot commands before one
//! chunk of bulk work), runs each in a savepoint of one transaction, commits, and only then answers:
//! whoever got an answer has it on disk. One `fsync` serves all that waited for the one before.
//!
//! # What fails, and what then
//! * A command fails or panics: its savepoint is rolled back, the others of the group go on.
//! * SQLite rolls the whole transaction back (a full disk): every command of the group so far gets
//!   the error, and nothing of them is kept.
//! * The commit fails: every command of the group gets the error.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::connection;
use super::failure::Done;
use super::job::{Job, Ran};
use super::ledger::Ledger;
use crate::StoreError;

/// Commands in one transaction at most.
const GROUP: usize = 256;
/// Hot commands that may wait; more callers wait outside.
const HOT_WAITING: usize = 4_096;
/// Bulk chunks that may wait: their memory is what this bounds.
const BULK_WAITING: usize = 4;
/// How often an idle writer looks for commits of other processes, so that they wake the engine.
const LOOK_ABROAD: Duration = Duration::from_millis(250);

/// Commands in order of arrival.
type Group = VecDeque<Box<dyn Job<Ledger>>>;

/// How urgent a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Calls and steering.
    Hot,
    /// Chunks of imports, markings and clearings; each at most some tens of milliseconds.
    Bulk,
}

/// What the thread and its callers share.
#[derive(Debug)]
struct Shared {
    queues: Mutex<Queues>,
    wake: Condvar,
    hot: Semaphore,
    bulk: Semaphore,
}

#[derive(Default)]
struct Queues {
    hot: Group,
    bulk: Group,
    closed: bool,
}

impl std::fmt::Debug for Queues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} hot, {} bulk, closed: {}",
            self.hot.len(),
            self.bulk.len(),
            self.closed
        )
    }
}

impl Shared {
    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle to the thread.
#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. `changes` counts commits of this and, while idle, of other processes.
    pub(super) fn start(ledger: Ledger, changes: watch::Sender<u64>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            queues: Mutex::default(),
            wake: Condvar::new(),
            hot: Semaphore::new(HOT_WAITING),
            bulk: Semaphore::new(BULK_WAITING),
        });
        let run = Run {
            shared: Arc::clone(&shared),
            ledger,
            changes,
            seen: 0,
            bulk_next: false,
        };
        let thread = std::thread::Builder::new()
            .name("ledger-writer".into())
            .spawn(|| run.run())?;
        Ok(Self {
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs `work` and returns once it is on disk.
    pub(super) async fn submit<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&mut Ledger) -> Done<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let admission = match lane {
            Lane::Hot => &self.shared.hot,
            Lane::Bulk => &self.shared.bulk,
        };
        let _admitted = admission.acquire().await.map_err(|_| StoreError::Closed)?;
        let (job, answer) = super::job::command(work);
        {
            let mut queues = self.shared.queues();
            if queues.closed {
                return Err(StoreError::Closed);
            }
            match lane {
                Lane::Hot => queues.hot.push_back(job),
                Lane::Bulk => queues.bulk.push_back(job),
            }
        }
        self.shared.wake.notify_one();
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Runs what waits and ends the thread.
    pub(super) fn close(&self) {
        self.shared.queues().closed = true;
        self.shared.wake.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            // A panic there has been answered to whoever waited; there is nothing left to close.
            let _ended = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// What the thread itself owns.
struct Run {
    shared: Arc<Shared>,
    ledger: Ledger,
    changes: watch::Sender<u64>,
    /// The data version when last looked at.
    seen: i64,
    /// Whether bulk work has waited for a group of hot commands and is next.
    bulk_next: bool,
}

impl Run {
    fn run(mut self) {
        self.seen = connection::data_version(self.ledger.conn()).unwrap_or(0);
        while let Some((lane, group)) = self.next_group() {
            if group.is_empty() {
                self.look_abroad();
                continue;
            }
            run_group(&mut self.ledger, group, &self.changes);
            self.ledger.checkpoint_if_due(lane);
        }
        self.ledger.checkpoint_all();
    }

    /// What to run next; empty after an idle while, `None` when closed and done.
    fn next_group(&mut self) -> Option<(Lane, Group)> {
        let mut queues = self.shared.queues();
        loop {
            let hot_waits = !queues.hot.is_empty();
            if let Some(chunk) = queues.bulk.pop_front_if(|_| self.bulk_next || !hot_waits) {
                self.bulk_next = false;
                return Some((Lane::Bulk, VecDeque::from([chunk])));
            }
            if hot_waits {
                self.bulk_next = true;
                let n = queues.hot.len().min(GROUP);
                return Some((Lane::Hot, queues.hot.drain(..n).collect()));
            }
            if queues.closed {
                return None;
            }
            let (guard, waited) = self
                .shared
                .wake
                .wait_timeout(queues, LOOK_ABROAD)
                .unwrap_or_else(PoisonError::into_inner);
            queues = guard;
            if waited.timed_out()
                && queues.hot.is_empty()
                && queues.bulk.is_empty()
                && !queues.closed
            {
                return Some((Lane::Hot, VecDeque::new()));
            }
        }
    }

    fn look_abroad(&mut self) {
        if let Ok(version) = connection::data_version(self.ledger.conn())
            && version != self.seen
        {
            self.seen = version;
            self.changes.send_modify(|commits| *commits += 1);
        }
    }
}

/// Runs a group in one transaction, counts the commit, and answers.
fn run_group(ledger: &mut Ledger, mut group: Group, changes: &watch::Sender<u64>) {
    let before = ledger.conn().total_changes();
    let mut answers: Vec<Box<dyn Ran>> = Vec::with_capacity(group.len());
    let mut lost = ledger
        .begin()
        .err()
        .map(|failure| failure.tell(ledger.path()));
    while lost.is_none()
        && let Some(job) = group.pop_front()
    {
        let (ran, broken) = ledger.in_savepoint(job);
        answers.extend(ran);
        lost = broken;
    }
    if lost.is_none() {
        lost = ledger
            .commit()
            .err()
            .map(|failure| failure.tell(ledger.path()));
    }
    let Some(error) = lost else {
        if ledger.has_news_since(before) {
            changes.send_modify(|commits| *commits += 1);
        }
        answers.into_iter().for_each(Ran::answer);
        return;
    };
    ledger.abandon();
    for ran in answers {
        ran.fail(error.clone());
    }
    for job in group {
        job.refuse(error.clone());
    }
}

/// A store without a thread: commands run inside the call, which makes time and order those of the
/// caller. For whole-system simulation, where a wait would let virtual time jump.
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
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&super::ledger::View) -> Done<T>,
    ) -> Result<T, StoreError> {
        let ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        work(&ledger.view).map_err(|failure| failure.tell(ledger.path()))
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}
