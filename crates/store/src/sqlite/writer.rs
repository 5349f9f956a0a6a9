//! The one thread that writes: three queues, group commit.
//!
//! # Overview
//! A command is a closure over the [`Ledger`]. The thread takes what waits (prompt commands before
//! some hot ones, those before one chunk of bulk work), runs each in a savepoint of one transaction (a
//! chunk without one, alone in its transaction), commits, and only then answers: a caller that got an answer has
//! it on disk. One `fsync` serves all that waited for the one before.
//!
//! # What fails, and what then
//! * A command fails or panics: its savepoint is rolled back, the others of the group go on. A chunk's
//!   transaction is rolled back.
//! * SQLite rolls the whole transaction back (a full disk): every command of the group so far gets
//!   the error, and nothing of them is kept.
//! * The commit fails: every command of the group gets the error.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::connection;
use super::failure::Done;
use super::job::{Job, Ran};
use super::ledger::{Attempted, Ledger};
use crate::StoreError;

/// Commands in one transaction at most.
const GROUP: usize = 256;
/// Hot commands that may delay a prompt one, a millisecond or two of work; as many have room in every
/// transaction, however many prompt ones come.
const HOT_BESIDE_PROMPT: usize = 32;
/// Prompt commands, and hot ones, that may wait; more callers wait outside.
const WAITING: usize = 4_096;
/// Bulk chunks that may wait: their memory is what this bounds.
const BULK_WAITING: usize = 4;
/// How often an idle writer looks for commits of other processes, so that they wake the engine.
const LOOK_ABROAD: Duration = Duration::from_millis(250);

type Command = Box<dyn Job<Ledger>>;

/// How urgent a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Events of carriers and answers of callees, which wait at the other end of a connection.
    Prompt,
    /// Calls and steering.
    Hot,
    /// Chunks of imports, markings and clearings; each at most some tens of milliseconds.
    Bulk,
}

/// The state that the thread and its callers share.
#[derive(Debug)]
struct Shared {
    queues: Mutex<Queues>,
    wake: Condvar,
    prompt: Semaphore,
    hot: Semaphore,
    bulk: Semaphore,
}

#[derive(Default)]
struct Queues {
    prompt: VecDeque<Command>,
    hot: VecDeque<Command>,
    bulk: VecDeque<Command>,
    closed: bool,
}

impl std::fmt::Debug for Queues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} prompt, {} hot, {} bulk, closed: {}",
            self.prompt.len(),
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

impl Queues {
    fn are_empty(&self) -> bool {
        self.prompt.is_empty() && self.hot.is_empty() && self.bulk.is_empty()
    }
}

/// The commands of a transaction so far.
#[derive(Default)]
struct Group {
    prompt: usize,
    hot: usize,
}

