//! A campaign that calls everybody through a carrier that answers at once: the most that a ledger can
//! carry.

use std::sync::Arc;

use ringonce_domain::{AttemptId, CampaignId, Evidence, InstanceId, Millis, Outcome};
use ringonce_store::model::{ClaimRequest, Judgement};
use ringonce_store::{Campaigns, Dialing};
use tokio::task::JoinSet;

use crate::ground::{self, NOW};

/// The `n`th attempt of a campaign.
pub fn attempt(campaign: CampaignId, n: u64) -> AttemptId {
    let mut random = [0; 10];
    random[0] = u8::try_from(campaign.0 % 256).expect("a byte");
    random[2..].copy_from_slice(&n.to_be_bytes());
    AttemptId::new(NOW, random)
}

/// A campaign of so many contacts that an instance runs, from the `first` number on.
pub async fn running(
    store: &(impl Campaigns + Dialing),
    me: InstanceId,
    lines: u32,
    calls: u64,
    first: u64,
) -> CampaignId {
    let campaign = ground::import(store, ground::settings(lines), calls, first).await;
    store
        .mark_called(campaign, None, ground::actor(), NOW)
        .await
        .expect("mark");
    store
        .start(campaign, ground::actor(), NOW)
        .await
        .expect("start");
    store
        .lease(campaign, me, NOW, NOW + Millis::from_days(1))
        .await
        .expect("lease");
    campaign
}

/// Keeps every line busy, as the scheduler does: whenever lines are free, that many are claimed.
pub async fn call_everybody<S: Dialing + 'static>(
    store: &Arc<S>,
    me: InstanceId,
    lines: u32,
    campaign: CampaignId,
) {
    let until = NOW + Millis::from_days(1);
    let epoch = store
        .lease(campaign, me, NOW, until)
        .await
        .expect("lease")
        .expect("ours");
    let mut calls = JoinSet::new();
    let mut claimed = 0;
    loop {
        let free = u64::from(lines) - calls.len() as u64;
        let request = ClaimRequest {
            campaign,
            instance: me,
            epoch,
            ids: (claimed..claimed + free)
                .map(|n| attempt(campaign, n))
                .collect(),
            now: NOW,
            lease_until: until,
        };
        let attempts = store.claim(request).await.expect("claim").attempts;
        claimed += attempts.len() as u64;
        for attempt in attempts {
            calls.spawn(call(Arc::clone(store), me, attempt.id));
        }
        if calls.join_next().await.is_none() {
            return;
        }
        while let Some(done) = calls.try_join_next() {
            done.expect("a call ends");
        }
    }
}

async fn call(store: Arc<impl Dialing>, me: InstanceId, id: AttemptId) {
    let dial = Evidence::Dial {
        by: me,
        dial_before: NOW + Millis::from_secs(10),
    };
    let accepted = Evidence::Accepted {
        call_id: format!("CA{id}"),
    };
    let ended = Evidence::Ended {
        outcome: Outcome::Answered,
        cause: "normal clearing".into(),
    };
    for evidence in [dial, accepted, ended] {
        let judgement = Judgement::default();
        store
            .record(id, vec![evidence], ground::actor(), judgement, NOW)
            .await
            .expect("record");
    }
}
