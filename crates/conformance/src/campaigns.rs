//! The life of a campaign, its start, and its end (promise B1).

use ringonce_domain::{
    AttemptState, CampaignEvent, CampaignId, CampaignState, ContactState, Evidence, Millis,
    Outcome, Settings,
};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{accepted, ended, forgetful, free, number, numbers};
use super::scene::{Scene, assert_illegal, assert_stale};
use ringonce_store::model::{Page, Recorded, Visible};
use ringonce_store::{Result, StoreError};

/// A campaign without calls that is in this state.
async fn campaign_in(scene: &Scene, state: CampaignState) -> CampaignId {
    use CampaignState as S;
    let settings = Settings {
        start_at: (state == S::Pending).then(|| scene.now() + Millis::from_hours(1)),
        ..forgetful()
    };
    let campaign = scene.draft(settings, &numbers(2)).await;
    if state != S::Draft {
        scene.start(campaign).await;
    }
    let event = match state {
        S::Draft | S::Pending | S::Running => return campaign,
        S::Paused => CampaignEvent::Pause,
        S::Completed => CampaignEvent::Complete,
        S::Failed => CampaignEvent::Fail,
    };
    assert_eq!(scene.transition(campaign, event).await, state);
    campaign
}

pub(super) async fn every_event_that_a_state_does_not_know_is_refused_by_name(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    for &state in CampaignState::ALL {
        let campaign = campaign_in(&scene, state).await;
        for &event in CampaignEvent::ALL
            .iter()
            .filter(|event| state.on(**event).is_err())
        {
            let (by, reason) = (scene.by.clone(), Some("because".to_owned()));
            let answer = scene
                .store
                .transition(campaign, event, by, reason, scene.now())
                .await;
            assert_illegal(answer, state, event);
        }
        let after = scene.detail(campaign).await;
        assert_eq!(
            (after.state, after.state_reason),
            (state, None),
            "a refusal changes nothing"
        );
        if state != CampaignState::Draft {
            let answer = scene.try_start(campaign).await;
            assert_illegal(answer, state, CampaignEvent::Start);
        }
    }
}

pub(super) async fn a_campaign_walks_from_draft_to_completed(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.draft(free(), &numbers(1)).await;
    let draft = scene.detail(campaign).await;
    assert_eq!(
        (draft.state, draft.created_at),
        (CampaignState::Draft, scene.now())
    );
    assert_eq!(
        (draft.started_at, draft.ended_at, draft.last_called_at),
        (None, None, None)
    );

    scene.wait_hours(1);
    scene.start(campaign).await;
    let running = scene.detail(campaign).await;
    assert_eq!(
        (running.state, running.started_at),
        (CampaignState::Running, Some(scene.now()))
    );
    assert!(
        running.next_due.is_some_and(|due| due <= scene.now()),
        "its contacts are due"
    );

    scene.wait_hours(1);
    let by = scene.by.clone();
    let reason = Some("lunch".to_owned());
    scene
        .store
        .transition(campaign, CampaignEvent::Pause, by, reason, scene.now())
        .await
        .unwrap();
    let paused = scene.detail(campaign).await;
    assert_eq!(
        (paused.state, paused.state_reason.as_deref()),
        (CampaignState::Paused, Some("lunch"))
    );

    scene.transition(campaign, CampaignEvent::Resume).await;
    assert_eq!(
        scene.detail(campaign).await.state_reason,
        None,
        "the reason was the pause's"
    );
    scene.wait_hours(1);
    scene.call(campaign, Outcome::Answered).await;
    let called_at = scene.now();
    scene.wait_hours(1);
    scene.transition(campaign, CampaignEvent::Complete).await;
    let done = scene.detail(campaign).await;
    assert_eq!(
        (done.state, done.ended_at),
        (CampaignState::Completed, Some(scene.now()))
    );
    assert_eq!(
        (done.last_called_at, done.next_due),
        (Some(called_at), None)
    );
}

pub(super) async fn a_campaign_with_a_start_time_waits_for_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = Settings {
        start_at: Some(scene.now() + Millis::from_hours(2)),
        ..free()
    };
    let campaign = scene.draft(settings, &numbers(1)).await;
    assert_eq!(scene.start(campaign).await.state, CampaignState::Pending);
    let claimed = scene.claim(campaign, 1).await;
    assert_eq!(claimed.attempts, []);
    assert!(claimed.held.is_some());

    scene.wait_hours(2);
    assert_eq!(
        scene.transition(campaign, CampaignEvent::Begin).await,
        CampaignState::Running
    );
    scene.claim_one(campaign).await;
}

/// A dial is refused: the carrier must not be asked.
fn assert_not_dialled(answer: &Result<Recorded>) {
    match answer {
        Err(StoreError::Stale(_)) => {}
        Ok(Recorded::Moved(attempt)) if attempt.state == AttemptState::Released => {}
        other => panic!("the call may be sent: {other:?}"),
    }
}

pub(super) async fn a_pause_holds_the_very_next_claim_and_dial(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let epoch = scene.lease(campaign).await;
    let claimed_before = scene
        .claim_under(campaign, epoch, 1)
        .await
        .attempts
        .remove(0);
    scene.transition(campaign, CampaignEvent::Pause).await;

    let claimed = scene.claim_under(campaign, epoch, 1).await;
    assert_eq!(claimed.attempts, []);
    assert!(
        claimed.held.is_some_and(|why| why.contains("paused")),
        "it says why"
    );
    assert_not_dialled(&scene.try_record(claimed_before.id, scene.dial()).await);

    scene.record(claimed_before.id, Evidence::OwnerGone).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.attempts),
        (ContactState::Pending, 0),
        "nobody is forgotten"
    );
    assert_stale(&scene.try_record(claimed_before.id, scene.dial()).await);

    scene.transition(campaign, CampaignEvent::Resume).await;
    scene.claim_all(campaign, 2).await;
}