impl Group {
    /// The next command of the transaction. A prompt one is always next, and few hot ones follow it.
    fn next(&mut self, queues: &mut Queues) -> Option<Command> {
        if self.prompt + self.hot >= GROUP {
            return None;
        }
        let room = self.prompt < GROUP - HOT_BESIDE_PROMPT || queues.hot.is_empty();
        if let Some(command) = queues.prompt.pop_front_if(|_| room) {
            self.prompt += 1;
            return Some(command);
        }
        let most = if self.prompt > 0 {
            HOT_BESIDE_PROMPT
        } else {
            GROUP
        };
        let command = queues.hot.pop_front_if(|_| self.hot < most)?;
        self.hot += 1;
        Some(command)
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
            prompt: Semaphore::new(WAITING),
            hot: Semaphore::new(WAITING),
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
            Lane::Prompt => &self.shared.prompt,
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
                Lane::Prompt => queues.prompt.push_back(job),
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
            // A panic there was already answered to its caller; there is nothing left to close.
            let _ended = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

/// The state of the thread itself.
struct Run {
    shared: Arc<Shared>,
    ledger: Ledger,
    changes: watch::Sender<u64>,
    /// The data version at the last look.
    seen: i64,
    /// Whether bulk work has waited for a group of hot commands and is next.
    bulk_next: bool,
}

/// The next work of the thread.
enum Next {
    /// Prompt or hot commands wait.
    Group,
    /// A chunk of bulk work.
    Chunk(Command),
    /// Nothing waits.
    Idle,
}

impl Run {
    fn run(mut self) {
        self.seen = connection::data_version(self.ledger.conn()).unwrap_or(0);
        while let Some(next) = self.next() {
            match next {
                Next::Group => {
                    let mut group = Group::default();
                    let shared = Arc::clone(&self.shared);
                    self.transact(Ledger::in_savepoint, || group.next(&mut shared.queues()));
                    self.ledger.checkpoint_if_due(Lane::Hot);
                }
                Next::Chunk(chunk) => {
                    let mut chunk = Some(chunk);
                    self.transact(Ledger::alone, || chunk.take());
                    self.ledger.checkpoint_if_due(Lane::Bulk);
                }
                Next::Idle => self.look_abroad(),
            }
        }
        self.ledger.checkpoint_all();
    }

    /// What to do next; `None` when closed and done.
    fn next(&mut self) -> Option<Next> {
        let mut queues = self.shared.queues();
        loop {
            let group_waits = !(queues.prompt.is_empty() && queues.hot.is_empty());
            if let Some(chunk) = queues.bulk.pop_front_if(|_| self.bulk_next || !group_waits) {
                self.bulk_next = false;
                return Some(Next::Chunk(chunk));
            }
            if group_waits {
                self.bulk_next = true;
                return Some(Next::Group);
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
            if waited.timed_out() && queues.are_empty() && !queues.closed {
                return Some(Next::Idle);
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

    /// Runs commands in one transaction, counts the commit, and answers.
    fn transact(
        &mut self,
        run: fn(&mut Ledger, Command) -> Attempted,
        mut next: impl FnMut() -> Option<Command>,
    ) {
        let ledger = &mut self.ledger;
        let before = ledger.conn().total_changes();
        let mut answers: Vec<Box<dyn Ran>> = Vec::new();
        let mut lost = ledger
            .begin()
            .err()
            .map(|failure| failure.tell(ledger.path()));
        while let Some(command) = next() {
            if let Some(error) = &lost {
                command.refuse(error.clone());
                continue;
            }
            let (ran, broken) = run(ledger, command);
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
                self.changes.send_modify(|commits| *commits += 1);
            }
            answers.into_iter().for_each(Ran::answer);
            return;
        };
        ledger.abandon();
        for ran in answers {
            ran.fail(error.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::job;

    fn waiting(n: usize) -> VecDeque<Command> {
        (0..n)
            .map(|_| job::command(|_: &mut Ledger| Ok(())).0)
            .collect()
    }

    /// Takes commands until the transaction is full or nothing waits.
    fn fill(group: &mut Group, queues: &mut Queues) {
        while group.next(queues).is_some() {}
    }

    #[test]
    fn hot_commands_alone_share_one_transaction() {
        let hot = waiting(GROUP + 9);
        let mut queues = Queues {
            hot,
            ..Queues::default()
        };
        let mut group = Group::default();
        fill(&mut group, &mut queues);
        assert_eq!((group.prompt, group.hot, queues.hot.len()), (0, GROUP, 9));
    }

    #[test]
    fn a_prompt_command_waits_for_few_hot_ones() {
        let (prompt, hot) = (waiting(3), waiting(200));
        let mut queues = Queues {
            prompt,
            hot,
            ..Queues::default()
        };
        let mut group = Group::default();
        fill(&mut group, &mut queues);
        assert_eq!((group.prompt, group.hot), (3, HOT_BESIDE_PROMPT));
        assert_eq!(queues.hot.len(), 200 - HOT_BESIDE_PROMPT);
    }

    #[test]
    fn a_prompt_command_that_comes_late_is_next_and_last() {
        let mut queues = Queues {
            hot: waiting(200),
            ..Queues::default()
        };
        let mut group = Group::default();
        for _ in 0..100 {
            assert!(group.next(&mut queues).is_some());
        }
        queues.prompt = waiting(1);
        fill(&mut group, &mut queues);
        assert_eq!((group.prompt, group.hot, queues.hot.len()), (1, 100, 100));
    }

    #[test]
    fn prompt_commands_that_never_end_leave_room_for_hot_ones() {
        let mut queues = Queues {
            hot: waiting(2 * HOT_BESIDE_PROMPT + 5),
            ..Queues::default()
        };
        let mut hot_taken = Vec::new();
        for _ in 0..4 {
            queues.prompt = waiting(2 * GROUP);
            let mut group = Group::default();
            fill(&mut group, &mut queues);
            assert_eq!(group.prompt + group.hot, GROUP);
            hot_taken.push(group.hot);
        }
        assert_eq!(hot_taken, [HOT_BESIDE_PROMPT, HOT_BESIDE_PROMPT, 5, 0]);
    }
}
