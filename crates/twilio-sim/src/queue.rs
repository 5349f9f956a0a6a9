//! The account's queue: calls leave it in the order in which they were requested, so many a second.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, oneshot};

use crate::tempo::Tempo;

#[derive(Debug)]
pub(crate) struct Queue {
    /// Seconds between two calls.
    gap: f64,
    enter: UnboundedSender<oneshot::Sender<()>>,
    leave: Mutex<UnboundedReceiver<oneshot::Sender<()>>>,
    waiting: AtomicU64,
}

impl Queue {
    pub(crate) fn new(cps: f64) -> Self {
        let (enter, leave) = unbounded_channel();
        Self {
            gap: 1.0 / cps.clamp(0.001, 1e6),
            enter,
            leave: Mutex::new(leave),
            waiting: AtomicU64::new(0),
        }
    }

    /// The milliseconds that a call requested at this moment has to wait.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate of a queue of fewer than 2^53 calls"
    )]
    pub(crate) fn expected(&self) -> u64 {
        (self.waiting.load(Ordering::Acquire) as f64 * self.gap * 1_000.0) as u64
    }

    /// A place at the end; it resolves when it is the call's turn. Dropping it gives the turn to the
    /// next.
    pub(crate) fn enter(&self) -> oneshot::Receiver<()> {
        let (turn, place) = oneshot::channel();
        self.waiting.fetch_add(1, Ordering::AcqRel);
        // The receiving end lives as long as this.
        let _ = self.enter.send(turn);
        place
    }

    /// Releases calls for ever; a second one waits for the first.
    pub(crate) async fn run(&self, tempo: Tempo) {
        let mut leave = self.leave.lock().await;
        let mut last: Option<i64> = None;
        while let Some(turn) = leave.recv().await {
            if let Some(last) = last
                && !turn.is_closed()
            {
                let since = tempo.seconds(last, Tempo::now());
                tempo.pause(self.gap - since).await;
            }
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            if turn.send(()).is_ok() {
                last = Some(Tempo::now());
            }
        }
    }
}
