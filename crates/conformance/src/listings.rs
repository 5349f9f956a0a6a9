//! Listings: every row once, in order, page by page.

use ringonce_domain::{
    AttemptState, CampaignEvent, CampaignId, CampaignState, ContactState, Evidence, Outcome,
};

use super::Factory;
use super::material::{ended, forgetful, free, number, numbers, retrying, row};
use super::scene::Scene;
use ringonce_store::model::{Page, RowProblem, Visible};

/// Reads a listing in pages of `$limit` rows; each page but the last is full.
macro_rules! paged {
    ($limit:expr, $page:ident => $list:expr, $row:ident => $key:expr) => {{
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let $page = Page {
                after,
                limit: $limit,
            };
            let rows = $list.await.unwrap();
            assert!(
                rows.len() <= $limit as usize,
                "a page of {} rows",
                rows.len()
            );
            let Some($row) = rows.last() else { break all };
            after = Some($key);
            let is_last = rows.len() < $limit as usize;
            all.extend(rows);
            if is_last {
                break all;
            }
        }
    }};
}

pub(super) async fn contacts_come_in_file_order_and_pages_miss_and_repeat_nothing(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    scene.draft(free(), &numbers(5)).await;
    let campaign = scene.running(retrying(), &numbers(50)).await;
    scene.draft(free(), &numbers(5)).await;
    for _ in 0..9 {
        scene.call(campaign, Outcome::Answered).await;
    }
    let states = [
        None,
        Some(ContactState::Completed),
        Some(ContactState::Pending),
        Some(ContactState::Busy),
    ];
    for (state, expected) in states.into_iter().zip([50, 9, 41, 0]) {
        for limit in [1, 7, 50, 1_000] {
            let all =
                paged!(limit, page => scene.store.contacts(campaign, state, page), last => last.id);
            assert_eq!(all.len(), expected, "{state:?} in pages of {limit}");
            assert!(
                all.iter()
                    .all(|contact| state.is_none_or(|state| contact.state == state))
            );
            assert!(
                all.is_sorted_by(|a, b| a.id < b.id && a.line < b.line),
                "ascending"
            );
            assert!(all.iter().all(|contact| contact.campaign == campaign));
        }
    }
}

pub(super) async fn calls_come_latest_first_and_pages_miss_and_repeat_nothing(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let first = scene.running(forgetful(), &numbers(20)).await;
    let second = scene.running(forgetful(), &numbers(20)).await;
    for n in 0..20 {
        let attempt = scene.dial_one(first).await;
        if n % 2 == 0 {
            scene.record(attempt.id, ended(Outcome::Busy)).await;
        } else {
            scene.record(attempt.id, Evidence::NotSent).await;
            let again = scene.claim_one(first).await;
            scene
                .tell(again.id, [scene.dial(), ended(Outcome::Answered)])
                .await;
        }
        scene.wait_hours(1);
        scene.call(second, Outcome::NoAnswer).await;
    }
    let cases = [
        (None, None, 50),
        (Some(first), None, 30),
        (Some(second), None, 20),
        (None, Some(AttemptState::Released), 10),
        (Some(first), Some(AttemptState::Ended), 20),
        (Some(second), Some(AttemptState::Released), 0),
    ];
    for (campaign, state, expected) in cases {
        for limit in [1, 7, 1_000] {
            let all = paged!(limit, page => scene.store.calls(campaign, state, Visible::Everything, page), last => last.id);
            assert_eq!(
                all.len(),
                expected,
                "{campaign:?} {state:?} in pages of {limit}"
            );
            assert!(all.is_sorted_by(|a, b| a.id > b.id), "descending");
            assert!(
                all.iter()
                    .all(|call| campaign.is_none_or(|id| call.campaign == id))
            );
            assert!(
                all.iter()
                    .all(|call| state.is_none_or(|state| call.state == state))
            );
        }
    }
}

pub(super) async fn campaigns_come_latest_first_and_pages_miss_and_repeat_nothing(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let mut drafts = Vec::new();
    let mut running = Vec::new();
    for n in 0..12 {
        if n % 3 == 0 {
            running.push(scene.running(free(), &[number(n)]).await);
        } else {
            drafts.push(scene.draft(free(), &[number(n)]).await);
        }
    }
    let everything = drafts.iter().chain(&running).copied().collect();
    let cases = [
        (None, everything),
        (Some(CampaignState::Running), running),
        (Some(CampaignState::Draft), drafts),
        (Some(CampaignState::Failed), Vec::new()),
    ];
    for (state, mut expected) in cases {
        expected.sort_by(|a: &CampaignId, b| b.cmp(a));
        for limit in [1, 4, 100] {
            let all = paged!(limit, page => scene.store.campaigns(state, Visible::Everything, page), last => last.id);
            let ids: Vec<CampaignId> = all.iter().map(|campaign| campaign.id).collect();
            assert_eq!(ids, expected, "{state:?} in pages of {limit}");
        }
    }
}

