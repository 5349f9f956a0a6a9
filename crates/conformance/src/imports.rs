//! A file becomes contacts, or nothing at all (promise B3).

use ringonce_domain::{CampaignEvent, CampaignState, ContactState};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{free, number, numbers, row};
use super::scene::{Scene, assert_illegal};
use ringonce_store::StoreError;
use ringonce_store::model::{
    DuplicateRow, ImportTotals, NewCampaign, NewList, Page, RowProblem, Visible,
};

fn problem(line: u32) -> RowProblem {
    RowProblem {
        line,
        column: "phone".into(),
        value: "12".into(),
        reason: "too short".into(),
        fields: "{}".into(),
    }
}

fn duplicate(line: u32, n: u64, first_line: u32) -> DuplicateRow {
    DuplicateRow {
        line,
        number: number(n),
        first_line,
    }
}

pub(super) async fn duplicates_keep_the_first_row_and_name_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (campaign, list) = scene.empty(free()).await;
    let first = vec![row(2, number(0)), row(3, number(1)), row(4, number(0))];
    let found = scene
        .store
        .add_contacts(list, first, Vec::new())
        .await
        .unwrap();
    assert_eq!(found, [duplicate(4, 0, 2)], "in one chunk");
    let second = vec![row(5, number(1)), row(6, number(2)), row(7, number(1))];
    let found = scene
        .store
        .add_contacts(list, second, Vec::new())
        .await
        .unwrap();
    assert_eq!(
        found,
        [duplicate(5, 1, 3), duplicate(7, 1, 3)],
        "over chunks"
    );
    scene
        .store
        .finish_import(list, 6, scene.by.clone(), scene.now())
        .await
        .unwrap();

    let lines: Vec<u32> = scene
        .contacts(campaign)
        .await
        .iter()
        .map(|contact| contact.line)
        .collect();
    assert_eq!(lines, [2, 3, 6]);
    let page = Page {
        after: None,
        limit: 10,
    };
    let problems = scene.store.problems(campaign, page).await.unwrap();
    let lines: Vec<u32> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [4, 5, 7]);
    for (problem, first) in problems.iter().zip([2, 3, 3]) {
        assert!(
            problem.reason.ends_with(&first.to_string()),
            "{problem:?} names the first"
        );
    }
}

pub(super) async fn an_import_counts_what_it_took_and_what_it_did_not(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (campaign, list) = scene.empty(free()).await;
    let rows = vec![row(2, number(0)), row(4, number(1)), row(5, number(0))];
    scene
        .store
        .add_contacts(list, rows, vec![problem(3), problem(6)])
        .await
        .unwrap();
    let totals = scene
        .store
        .finish_import(list, 5, scene.by.clone(), scene.now())
        .await
        .unwrap();

    let expected = ImportTotals {
        rows: 5,
        accepted: 2,
        duplicates: 1,
        rejected: 2,
    };
    assert_eq!(totals, expected);
    assert_eq!(scene.detail(campaign).await.import, expected);
    assert_eq!(scene.count(campaign, ContactState::Pending).await, 2);
}

pub(super) async fn a_draft_is_invisible_until_its_import_is_finished(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (campaign, list) = scene.empty(free()).await;
    scene
        .store
        .add_contacts(list, vec![row(2, number(0))], Vec::new())
        .await
        .unwrap();
    let listed = async || {
        let page = Page {
            after: None,
            limit: 10,
        };
        scene
            .store
            .campaigns(None, Visible::Everything, page)
            .await
            .unwrap()
            .len()
    };
    assert_eq!(listed().await, 0);
    let early = scene
        .store
        .start(campaign, scene.by.clone(), scene.now())
        .await;
    assert!(early.is_err(), "half a file is not called");

    scene
        .store
        .finish_import(list, 1, scene.by.clone(), scene.now())
        .await
        .unwrap();
    assert_eq!(listed().await, 1);
}