pub(super) async fn calls_under_way_are_settled_while_a_campaign_is_paused(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.transition(campaign, CampaignEvent::Pause).await;

    scene
        .tell(
            attempt.id,
            [
                accepted("CA1"),
                Evidence::Answered,
                ended(Outcome::Answered),
            ],
        )
        .await;

    assert_eq!(scene.count(campaign, ContactState::Completed).await, 1);
    assert_eq!(scene.detail(campaign).await.state, CampaignState::Paused);
}

pub(super) async fn a_campaign_that_runs_or_has_live_calls_cannot_be_deleted(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let delete = async || {
        scene
            .store
            .delete(campaign, scene.by.clone(), scene.now())
            .await
    };
    let refused = |state, live| StoreError::InUse {
        id: campaign.0,
        state,
        live,
    };

    assert_eq!(
        delete().await.unwrap_err(),
        refused(CampaignState::Running, 0)
    );
    let attempt = scene.dial_one(campaign).await;
    scene.transition(campaign, CampaignEvent::Pause).await;
    assert_eq!(
        delete().await.unwrap_err(),
        refused(CampaignState::Paused, 1)
    );
    scene.record(attempt.id, ended(Outcome::Answered)).await;
    delete().await.unwrap();
}

pub(super) async fn a_deleted_campaign_leaves_its_calls_in_the_ledger(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let attempt = scene.call(campaign, Outcome::Answered).await;
    scene.transition(campaign, CampaignEvent::Pause).await;
    scene
        .store
        .delete(campaign, scene.by.clone(), scene.now())
        .await
        .unwrap();

    let gone = scene.store.campaign(campaign).await;
    assert!(
        matches!(
            gone,
            Err(StoreError::NotFound {
                what: "campaign",
                ..
            })
        ),
        "{gone:?}"
    );
    let again = scene
        .store
        .delete(campaign, scene.by.clone(), scene.now())
        .await;
    assert!(
        matches!(again, Err(StoreError::NotFound { .. })),
        "{again:?}"
    );
    assert!(
        scene
            .store
            .campaigns(
                None,
                Visible::Everything,
                Page {
                    after: None,
                    limit: 10
                }
            )
            .await
            .unwrap()
            .is_empty()
    );

    let (call, timeline) = scene.store.call(attempt.id).await.unwrap();
    assert_eq!(
        (call.state, call.name.as_str()),
        (AttemptState::Ended, ""),
        "the person is gone"
    );
    assert!(timeline.len() > 2, "its timeline stays");
    let rings = scene
        .store
        .rings(Page {
            after: None,
            limit: 10,
        })
        .await
        .unwrap();
    assert_eq!(rings.len(), 1);
    assert!(
        scene.store.settings(campaign).await.unwrap().is_some(),
        "its rules can still be proved"
    );
    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!(
        (known.called, known.contacts.len(), known.calls.len()),
        (1, 0, 1)
    );

    let next = scene.draft(free(), &numbers(2)).await;
    assert_eq!(
        scene.start(next).await.skipped,
        1,
        "a call of a deleted campaign is a call"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn what_is_not_there_is_named(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let nowhere = CampaignId(404);
    let store = &scene.store;
    let now = scene.now();
    let by = || scene.by.clone();
    let page = || Page {
        after: None,
        limit: 10,
    };
    let errors = [
        store.campaign(nowhere).await.unwrap_err(),
        store.start(nowhere, by(), now).await.unwrap_err(),
        store
            .mark_called(nowhere, None, by(), now)
            .await
            .unwrap_err(),
        store.delete(nowhere, by(), now).await.unwrap_err(),
        store
            .transition(nowhere, CampaignEvent::Pause, by(), None, now)
            .await
            .unwrap_err(),
        store.lease(nowhere, scene.me, now, now).await.unwrap_err(),
        store.contacts(nowhere, None, page()).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.to_string(), "there is no campaign 404");
    }
    let call = super::material::attempt_ids(1, now)[0];
    let error = store.call(call).await.unwrap_err();
    assert_eq!(error.to_string(), format!("there is no call {call}"));
    assert_eq!(store.attempt(call).await.unwrap(), None);
    assert!(store.number(number(1)).await.unwrap().is_none());
    assert!(store.settings(nowhere).await.unwrap().is_none());
}

pub(super) async fn the_agenda_shows_exactly_the_pending_and_running_campaigns(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let mut active = Vec::new();
    for &state in CampaignState::ALL {
        let campaign = campaign_in(&scene, state).await;
        if state.is_active() {
            active.push((campaign, state));
        }
    }
    active.sort();
    let agenda = scene.store.agenda().await.unwrap();
    let shown: Vec<_> = agenda
        .snapshot
        .campaigns
        .iter()
        .map(|view| (view.id, view.state))
        .collect();
    assert_eq!(shown, active);
    assert_eq!(agenda.leases.len(), active.len());
    for view in &agenda.snapshot.campaigns {
        let detail = scene.detail(view.id).await;
        assert_eq!((view.live, view.counts), (detail.live, detail.contacts));
        assert_eq!(
            (view.next_due, &view.settings),
            (detail.next_due, &detail.settings)
        );
    }
}
