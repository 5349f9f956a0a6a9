//! `Idempotency-Key`: the same request under the same key makes one campaign, at whichever instances it
//! arrives and whatever fails in between.
//!
//! # Protocol
//! Keys stand in the ledger, one row for each caller and key, with a hash of the request. They are kept for
//! a day, whatever other callers do; a caller that has too many is refused, and no other caller loses a key.
//!
//! 1. **Take.** Before anything is made the request enters its key, in one statement of which one of many
//!    at once succeeds, and holds it under a random name for [`limits::KEY_HELD`]; while it works it says
//!    three times in that time that it still does.
//! 2. **Make.** The import writes a campaign that nobody sees. Its last transaction makes the campaign
//!    visible and notes it with the key, if the key still has this holder; otherwise it changes nothing.
//! 3. **Start**, if that was asked for, while the key is still held.
//! 4. **Release.** A key with a campaign stays for its day; one that came to nothing is removed.
//!
//! Another request under the key meanwhile waits for [`limits::KEY_WAIT`] and is then told to come back
//! (409). With another file or other settings it is refused (422). Once the key is released, the answer is
//! the campaign that was made (200).
//!
//! # What fails, and what then
//! * The process dies before the last transaction of the import: there is no campaign. The key is free
//!   when its time runs out, and the next request under it takes it over and makes one; what the dead one
//!   had imported is swept away like any unfinished import.
//! * It dies in that transaction: either both the campaign and its note are there, or neither.
//! * It dies after it: the key names the campaign. The next request answers with it, once the time has run
//!   out, and starts it if that was asked for and it is a draft still.
//! * It is not dead but slow, and another has taken the key over: its last transaction is refused, and its
//!   import is taken back. So one campaign is made, however wrong the guess was that it was dead.
//! * The answer to that transaction is lost on its way from the database: the import is reported as failed,
//!   and the key tells the next request whether it was.
//! * A release is lost: the same as a death at that moment.

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{CampaignId, Millis};
use ringonce_store::model::{HeldKey, KeyTurn, KeyedRequest};

use crate::AppState;
use crate::limits;
use crate::problem::Problem;
use crate::token::hash;

/// A request to make a campaign, as far as it matters whether two are the same.
#[derive(Clone, Debug)]
pub(crate) struct KeyedUpload {
    caller: String,
    /// Hash of the key.
    key: [u8; 32],
    /// Hash of everything that the request says.
    request: [u8; 32],
}

impl KeyedUpload {
    /// The request of `caller` under `key`, with these parts.
    pub(crate) fn new(caller: &str, key: &str, fingerprint: &str, parts: &[&str]) -> Self {
        // Serialised, so that the end of one part is never taken for the beginning of the next.
        let request = serde_json::json!([fingerprint, parts]).to_string();
        Self {
            caller: caller.to_owned(),
            key: hash(key),
            request: hash(&request),
        }
    }
}

/// What a key means for a request.
pub(crate) enum Turn {
    /// It is the first; carry it out.
    First(Working),
    /// It was carried out, and this came of it.
    Done(CampaignId),
}

/// A key that a request holds until it releases it.
pub(crate) struct Working {
    state: AppState,
    key: HeldKey,
}

/// Takes a key; waits a little while another request holds it.
pub(crate) async fn take(state: &AppState, asked: KeyedUpload) -> Result<Turn, Problem> {
    let mut holder = [0; 16];
    state.entropy.fill(&mut holder);
    let key = HeldKey {
        caller: asked.caller,
        key: asked.key,
        holder,
    };
    let give_up = SystemClock.now() + limits::KEY_WAIT;
    loop {
        let now = state.clock.now();
        let request = KeyedRequest {
            key: key.clone(),
            request: asked.request,
            until: now + limits::KEY_HELD,
            kept: limits::KEY_KEPT,
            most: limits::KEYS_EACH,
        };
        match state.store.take_key(request, now).await? {
            KeyTurn::First => {
                let state = state.clone();
                return Ok(Turn::First(Working { state, key }));
            }
            KeyTurn::Made(campaign) => return Ok(Turn::Done(campaign)),
            KeyTurn::OtherRequest => {
                return Err(Problem::key_reused(
                    "this Idempotency-Key came with another file or other settings; use a fresh key for another campaign",
                ));
            }
            KeyTurn::TooMany => return Err(too_many()),
            KeyTurn::UnderWay if SystemClock.now() >= give_up => {
                let advice = "a request under this Idempotency-Key is under way; ask again when it has ended";
                return Err(Problem::key_in_use(advice).retry_after(5));
            }
            KeyTurn::UnderWay => {
                let soon = SystemClock.now() + limits::KEY_ASKED_EVERY;
                SystemClock.sleep_until(soon).await;
            }
        }
    }
}

fn too_many() -> Problem {
    let most = limits::KEYS_EACH;
    let refusal = format!(
        "{most} requests of this caller came with an Idempotency-Key within a day, and so many are remembered; ask again later, or without a key"
    );
    Problem::too_many(refusal).retry_after(3_600)
}

impl Working {
    /// The key, for the transaction that makes what was asked for.
    pub(crate) fn key(&self) -> &HeldKey {
        &self.key
    }

    /// Carries out the request and holds its key meanwhile, then releases it.
    pub(crate) async fn carry_out<T>(self, work: impl Future<Output = T>) -> T {
        let done = until_done(work, self.keep_holding()).await;
        if let Err(error) = self.state.store.release_key(self.key).await {
            tracing::warn!(%error, "an Idempotency-Key was not released; it is when its time runs out");
        }
        done
    }

    /// Says again and again that the request goes on. Nothing rests on it but how soon another takes it for
    /// dead.
    async fn keep_holding(&self) -> Never {
        let clock = &self.state.clock;
        let third = Millis::new(limits::KEY_HELD.get() / 3);
        loop {
            clock.sleep_until(clock.now() + third).await;
            let until = clock.now() + limits::KEY_HELD;
            if let Err(error) = self.state.store.hold_key(&self.key, until).await {
                tracing::debug!(%error, "an Idempotency-Key was not held longer");
            }
        }
    }
}

/// What a future that never ends would yield.
enum Never {}

/// Does the work, and something else beside it until it is done. Both go on at once: what is done beside may
/// wait for a row that the work has locked, and the work must not wait for that.
async fn until_done<T>(work: impl Future<Output = T>, beside: impl Future<Output = Never>) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = beside => match never {},
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_while_what_is_beside_it_waits_for_its_lock() {
        let row = Mutex::new(());
        let (waits, mut is_waiting) = tokio::sync::mpsc::channel(1);
        let work = async {
            let locked = row.lock().await;
            // The other has asked for the lock, and waits.
            is_waiting.recv().await;
            tokio::task::yield_now().await;
            drop(locked);
            true
        };
        let beside = async {
            loop {
                assert_eq!(waits.send(()).await, Ok(()));
                drop(row.lock().await);
            }
        };
        assert!(until_done(work, beside).await);
    }
}
