//! What holds in every ledger at every moment, recounted from the rows that the traits show.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::sync::Arc;

use ringonce_domain::{AttemptState, ContactState, LeadStatus, Millis, Number, Outcome, Timestamp};

use ringonce_store::Store;
use ringonce_store::model::{CallDetail, CampaignDetail, ContactDetail, Page, Visible};

const LARGEST_PAGE: u32 = 1_000;

/// Every row of a listing, page by page.
macro_rules! all {
    ($page:ident => $list:expr, $row:ident => $key:expr) => {{
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let $page = Page {
                after,
                limit: LARGEST_PAGE,
            };
            let rows = $list.await.unwrap();
            let Some($row) = rows.last() else { break all };
            after = Some($key);
            all.extend(rows);
        }
    }};
}

fn tally<T: Eq + Hash + Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

/// Recounts everything.
///
/// # Panics
/// When a figure differs from the rows that it counts, or a row from what it refers to.
pub(super) async fn assert_adds_up(store: &Arc<dyn Store>, now: Timestamp) {
    let campaigns = all!(page => store.campaigns(None, Visible::Everything, page), last => last.id);
    let calls = all!(page => store.calls(None, None, Visible::Everything, page), last => last.id);
    let live = all!(page => store.live_attempts(page), last => last.number);

    let live_numbers: BTreeSet<Number> = live.iter().map(|attempt| attempt.number).collect();
    assert_eq!(live_numbers.len(), live.len(), "a number is in two calls");
    let live_calls: BTreeSet<_> = calls
        .iter()
        .filter(|call| call.state.is_live())
        .map(|call| call.id)
        .collect();
    assert_eq!(
        live.iter()
            .map(|attempt| attempt.id)
            .collect::<BTreeSet<_>>(),
        live_calls
    );

    for campaign in &campaigns {
        let contacts = all!(page => store.contacts(campaign.id, None, page), last => last.id);
        let calls: Vec<&CallDetail> = calls
            .iter()
            .filter(|call| call.campaign == campaign.id)
            .collect();
        assert_campaign_adds_up(campaign, &contacts, &calls);
        for contact in &contacts {
            let calls: Vec<&CallDetail> = calls
                .iter()
                .copied()
                .filter(|call| call.contact == contact.id)
                .collect();
            assert_contact_adds_up(contact, &calls);
        }
    }
    assert_numbers_add_up(store, &calls).await;
    assert!(
        store.verify_audit().await.unwrap().is_ok(),
        "the audit chain is broken"
    );
    for finding in store.doctor(now).await.unwrap() {
        assert!(finding.ok, "{finding:?}");
    }
}

fn assert_campaign_adds_up(
    campaign: &CampaignDetail,
    contacts: &[ContactDetail],
    calls: &[&CallDetail],
) {
    let of = format!("campaign {}", campaign.id);
    let states = tally(contacts.iter().map(|contact| contact.state));
    for state in ContactState::ALL {
        let rows = states.get(state).copied().unwrap_or(0);
        assert_eq!(
            campaign.contacts.get(*state),
            rows,
            "{of}: contacts that are {state}"
        );
    }
    let outcomes = tally(calls.iter().filter_map(|call| call.outcome));
    assert_eq!(
        campaign.outcomes.len(),
        Outcome::ALL.len(),
        "{of}: every outcome is present"
    );
    for (outcome, counted) in &campaign.outcomes {
        let rows = outcomes.get(outcome).copied().unwrap_or(0);
        assert_eq!(*counted, rows, "{of}: calls that ended with {outcome}");
    }
    let live = calls.iter().filter(|call| call.state.is_live()).count();
    assert_eq!(campaign.live as usize, live, "{of}: live calls");
    let next_due = contacts.iter().filter_map(|contact| contact.due_at).min();
    assert_eq!(campaign.next_due, next_due, "{of}: its first due contact");
    let numbers: BTreeSet<Number> = contacts.iter().map(|contact| contact.number).collect();
    assert_eq!(
        numbers.len(),
        contacts.len(),
        "{of}: a number stands there twice"
    );
}

