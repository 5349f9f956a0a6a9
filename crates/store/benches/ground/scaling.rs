//! What one claim and one settlement cost in ledgers of several sizes, which take turns, step by step,
//! so that whatever else the machine does meets all alike.

use std::collections::VecDeque;
use std::time::Duration;

use ringonce_domain::{
    AttemptId, CampaignId, Epoch, Evidence, InstanceId, Millis, Outcome, RepeatRule, Settings,
    Timestamp,
};
use ringonce_store::model::{ClaimRequest, Judgement};
use ringonce_store::{Campaigns, Dialing};
use tokio::runtime::Runtime;

use crate::ground::{self, NOW};

/// When history was made: calls that ended then are in no cap's window.
pub const LONG_AGO: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const CLAIMS: u64 = 1_500;
/// Contacts in one large claim: what it costs beyond its commit shows there.
const BATCH: u64 = 64;
const BATCHES: u64 = 40;
/// Calls that end; each was claimed before.
const SETTLED: u64 = 1_000;
/// Claims that fill the caches before any is measured.
const WARMING: u64 = 200;

/// Contacts of each ledger; quick leaves out the largest.
pub fn sizes() -> &'static [u64] {
    if ground::is_quick() {
        &[10_000, 1_000_000]
    } else {
        &[10_000, 1_000_000, 10_000_000]
    }
}

/// The campaign whose numbers another has called long ago, with neither contacts nor history so far.
pub async fn campaign(store: &impl Campaigns) -> CampaignId {
    let settings = Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        ..ground::settings(20_000)
    };
    ground::import(store, settings.clone(), 0, 0).await;
    let campaign = ground::import(store, settings, 0, 0).await;
    store
        .start(campaign, ground::actor(), NOW)
        .await
        .expect("start");
    campaign
}

/// Measures the ledgers, one of each size, and tells.
pub fn compare<S: Dialing>(runtime: &Runtime, database: &str, ledgers: &mut [Ledger<S>]) {
    let claims = medians(runtime, ledgers, WARMING, CLAIMS, Step::Claim(1));
    let batches = medians(
        runtime,
        ledgers,
        WARMING / BATCH,
        BATCHES,
        Step::Claim(BATCH),
    );
    let ends = medians(runtime, ledgers, WARMING, SETTLED, Step::Settle);
    for (size, ((claim, batch), end)) in sizes().iter().zip(claims.iter().zip(&batches).zip(&ends))
    {
        println!(
            "{database}: {size:>10} contacts, {} a claim, {} a claim of {BATCH}, {} a settlement",
            millis(*claim),
            millis(*batch),
            millis(*end)
        );
    }
    for (what, medians) in [("claim", claims), ("settle", ends)] {
        for (size, larger) in sizes().iter().zip(&medians).skip(1) {
            ground::tell(
                &format!("{database}: {what} at {} M contacts", size / 1_000_000),
                &millis(*larger),
                &format!("{} at 10 k", millis(medians[0])),
                larger.as_secs_f64() / medians[0].as_secs_f64(),
                false,
                1.5,
            );
        }
    }
}

/// What is measured.
#[derive(Clone, Copy)]
enum Step {
    /// A claim of so many contacts.
    Claim(u64),
    /// The end of a call that is under way.
    Settle,
}

/// The median of a step for each ledger.
fn medians<S: Dialing>(
    runtime: &Runtime,
    ledgers: &mut [Ledger<S>],
    warming: u64,
    times: u64,
    step: Step,
) -> Vec<Duration> {
    let mut taken: Vec<Vec<Duration>> = vec![Vec::new(); ledgers.len()];
    for n in 0..warming + times {
        for (ledger, taken) in ledgers.iter_mut().zip(&mut taken) {
            let took = match step {
                Step::Claim(wish) => ground::timed(|| runtime.block_on(ledger.claim(wish))).1,
                Step::Settle => {
                    let call = runtime.block_on(ledger.call());
                    ground::timed(|| runtime.block_on(ledger.end(call))).1
                }
            };
            if n >= warming {
                taken.push(took);
            }
        }
    }
    taken.iter_mut().map(|times| median(times)).collect()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(took: Duration) -> String {
    format!("{:.3} ms", took.as_secs_f64() * 1_000.0)
}

/// A ledger that claims.
pub struct Ledger<S> {
    store: S,
    campaign: CampaignId,
    epoch: Epoch,
    asked: u64,
    claimed: VecDeque<AttemptId>,
}

impl<S: Dialing> Ledger<S> {
    fn me() -> InstanceId {
        InstanceId::new(NOW, [1; 10])
    }

    /// Leads the campaign.
    pub async fn lead(store: S, campaign: CampaignId) -> Self {
        let epoch = store
            .lease(campaign, Self::me(), NOW, NOW + Millis::from_days(1))
            .await
            .expect("lease");
        Self {
            store,
            campaign,
            epoch: epoch.expect("nobody else runs it"),
            asked: 0,
            claimed: VecDeque::new(),
        }
    }

    fn next_id(&mut self) -> AttemptId {
        let mut random = [0; 10];
        random[2..].copy_from_slice(&self.asked.to_be_bytes());
        self.asked += 1;
        AttemptId::new(NOW, random)
    }

    async fn claim(&mut self, wish: u64) {
        let ids: Vec<AttemptId> = (0..wish).map(|_| self.next_id()).collect();
        let wish = ids.len();
        let request = ClaimRequest {
            campaign: self.campaign,
            instance: Self::me(),
            epoch: self.epoch,
            ids,
            now: NOW,
            lease_until: NOW + Millis::from_days(1),
        };
        let claimed = self.store.claim(request).await.expect("claim");
        assert_eq!(claimed.attempts.len(), wish, "{claimed:?}");
        self.claimed
            .extend(claimed.attempts.iter().map(|attempt| attempt.id));
    }

    /// A call that the carrier has taken.
    async fn call(&mut self) -> AttemptId {
        let id = self.claimed.pop_front().expect("enough were claimed");
        let dial = Evidence::Dial {
            by: Self::me(),
            dial_before: NOW + Millis::from_secs(10),
        };
        self.record(id, dial).await;
        let call_id = format!("CA{id}");
        self.record(id, Evidence::Accepted { call_id }).await;
        id
    }

    async fn end(&self, id: AttemptId) {
        let ended = Evidence::Ended {
            outcome: Outcome::Answered,
            cause: "normal clearing".into(),
        };
        self.record(id, ended).await;
    }

    async fn record(&self, id: AttemptId, evidence: Evidence) {
        self.store
            .record(
                id,
                vec![evidence],
                ground::actor(),
                Judgement::default(),
                NOW,
            )
            .await
            .expect("record");
    }
}