pub(super) async fn problems_come_by_line_and_pages_miss_and_repeat_nothing(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (campaign, list) = scene.empty(free()).await;
    let problems: Vec<RowProblem> = (0..30)
        .map(|n| RowProblem {
            line: 100 - 3 * n,
            column: "phone".into(),
            value: n.to_string(),
            reason: "too short".into(),
            fields: format!("{{\"phone\":\"{n}\"}}"),
        })
        .collect();
    let rows = vec![row(2, number(0)), row(3, number(0)), row(99, number(0))];
    scene
        .store
        .add_contacts(list, rows, problems.clone())
        .await
        .unwrap();
    scene
        .store
        .finish_import(list, 33, scene.by.clone(), scene.now())
        .await
        .unwrap();
    for limit in [1, 7, 100] {
        let all = paged!(limit, page => scene.store.problems(campaign, page), last => last.line);
        assert_eq!(all.len(), 32, "in pages of {limit}");
        assert!(all.is_sorted_by(|a, b| a.line < b.line));
        assert!(problems.iter().all(|problem| all.contains(problem)));
    }
}

pub(super) async fn live_attempts_come_by_number_and_pages_miss_and_repeat_nothing(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let mut shuffled = numbers(40);
    shuffled.reverse();
    let campaign = scene.running(free(), &shuffled).await;
    let attempts = scene.claim_all(campaign, 40).await;
    for attempt in &attempts[..10] {
        scene
            .tell(attempt.id, [scene.dial(), ended(Outcome::Busy)])
            .await;
    }
    for limit in [1, 7, 100] {
        let all = paged!(limit, page => scene.store.live_attempts(page), last => last.number);
        assert_eq!(all.len(), 30, "in pages of {limit}");
        assert!(all.is_sorted_by(|a, b| a.number < b.number));
        assert!(all.iter().all(|live| attempts.contains(live)));
    }
}

pub(super) async fn rings_of_a_number_are_never_split_over_pages(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    for _ in 0..4 {
        let campaign = scene.running(forgetful(), &numbers(5)).await;
        for _ in 0..5 {
            scene.call(campaign, Outcome::Busy).await;
        }
        scene.wait_hours(2);
    }
    let ringing = scene.running(forgetful(), &numbers(1)).await;
    scene.dial_one(ringing).await;
    for limit in [1, 4, 6, 1_000] {
        let mut after = None;
        let mut all = Vec::new();
        loop {
            let rings = scene.store.rings(Page { after, limit }).await.unwrap();
            let Some(last) = rings.last() else { break };
            assert!(
                rings
                    .iter()
                    .all(|ring| after.is_none_or(|seen| ring.number > seen)),
                "no number comes again"
            );
            after = Some(last.number);
            all.extend(rings);
        }
        assert_eq!(all.len(), 21, "in pages of {limit}");
        assert!(all.is_sorted_by_key(|ring| (ring.number, ring.at)));
        let open = all.iter().filter(|ring| ring.ended_at.is_none()).count();
        assert_eq!(open, 1, "a ring that lasts is there too");
    }
}

pub(super) async fn a_page_that_is_asked_for_too_much_is_still_bounded(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.draft(free(), &numbers(1_100)).await;
    let page = Page {
        after: None,
        limit: u32::MAX,
    };
    let rows = scene.store.contacts(campaign, None, page).await.unwrap();
    assert_eq!(rows.len(), 1_000);
}

pub(super) async fn a_page_stays_stable_while_calls_go_on(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(30)).await;
    for _ in 0..10 {
        scene.call(campaign, Outcome::Answered).await;
    }
    let page = Page {
        after: None,
        limit: 5,
    };
    let first = scene
        .store
        .calls(Some(campaign), None, Visible::Everything, page)
        .await
        .unwrap();
    for _ in 0..10 {
        scene.wait_hours(1);
        scene.call(campaign, Outcome::Answered).await;
    }
    let page = Page {
        after: first.last().map(|call| call.id),
        limit: 100,
    };
    let rest = scene
        .store
        .calls(Some(campaign), None, Visible::Everything, page)
        .await
        .unwrap();
    assert_eq!(
        rest.len(),
        5,
        "later calls do not push rows onto the next page"
    );
    assert!(rest.iter().all(|call| !first.contains(call)));
}

pub(super) async fn a_number_shows_everything_that_is_known_of_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first = scene.running(forgetful(), &numbers(1)).await;
    scene.call(first, Outcome::Answered).await;
    let ended_at = scene.now();
    scene.transition(first, CampaignEvent::Complete).await;
    scene.wait_hours(2);
    let second = scene.running(forgetful(), &numbers(1)).await;
    let live = scene.dial_one(second).await;

    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!(
        (known.number, known.called, known.answered),
        (number(0), 1, 1)
    );
    assert_eq!(
        (known.last_called_at, known.live_attempt),
        (Some(ended_at), Some(live.id))
    );
    assert_eq!(known.contacts.len(), 2);
    let calls: Vec<_> = known.calls.iter().map(|call| call.campaign).collect();
    assert_eq!(calls, [second, first], "the latest first");
    let timeline = scene.store.number_timeline(number(0)).await.unwrap();
    assert!(timeline.is_sorted_by(|a, b| a.seq < b.seq), "oldest first");
    let of_live = timeline
        .iter()
        .filter(|entry| entry.attempt == Some(live.id))
        .count();
    assert_eq!(of_live, 2, "claimed and dialled");
    assert!(timeline.iter().all(|entry| entry.number == Some(number(0))));

    let waiting = scene.draft(free(), &[number(3)]).await;
    let only_listed = scene.store.number(number(3)).await.unwrap();
    assert!(only_listed.is_none_or(|known| known.called == 0 && known.contacts.len() == 1));
    assert_eq!(scene.contacts(waiting).await.len(), 1);
}
