//! The dialler: asks the carrier to place each claimed attempt, once.
//!
//! The order is the protocol's: the carrier's pace admits the call, `dialing` is durable, then the
//! request leaves, then its answer is recorded. A crash before `dialing` leaves a claim, which is taken
//! back; one after it leaves `dialing`, which the watchdog turns into `unknown`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::{FuturesUnordered, StreamExt as _};
use ringonce_carrier::{Deadline, PlaceRequest, Placed};
use ringonce_domain::{
    Attempt, AttemptState, ContactId, Evidence, FailureClass, Millis, Number, Region, Settings,
    Timestamp,
};
use ringonce_store::StoreError;
use ringonce_store::model::Recorded;
use tokio::sync::mpsc;

use crate::alerts::Alert;
use crate::engine::Engine;
use crate::scheduler::Assignment;

impl Engine {
    /// Dials whatever is assigned, all at once; returns when no more will come and all are done.
    pub(crate) async fn dial_all(&self, mut claimed: mpsc::Receiver<Assignment>) {
        let mut dials = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                assignment = claimed.recv() => match assignment {
                    Some(assignment) => dials.push(self.dial(assignment)),
                    None => break,
                },
                Some(()) = dials.next(), if !dials.is_empty() => {}
            }
        }
        while dials.next().await.is_some() {}
    }

    async fn dial(&self, Assignment { attempt, settings }: Assignment) {
        let Some(carrier) = self.carrier(&settings.carrier) else {
            return;
        };
        let judgement = self.judgement(carrier.as_ref());
        let admit_before = self.clock.now() + self.config.dial_window;
        let is_admitted = !self.is_stopping() && carrier.admit(attempt.number, admit_before).await;
        if !is_admitted || self.is_stopping() {
            self.record(
                attempt.id,
                vec![Evidence::OwnerGone],
                &self.actor,
                judgement,
            )
            .await;
            return;
        }
        let caller_ids = if settings.caller_ids.is_empty() {
            carrier.caller_ids()
        } else {
            &settings.caller_ids
        };
        let caller_id = caller_id(attempt.contact, attempt.made, caller_ids);
        let deadline = Deadline::after(self.config.dial_window, self.clock.as_ref());
        let now = self.clock.now();
        let intent = Evidence::Dial {
            by: self.instance,
            dial_before: deadline.before(),
            caller_id,
        };
        let recorded = self
            .store
            .record(attempt.id, vec![intent], self.actor.clone(), judgement, now)
            .await;
        match recorded {
            Ok(Recorded::Moved(dialing)) if dialing.state == AttemptState::Dialing => {}
            Ok(_) => return,
            Err(StoreError::Stale(stale)) => {
                tracing::info!(%stale, "a claim was taken back before it was dialled");
                return;
            }
            Err(error) => {
                tracing::warn!(attempt = %attempt.id, %error, "not dialled: the intent is not durable");
                return;
            }
        }
        let evidence = match carrier
            .place(request(&attempt, &settings, caller_id, deadline))
            .await
        {
            Placed::Accepted { call_id } => {
                self.denials.answered(carrier.name());
                Evidence::Accepted { call_id }
            }
            Placed::Refused { class, reason } => {
                if class == FailureClass::Country {
                    self.tell_of_country(carrier.name(), attempt.number, &reason);
                }
                Evidence::Refused { class, reason }
            }
            Placed::Unclear { reason } => Evidence::Unclear { reason },
            Placed::TooLate => Evidence::NotSent,
        };
        let recorded = self
            .record(attempt.id, vec![evidence], &self.actor, judgement)
            .await;
        // A process that froze may have sent what was given up meanwhile.
        if let Some(recorded) = recorded {
            self.end_stray(carrier.as_ref(), &recorded).await;
        }
    }
}

/// What people were last told that carriers do not do: call a country; and where there is none, learn of calls,
/// because the carrier is not configured any more.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<HashMap<(String, Option<Region>), Timestamp>>);

/// Each is told once in this time, however many numbers wait for it.
const TOLD_EVERY: Millis = Millis::from_hours(1);

impl Refusals {
    /// Whether people are to be told of it; if so, they are not told again for a while.
    pub(crate) fn is_news(&self, carrier: &str, country: Option<Region>, now: Timestamp) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (carrier.to_owned(), country);
        if told.get(&key).is_some_and(|at| now < *at + TOLD_EVERY) {
            return false;
        }
        told.insert(key, now);
        true
    }
}

impl Engine {
    /// Tells people that a carrier may not call a country.
    fn tell_of_country(&self, carrier: &str, number: Number, reason: &str) {
        if !self
            .refusals
            .is_news(carrier, number.region(), self.clock.now())
        {
            return;
        }
        self.alerts.raise(&Alert::Country {
            carrier: carrier.to_owned(),
            country: number.region().map(|region| region.to_string()),
            reason: reason.to_owned(),
        });
    }
}

fn request(
    attempt: &Attempt,
    settings: &Settings,
    caller_id: Option<Number>,
    deadline: Deadline,
) -> PlaceRequest {
    PlaceRequest {
        attempt: attempt.id,
        campaign: attempt.campaign,
        to: attempt.number,
        caller_id,
        agent: Arc::new(settings.agent.clone()),
        ring_for: Millis::from_secs(u64::from(settings.ring_seconds)),
        time_limit: Millis::from_secs(u64::from(settings.time_limit_seconds)),
        record: settings.record,
        recording: settings.recording,
        machines: settings.machines,
        call_reason: settings.call_reason.clone(),
        deadline,
    }
}

/// The number that a callee is shown: the campaign's, or the carrier's where the campaign names none. They
/// are used in turn by contact; a contact that is tried again sees the next one.
fn caller_id(contact: ContactId, made: u32, caller_ids: &[Number]) -> Option<Number> {
    let turn = contact.0.unsigned_abs().wrapping_add(u64::from(made));
    let count = u64::try_from(caller_ids.len())
        .ok()
        .filter(|count| *count > 0)?;
    caller_ids.get(usize::try_from(turn % count).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caller_ids_take_turns_by_contact_and_by_try() {
        let ids = [12_025_550_101, 12_025_550_102].map(|it| Number::from_digits(it).unwrap());
        let shown = |contact, made| caller_id(ContactId(contact), made, &ids);
        assert_eq!(shown(2, 0), Some(ids[0]));
        assert_eq!(shown(3, 0), Some(ids[1]));
        assert_eq!(shown(2, 1), Some(ids[1]));
        assert_eq!(caller_id(ContactId(2), 0, &[]), None);
    }
}
