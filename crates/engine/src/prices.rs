//! What calls cost, as carriers come to say: minutes after a call's end, or days.
//!
//! A price is taken from the pages of the carrier's own list, which have two hundred at a time: every half hour
//! those of the last hours, and every day those that the daily comparison reads anyway. What is missing then is
//! asked for call by call. Nothing here is in a call's way: one instance does it for all, at one request a second
//! at most, and a carrier that cannot be asked is asked again the next time.

use std::collections::{BTreeMap, HashMap};

use ringonce_carrier::{Carrier, ListedCall};
use ringonce_domain::{AttemptId, Millis, Outcome};
use ringonce_store::StoreError;
use ringonce_store::model::{Page, Priced, Unpriced};

use crate::comparison::{AROUND, MOST_PAGES, SETTLED, day_of, ours_around, start_of};
use crate::engine::Engine;

/// How often the last hours are looked at.
const LOOK_EVERY: Millis = Millis::from_minutes(30);
/// How far back that goes: a price that comes later is taken from the day's list.
const RECENT: Millis = Millis::from_hours(2);
/// Between two requests.
const PAUSE: Millis = Millis::from_secs(1);
/// Days for which calls are asked about one by one after their list was read.
const ASKED_AGAIN: i64 = 3;
/// Calls that are asked about one by one in a day at most.
const MOST_ASKED: usize = 2_000;
/// Prices in one transaction: no settlement waits for more.
const AT_ONCE: usize = 100;

impl Engine {
    /// Learns what calls cost, for ever. One instance does so for all.
    pub(crate) async fn learn_prices(&self) {
        if !self.carriers.iter().any(|carrier| carrier.tells_prices()) {
            return std::future::pending().await;
        }
        // The day up to which calls were asked about one by one; a restart asks once more.
        let mut asked: BTreeMap<&str, i64> = BTreeMap::new();
        loop {
            if self.is_eldest() {
                for carrier in self.carriers.iter().filter(|it| it.tells_prices()) {
                    let carrier = carrier.as_ref();
                    let listed = day_of(self.clock.now() - SETTLED);
                    if let Err(error) = self.price_recent(carrier).await {
                        tracing::warn!(carrier = carrier.name(), %error, "prices were not read; trying again");
                    } else if asked.get(carrier.name()) != Some(&listed) {
                        match self.price_one_by_one(carrier, listed).await {
                            Ok(()) => _ = asked.insert(carrier.name(), listed),
                            Err(error) => {
                                tracing::warn!(carrier = carrier.name(), %error, "calls were not asked about for their prices; trying again");
                            }
                        }
                    }
                }
            }
            self.clock.sleep_until(self.clock.now() + LOOK_EVERY).await;
        }
    }

    /// Takes prices from the carrier's list of the last hours, the latest first, if any is wanted.
    async fn price_recent(&self, carrier: &dyn Carrier) -> Result<(), PricesUnread> {
        let now = self.clock.now();
        let since = now - RECENT;
        let ours = ours_around(self.store.as_ref(), carrier.name(), since, now).await?;
        let mut wanted: HashMap<String, AttemptId> = ours
            .0
            .into_values()
            .filter(|it| it.price.is_none() && it.outcome == Some(Outcome::Answered))
            .filter_map(|it| Some((it.call_id?, it.id)))
            .collect();
        let mut day = day_of(now);
        let mut after = None;
        let (mut found, mut unread) = (Vec::new(), Ok(()));
        for _ in 0..MOST_PAGES {
            if wanted.is_empty() || day < day_of(since) {
                break;
            }
            let page = carrier.calls_on(start_of(day), after.as_deref()).await;
            let page = match page {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(problem) => {
                    unread = Err(PricesUnread::Carrier(problem));
                    break;
                }
            };
            let is_older = |it: &ListedCall| it.started.is_some_and(|at| at + AROUND < since);
            let is_last = page.calls.last().is_some_and(is_older);
            for listed in page.calls {
                found.extend(priced(&mut wanted, listed));
            }
            after = page.next.filter(|_| !is_last);
            if after.is_none() {
                day -= 1;
            }
            self.clock.sleep_until(self.clock.now() + PAUSE).await;
        }
        self.keep_prices(carrier, found).await?;
        unread
    }

    /// Asks about calls whose prices the lists of their days did not have.
    async fn price_one_by_one(
        &self,
        carrier: &dyn Carrier,
        listed: i64,
    ) -> Result<(), PricesUnread> {
        let (from, until) = (start_of(listed - ASKED_AGAIN), start_of(listed));
        let (mut after, mut left) = (None, MOST_ASKED);
        while left > 0 {
            let limit = u32::try_from(left.min(AT_ONCE)).unwrap_or(1);
            let page = Page { after, limit };
            let some = self.store.unpriced(carrier.name(), from, until, page);
            let some = some.await?;
            let Some(last) = some.last() else { break };
            after = Some(last.attempt);
            left -= some.len();
            let (mut found, mut unread) = (Vec::new(), Ok(()));
            for call in some {
                match carrier.listed(&call.call_id).await {
                    Ok(listed) => {
                        let price = listed.and_then(|it| it.price);
                        found.extend(price.map(|price| Priced { call, price }));
                    }
                    Err(problem) => {
                        unread = Err(PricesUnread::Carrier(problem));
                        break;
                    }
                }
                self.clock.sleep_until(self.clock.now() + PAUSE).await;
            }
            self.keep_prices(carrier, found).await?;
            unread?;
        }
        Ok(())
    }

    /// Keeps prices, a few in each transaction.
    pub(crate) async fn keep_prices(
        &self,
        carrier: &dyn Carrier,
        found: Vec<Priced>,
    ) -> Result<(), StoreError> {
        for some in found.chunks(AT_ONCE) {
            let (by, now) = (self.actor.clone(), self.clock.now());
            self.store
                .learn_prices(carrier.name(), some.to_vec(), by, now)
                .await?;
        }
        Ok(())
    }
}

/// Why prices were not read.
#[derive(Debug, thiserror::Error)]
enum PricesUnread {
    #[error("it cannot be asked: {0}")]
    Carrier(String),
    #[error(transparent)]
    Ledger(#[from] StoreError),
}

/// The price of a call of ours in the carrier's list.
fn priced(wanted: &mut HashMap<String, AttemptId>, listed: ListedCall) -> Option<Priced> {
    let price = listed.price?;
    let attempt = wanted.remove(&listed.call_id)?;
    let call_id = listed.call_id;
    let call = Unpriced { attempt, call_id };
    Some(Priced { call, price })
}
