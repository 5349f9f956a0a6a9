//! A campaign on any ledger with the steps of its calls, for the tests of one database.

use std::sync::atomic::{AtomicU64, Ordering};

use ringonce_domain::{
    Attempt, AttemptId, CampaignId, Evidence, InstanceId, Millis, Number, Outcome, Pacing,
    RepeatRule, Settings, Timestamp,
};
use ringonce_store::model::{
    Actor, CampaignDetail, ClaimRequest, Judgement, NewCampaign, NewContact, NewList, Page,
    Recorded, Visible,
};
use ringonce_store::{Result, Store};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_446_000_000);
pub(crate) const UNTIL: Timestamp = Timestamp::from_millis(1_895_446_000_000);

pub(crate) fn by() -> Actor {
    Actor::new("tester")
}

pub(crate) fn me() -> InstanceId {
    InstanceId::new(NOW, [1; 10])
}

pub(crate) fn number(n: u64) -> Number {
    Number::from_digits(12_015_550_100 + n % 100 + n / 100 * 10_000_000).unwrap()
}

/// Unique over processes too: the random part begins with the process id.
pub(crate) fn attempt_id() -> AttemptId {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut random = [0; 10];
    random[..4].copy_from_slice(&std::process::id().to_be_bytes());
    random[4..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes()[2..]);
    AttemptId::new(NOW, random)
}

fn settings() -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: 20_000,
        },
        repeat: RepeatRule::OnlyThisCampaign,
        ..Settings::at_any_hour()
    }
}

pub(crate) struct Furnished {
    /// A call that has ended.
    pub(crate) over: Attempt,
    /// A call that is under way.
    pub(crate) live: Attempt,
}

pub(crate) fn row(line: u32, number: Number) -> NewContact {
    NewContact {
        line,
        number,
        name: "Somebody".into(),
        zone: None,
        metadata: "{}".into(),
    }
}

/// A campaign that is created, and its open list.
pub(crate) async fn empty(store: &impl Store) -> (CampaignId, ringonce_domain::ListId) {
    empty_of(store, None).await
}

/// The same with an owner.
pub(crate) async fn empty_of(
    store: &impl Store,
    owner: Option<ringonce_domain::UserId>,
) -> (CampaignId, ringonce_domain::ListId) {
    let new = NewCampaign {
        owner,
        name: "Spring".into(),
        settings: settings(),
        fingerprint: String::new(),
    };
    let campaign = store.create(new, by(), NOW).await.unwrap();
    let file = NewList {
        file_name: "people.csv".into(),
        layout: "{}".into(),
    };
    let list = store.begin_import(campaign, file, NOW).await.unwrap();
    (campaign, list)
}

/// A campaign that runs, led by [`me`].
pub(crate) async fn running(store: &impl Store, people: std::ops::Range<u64>) -> CampaignId {
    let (campaign, list) = empty(store).await;
    let rows: Vec<_> = (2..)
        .zip(people)
        .map(|(line, n)| row(line, number(n)))
        .collect();
    let count = rows.len() as u64;
    store.add_contacts(list, rows, Vec::new()).await.unwrap();
    store.finish_import(list, count, by(), NOW).await.unwrap();
    store.mark_called(campaign, None, by(), NOW).await.unwrap();
    store.start(campaign, by(), NOW).await.unwrap();
    campaign
}

/// Claims up to so many contacts.
pub(crate) async fn claim(
    store: &impl Store,
    campaign: CampaignId,
    wish: usize,
) -> Result<Vec<Attempt>> {
    let epoch = store.lease(campaign, me(), NOW, UNTIL).await?.unwrap();
    let request = ClaimRequest {
        campaign,
        instance: me(),
        epoch,
        ids: (0..wish).map(|_| attempt_id()).collect(),
        now: NOW,
        lease_until: UNTIL,
    };
    Ok(store.claim(request).await?.attempts)
}

pub(crate) async fn record(
    store: &impl Store,
    attempt: AttemptId,
    evidence: Evidence,
) -> Result<Attempt> {
    match store
        .record(attempt, vec![evidence], by(), Judgement::default(), NOW)
        .await?
    {
        Recorded::Moved(attempt) | Recorded::Unchanged(attempt) | Recorded::Superseded(attempt) => {
            Ok(attempt)
        }
        recorded @ (Recorded::Unmatched | Recorded::AnotherCall { .. }) => {
            panic!("attempt {attempt}: {recorded:?}")
        }
    }
}

pub(crate) fn dialling() -> Evidence {
    Evidence::Dial {
        by: me(),
        dial_before: NOW + Millis::from_secs(10),
        caller_id: None,
    }
}

pub(crate) fn ended(outcome: Outcome) -> Evidence {
    Evidence::Ended {
        outcome,
        cause: outcome.to_string(),
    }
}

pub(crate) async fn dial(store: &impl Store, campaign: CampaignId) -> Attempt {
    let attempt = claim(store, campaign, 1).await.unwrap().remove(0);
    record(store, attempt.id, dialling()).await.unwrap()
}

pub(crate) async fn call(store: &impl Store, campaign: CampaignId, outcome: Outcome) -> Attempt {
    let attempt = dial(store, campaign).await;
    record(store, attempt.id, ended(outcome)).await.unwrap()
}

/// Every finding is good.
pub(crate) async fn assert_healthy(store: &impl Store) {
    for finding in store.doctor(NOW).await.unwrap() {
        assert!(finding.ok, "{finding:?}");
    }
}

/// A campaign with calls of every kind, and a blocked number.
pub(crate) async fn furnish(store: &impl Store) -> Furnished {
    let campaign = running(store, 0..40).await;
    let over = call(store, campaign, Outcome::Busy).await;
    let live = dial(store, campaign).await;
    call(store, campaign, Outcome::Answered).await;
    store
        .block(number(90), "asked us never to call".into(), by(), NOW)
        .await
        .unwrap();
    Furnished { over, live }
}

/// Every campaign.
pub(crate) async fn campaigns(store: &impl Store) -> Vec<CampaignDetail> {
    let page = Page {
        after: None,
        limit: 9,
    };
    let all = store.campaigns(None, Visible::Everything, page).await;
    all.unwrap()
}
