//! The daily comparison: every call that the carrier lists is known here, and the reverse.
//!
//! It trusts nothing that calling rests on: it reads the carrier's own list of a day, page by page,
//! and the ledger's attempts of that day, and holds the one against the other. What only one side has
//! is asked for once more, one by one, before it counts as a difference: a call near midnight stands in
//! the neighbouring day, and a list may lag.

use std::collections::HashMap;

use ringonce_carrier::{CallQuery, CallStatus, Carrier, ListedCall};
use ringonce_domain::hours::date;
use ringonce_domain::{AttemptId, Millis, Outcome, Timestamp};
use ringonce_store::model::{Comparison, Difference, MAX_DIFFERENCES, Ours, Page};
use ringonce_store::{Store, StoreError};

use crate::alerts::Alert;
use crate::engine::Engine;

/// A day is compared this long after its end: lists and late words have settled by then.
const SETTLED: Millis = Millis::from_hours(3);
/// How often it is looked whether a day is to be compared.
const LOOK_EVERY: Millis = Millis::from_minutes(10);
/// Days that were missed, because nothing ran, and are compared after all.
const CAUGHT_UP: i64 = 7;
/// An attempt's call is created within this time of it.
const AROUND: Millis = Millis::from_hours(1);
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;
const PAGE: u32 = 1_000;
/// Pages of a carrier's list at most: a list that never ends is none.
const MOST_PAGES: usize = 20_000;

