//! The inbox: applies carriers' events, once they are durable, to the attempts.
//!
//! # Overview
//! The server keeps an event in the ledger, answers the carrier, and hands the event over here
//! ([`EventSender`]). The carrier's adapter reads it, the engine records what it says as evidence, and the
//! event is marked as applied.
//!
//! # What fails, and what then
//! * The process dies in between: the eldest instance finds what is kept and not applied.
//! * It dies after the evidence was recorded and before that was noted: the evidence is recorded
//!   again, which changes nothing.
//! * More comes than can be applied: it waits in the ledger, and is found in the same way.
//! * The event is of another call than the one that the attempt has: two phones rang for one attempt.
//!   The other call is ended and reported.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use futures::stream::{FuturesUnordered, StreamExt as _};
use ringonce_domain::{Millis, Timestamp};
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, Applied, KeptEvent, Page, Recorded};
use tokio::sync::mpsc;

use crate::alerts::Alert;
use crate::engine::Engine;

/// The most events that are applied at once.
const AT_ONCE: usize = 512;
/// So many at a time are many: the next are not taken before a rest, so that one commit serves more of
/// them, and webhooks are answered meanwhile.
const MANY: usize = 16;
/// That rest.
const REST: Millis = Millis::new(20);
/// Events that wait here to be applied; those beyond wait in the ledger.
const WAITING: usize = 8_192;
/// Events that are marked as applied together.
const MARKED: usize = 256;
/// How long one that is applied waits to be marked while others are under way.
const MARK_EVERY: Millis = Millis::from_secs(1);
/// How often the ledger is searched for events that were not applied.
const SWEEP_EVERY: Millis = Millis::from_secs(5);
/// An event that was kept this long ago is being applied by no process.
const LEFT: Millis = Millis::from_secs(10);
/// Events read from the ledger at a time.
const PAGE: u32 = 256;

/// Where events that were kept are handed over to be applied; cheap to clone.
#[derive(Clone, Debug)]
pub struct EventSender(mpsc::Sender<KeptEvent>);

/// The other end.
#[derive(Debug)]
pub(crate) struct Inbox(Mutex<Option<mpsc::Receiver<KeptEvent>>>);

pub(crate) fn inbox() -> (EventSender, Inbox) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (EventSender(sender), Inbox(Mutex::new(Some(receiver))))
}

impl EventSender {
    /// A sender without an engine: events stay in the ledger, and the sweep of another process applies them.
    pub fn unread() -> Self {
        inbox().0
    }

    /// Hands over an event that the ledger keeps; one for which there is no room is found there.
    pub fn send(&self, event: KeptEvent) {
        let _waits_in_the_ledger = self.0.try_send(event);
    }
}

impl Engine {
    /// Where carriers' events are handed over.
    pub fn events(&self) -> EventSender {
        self.events.clone()
    }

