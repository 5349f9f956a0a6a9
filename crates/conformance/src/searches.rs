//! Searches: under any filter and in any order, every matching contact is found once, page by page.

use std::collections::BTreeSet;

use ringonce_domain::{CampaignId, ContactState, Evidence, Outcome};

use super::Factory;
use super::material::{forgetful, number, numbers, row};
use super::scene::Scene;
use ringonce_store::model::{
    Actor, AuditAbout, AuditSearch, Beginning, ContactDetail, ContactOrder, ContactSearch,
    NewContact, Page,
};

const NAMES: [&str; 7] = ["Ann", "ann", "Änne", "", "Bob", "annabel", "Zoë"];

/// Forty contacts, twelve of them called, whose names differ little.
async fn called(scene: &Scene) -> CampaignId {
    // Contacts of another campaign, which no search may find.
    scene.draft(forgetful(), &numbers(30)).await;
    let rows = (0..40).map(|n| NewContact {
        name: NAMES[usize::try_from(n).unwrap() % NAMES.len()].to_owned(),
        // File order and order of numbers differ.
        ..row(u32::try_from(n).unwrap() + 2, number(n * 37 % 211))
    });
    let campaign = scene.draft_of(forgetful(), rows.collect()).await;
    scene.start(campaign).await;
    for outcome in [Outcome::Busy, Outcome::Answered, Outcome::NoAnswer] {
        for _ in 0..4 {
            scene.call(campaign, outcome).await;
        }
    }
    campaign
}

/// What a search finds, in pages of `limit`.
async fn found(
    scene: &Scene,
    campaign: CampaignId,
    wanted: &ContactSearch,
    limit: u32,
) -> Vec<ContactDetail> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = Page { after, limit };
        let found = scene.store.find_contacts(campaign, wanted.clone(), page);
        let found = found.await.unwrap();
        assert!(found.contacts.len() <= limit as usize);
        all.extend(found.contacts);
        after = found.next;
        if after.is_none() {
            return all;
        }
    }
}

fn key(name: &str) -> String {
    name.to_lowercase()
}

/// What a search should find, from all contacts in file order.
fn expected(all: &[ContactDetail], wanted: &ContactSearch) -> Vec<ContactDetail> {
    let mut all = all.to_vec();
    all.retain(|contact| {
        (wanted.states.is_empty() || wanted.states.contains(&contact.state))
            && (wanted.outcomes.is_empty()
                || contact
                    .last_outcome
                    .is_some_and(|outcome| wanted.outcomes.contains(&outcome)))
            && match &wanted.beginning {
                None => true,
                Some(Beginning::Name(name)) => key(&contact.name).starts_with(&key(name)),
                Some(Beginning::Number(digits)) => digits.iter().any(|digits| {
                    let number = contact.number.digits().to_string();
                    number.starts_with(&digits.to_string())
                }),
            }
    });
    match wanted.order {
        ContactOrder::File => {}
        ContactOrder::Number => all.sort_by_key(|contact| contact.number),
        ContactOrder::Name => all.sort_by_key(|contact| (key(&contact.name), contact.id)),
    }
    if wanted.descending {
        all.reverse();
    }
    all
}

pub(super) async fn every_filter_in_every_order_finds_what_it_names_page_by_page(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = called(&scene).await;
    let all = scene.contacts(campaign).await;
    let states = [
        vec![],
        vec![ContactState::Pending],
        vec![
            ContactState::Busy,
            ContactState::Completed,
            ContactState::Busy,
        ],
    ];
    let outcomes = [vec![], vec![Outcome::Busy, Outcome::NoAnswer]];
    let beginnings = [
        None,
        Some(Beginning::Name("AN".into())),
        Some(Beginning::Name("än".into())),
        Some(Beginning::Name("Nobody".into())),
        Some(Beginning::Number(vec![1201, 120_155])),
        Some(Beginning::Number(vec![12_015_550_100])),
    ];
    let mut hits = 0;
    for order in [ContactOrder::File, ContactOrder::Number, ContactOrder::Name] {
        for descending in [false, true] {
            for states in &states {
                for outcomes in &outcomes {
                    for beginning in &beginnings {
                        let wanted = ContactSearch {
                            states: states.clone(),
                            outcomes: outcomes.clone(),
                            beginning: beginning.clone(),
                            order,
                            descending,
                        };
                        let expected = expected(&all, &wanted);
                        hits += expected.len();
                        for limit in [3, 1_000] {
                            let found = found(&scene, campaign, &wanted, limit).await;
                            assert_eq!(found, expected, "{wanted:?} in pages of {limit}");
                        }
                    }
                }
            }
        }
    }
    assert!(hits > 500, "{hits}");
}

