//! The recorder: writes evidence to the ledger, and tries again while the ledger fails.

use futures::stream::{FuturesUnordered, SelectAll, StreamExt as _};
use ringonce_carrier::{Carrier, CarrierEvent};
use ringonce_domain::{AttemptId, Evidence, Millis};
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, Judgement, Recorded};

use crate::alerts::Alert;
use crate::engine::Engine;

/// The most events that are being recorded at once: enough to fill the ledger's group commits.
const AT_ONCE: usize = 512;
/// How often the carrier is asked to end a call that was given up, for each event of it.
const HANG_UP_TRIES: u32 = 8;
/// Pauses between tries to record or to hang up, doubling up to the last.
const FIRST_PAUSE: Millis = Millis::new(100);
const LAST_PAUSE: Millis = Millis::from_secs(10);

impl Engine {
    /// Records every event of every carrier, for ever.
    pub(crate) async fn settle_all(&self) {
        let mut events = SelectAll::new();
        for carrier in &self.carriers {
            let Some(receiver) = carrier.events() else {
                continue;
            };
            let actor = Actor::new(format!("carrier:{}", carrier.name()));
            let stream = futures::stream::unfold(receiver, |mut receiver| async move {
                receiver.recv().await.map(|event| (event, receiver))
            });
            events.push(Box::pin(
                stream.map(move |event| (carrier, actor.clone(), event)),
            ));
        }
        let mut recording = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(()) = recording.next(), if !recording.is_empty() => {}
                Some((carrier, actor, event)) = events.next(),
                    if recording.len() < AT_ONCE && !events.is_empty() =>
                {
                    recording.push(self.settle(carrier.as_ref(), actor, event));
                }
                else => std::future::pending().await,
            }
        }
    }

    async fn settle(&self, carrier: &dyn Carrier, actor: Actor, event: CarrierEvent) {
        let judgement = self.judgement(carrier);
        let recorded = self
            .record(event.attempt, vec![event.evidence], &actor, judgement)
            .await;
        if let Some(recorded) = recorded {
            self.end_stray(carrier, &recorded).await;
        }
    }

    /// Ends a call that should not be: one that we had given up exists after all, or an attempt has
    /// two. To end one that is over is no error for a carrier.
    pub(crate) async fn end_stray(&self, carrier: &dyn Carrier, recorded: &Recorded) {
        let (attempt, call_id, why) = match recorded {
            Recorded::Superseded(attempt) => {
                let why = format!("was given up as {}", attempt.state);
                (attempt, attempt.call_id.as_deref(), Some(why))
            }
            Recorded::AnotherCall { attempt, call_id } => {
                let why = "has two calls".to_owned();
                (attempt, Some(call_id.as_str()), Some(why))
            }
            // It was reported when it was found out, and may not have been hung up.
            Recorded::Unchanged(attempt) if attempt.was_superseded() => {
                (attempt, attempt.call_id.as_deref(), None)
            }
            Recorded::Moved(_) | Recorded::Unchanged(_) | Recorded::Unmatched => return,
        };
        if let Some(why) = why {
            let what = format!("attempt {} to {} {why}", attempt.id, attempt.number);
            self.alerts.raise(&Alert::Duplicate { what });
        }
        let mut pause = FIRST_PAUSE;
        for _ in 0..HANG_UP_TRIES {
            match carrier.hang_up(attempt.id, call_id).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(attempt = %attempt.id, %error, "a call that should not be could not be hung up");
                }
            }
            self.clock.sleep_until(self.clock.now() + pause).await;
            pause = Millis::new((pause.get() * 2).min(LAST_PAUSE.get()));
        }
    }

    /// Records evidence, oldest first, trying again while the ledger fails, until the engine stops. `None` when
    /// it could not be recorded: the watchdog will learn it from the carrier.
    pub(crate) async fn record(
        &self,
        attempt: AttemptId,
        evidence: Vec<Evidence>,
        actor: &Actor,
        judgement: Judgement,
    ) -> Option<Recorded> {
        let mut pause = FIRST_PAUSE;
        loop {
            let now = self.clock.now();
            let recorded = self
                .store
                .record(attempt, evidence.clone(), actor.clone(), judgement, now)
                .await;
            match recorded {
                Ok(recorded) => return Some(recorded),
                Err(StoreError::Closed) => return None,
                Err(error) => {
                    self.alerts.raise(&Alert::Ledger {
                        error: error.to_string(),
                    });
                    if self.is_stopping() {
                        return None;
                    }
                }
            }
            self.clock.sleep_until(now + pause).await;
            pause = Millis::new((pause.get() * 2).min(LAST_PAUSE.get()));
        }
    }
}