pub(super) async fn a_discarded_import_leaves_nothing(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let kept = scene.draft(free(), &numbers(3)).await;
    let (campaign, list) = scene.empty(free()).await;
    let rows: Vec<_> = (2..)
        .zip(numbers(50))
        .map(|(line, number)| row(line, number))
        .collect();
    scene
        .store
        .add_contacts(list, rows, vec![problem(60)])
        .await
        .unwrap();

    scene.store.discard_import(campaign).await.unwrap();

    let gone = scene.store.campaign(campaign).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    let late = scene
        .store
        .add_contacts(list, vec![row(99, number(70))], Vec::new())
        .await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })), "{late:?}");
    assert!(scene.store.number(number(40)).await.unwrap().is_none());
    assert!(
        scene.store.discard_import(kept).await.is_err(),
        "a finished import is no failed one"
    );
    assert_eq!(scene.contacts(kept).await.len(), 3);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn unfinished_imports_are_swept_away_and_finished_ones_stay(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let kept = scene.draft(free(), &numbers(3)).await;
    for _ in 0..2 {
        let (_, list) = scene.empty(free()).await;
        scene
            .store
            .add_contacts(list, vec![row(2, number(9))], Vec::new())
            .await
            .unwrap();
    }
    assert_eq!(scene.store.discard_unfinished().await.unwrap(), 2);
    assert_eq!(scene.store.discard_unfinished().await.unwrap(), 0);
    assert_eq!(scene.contacts(kept).await.len(), 3);
    assert_eq!(scene.start(kept).await.calls, 3);
}

pub(super) async fn nothing_is_imported_into_a_campaign_that_was_started(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let file = NewList {
        file_name: "more.csv".into(),
        layout: "{}".into(),
    };
    let answer = scene.store.begin_import(campaign, file, scene.now()).await;
    assert_illegal(answer, CampaignState::Running, CampaignEvent::Start);
}

pub(super) async fn a_file_is_known_again_by_its_fingerprint(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let create = async |fingerprint: &str| {
        let new = NewCampaign {
            owner: None,
            name: "Autumn".into(),
            settings: free(),
            fingerprint: fingerprint.into(),
        };
        let campaign = scene
            .store
            .create(new, scene.by.clone(), scene.now())
            .await
            .unwrap();
        let file = NewList {
            file_name: "people.csv".into(),
            layout: "{}".into(),
        };
        let list = scene
            .store
            .begin_import(campaign, file, scene.now())
            .await
            .unwrap();
        scene
            .store
            .add_contacts(list, vec![row(2, number(0))], Vec::new())
            .await
            .unwrap();
        scene
            .store
            .finish_import(list, 1, scene.by.clone(), scene.now())
            .await
            .unwrap();
        campaign
    };
    let of = async |fingerprint: &str, states: &[CampaignState]| {
        scene
            .store
            .campaign_of_file(fingerprint, states)
            .await
            .unwrap()
    };
    create("aa").await;
    let latest = create("aa").await;
    let other = create("bb").await;
    create("").await;

    assert_eq!(of("aa", &[CampaignState::Draft]).await, Some(latest));
    assert_eq!(of("bb", CampaignState::ALL).await, Some(other));
    assert_eq!(
        of("aa", &[CampaignState::Running, CampaignState::Paused]).await,
        None
    );
    assert_eq!(of("cc", CampaignState::ALL).await, None);
    assert_eq!(
        of("", CampaignState::ALL).await,
        None,
        "an unknown file is no file"
    );
    scene
        .store
        .delete(other, scene.by.clone(), scene.now())
        .await
        .unwrap();
    assert_eq!(
        of("bb", CampaignState::ALL).await,
        None,
        "a deleted campaign does not count"
    );
}

pub(super) async fn how_each_file_was_read_is_told_in_their_order(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (campaign, first) = scene.empty(free()).await;
    let (other, _) = scene.empty(free()).await;
    let file = NewList {
        file_name: "more.csv".into(),
        layout: r#"{"columns":{"name":["Name"]}}"#.into(),
    };
    let second = scene.store.begin_import(campaign, file, scene.now());
    assert!(second.await.unwrap() > first);
    let told = scene.store.layouts(campaign).await.unwrap();
    assert_eq!(told, ["{}", r#"{"columns":{"name":["Name"]}}"#]);
    assert_eq!(scene.store.layouts(other).await.unwrap(), ["{}"]);
    let nowhere = ringonce_domain::CampaignId(99);
    assert_eq!(scene.store.layouts(nowhere).await.unwrap(), [""; 0]);
}
