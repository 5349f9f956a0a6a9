//! The daily comparison: every call that the carrier lists is known here, and the reverse.
//!
//! Others may call with the same account. Of calls that the ledger does not know only those count that show
//! a number of ours, and none from before the ledger called with the carrier.
//!
//! It trusts nothing that calling rests on: it reads the carrier's own list of a day, page by page,
//! and the ledger's attempts of that day, and holds the one against the other. What only one side has
//! is asked for once more, one by one, before it counts as a difference: a call near midnight stands in
//! the neighbouring day, and a list may lag.

mod rings;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use ringonce_carrier::{CallQuery, CallStatus, Carrier, ListedCall};
use ringonce_domain::hours::date;
use ringonce_domain::{AttemptId, CampaignId, Millis, Number, Outcome, Timestamp};
use ringonce_store::model::{
    Comparison, Difference, MAX_DIFFERENCES, Ours, Page, Priced, Unpriced,
};
use ringonce_store::{Store, StoreError};

pub use self::rings::{ListedRings, listed_rings};
use crate::alerts::Alert;
use crate::engine::Engine;

/// A day is compared this long after its end: lists and late words have settled by then.
pub(crate) const SETTLED: Millis = Millis::from_hours(3);
/// How often it is looked whether a day is to be compared.
const LOOK_EVERY: Millis = Millis::from_minutes(10);
/// Days that were missed, because nothing ran, and are compared after all.
const CAUGHT_UP: i64 = 7;
/// An attempt's call is created within this time of it.
pub(crate) const AROUND: Millis = Millis::from_hours(1);
/// How far the carrier's clock and ours may be apart where only an alert depends on it.
const CLOCKS: Millis = Millis::from_minutes(1);
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;
const PAGE: u32 = 1_000;
/// Pages of a carrier's list at most: a list that never ends is none.
pub(crate) const MOST_PAGES: usize = 20_000;

/// Why a day could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum Incomparable {
    /// The carrier keeps no list that can be read.
    #[error("{0} lists no calls")]
    NoList(String),
    /// The carrier could not be asked.
    #[error("{carrier} cannot be asked for its calls of {day}: {words}")]
    Carrier {
        /// Which.
        carrier: String,
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
        let begun = self.clock.now();
        loop {
            if self.is_eldest() {
                for carrier in self.carriers.iter().filter(|it| it.webhooks().is_some()) {
                    if let Err(error) = self.compare_missed(carrier.as_ref(), begun).await {
                        tracing::warn!(carrier = carrier.name(), %error, "a day was not compared; trying again");
                    }
                }
            }
            self.clock.sleep_until(self.clock.now() + LOOK_EVERY).await;
        }
    }

    /// Compares the days that are over, but none before the ledger called with this carrier: `begun` is the
    /// beginning where none is kept.
    async fn compare_missed(
        &self,
        carrier: &dyn Carrier,
        begun: Timestamp,
    ) -> Result<(), Incomparable> {
        let (name, value) = (fact(carrier.name()), begun.as_millis().to_string());
        let kept = self.store.fact_or_set(&name, &value).await?;
        let since = instant(&kept).unwrap_or(begun);
        let over = day_of(self.clock.now() - SETTLED) - 1;
        let done = self.store.comparisons(carrier.name(), 1).await?;
        let done = done.first().map(|it| it.day.clone()).unwrap_or_default();
        for day in (over - CAUGHT_UP + 1).max(day_of(since))..=over {
            // Days as words are in the order of time.
            if name_of(day) <= done {
                continue;
            }
            let (midnight, now) = (start_of(day), self.clock.now());
            let found = compare(self.store.as_ref(), carrier, midnight, now).await?;
            if let Some(first) = found.differences.first() {
                self.alerts.raise(&Alert::Comparison {
                    carrier: found.comparison.carrier.clone(),
                    day: found.comparison.day.clone(),
                    differences: found.comparison.differences,
                    first: format!("{first:?}"),
                });
            }
            self.keep_prices(carrier, found.prices).await?;
            self.store
                .compared(found.comparison, found.differences, self.actor.clone())
                .await?;
        }
        Ok(())
    }
}

/// Since when a ledger calls with a carrier; `None` when no server has run with it yet.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn since(store: &dyn Store, carrier: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(store
        .fact(&fact(carrier))
        .await?
        .as_deref()
        .and_then(instant))
}

/// The name under which the ledger keeps since when it calls with a carrier.
fn fact(carrier: &str) -> String {
    format!("calls_with:{carrier}:since")
}

fn instant(kept: &str) -> Option<Timestamp> {
    kept.parse::<i64>().ok().map(Timestamp::from_millis)
}

