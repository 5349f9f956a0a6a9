//! Carriers that deny us: one that refuses our credentials when it is asked about a call, or one whose
//! webhooks hold the token of a call of ours and are not signed as its account signs.
//!
//! Either comes of an auth token that was replaced, or of a configuration that is wrong, and passes only when
//! a person changes something. Until then calls would be made of which nothing can be learned, and whose
//! callees hear nothing: so the campaigns of that carrier are paused, with what to do as the reason, and an
//! alert is raised. A campaign that is resumed is paused again by the next denial, not by the one before.
//!
//! One wrong signature proves nothing: anyone who has seen one address can send it. It takes webhooks of several
//! calls over some time, and none between them that is signed right.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_carrier::CallStatus;
use ringonce_domain::{AttemptId, CampaignEvent, CampaignState, Millis, Timestamp};
use ringonce_store::StoreError;
use tokio::sync::Notify;

use crate::alerts::Alert;
use crate::engine::{Engine, PAUSE};

/// Webhooks of this many calls that are signed wrongly are no accident…
const MANY: usize = 5;
/// …if they come over at least this time.
const SPAN: Millis = Millis::from_secs(10);

/// Which carriers deny us; shared with the server, which receives webhooks. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Denials(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    carriers: Mutex<BTreeMap<String, Relation>>,
    denied: Notify,
}

/// How we stand with one carrier.
#[derive(Debug, Default)]
struct Relation {
    /// Why it does not answer questions, in words.
    credentials: Option<String>,
    /// Its webhooks are not signed as they should be.
    signatures: bool,
    /// Calls of which a webhook was signed wrongly since one was signed right, and since when.
    forged: Vec<AttemptId>,
    forged_since: Option<Timestamp>,
    /// It denied us since the engine last looked.
    is_new: bool,
}

impl Relation {
    fn words(&self, carrier: &str) -> Option<String> {
        if let Some(words) = &self.credentials {
            return Some(format!(
                "{carrier} refuses our credentials ({words}); give the server the auth token or API key that is valid, restart it, check with `ringonce carrier test`, and resume"
            ));
        }
        self.signatures.then(|| {
            format!(
                "webhooks of {carrier} are signed with another auth token, or for another public address, than is configured; mend auth_token or public_url, restart the server, and resume"
            )
        })
    }
}

impl Denials {
    /// A carrier refused our credentials when it was asked.
    pub fn refused(&self, carrier: &str, words: &str) {
        let mut carriers = self.carriers();
        let relation = carriers.entry(carrier.to_owned()).or_default();
        relation.credentials = Some(words.to_owned());
        relation.is_new = true;
        self.0.denied.notify_one();
    }

    /// A carrier answered what it was asked.
    pub fn answered(&self, carrier: &str) {
        if let Some(relation) = self.carriers().get_mut(carrier) {
            relation.credentials = None;
        }
    }

    /// A webhook that holds the token of a call was not signed as the carrier's account signs.
    pub fn forged(&self, carrier: &str, attempt: AttemptId, now: Timestamp) {
        let mut carriers = self.carriers();
        let relation = carriers.entry(carrier.to_owned()).or_default();
        if relation.forged.len() < MANY && !relation.forged.contains(&attempt) {
            relation.forged.push(attempt);
        }
        let since = *relation.forged_since.get_or_insert(now);
        if relation.forged.len() >= MANY && now >= since + SPAN {
            relation.forged.clear();
            relation.forged_since = None;
            relation.signatures = true;
            relation.is_new = true;
            self.0.denied.notify_one();
        }
    }

    /// A webhook was signed as it should be.
    pub fn verified(&self, carrier: &str) {
        if let Some(relation) = self.carriers().get_mut(carrier) {
            relation.signatures = false;
            relation.forged.clear();
            relation.forged_since = None;
        }
    }

    /// Why a carrier denies us, and what to do; `None` while it does not.
    pub fn of(&self, carrier: &str) -> Option<String> {
        self.carriers().get(carrier)?.words(carrier)
    }

    /// Carriers that denied us since the last look.
    async fn next(&self) -> Vec<(String, String)> {
        loop {
            self.0.denied.notified().await;
            let mut carriers = self.carriers();
            let new = carriers.iter_mut().filter_map(|(carrier, relation)| {
                let words = relation.words(carrier)?;
                std::mem::take(&mut relation.is_new).then(|| (carrier.clone(), words))
            });
            let new: Vec<_> = new.collect();
            if !new.is_empty() {
                return new;
            }
        }
    }