/// Why a day could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Incomparable {
    /// The carrier keeps no list that can be read.
    #[error("{0} lists no calls")]
    NoList(&'static str),
    /// The carrier could not be asked.
    #[error("{carrier} cannot be asked for its calls of {day}: {words}")]
    Carrier {
        /// Which.
        carrier: &'static str,
        /// The day.
        day: String,
        /// Its words.
        words: String,
    },
    /// The ledger could not be read or written.
    #[error(transparent)]
    Ledger(#[from] StoreError),
}

impl Engine {
    /// Compares each day that is over with each carrier's list, for ever. One instance does so for all.
    pub(crate) async fn compare_daily(&self) {
        if !self
            .carriers
            .iter()
            .any(|carrier| carrier.webhooks().is_some())
        {
            return std::future::pending().await;
        }
        loop {
            if self.is_eldest() {
                for carrier in self.carriers.iter().filter(|it| it.webhooks().is_some()) {
                    if let Err(error) = self.compare_missed(carrier.as_ref()).await {
                        tracing::warn!(carrier = carrier.name(), %error, "a day was not compared; trying again");
                    }
                }
            }
            self.clock.sleep_until(self.clock.now() + LOOK_EVERY).await;
        }
    }

    async fn compare_missed(&self, carrier: &dyn Carrier) -> Result<(), Incomparable> {
        let over = day_of(self.clock.now() - SETTLED) - 1;
        let done = self.store.comparisons(carrier.name(), 1).await?;
        let done = done.first().map(|it| it.day.clone()).unwrap_or_default();
        for day in over - CAUGHT_UP + 1..=over {
            // Days as words are in the order of time.
            if name_of(day) <= done {
                continue;
            }
            let begin = start_of(day);
            let compared = compare(self.store.as_ref(), carrier, begin, self.clock.now()).await?;
            if let Some(first) = compared.differences.first() {
                self.alerts.raise(&Alert::Comparison {
                    carrier: compared.carrier.clone(),
                    day: compared.day.clone(),
                    differences: compared.differences.len(),
                    first: format!("{first:?}"),
                });
            }
            self.store.compared(compared, self.actor.clone()).await?;
        }
        Ok(())
    }
}

/// Holds our calls of the UTC day in which `day` lies against the carrier's list.
///
/// # Errors
/// [`Incomparable`]; nothing is kept in any case.
pub async fn compare(
    store: &dyn Store,
    carrier: &dyn Carrier,
    day: Timestamp,
    now: Timestamp,
) -> Result<Comparison, Incomparable> {
    let begin = start_of(day_of(day));
    let end = begin + Millis::from_days(1);
    let mut ours = ours_around(store, begin, end).await?;
    let mut comparison = Comparison {
        carrier: carrier.name().to_owned(),
        day: name_of(day_of(day)),
        compared_at: now,
        ours: 0,
        theirs: 0,
        differences: Vec::new(),
    };
    let within = |it: &Ours| it.dialed_at.is_some_and(|at| begin <= at && at < end);
    comparison.ours = ours.0.values().filter(|it| within(it)).count() as u64;
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page = carrier.calls_on(begin, after.as_deref()).await;
        let page = page.map_err(|words| Incomparable::Carrier {
            carrier: carrier.name(),
            day: comparison.day.clone(),
            words,
        })?;
        let page = page.ok_or(Incomparable::NoList(carrier.name()))?;
        for theirs in page.calls {
            comparison.theirs += 1;
            comparison.differences.extend(ours.meet(&theirs));
        }
        comparison.differences.truncate(MAX_DIFFERENCES);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut missing: Vec<Ours> = ours.0.into_values().filter(|it| within(it)).collect();
    missing.sort_by_key(|it| it.id);
    missing.truncate(MAX_DIFFERENCES - comparison.differences.len());
    for it in missing {
        if !is_there(carrier, &it).await {
            comparison.differences.push(Difference::NotTheirs {
                attempt: it.id,
                call_id: it.call_id,
            });
        }
    }
    Ok(comparison)
}

/// Attempts that the carrier should list, by its name for the call; those without one by their own.
struct Known(HashMap<String, Ours>);

impl Known {
    /// Takes the attempt of a listed call out; what differs.
    fn meet(&mut self, theirs: &ListedCall) -> Option<Difference> {
        let Some(ours) = self.0.remove(&theirs.call_id) else {
            return Some(Difference::NotOurs {
                call_id: theirs.call_id.clone(),
                to: theirs.to.clone(),
                status: theirs.status.clone(),
            });
        };
        let outcome = ours.outcome?;
        (!agrees(outcome, &theirs.status)).then(|| Difference::OtherOutcome {
            attempt: ours.id,
            call_id: theirs.call_id.clone(),
            ours: outcome.as_str().to_owned(),
            theirs: theirs.status.clone(),
        })
    }
}

/// Attempts whose call the carrier may have listed on a day.
async fn ours_around(
    store: &dyn Store,
    begin: Timestamp,
    end: Timestamp,
) -> Result<Known, StoreError> {
    let mut known = HashMap::new();
    let mut after: Option<AttemptId> = None;
    loop {
        let page = Page { after, limit: PAGE };
        let found = store
            .attempts_between(begin - AROUND, end + AROUND, page)
            .await?;
        after = found.last().map(|it| it.id);
        let more = found.len() == PAGE as usize;
        // What the carrier refused, or never had, it does not list.
        let placed = found.into_iter().filter(|it| it.call_id.is_some());
        known.extend(placed.filter_map(|it| Some((it.call_id.clone()?, it))));
        if !more {
            return Ok(Known(known));
        }
    }
}

/// Whether the carrier has a call that its list of the day lacks.
async fn is_there(carrier: &dyn Carrier, ours: &Ours) -> bool {
    let at = ours.dialed_at.unwrap_or(Timestamp::from_millis(0));
    let query = CallQuery {
        attempt: ours.id,
        call_id: ours.call_id.clone(),
        to: ours.number,
        from: None,
        dialed_at: at,
        dial_before: at,
        others: Vec::new(),
    };
    // One that cannot be asked about is no difference yet: the next comparison asks again.
    !matches!(carrier.look_up(&query).await, CallStatus::NotSeen)
}

/// Whether a call's end in our word is what the carrier's word says. `unknown` is what we say of a call
/// whose end the carrier never reported, so that its list knows more.
fn agrees(ours: Outcome, theirs: &str) -> bool {
    match theirs {
        "completed" => ours == Outcome::Answered,
        "busy" => ours == Outcome::Busy,
        "no-answer" => ours == Outcome::NoAnswer,
        "canceled" => ours == Outcome::Canceled,
        "failed" => !matches!(ours, Outcome::Answered | Outcome::Unknown),
        // It is under way there, and over here.
        _ => false,
    }
}

/// The day, in days since 1970.
const fn day_of(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(DAY_MILLIS)
}

const fn start_of(day: i64) -> Timestamp {
    Timestamp::from_millis(day * DAY_MILLIS)
}

fn name_of(day: i64) -> String {
    date(i32::try_from(day).unwrap_or(i32::MAX))
}
