//! Uploaded audio: kept byte for byte, served in parts, and never deleted while an agent plays it.

use ringonce_domain::Agent;
use ringonce_domain::agent::Audio;
use ringonce_domain::ids::MediaId;

use super::Factory;
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{MAX_MEDIA_BYTES, MediaRemoved, NewMedia};

fn file(n: u8, content: Vec<u8>) -> NewMedia {
    NewMedia {
        id: MediaId::new([n; 16]),
        name: format!("Grüße {n}.mp3"),
        content_type: "audio/mpeg",
        sha256: [n; 32],
        content,
    }
}

async fn add(scene: &Scene, file: NewMedia) -> ringonce_store::Result<()> {
    scene
        .store
        .add_media(file, scene.by.clone(), scene.now())
        .await
}

pub(super) async fn a_file_comes_back_to_the_byte_and_in_parts(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    add(&scene, file(1, bytes.clone())).await.unwrap();
    let other = scene.another_store().await;
    let id = MediaId::new([1; 16]);
    let found = other.media(id).await.unwrap();
    assert_eq!(
        (
            found.name.as_str(),
            found.content_type.as_str(),
            found.length
        ),
        ("Grüße 1.mp3", "audio/mpeg", 100_000)
    );
    assert_eq!((found.sha256, found.made_at), ([1; 32], scene.now()));
    for (from, length, part) in [
        (0, 100_000, &bytes[..]),
        (0, 1, &bytes[..1]),
        (99_999, 9, &bytes[99_999..]),
        (300, 500, &bytes[300..800]),
        (100_000, 1, &[]),
    ] {
        let read = other.media_part(id, from, length).await.unwrap();
        assert!(read == part, "{from} {length}: {}", read.len());
    }
    scene.wait_hours(1);
    add(&scene, file(2, vec![0])).await.unwrap();
    let names: Vec<_> = other.all_media().await.unwrap();
    let names: Vec<_> = names.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Grüße 2.mp3", "Grüße 1.mp3"]);
}

pub(super) async fn a_file_that_an_agent_plays_is_only_archived(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let store = &scene.store;
    for n in 1..=3 {
        add(&scene, file(n, vec![n])).await.unwrap();
    }
    let plays = |n: u8| Agent::Audio {
        audio: Audio::Uploaded(MediaId::new([n; 16])),
        language: "en-US".into(),
        voice: None,
        opt_out: None,
        voicemail: None,
    };
    let (by, now) = (scene.by.clone(), scene.now());
    let agent = store.add_agent("A".into(), plays(1), by.clone(), now);
    let agent = agent.await.unwrap();
    let revised = store.revise_agent(agent, Agent::say("Hi"), by.clone(), now);
    revised.await.unwrap();
    let settings = ringonce_domain::Settings {
        agent: plays(2),
        ..super::material::free()
    };
    scene.draft(settings, &super::material::numbers(1)).await;
    let before = store.verify_audit().await.unwrap().unwrap();
    for (n, how) in [
        (1, MediaRemoved::Archived),
        (2, MediaRemoved::Archived),
        (3, MediaRemoved::Deleted),
        (1, MediaRemoved::Archived),
    ] {
        let removed = store.remove_media(MediaId::new([n; 16]), by.clone(), now);
        assert_eq!(removed.await.unwrap(), how, "{n}");
    }
    assert_eq!(store.verify_audit().await.unwrap().unwrap(), before + 3);
    assert_eq!(store.all_media().await.unwrap(), []);
    let kept = store.media(MediaId::new([1; 16])).await.unwrap();
    assert_eq!(kept.archived_at, Some(now));
    let part = store.media_part(kept.id, 0, 9).await.unwrap();
    assert_eq!(part, [1], "it is played on");
    let gone = MediaId::new([3; 16]);
    for lost in [
        store.media(gone).await.map(|_| ()),
        store.media_part(gone, 0, 1).await.map(|_| ()),
        store.remove_media(gone, by.clone(), now).await.map(|_| ()),
    ] {
        assert!(matches!(lost, Err(StoreError::NotFound { .. })), "{lost:?}");
    }
}

pub(super) async fn a_file_that_is_too_long_or_empty_is_refused(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    for content in [Vec::new(), vec![0; MAX_MEDIA_BYTES + 1]] {
        let refused = add(&scene, file(1, content)).await;
        assert!(
            matches!(refused, Err(StoreError::Setting(_))),
            "{refused:?}"
        );
    }
    add(&scene, file(1, vec![7; MAX_MEDIA_BYTES]))
        .await
        .unwrap();
}
