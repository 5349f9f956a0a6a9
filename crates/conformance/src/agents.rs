//! Agents: their versions, their names, and what becomes of them.

use ringonce_domain::Agent;
use ringonce_domain::ids::AgentId;

use super::Factory;
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::Page;

fn saying(text: &str) -> Agent {
    Agent::say(text)
}

async fn add(scene: &Scene, name: &str, text: &str) -> AgentId {
    let (by, now) = (scene.by.clone(), scene.now());
    let added = scene.store.add_agent(name.into(), saying(text), by, now);
    added.await.unwrap()
}

async fn revise(scene: &Scene, id: AgentId, text: &str) -> u32 {
    let (by, now) = (scene.by.clone(), scene.now());
    let revised = scene.store.revise_agent(id, saying(text), by, now);
    revised.await.unwrap()
}

pub(super) async fn an_agent_keeps_every_version_and_shows_the_latest(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let id = add(&scene, "Library", "One").await;
    assert_eq!(revise(&scene, id, "Two {name|there}").await, 2);
    assert_eq!(
        revise(&scene, id, "Two {name|there}").await,
        2,
        "the same is no version"
    );
    assert_eq!(revise(&scene, id, "One").await, 3);
    let other = scene.another_store().await;
    let found = other.agent(id).await.unwrap();
    assert_eq!((found.version, &found.content), (3, &saying("One")));
    assert_eq!(
        (found.made_by, found.made_at),
        (scene.by.clone(), scene.now())
    );
    let page = |after, limit| Page { after, limit };
    let versions = other.agent_versions(id, page(None, 2)).await.unwrap();
    let texts: Vec<_> = versions
        .iter()
        .map(|v| (v.version, v.content.text().unwrap()))
        .collect();
    assert_eq!(texts, [(3, "One"), (2, "Two {name|there}")]);
    let before = other.agent_versions(id, page(Some(2), 9)).await.unwrap();
    assert_eq!(before.len(), 1);
}

pub(super) async fn an_agent_is_renamed_archived_and_restored(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (first, second) = (add(&scene, "A", "a").await, add(&scene, "B", "b").await);
    let (by, now) = (scene.by.clone(), scene.now());
    let store = &scene.store;
    store
        .name_agent(first, "Ä".into(), by.clone(), now)
        .await
        .unwrap();
    assert_eq!(
        store.archive_agent(second, true, by.clone(), now).await,
        Ok(true)
    );
    assert_eq!(
        store.archive_agent(second, true, by.clone(), now).await,
        Ok(false)
    );
    let names = async |archived| -> Vec<String> {
        let page = Page {
            after: None,
            limit: 9,
        };
        let agents = store.agents(archived, page).await.unwrap();
        agents.into_iter().map(|agent| agent.name).collect()
    };
    assert_eq!(
        (names(false).await, names(true).await),
        (vec!["Ä".to_owned()], vec!["B".to_owned()])
    );
    let before = store.verify_audit().await.unwrap().unwrap();
    assert_eq!(store.archive_agent(second, false, by, now).await, Ok(true));
    assert_eq!(store.verify_audit().await.unwrap().unwrap(), before + 1);
    assert_eq!(names(false).await, ["B", "Ä"]);
}

pub(super) async fn an_agent_that_cannot_speak_is_refused(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (by, now) = (scene.by.clone(), scene.now());
    let store = &scene.store;
    let refused = store
        .add_agent("A".into(), saying("{"), by.clone(), now)
        .await;
    assert!(
        matches!(refused, Err(StoreError::Setting(_))),
        "{refused:?}"
    );
    let id = add(&scene, "A", "a").await;
    let refused = store.revise_agent(id, saying(" "), by.clone(), now).await;
    assert!(
        matches!(refused, Err(StoreError::Setting(_))),
        "{refused:?}"
    );
    assert_eq!(store.agent(id).await.unwrap().version, 1);
    let nobody = AgentId(id.0 + 1);
    for missing in [
        store.agent(nobody).await.map(|_| ()),
        store
            .revise_agent(nobody, saying("a"), by.clone(), now)
            .await
            .map(|_| ()),
        store.name_agent(nobody, "B".into(), by.clone(), now).await,
        store.archive_agent(nobody, true, by, now).await.map(|_| ()),
    ] {
        assert!(
            matches!(missing, Err(StoreError::NotFound { what: "agent", .. })),
            "{missing:?}"
        );
    }
}
