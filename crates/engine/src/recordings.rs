//! Recordings: fetched from the carrier, checked, kept, and removed after their time.
//!
//! # Overview
//! A recording is wanted first ([`ringonce_store::KeptRecordings`]): because a webhook reported it, or,
//! as webhooks get lost, because a call in a campaign that records was answered and none is known. One
//! instance fetches what is due for all.
//!
//! # What fails, and what then
//! * The carrier does not give it, or gives less than it said: it is asked again, less and less often,
//!   and after a day the recording is missing, which is an alert.
//! * The archive does not take it: the same, for as long as it takes. The carrier has it, and has a
//!   further try to give it when that is over.
//! * The process dies after the file was kept and before that was noted: it is fetched again and takes
//!   the place of itself.
//! * It is noted, and not yet removed at the carrier: that is due then, and tried again like anything, even
//!   when our own copy's time is over meanwhile.
//! * Our copy is gone, or not what it was, when the carrier's is to be removed: that stays, with an alert.
//! * Two instances take themselves for the eldest: both keep the same file; one notes it.

pub mod archive;
mod fetching;
mod leaving;
pub mod naming;
mod seeking;
mod wave;

use std::sync::Arc;

use futures::StreamExt as _;
use ringonce_carrier::recording::{Format, Recordings};
use ringonce_domain::{Millis, Timestamp};
use ringonce_store::model::{KeptRecording, RecordingState, WantedRecording};
use ringonce_store::{Result, StoreError};

use self::archive::Archive;
use self::naming::Naming;
use crate::alerts::Alert;
use crate::engine::Engine;

/// How often it is looked for what is due.
const LOOK_EVERY: Millis = Millis::from_secs(5);
/// How often calls are looked for that should have a recording, and recordings whose time is over.
const SEEK_EVERY: Millis = Millis::from_minutes(1);
/// Recordings that are fetched at once.
const AT_ONCE: usize = 4;
/// Recordings read from the ledger at a time.
const PAGE: u32 = 64;
/// The first wait after a vain try; each further one is twice as long.
const FIRST_WAIT: Millis = Millis::from_minutes(1);
/// The longest.
const LONGEST_WAIT: Millis = Millis::from_hours(6);
/// After this long a recording that the carrier does not give is missing.
const GIVEN_UP: Millis = Millis::from_hours(24);
/// Vain tries before it may be missing, however late the first was: an hour of them.
const TRIES: u32 = 6;
/// How a try in vain begins in the ledger that was the archive's fault.
const ARCHIVE: &str = "the archive: ";

/// What is done with recordings.
#[derive(Clone)]
pub struct Keeping {
    /// Where they are kept.
    pub archive: Arc<dyn Archive>,
    /// Under which names.
    pub naming: Naming,
    /// In which form they are fetched.
    pub format: Format,
    /// How long they are kept; `None` for ever.
    pub keep: Option<Millis>,
    /// Whether the carrier's own are removed once they are kept here.
    pub remove_at_carrier: bool,
}

/// Why something was in vain.
#[derive(Debug)]
enum Vain {
    /// The carrier did not do its part.
    Carrier(String),
    /// The archive did not.
    Archive(String),
    /// The ledger did not.
    Ledger(StoreError),
}

impl From<StoreError> for Vain {
    fn from(error: StoreError) -> Self {
        Self::Ledger(error)
    }
}

impl Engine {
    /// Looks after recordings, for ever. One instance does so for all.
    pub(crate) async fn tend_recordings(&self) {
        let records = self.carriers.iter().any(|it| it.recordings().is_some());
        let Some(keeping) = self.keeping.as_ref().filter(|_| records) else {
            return std::future::pending().await;
        };
        let mut seek_at = self.clock.now();
        loop {
            if self.is_eldest() {
                if let Err(error) = self.do_what_is_due(keeping).await {
                    self.fault_of_recordings(&error);
                }
                if self.clock.now() >= seek_at {
                    if let Err(error) = self.seek_and_expire(keeping).await {
                        self.fault_of_recordings(&error);
                    }
                    seek_at = self.clock.now() + SEEK_EVERY;
                }
            }
            self.clock.sleep_until(self.clock.now() + LOOK_EVERY).await;
        }
    }

    fn fault_of_recordings(&self, error: &StoreError) {
        let error = error.to_string();
        self.alerts.raise(&Alert::Ledger { error });
    }

    async fn seek_and_expire(&self, keeping: &Keeping) -> Result<()> {
        self.seek_unheard().await?;
        self.expire(keeping).await
    }

    /// Does what is due, a few at once, until nothing is.
    async fn do_what_is_due(&self, keeping: &Keeping) -> Result<()> {
        let mut missing = Vec::new();
        loop {
            let due = self.store.recordings_due(self.clock.now(), PAGE).await?;
            let is_last = due.len() < PAGE as usize;
            let doing = due.into_iter().map(|it| self.do_one(keeping, it));
            let mut doing = futures::stream::iter(doing).buffer_unordered(AT_ONCE);
            while let Some(done) = doing.next().await {
                missing.extend(done?);
            }
            if is_last {
                break;
            }
        }
        if let Some(first) = missing.first() {
            self.alerts.raise(&Alert::RecordingsMissing {
                count: missing.len(),
                first: first.clone(),
            });
        }
        Ok(())
    }