    /// Applies carriers' events, for ever.
    pub(crate) async fn read_inbox(&self) {
        let taken = self
            .inbox
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(mut told) = taken else {
            return std::future::pending().await;
        };
        let (mut applying, mut marking) = (FuturesUnordered::new(), FuturesUnordered::new());
        // At most one, and beside the others: they hold connections for which it may have to wait.
        let mut sweeping = FuturesUnordered::new();
        let (mut done, mut heard) = (Vec::new(), Vec::new());
        let mut in_hand = HashSet::new();
        let begun = self.clock.now();
        let (mut sweep_at, mut take_at, mut mark_at) = (begun, begun, begun);
        let sweeps = self
            .carriers
            .iter()
            .any(|carrier| carrier.webhooks().is_some());
        loop {
            let rests = applying.is_empty() || self.clock.now() >= mark_at;
            if done.len() >= MARKED || (rests && !done.is_empty()) {
                marking.push(self.mark(std::mem::take(&mut done)));
                mark_at = self.clock.now() + MARK_EVERY;
            }
            tokio::select! {
                biased;
                Some((id, applied)) = applying.next(), if !applying.is_empty() => {
                    in_hand.remove(&id);
                    done.extend(applied);
                }
                Some(()) = marking.next(), if !marking.is_empty() => {}
                () = self.take(&mut told, &mut heard, take_at), if applying.len() < AT_ONCE => {
                    if heard.len() >= MANY {
                        take_at = self.clock.now() + REST;
                    }
                    for event in heard.drain(..) {
                        in_hand.insert(event.id);
                        applying.push(self.apply(event));
                    }
                }
                () = self.clock.sleep_until(mark_at), if !done.is_empty() => {}
                () = self.clock.sleep_until(sweep_at), if sweeps && sweeping.is_empty() => {
                    sweeping.push(self.left_over());
                }
                Some(found) = sweeping.next(), if !sweeping.is_empty() => {
                    // A full page has more behind it, which shows once this one is marked.
                    let again = if found.len() < PAGE as usize { SWEEP_EVERY } else { Millis::new(100) };
                    sweep_at = self.clock.now() + again;
                    for event in found {
                        if applying.len() < AT_ONCE && in_hand.insert(event.id) {
                            applying.push(self.apply(event));
                        }
                    }
                }
            }
        }
    }

    /// Takes what waits, from `take_at` on.
    async fn take(
        &self,
        told: &mut mpsc::Receiver<KeptEvent>,
        heard: &mut Vec<KeptEvent>,
        take_at: Timestamp,
    ) {
        if self.clock.now() < take_at {
            self.clock.sleep_until(take_at).await;
        }
        told.recv_many(heard, AT_ONCE).await;
    }

    /// Events that were kept and not applied: one instance looks for all.
    async fn left_over(&self) -> Vec<KeptEvent> {
        if !self.is_eldest() {
            return Vec::new();
        }
        let page = Page {
            after: None,
            limit: PAGE,
        };
        let found = self
            .store
            .waiting_events(self.clock.now() - LEFT, page)
            .await;
        found.unwrap_or_else(|error| {
            self.complain(&error);
            Vec::new()
        })
    }

    /// Applies one event. `None` when that could not be recorded: it stays in the ledger.
    async fn apply(&self, event: KeptEvent) -> (i64, Option<Applied>) {
        (event.id, self.applied(event).await)
    }

    async fn applied(&self, event: KeptEvent) -> Option<Applied> {
        let KeptEvent { id, told, .. } = event;
        let faulty = |fault: String| {
            Some(Applied {
                id,
                fault: Some(fault),
            })
        };
        let Some(carrier) = self.carrier(&told.carrier) else {
            return faulty(format!("no carrier `{}` is configured", told.carrier));
        };
        let Some(webhooks) = carrier.webhooks() else {
            return faulty(format!("`{}` has no webhooks", told.carrier));
        };
        let evidence = match webhooks.read(&told.source, &told.body) {
            Ok(evidence) => evidence,
            Err(fault) => return faulty(fault),
        };
        let actor = Actor::new(format!("carrier:{}", carrier.name()));
        let judgement = self.judgement(carrier.as_ref());
        if evidence.is_empty() {
            return Some(Applied { id, fault: None });
        }
        let recorded = self
            .record(told.attempt, evidence, &actor, judgement)
            .await?;
        self.end_stray(carrier.as_ref(), &recorded).await;
        let fault = match recorded {
            Recorded::Unmatched => Some("the ledger has no such call"),
            Recorded::AnotherCall { .. } => Some("its attempt has another call"),
            Recorded::Moved(_) | Recorded::Unchanged(_) | Recorded::Superseded(_) => None,
        };
        Some(Applied {
            id,
            fault: fault.map(str::to_owned),
        })
    }

    async fn mark(&self, done: Vec<Applied>) {
        if let Err(error) = self.store.applied(done).await {
            // They are found again, and applied again, which changes nothing.
            self.complain(&error);
        }
    }

    fn complain(&self, error: &StoreError) {
        let error = error.to_string();
        self.alerts.raise(&Alert::Ledger { error });
    }
}
