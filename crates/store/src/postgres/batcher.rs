//! Group commit: whatever waits while one batch is under way goes into the next one together, so that
//! one commit serves all of it. Under load a batch carries hundreds; what comes alone waits for nobody.

use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{Result, StoreError};

/// Items in one batch at most.
const BATCH: usize = 512;
/// Items that may wait; more callers wait outside.
const WAITING: usize = 4_096;

/// What is done with a batch.
pub(super) trait Work: Send + Sync + Sized + 'static {
    /// What is brought.
    type Item: Send + Sync + 'static;
    /// What each of its bearers is told.
    type Answer: Send + 'static;

    /// Makes a batch durable; answers in its order, one for each.
    fn work(&self, items: &[Self::Item]) -> impl Future<Output = Vec<Result<Self::Answer>>> + Send;
}

/// An item, and who waits for its answer.
type Waiting<W> = (
    <W as Work>::Item,
    oneshot::Sender<Result<<W as Work>::Answer>>,
);

/// The handle to the task that works.
#[derive(Debug)]
pub(super) struct Batcher<W: Work> {
    queue: Mutex<Option<mpsc::Sender<Waiting<W>>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl<W: Work> Batcher<W> {
    pub(super) fn start(work: W) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(sender)),
            task: Mutex::new(Some(tokio::spawn(run(work, receiver)))),
        }
    }

    /// Returns once the item is on disk. Whoever goes away meanwhile does not take it back.
    pub(super) async fn put(&self, item: W::Item) -> Result<W::Answer> {
        let (reply, answer) = oneshot::channel();
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let queue = queue.ok_or(StoreError::Closed)?;
        queue
            .send((item, reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        drop(queue);
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Works off what waits, and takes no more.
    pub(super) async fn close(&self) {
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(queue);
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the task that commits in groups broke");
        }
    }
}

impl<W: Work> Drop for Batcher<W> {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

fn broke() -> StoreError {
    StoreError::Database("a batch broke off; the log tells where".to_owned())
}

async fn run<W: Work>(work: W, mut queue: mpsc::Receiver<Waiting<W>>) {
    let mut waiting = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut waiting, BATCH).await > 0 {
        let (items, replies): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let answers = match AssertUnwindSafe(work.work(&items)).catch_unwind().await {
            Ok(answers) => answers,
            // Those who wait are told, and what comes next is worked on.
            Err(_) => items.iter().map(|_| Err(broke())).collect(),
        };
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Who has gone away needs no answer.
            let _gone = reply.send(answer);
        }
    }
}
