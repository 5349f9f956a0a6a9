//! A command for a thread: the closure, its result, and the channel to its caller.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tokio::sync::oneshot;

use super::failure::Done;
use crate::{Result, StoreError};

/// A command that waits for its turn on a `C`.
pub(super) trait Job<C>: Send {
    /// Runs it on the connection to the file at `path`. The result is kept until [`Ran::answer`].
    fn run(self: Box<Self>, on: &mut C, path: &Path) -> Box<dyn Ran>;
    /// Answers with an error in place of running.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// A command that has run and was not answered yet.
pub(super) trait Ran: Send {
    /// Why it failed, if it did.
    fn error(&self) -> Option<&StoreError>;
    /// Answers with the result.
    fn answer(self: Box<Self>);
    /// Answers with an error in place of the result.
    fn fail(self: Box<Self>, error: StoreError);
}

struct Command<T, F> {
    work: F,
    reply: oneshot::Sender<Result<T>>,
}

struct Outcome<T> {
    result: Result<T>,
    reply: oneshot::Sender<Result<T>>,
}

/// A command and the channel for its answer.
pub(super) fn command<C, T, F>(work: F) -> (Box<dyn Job<C>>, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    F: FnOnce(&mut C) -> Done<T> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Command { work, reply }), answer)
}

impl<C, T, F> Job<C> for Command<T, F>
where
    T: Send + 'static,
    F: FnOnce(&mut C) -> Done<T> + Send + 'static,
{
    fn run(self: Box<Self>, on: &mut C, path: &Path) -> Box<dyn Ran> {
        let Self { work, reply } = *self;
        // A panic's half-done work is in the transaction, which is rolled back.
        let result = match catch_unwind(AssertUnwindSafe(|| work(on))) {
            Ok(done) => done.map_err(|failure| failure.tell(path)),
            Err(_) => Err(StoreError::Database(
                "a command panicked and was rolled back; this is a bug in Ringonce".into(),
            )),
        };
        Box::new(Outcome { result, reply })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        // A caller that was dropped no longer waits, and its command needs no answer.
        let _gone = self.reply.send(Err(error));
    }
}

impl<T: Send + 'static> Ran for Outcome<T> {
    fn error(&self) -> Option<&StoreError> {
        self.result.as_ref().err()
    }

    fn answer(self: Box<Self>) {
        let _gone = self.reply.send(self.result);
    }

    fn fail(self: Box<Self>, error: StoreError) {
        let _gone = self.reply.send(Err(error));
    }
}