fn assert_contact_adds_up(contact: &ContactDetail, calls: &[&CallDetail]) {
    let live: Vec<AttemptState> = calls
        .iter()
        .map(|call| call.state)
        .filter(|state| state.is_live())
        .collect();
    let expected = match live.as_slice() {
        [] => None,
        [AttemptState::Answered] => Some(ContactState::Connected),
        [_] => Some(ContactState::Calling),
        _ => panic!("{contact:?} has {live:?}"),
    };
    let shown = contact.state.is_live().then_some(contact.state);
    assert_eq!(shown, expected, "{contact:?} and its live call");
    assert_eq!(
        contact.due_at.is_some(),
        contact.state == ContactState::Pending,
        "{contact:?}"
    );
    if contact.state == ContactState::Skipped {
        assert!(contact.reason.is_some(), "{contact:?} does not say why");
    }
    if contact.attempts == 0 && contact.state == ContactState::Pending {
        assert_eq!(contact.lead, LeadStatus::New, "{contact:?}");
    }
    let answered = calls
        .iter()
        .filter(|call| call.outcome == Some(Outcome::Answered))
        .count();
    assert_eq!(contact.answered as usize, answered, "{contact:?}");
    let of = |states: &[AttemptState]| {
        calls
            .iter()
            .filter(|call| states.contains(&call.state))
            .count()
    };
    // A claim may yet be taken back, and a try that did not reach the carrier does not count.
    let perhaps = of(&[
        AttemptState::Claimed,
        AttemptState::Refused,
        AttemptState::NeverPlaced,
    ]);
    let least = calls.len() - perhaps - of(&[AttemptState::Released]);
    let counted = contact.attempts as usize;
    assert!(
        (least..=least + perhaps).contains(&counted),
        "{contact:?} has {least} to {} attempts",
        least + perhaps
    );
}

async fn assert_numbers_add_up(store: &Arc<dyn Store>, calls: &[CallDetail]) {
    let rings = all!(page => store.rings(page), last => last.number);
    let rung: BTreeSet<_> = rings.iter().map(|ring| ring.attempt).collect();
    assert_eq!(rung.len(), rings.len(), "an attempt is listed twice");
    let may_have_rung: BTreeSet<_> = calls
        .iter()
        .filter(|call| call.may_have_rung)
        .map(|call| call.id)
        .collect();
    assert_eq!(
        rung, may_have_rung,
        "the rings are the calls that may have rung"
    );

    let numbers: BTreeSet<Number> = calls.iter().map(|call| call.number).collect();
    for number in numbers {
        let mine = || calls.iter().filter(|call| call.number == number);
        let over = |call: &&CallDetail| call.may_have_rung && !call.state.is_live();
        let Some(known) = store.number(number).await.unwrap() else {
            panic!("{number} was called and is not known");
        };
        assert_eq!(
            known.called,
            mine().filter(over).count() as u64,
            "{number}: calls"
        );
        let answered = mine().filter(|call| call.outcome == Some(Outcome::Answered));
        assert_eq!(known.answered, answered.count() as u64, "{number}: answers");
        let last = mine().filter(over).filter_map(|call| call.ended_at).max();
        // A call that is live again was over once.
        let returned = mine().any(|call| call.state.is_live()) && known.last_called_at > last;
        // A late word keeps a claim that was made without it from being dialled.
        let kept =
            mine().any(|call| known.last_called_at == Some(call.claimed_at + Millis::new(1)));
        assert!(
            known.last_called_at == last || returned || kept,
            "{number}: {last:?}"
        );
        let live = mine().find(|call| call.state.is_live()).map(|call| call.id);
        assert_eq!(known.live_attempt, live, "{number}: its live call");
    }
}