pub(super) async fn a_search_that_finds_little_ends_and_says_where_to_go_on(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let rows: Vec<_> = (0..6_100)
        .map(|n| NewContact {
            name: if n < 6_090 { "Ann" } else { "Bob" }.to_owned(),
            ..row(u32::try_from(n).unwrap() + 2, number(n))
        })
        .collect();
    let campaign = scene.draft_of(forgetful(), rows).await;
    // Few names begin with B, so they are gathered and sorted; too many begin with A.
    let wanted = ContactSearch {
        states: vec![ContactState::Pending],
        order: ContactOrder::Number,
        beginning: Some(Beginning::Name("b".into())),
        ..ContactSearch::default()
    };
    let gathered = found(&scene, campaign, &wanted, 50).await;
    assert_eq!(gathered.len(), 10, "few are gathered and sorted");
    let wanted = ContactSearch {
        beginning: Some(Beginning::Name("a".into())),
        states: vec![ContactState::Busy],
        ..wanted
    };
    let page = Page {
        after: None,
        limit: 50,
    };
    let first = scene.store.find_contacts(campaign, wanted.clone(), page);
    let first = first.await.unwrap();
    assert!(
        first.contacts.is_empty() && first.next.is_some(),
        "{first:?}"
    );
    assert_eq!(found(&scene, campaign, &wanted, 50).await, []);
    // Many with one name, across pages.
    for descending in [false, true] {
        let wanted = ContactSearch {
            order: ContactOrder::Name,
            descending,
            ..ContactSearch::default()
        };
        let found = found(&scene, campaign, &wanted, 700).await;
        let ids: BTreeSet<_> = found.iter().map(|contact| contact.id).collect();
        assert_eq!((found.len(), ids.len()), (6_100, 6_100));
        let last = if descending { "Ann" } else { "Bob" };
        assert_eq!(found.last().unwrap().name, last);
    }
}

pub(super) async fn why_contacts_wait_is_counted_for_the_next_in_line(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene
        .running(super::material::retrying(), &numbers(1_100))
        .await;
    for _ in 0..3 {
        scene.call(campaign, Outcome::Busy).await;
    }
    let waiting = scene.store.waiting(campaign, scene.now()).await.unwrap();
    assert_eq!(waiting.looked_at, 1_000);
    let turn = &waiting.reasons[0];
    assert_eq!(
        (turn.reason.as_str(), turn.contacts, turn.due),
        ("", 1_000, 1_000)
    );
    let small = scene
        .running(super::material::retrying(), &[number(5_000), number(5_001)])
        .await;
    scene.call(small, Outcome::Busy).await;
    let waiting = scene.store.waiting(small, scene.now()).await.unwrap();
    let told: Vec<_> = waiting
        .reasons
        .iter()
        .map(|one| (one.reason.as_str(), one.contacts, one.due))
        .collect();
    assert_eq!(told, [("", 1, 1), ("retry", 1, 0)]);
    assert!(waiting.reasons[1].first_due > scene.now());
}

pub(super) async fn the_last_call_of_each_contact_is_told_at_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let again = super::material::retrying();
    let campaign = scene.running(again, &numbers(3)).await;
    let first = scene.call(campaign, Outcome::Busy).await;
    let second = scene.call(campaign, Outcome::Answered).await;
    let unsent = scene.dial_one(campaign).await;
    scene.record(unsent.id, Evidence::NotSent).await;
    scene.wait_hours(30);
    scene.call(campaign, Outcome::Busy).await;
    let asked: Vec<_> = scene.contacts(campaign).await;
    let asked: Vec<_> = asked.iter().map(|contact| contact.id).collect();
    let last = scene.store.last_calls(&asked).await.unwrap();
    let ids: BTreeSet<_> = last.iter().map(|call| call.id).collect();
    assert!(ids.contains(&second.id) && !ids.contains(&unsent.id));
    let again = scene.store.last_calls(&[first.contact]).await.unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].contact, first.contact);
    assert_eq!(scene.store.last_calls(&[]).await.unwrap(), []);
}

pub(super) async fn entries_come_latest_first_by_what_they_are_about(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = called(&scene).await;
    scene.wait_hours(1);
    let boss = Actor::new("user:boss");
    let blocked = number(4_000);
    scene
        .store
        .block(blocked, "asked us to".into(), boss.clone(), scene.now())
        .await
        .unwrap();
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, Evidence::NotSent).await;

    let mut office = Vec::new();
    let mut after = None;
    loop {
        let page = Page { after, limit: 3 };
        let found = scene.store.find_entries(AuditSearch::default(), page);
        let found = found.await.unwrap();
        assert!(found.entries.len() <= 3);
        office.extend(found.entries);
        after = found.next;
        if after.is_none() {
            break;
        }
    }
    assert!(office.is_sorted_by(|a, b| (a.at, a.seq) > (b.at, b.seq)));
    assert!(office.iter().all(|entry| entry.attempt.is_none()));
    assert_eq!(office[0].event, "number.block");
    assert!(office.iter().any(|entry| entry.event == "campaign.create"));
    assert!(
        !office
            .iter()
            .any(|entry| entry.event.starts_with("contact."))
    );

    let of = |about, actor: Option<&str>| {
        let wanted = AuditSearch {
            about,
            actor: actor.map(str::to_owned),
        };
        let page = Page {
            after: None,
            limit: 100,
        };
        scene.store.find_entries(wanted, page)
    };
    let ours = of(AuditAbout::Campaign(campaign), None).await.unwrap();
    assert!(!ours.entries.is_empty());
    assert!(
        ours.entries
            .iter()
            .all(|entry| entry.campaign == Some(campaign))
    );
    let calls = of(AuditAbout::Number(attempt.number), None).await.unwrap();
    assert_eq!(calls.entries[0].event, "attempt.released");
    let bosses = of(AuditAbout::Office, Some("user:boss")).await.unwrap();
    assert_eq!(bosses.entries.len(), 1);
    assert_eq!(bosses.entries[0].number, Some(blocked));
    assert_eq!(bosses.next, None);
}
