//! Idempotency keys: under one key one import is finished, whatever fails in between.

use ringonce_domain::{CampaignId, ListId, Millis};
use tokio::task::JoinSet;

use super::Factory;
use super::material::{MONDAY, free, number, row};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{HeldKey, KeyTurn, KeyedRequest, Page, Visible};

/// How long a key is held, and kept, in these cases.
const HELD: Millis = Millis::from_secs(30);
const KEPT: Millis = Millis::from_days(1);

/// A key of a caller as a request would hold it.
fn key(caller: &str, key: u8, holder: u8) -> HeldKey {
    HeldKey {
        caller: caller.into(),
        key: [key; 32],
        holder: [holder; 16],
    }
}

/// A request under a key, at this moment.
fn request(scene: &Scene, key: HeldKey) -> KeyedRequest {
    KeyedRequest {
        key,
        request: [7; 32],
        until: scene.now() + HELD,
        kept: KEPT,
        most: 100,
    }
}

async fn take(scene: &Scene, key: HeldKey) -> KeyTurn {
    let store = scene.another_store().await;
    let taken = store.take_key(request(scene, key), scene.now());
    taken.await.unwrap()
}

/// An import of one row that is not finished.
async fn import(scene: &Scene) -> (CampaignId, ListId) {
    let (campaign, list) = scene.empty(free()).await;
    let added = scene
        .store
        .add_contacts(list, vec![row(2, number(0))], Vec::new());
    assert_eq!(added.await.unwrap(), []);
    (campaign, list)
}

async fn finish(scene: &Scene, key: &HeldKey, list: ListId) -> ringonce_store::Result<()> {
    let (key, by) = (key.clone(), scene.by.clone());
    let finished = scene
        .store
        .finish_import_under(key, list, 1, by, scene.now());
    let totals = finished.await?;
    assert_eq!((totals.rows, totals.accepted), (1, 1));
    Ok(())
}

async fn release(scene: &Scene, key: &HeldKey) {
    scene.store.release_key(key.clone()).await.unwrap();
}

/// How many campaigns listings show.
async fn seen(scene: &Scene) -> usize {
    let (after, limit) = (None, 100);
    let page = Page { after, limit };
    let listed = scene.store.campaigns(None, Visible::Everything, page);
    listed.await.unwrap().len()
}

pub(super) async fn a_key_is_taken_once_and_says_what_came_of_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mine = key("ann", 1, 1);
    assert_eq!(take(&scene, mine.clone()).await, KeyTurn::First);
    assert_eq!(take(&scene, key("ann", 1, 2)).await, KeyTurn::UnderWay);
    assert_eq!(take(&scene, key("ann", 2, 2)).await, KeyTurn::First);
    assert_eq!(take(&scene, key("bob", 1, 2)).await, KeyTurn::First);
    let other = KeyedRequest {
        request: [8; 32],
        ..request(&scene, key("ann", 1, 3))
    };
    let turn = scene.store.take_key(other.clone(), scene.now()).await;
    assert_eq!(turn.unwrap(), KeyTurn::OtherRequest);

    let (campaign, list) = import(&scene).await;
    assert_eq!(seen(&scene).await, 0);
    finish(&scene, &mine, list).await.unwrap();
    assert_eq!(seen(&scene).await, 1);
    assert_eq!(take(&scene, key("ann", 1, 2)).await, KeyTurn::UnderWay);
    release(&scene, &mine).await;
    for holder in [2, 3] {
        let turn = take(&scene, key("ann", 1, holder)).await;
        assert_eq!(turn, KeyTurn::Made(campaign));
    }
    let turn = scene.store.take_key(other, scene.now()).await;
    assert_eq!(turn.unwrap(), KeyTurn::OtherRequest);
}

pub(super) async fn a_key_that_came_to_nothing_is_free_again(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mine = key("ann", 1, 1);
    assert_eq!(take(&scene, mine.clone()).await, KeyTurn::First);
    release(&scene, &key("ann", 1, 2)).await;
    let other = take(&scene, key("ann", 1, 2)).await;
    assert_eq!(other, KeyTurn::UnderWay, "only its holder gives it up");
    release(&scene, &mine).await;
    assert_eq!(take(&scene, key("ann", 1, 2)).await, KeyTurn::First);
}

