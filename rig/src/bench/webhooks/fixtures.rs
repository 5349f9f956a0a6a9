//! A ledger with calls under way, at a carrier that is about to send their webhooks.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::stream::{StreamExt as _, TryStreamExt as _};
use ringonce_carrier::Callbacks;
use ringonce_domain::{
    Attempt, AttemptId, CampaignId, Epoch, Evidence, InstanceId, Millis, Number, Pacing, Settings,
    Timestamp,
};
use ringonce_store::Store;
use ringonce_store::model::{
    Actor, ClaimRequest, Judgement, NewCampaign, NewContact, NewList, Page,
};

use super::{CARRIER, PUBLIC, Where};
use crate::stopwatch::{Stopwatch, pause};
use crate::time_of_day::now;

/// The fact with the secret of the tokens that come back with webhooks.
const EVENT_SECRET: &str = "carrier_event_secret";
const SECRET: &str = "the secret of a bench";
/// Numbers begin here: no country has the code 999.
const FIRST_NUMBER: u64 = 99_900_000_000;
const CHUNK: u64 = 10_000;
const CLAIM: u64 = 64;
/// Commands at once.
const AT_ONCE: usize = 64;

/// A call that the carrier has taken.
pub(super) struct Call {
    /// Its name at the carrier.
    pub(super) sid: String,
    /// Where its webhooks go, below the public address.
    pub(super) path: String,
    /// The number called.
    pub(super) number: Number,
}

/// Makes a campaign with `calls` calls, all of which the carrier has taken.
pub(super) fn furnish(place: Where<'_>, calls: u64) -> Result<Vec<Call>> {
    runtime()?.block_on(async {
        let ledger = Fixture {
            me: InstanceId::new(now(), [7; 10]),
            by: Actor::new("bench"),
            now: now(),
            store: place.open().await?,
        };
        let made = ledger.furnish(calls).await;
        ledger.store.close().await?;
        made
    })
}

struct Fixture {
    store: Arc<dyn Store>,
    me: InstanceId,
    by: Actor,
    now: Timestamp,
}

impl Fixture {
    async fn furnish(&self, calls: u64) -> Result<Vec<Call>> {
        self.store.fact_or_set(EVENT_SECRET, SECRET).await?;
        let campaign = self.import(calls).await?;
        self.store
            .mark_called(campaign, None, self.by.clone(), self.now)
            .await?;
        self.store
            .start(campaign, self.by.clone(), self.now)
            .await?;
        let until = self.now + Millis::from_days(1);
        let lease = self.store.lease(campaign, self.me, self.now, until).await?;
        let epoch = lease.context("the campaign is ours")?;
        let mut taken = Vec::new();
        while (taken.len() as u64) < calls {
            let begin = taken.len() as u64;
            let claimed = self.claim(campaign, epoch, begin, until).await?;
            ensure!(
                !claimed.is_empty(),
                "only {begin} of {calls} calls could be claimed"
            );
            taken.extend(claimed);
        }
        let root = format!("{PUBLIC}/carriers/{CARRIER}");
        let callbacks = Callbacks::new(CARRIER, &root, SECRET);
        futures::stream::iter(taken)
            .map(|attempt| self.place(attempt, &callbacks))
            .buffered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn import(&self, calls: u64) -> Result<CampaignId> {
        let settings = Settings {
            carrier: CARRIER.into(),
            pacing: Pacing {
                delay_seconds: 0.0,
                calls_per_second: None,
                calls_at_once: u32::try_from(calls)?,
            },
            ..Settings::at_any_hour()
        };
        let new = NewCampaign {
            owner: None,
            name: "Bench".into(),
            settings,
            fingerprint: String::new(),
        };
        let campaign = self.store.create(new, self.by.clone(), self.now).await?;
        let file = NewList {
            file_name: "bench.csv".into(),
            layout: "{}".into(),
        };
        let list = self.store.begin_import(campaign, file, self.now).await?;
        for begin in (0..calls).step_by(usize::try_from(CHUNK)?) {
            let rows = (begin..calls.min(begin + CHUNK))
                .map(row)
                .collect::<Result<_>>()?;
            self.store.add_contacts(list, rows, Vec::new()).await?;
        }
        self.store
            .finish_import(list, calls, self.by.clone(), self.now)
            .await?;
        Ok(campaign)
    }

    async fn claim(
        &self,
        campaign: CampaignId,
        epoch: Epoch,
        begin: u64,
        until: Timestamp,
    ) -> Result<Vec<Attempt>> {
        let id = |n: u64| {
            let mut random = [0; 10];
            random[2..].copy_from_slice(&n.to_be_bytes());
            AttemptId::new(self.now, random)
        };
        let request = ClaimRequest {
            campaign,
            instance: self.me,
            epoch,
            ids: (begin..begin + CLAIM).map(id).collect(),
            now: self.now,
            lease_until: until,
        };
        Ok(self.store.claim(request).await?.attempts)
    }

    async fn place(&self, attempt: Attempt, callbacks: &Callbacks) -> Result<Call> {
        let sid = format!("CA{}", attempt.id.0.simple());
        let dial = Evidence::Dial {
            by: self.me,
            dial_before: self.now + Millis::from_secs(10),
            caller_id: None,
        };
        let accepted = Evidence::Accepted {
            call_id: sid.clone(),
        };
        for evidence in [dial, accepted] {
            let (by, judgement) = (self.by.clone(), Judgement::default());
            self.store
                .record(attempt.id, vec![evidence], by, judgement, self.now)
                .await?;
        }
        let url = callbacks.url(attempt.id);
        let path = url
            .strip_prefix(PUBLIC)
            .context("webhooks go below the public address")?;
        Ok(Call {
            sid,
            path: format!("{path}/status"),
            number: attempt.number,
        })
    }
}

fn row(n: u64) -> Result<NewContact> {
    Ok(NewContact {
        line: u32::try_from(n + 2)?,
        number: Number::from_digits(FIRST_NUMBER + n).context("eleven digits")?,
        name: format!("Person Number {n}"),
        zone: None,
        metadata: "{}".into(),
    })
}

/// Returns once every event is applied.
pub(super) fn until_applied(place: Where<'_>, patience: Duration) -> Result<()> {
    let watch = Stopwatch::start();
    runtime()?.block_on(async {
        let store = place.open().await?;
        let page = Page {
            after: None,
            limit: 1,
        };
        loop {
            let tomorrow = now() + Millis::from_days(1);
            if store
                .waiting_events(tomorrow, page.clone())
                .await?
                .is_empty()
            {
                break;
            }
            ensure!(watch.elapsed() < patience, "what was told is not applied");
            pause(Duration::from_millis(200));
        }
        Ok(store.close().await?)
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    Ok(builder.worker_threads(2).enable_all().build()?)
}