/// What a day's comparison finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The figures.
    pub comparison: Comparison,
    /// The differences: first those about calls of ours, then calls that we do not know; the first
    /// [`MAX_DIFFERENCES`].
    pub differences: Vec<Difference>,
    /// What calls of ours cost that had no price yet.
    pub prices: Vec<Priced>,
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
) -> Result<Found, Incomparable> {
    let begin = start_of(day_of(day));
    let end = begin + Millis::from_days(1);
    let mut ours = ours_around(store, carrier.name(), begin, end).await?;
    let mut comparison = Comparison {
        carrier: carrier.name().to_owned(),
        day: name_of(day_of(day)),
        compared_at: now,
        ours: 0,
        theirs: 0,
        others: 0,
        differences: 0,
        caller_ids: shown_by_us(store, carrier).await?,
    };
    let within = |it: &Ours| it.dialed_at.is_some_and(|at| begin <= at && at < end);
    comparison.ours = ours.0.values().filter(|it| within(it)).count() as u64;
    let since = since(store, carrier.name()).await?;
    let (mut differences, mut unknown, mut prices) = (Vec::new(), Vec::new(), Vec::new());
    pages_of(carrier, begin, |theirs| {
        if let Some(ours) = ours.0.remove(&theirs.call_id) {
            comparison.theirs += 1;
            differences.extend(other_outcome(&ours, &theirs));
            prices.extend(new_price(&ours, theirs));
        } else if is_from_us(&theirs, &comparison.caller_ids, since) {
            comparison.theirs += 1;
            comparison.differences += 1;
            if unknown.len() < MAX_DIFFERENCES {
                unknown.push(not_ours(theirs));
            }
        } else {
            comparison.others += 1;
        }
    })
    .await?;
    let mut missing: Vec<Ours> = ours.0.into_values().filter(|it| within(it)).collect();
    missing.sort_by_key(|it| it.id);
    for it in missing {
        if !is_there(carrier, &it).await {
            differences.push(Difference::NotTheirs {
                attempt: it.id,
                call_id: it.call_id,
            });
        }
    }
    comparison.differences += differences.len() as u64;
    differences.append(&mut unknown);
    differences.truncate(MAX_DIFFERENCES);
    Ok(Found {
        comparison,
        differences,
        prices,
    })
}

/// Has each call looked at that a carrier lists for a day.
async fn pages_of(
    carrier: &dyn Carrier,
    begin: Timestamp,
    mut look: impl FnMut(ListedCall) + Send,
) -> Result<(), Incomparable> {
    let mut after = None;
    for _ in 0..MOST_PAGES {
        let page = carrier.calls_on(begin, after.as_deref()).await;
        let page = page.map_err(|words| Incomparable::Carrier {
            carrier: carrier.name().to_owned(),
            day: name_of(day_of(begin)),
            words,
        })?;
        let page = page.ok_or(Incomparable::NoList(carrier.name().to_owned()))?;
        page.calls.into_iter().for_each(&mut look);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

/// The numbers that were ever shown to callees in our name: those of the configuration, of campaigns, and
/// whatever counted as ours before.
async fn shown_by_us(
    store: &dyn Store,
    carrier: &dyn Carrier,
) -> Result<BTreeSet<Number>, StoreError> {
    let mut shown = store.caller_ids(carrier.name()).await?;
    shown.extend(carrier.caller_ids());
    for before in store.comparisons(carrier.name(), 1).await? {
        shown.extend(before.caller_ids);
    }
    Ok(shown)
}

/// Whether a call that the ledger does not know shows a number of ours, and was made since there are calls
/// of ours. Others use the account too.
fn is_from_us(theirs: &ListedCall, shown: &BTreeSet<Number>, since: Option<Timestamp>) -> bool {
    let is_before = |(at, since): (Timestamp, Timestamp)| at + CLOCKS < since;
    theirs
        .from
        .parse::<Number>()
        .is_ok_and(|from| shown.contains(&from))
        && !theirs.started.zip(since).is_some_and(is_before)
}

fn not_ours(theirs: ListedCall) -> Difference {
    Difference::NotOurs {
        call_id: theirs.call_id,
        to: theirs.to,
        status: theirs.status,
    }
}

/// The difference between a call's end here and there.
fn other_outcome(ours: &Ours, theirs: &ListedCall) -> Option<Difference> {
    let outcome = ours.outcome?;
    (!agrees(outcome, &theirs.status)).then(|| Difference::OtherOutcome {
        attempt: ours.id,
        call_id: theirs.call_id.clone(),
        ours: outcome.as_str().to_owned(),
        theirs: theirs.status.clone(),
    })
}

/// What a call costs that has no price here.
fn new_price(ours: &Ours, theirs: ListedCall) -> Option<Priced> {
    let price = theirs.price.filter(|_| ours.price.is_none())?;
    let (attempt, call_id) = (ours.id, theirs.call_id);
    Some(Priced {
        call: Unpriced { attempt, call_id },
        price,
    })
}

/// Attempts that the carrier should list, by its name for the call; those without one by their own.
pub(crate) struct Known(pub(crate) HashMap<String, Ours>);

/// Attempts whose call the carrier may have listed on a day: those of its own campaigns.
pub(crate) async fn ours_around(
    store: &dyn Store,
    carrier: &str,
    begin: Timestamp,
    end: Timestamp,
) -> Result<Known, StoreError> {
    let mut known = HashMap::new();
    let mut with: HashMap<CampaignId, bool> = HashMap::new();
    let mut after: Option<AttemptId> = None;
    loop {
        let page = Page { after, limit: PAGE };
        let found = store
            .attempts_between(begin - AROUND, end + AROUND, page)
            .await?;
        after = found.last().map(|it| it.id);
        let more = found.len() == PAGE as usize;
        for it in &found {
            if let Entry::Vacant(vacant) = with.entry(it.campaign) {
                let settings = store.settings(it.campaign).await?;
                vacant.insert(settings.is_some_and(|it| it.carrier == carrier));
            }
        }
        // What the carrier refused, or never had, it does not list.
        let placed = found
            .into_iter()
            .filter(|it| with.get(&it.campaign) == Some(&true));
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
        guessed: false,
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
pub(crate) const fn day_of(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(DAY_MILLIS)
}

pub(crate) const fn start_of(day: i64) -> Timestamp {
    Timestamp::from_millis(day * DAY_MILLIS)
}

fn name_of(day: i64) -> String {
    date(i32::try_from(day).unwrap_or(i32::MAX))
}