pub(super) async fn a_key_that_is_not_held_any_longer_is_taken_over_and_one_import_is_finished(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let (slow, next) = (key("ann", 1, 1), key("ann", 1, 2));
    assert_eq!(take(&scene, slow.clone()).await, KeyTurn::First);
    let (_, late) = import(&scene).await;
    scene.wait(Millis::from_secs(29));
    let longer = scene.store.hold_key(&slow, scene.now() + HELD).await;
    assert!(longer.unwrap());
    scene.wait(Millis::from_secs(29));
    assert_eq!(take(&scene, next.clone()).await, KeyTurn::UnderWay);
    scene.wait(Millis::from_secs(1));
    assert_eq!(take(&scene, next.clone()).await, KeyTurn::First);

    let longer = scene.store.hold_key(&slow, scene.now() + HELD).await;
    assert!(!longer.unwrap(), "it was taken over");
    let refused = finish(&scene, &slow, late).await;
    assert_eq!(refused, Err(StoreError::KeyLost));
    release(&scene, &slow).await;
    assert_eq!(seen(&scene).await, 0, "a refusal changes nothing");
    let (campaign, list) = import(&scene).await;
    finish(&scene, &next, list).await.unwrap();
    assert_eq!(finish(&scene, &slow, late).await, Err(StoreError::KeyLost));
    assert_eq!(seen(&scene).await, 1);
    // The holder of the key died after its import.
    scene.wait(HELD);
    let turn = take(&scene, key("ann", 1, 3)).await;
    assert_eq!(turn, KeyTurn::Made(campaign));
}

pub(super) async fn of_many_who_take_a_key_at_once_one_has_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    for round in 0..8 {
        let mut tasks = JoinSet::new();
        for holder in 1..=8 {
            let store = scene.another_store().await;
            let asked = request(&scene, key("ann", round, holder));
            tasks.spawn(async move { store.take_key(asked, MONDAY).await.unwrap() });
        }
        let turns = tasks.join_all().await;
        let first = turns.iter().filter(|turn| **turn == KeyTurn::First).count();
        assert_eq!(first, 1, "{turns:?}");
        let others = turns.iter().filter(|turn| **turn != KeyTurn::First);
        assert!(others.into_iter().all(|it| *it == KeyTurn::UnderWay));
    }
}

pub(super) async fn of_two_who_both_import_under_a_key_at_once_one_is_finished(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    for round in 0..6 {
        let (slow, next) = (key("ann", round, 1), key("ann", round, 2));
        assert_eq!(take(&scene, slow.clone()).await, KeyTurn::First);
        let imports = [import(&scene).await, import(&scene).await];
        // The slow request finishes at the moment at which the other takes the key over and finishes.
        scene.wait(HELD);
        let now = scene.now();
        let asked = request(&scene, next.clone());
        let mut tasks = JoinSet::new();
        for (nth, (campaign, list)) in imports.into_iter().enumerate() {
            let store = scene.another_store().await;
            let (slow, next, asked) = (slow.clone(), next.clone(), asked.clone());
            let by = scene.by.clone();
            tasks.spawn(async move {
                let key = if nth == 0 {
                    slow
                } else if store.take_key(asked, now).await.unwrap() == KeyTurn::First {
                    next
                } else {
                    return None;
                };
                let finished = store.finish_import_under(key, list, 1, by, now).await;
                finished.is_ok().then_some(campaign)
            });
        }
        let made: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(made.len(), 1, "{made:?}");
        scene.wait(HELD);
        let turn = take(&scene, key("ann", round, 3)).await;
        assert_eq!(turn, KeyTurn::Made(made[0]));
        assert_eq!(seen(&scene).await, usize::from(round) + 1);
    }
}

pub(super) async fn a_key_is_kept_for_its_time_whatever_others_do(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mine = key("ann", 1, 1);
    assert_eq!(take(&scene, mine.clone()).await, KeyTurn::First);
    let (campaign, list) = import(&scene).await;
    finish(&scene, &mine, list).await.unwrap();
    release(&scene, &mine).await;
    for n in 0..150 {
        let caller = format!("caller {}", n % 3);
        assert_eq!(take(&scene, key(&caller, n, 1)).await, KeyTurn::First);
    }
    scene.wait(Millis::new(KEPT.get() - 1));
    let turn = take(&scene, key("ann", 1, 2)).await;
    assert_eq!(turn, KeyTurn::Made(campaign));
    scene.wait(Millis::new(1));
    let turn = take(&scene, key("ann", 1, 2)).await;
    assert_eq!(turn, KeyTurn::First, "a day is over");
}

pub(super) async fn a_caller_may_have_so_many_keys(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let few = |key| KeyedRequest {
        most: 3,
        ..request(&scene, key)
    };
    for n in 0..3 {
        let taken = scene.store.take_key(few(key("ann", n, 1)), scene.now());
        assert_eq!(taken.await.unwrap(), KeyTurn::First);
    }
    for (asked, turn) in [
        (key("ann", 3, 1), KeyTurn::TooMany),
        (key("ann", 2, 2), KeyTurn::UnderWay),
        (key("bob", 3, 1), KeyTurn::First),
    ] {
        let taken = scene.store.take_key(few(asked.clone()), scene.now());
        assert_eq!(taken.await.unwrap(), turn, "{asked:?}");
    }
    scene.wait(KEPT);
    let taken = scene.store.take_key(few(key("ann", 3, 1)), scene.now());
    assert_eq!(taken.await.unwrap(), KeyTurn::First, "old ones make room");
}