    fn carriers(&self) -> MutexGuard<'_, BTreeMap<String, Relation>> {
        self.0
            .carriers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Which carriers deny us.
    pub fn denials(&self) -> Denials {
        self.denials.clone()
    }

    /// Notes whether a carrier answered or denied us.
    pub(crate) fn note_denial(&self, carrier: &str, told: &CallStatus) {
        match told {
            CallStatus::Seen(_) | CallStatus::NotSeen => self.denials.answered(carrier),
            CallStatus::Denied(words) => self.denials.refused(carrier, words),
            CallStatus::CannotTell(_) => {}
        }
    }

    /// Pauses the campaigns of carriers that deny us, for ever.
    pub(crate) async fn hold_denied(&self) {
        let mut told = BTreeMap::new();
        loop {
            for (carrier, words) in self.denials.next().await {
                let paused = loop {
                    match self.pause_all_of(&carrier, &words).await {
                        Ok(paused) => break paused,
                        Err(error) => self.alerts.raise(&Alert::Ledger {
                            error: error.to_string(),
                        }),
                    }
                    self.clock.sleep_until(self.clock.now() + PAUSE).await;
                };
                let is_news = told.insert(carrier.clone(), words.clone()) != Some(words.clone());
                if is_news || paused > 0 {
                    self.alerts.raise(&Alert::Denied {
                        carrier,
                        words,
                        paused,
                    });
                }
            }
        }
    }

    /// Pauses the campaigns that run with a carrier; how many.
    async fn pause_all_of(&self, carrier: &str, words: &str) -> Result<usize, StoreError> {
        let mut paused = 0;
        for campaign in self.store.agenda().await?.snapshot.campaigns {
            if campaign.state != CampaignState::Running || campaign.settings.carrier != carrier {
                continue;
            }
            let reason = Some(words.to_owned());
            let pausing = self.store.transition(
                campaign.id,
                CampaignEvent::Pause,
                self.actor.clone(),
                reason,
                self.clock.now(),
            );
            match pausing.await {
                Ok(_) => paused += 1,
                // It was paused, or came to its end, in this moment.
                Err(StoreError::Illegal(_) | StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(paused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_290_304_000);

    fn forge(denials: &Denials, calls: u8, over: Millis) {
        for n in 0..calls {
            let at = NOW + Millis::new(over.get() * u64::from(n) / u64::from(calls.max(2) - 1));
            denials.forged("twilio", AttemptId::new(NOW, [n; 10]), at);
        }
    }

    #[test]
    fn only_signatures_that_are_wrong_for_many_calls_over_some_time_are_a_denial() {
        for (calls, seconds, denied) in [
            (1, 60, false),
            (4, 60, false),
            (5, 1, false),
            (5, 10, true),
            (50, 10, true),
        ] {
            let denials = Denials::default();
            forge(&denials, calls, Millis::from_secs(seconds));
            let told = denials.of("twilio");
            assert_eq!(told.is_some(), denied, "{calls} in {seconds} s: {told:?}");
            assert_eq!(denials.of("signalwire"), None);
        }
    }

    #[test]
    fn one_call_proves_nothing_however_often_and_one_right_signature_ends_the_doubt() {
        let denials = Denials::default();
        for n in 0..100 {
            let at = NOW + Millis::from_secs(n);
            denials.forged("twilio", AttemptId::new(NOW, [7; 10]), at);
        }
        assert_eq!(denials.of("twilio"), None);
        forge(&denials, 4, Millis::from_secs(20));
        denials.verified("twilio");
        forge(&denials, 4, Millis::from_secs(20));
        assert_eq!(denials.of("twilio"), None);
        forge(&denials, 5, Millis::from_secs(20));
        let words = denials.of("twilio").unwrap();
        assert!(words.contains("auth_token") && words.contains("public_url"));
        denials.verified("twilio");
        assert_eq!(denials.of("twilio"), None);
    }

    #[test]
    fn refused_credentials_are_told_until_a_question_is_answered() {
        let denials = Denials::default();
        denials.refused("twilio", "20003: Authenticate");
        let words = denials.of("twilio").unwrap();
        assert!(words.contains("20003") && words.contains("ringonce carrier test"));
        denials.verified("twilio");
        assert!(
            denials.of("twilio").is_some(),
            "webhooks are another matter"
        );
        denials.answered("twilio");
        assert_eq!(denials.of("twilio"), None);
    }
}
