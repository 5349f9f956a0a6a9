//! The state that every open page shows, read once per change however many pages are open.
//!
//! A task reads the ledger while there are listeners, at most four times a second, and ends with the last
//! listener or with the server.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::api::wire::LiveView;
use crate::problem::Problem;
use crate::{AppState, limits};

/// Distributes the state to listeners.
#[derive(Debug, Default)]
pub(crate) struct Live {
    sender: Mutex<Option<watch::Sender<Arc<str>>>>,
    /// Counts the events.
    ticks: AtomicU64,
}

impl Live {
    /// The state as JSON and its changes; empty until it was first read.
    pub(crate) fn subscribe(&self, state: &AppState) -> watch::Receiver<Arc<str>> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = sender.as_ref() {
            return sender.subscribe();
        }
        let (fresh, receiver) = watch::channel(Arc::from(""));
        // There was no listener until now: what was rendered before may be stale.
        self.ticks.fetch_add(1, Ordering::SeqCst);
        *sender = Some(fresh.clone());
        tokio::spawn(distribute(state.clone(), fresh));
        receiver
    }

    /// The number of the latest event; none without listeners.
    pub(crate) fn tick(&self) -> Option<u64> {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        sender.is_some().then(|| self.ticks.load(Ordering::SeqCst))
    }

    /// Drops the sender without listeners, or at once when the server stops.
    fn retire(&self, stopping: bool) -> bool {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let retire = stopping
            || sender
                .as_ref()
                .is_none_or(|sender| sender.receiver_count() == 0);
        if retire {
            *sender = None;
        }
        retire
    }
}

async fn distribute(state: AppState, sender: watch::Sender<Arc<str>>) {
    let mut changes = state.store.changes();
    let mut status = state.status.clone();
    let mut stopping = state.stopping.clone();
    loop {
        let revision = *changes.borrow_and_update();
        status.mark_unchanged();
        match read(&state, revision).await {
            Ok(text) => {
                sender.send_if_modified(|last| {
                    let differs = **last != *text;
                    if differs {
                        state.live.ticks.fetch_add(1, Ordering::SeqCst);
                        *last = text.into();
                    }
                    differs
                });
            }
            Err(problem) => tracing::warn!(
                detail = problem.detail(),
                "the live state could not be read"
            ),
        }
        let rest = tokio::time::timeout(limits::EVENT_GAP, stopped(&mut stopping));
        let ended = rest.await.is_ok()
            || tokio::time::timeout(limits::EVENT_REREAD, async {
                tokio::select! {
                    () = stopped(&mut stopping) => true,
                    () = changed(&mut changes) => false,
                    () = changed(&mut status) => false,
                }
            })
            .await
            .unwrap_or(false);
        if state.live.retire(ended) {
            return;
        }
    }
}

/// Returns at the next change; never when there can be none.
async fn changed<T>(watched: &mut watch::Receiver<T>) {
    if watched.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Returns when the server must stop.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn read(state: &AppState, revision: u64) -> Result<String, Problem> {
    let view = LiveView::read(state, revision).await?;
    serde_json::to_string(&view).map_err(|error| Problem::fault(&error))
}