    /// Does what is due for one. Returns its words when it was given up.
    async fn do_one(&self, keeping: &Keeping, it: KeptRecording) -> Result<Option<String>> {
        let carrier = self.carrier(&it.wanted.carrier);
        let Some(recordings) = carrier.and_then(|it| it.recordings()) else {
            let words = format!(
                "no carrier `{}` with recordings is configured",
                it.wanted.carrier
            );
            return self.again(&it, words, true).await;
        };
        let tried = match (it.state, &it.wanted.recording_id) {
            (RecordingState::Stored | RecordingState::Removed, Some(_))
                if !keeping.remove_at_carrier =>
            {
                Err(Vain::Carrier(
                    "removal at the carrier is switched off".into(),
                ))
            }
            (RecordingState::Stored | RecordingState::Removed, Some(id)) => {
                self.leave_carrier(keeping, recordings, &it, id).await
            }
            (RecordingState::Wanted, None) => self.ask_for_names(recordings, &it).await,
            (RecordingState::Wanted, Some(id)) => self.fetch(keeping, recordings, &it, id).await,
            _ => self
                .store
                .recording_left_carrier(it.id)
                .await
                .map(drop)
                .map_err(Vain::Ledger),
        };
        match tried {
            Ok(()) => Ok(None),
            Err(Vain::Ledger(error)) => Err(error),
            Err(Vain::Carrier(words)) => self.again(&it, words, true).await,
            Err(Vain::Archive(words)) => {
                let error = words.clone();
                self.alerts.raise(&Alert::Archive { error });
                self.again(&it, format!("{ARCHIVE}{words}"), false).await
            }
        }
    }

    /// Notes a vain try: there is another, unless the carrier had its time.
    async fn again(
        &self,
        it: &KeptRecording,
        words: String,
        is_carriers_fault: bool,
    ) -> Result<Option<String>> {
        let now = self.clock.now();
        let is_wanted = it.state == RecordingState::Wanted;
        if is_carriers_fault && is_wanted && had_its_time(it, now) {
            let what = format!("of call {}: {words}", it.wanted.attempt);
            let given_up = self
                .store
                .recording_missing(it.id, words, self.actor.clone(), now);
            return Ok(given_up.await?.then_some(what));
        }
        tracing::warn!(recording = it.id, attempt = %it.wanted.attempt, %words, "a recording was not kept; trying again");
        let next = now + wait(it.tries);
        self.store.recording_failed(it.id, words, next).await?;
        Ok(None)
    }

    /// Asks for the recordings of a call of which only that is known.
    async fn ask_for_names(
        &self,
        recordings: &dyn Recordings,
        it: &KeptRecording,
    ) -> Result<(), Vain> {
        let found = recordings.of_call(&it.wanted.call_id).await;
        let found = found.map_err(Vain::Carrier)?;
        if found.is_empty() {
            let words = "the carrier lists no recording of the call";
            return Err(Vain::Carrier(words.into()));
        }
        for theirs in found {
            let named = WantedRecording {
                recording_id: Some(theirs.id),
                seconds: theirs.seconds,
                ..it.wanted.clone()
            };
            self.store.want_recording(named, self.clock.now()).await?;
        }
        Ok(())
    }

    /// Removes what was kept for long enough.
    async fn expire(&self, keeping: &Keeping) -> Result<()> {
        let Some(keep) = keeping.keep else {
            return Ok(());
        };
        loop {
            let now = self.clock.now();
            let old = self
                .store
                .recordings_stored_before(now - keep, PAGE)
                .await?;
            let mut is_last = old.len() < PAGE as usize;
            for it in old {
                let path = it.path.as_deref().unwrap_or_default();
                if let Err(error) = keeping.archive.remove(path).await {
                    // It is still there, and so it is found again; the others do not wait for it.
                    self.alerts.raise(&Alert::Archive { error });
                    is_last = true;
                    continue;
                }
                self.store
                    .recording_removed(it.id, self.actor.clone(), now)
                    .await?;
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

/// Whether the carrier had its time to give a recording: a day, tries enough, and not right after the
/// archive refused it.
fn had_its_time(it: &KeptRecording, now: Timestamp) -> bool {
    let fault = it.fault.as_deref().unwrap_or_default();
    now >= it.wanted_at + GIVEN_UP && it.tries >= TRIES && !fault.starts_with(ARCHIVE)
}

/// How long to wait after so many vain tries and one more.
fn wait(tries: u32) -> Millis {
    let longer = FIRST_WAIT.get().saturating_mul(1 << tries.min(16));
    Millis::new(longer.min(LONGEST_WAIT.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_vain_try_waits_twice_as_long_up_to_a_quarter_of_a_day() {
        for (tries, minutes) in [(0, 1), (1, 2), (3, 8), (8, 256), (9, 360), (40, 360)] {
            assert_eq!(wait(tries), Millis::from_minutes(minutes), "{tries}");
        }
    }
}
