//! Agents, audio, carrier events, answers, recordings and comparisons move with the ledger. The other
//! database shows the same, and goes on.

use ringonce_domain::ids::MediaId;
use ringonce_domain::{Agent, AgentId, AttemptId, Outcome};
use ringonce_store::model::{
    Answer, Applied, Comparison, Difference, KeptRecording, NewCarrierEvent, NewMedia, Page,
    RecordingState, StoredRecording, Visible, WantedRecording,
};
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Agents as _, Inbox as _, KeptRecordings as _, Media as _, Store, moving};
use tempfile::TempDir;

use crate::moving::{copy, refused_to_engines};
use crate::play::{NOW, by, call, running};
use crate::server::Fixture;

fn sound() -> MediaId {
    MediaId::new([255; 16])
}

/// A file with all of them, and the call to which they belong.
async fn left() -> (TempDir, SqliteStore, AttemptId) {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(folder.path().join("ringonce.db"), Options::default()).unwrap();
    let campaign = running(&store, 0..3).await;
    let attempt = call(&store, campaign, Outcome::Answered).await.id;
    agents(&store).await;
    told(&store, attempt).await;
    recordings(&store, attempt).await;
    (folder, store, attempt)
}

async fn agents(store: &SqliteStore) {
    let sound = NewMedia {
        id: sound(),
        name: "Grüße \u{1f980}.mp3".into(),
        content_type: "audio/mpeg",
        sha256: [0; 32],
        // Every byte value, and more than one page of the other database holds.
        content: (0..=255).cycle().take(100_000).collect(),
    };
    store.add_media(sound, by(), NOW).await.unwrap();
    let first = Agent::say("Hello {name}, \u{1f980}");
    let id = store.add_agent("Spring".into(), first, by(), NOW);
    let id = id.await.unwrap();
    let second = Agent::say("Hello again");
    let version = store.revise_agent(id, second, by(), NOW).await.unwrap();
    assert_eq!(version, 2);
    let other = Agent::say("Unused");
    let unused = store.add_agent("Old".into(), other, by(), NOW);
    let unused = unused.await.unwrap();
    assert!(store.archive_agent(unused, true, by(), NOW).await.unwrap());
}

async fn told(store: &SqliteStore, attempt: AttemptId) {
    for sequence in 0..2 {
        let told = NewCarrierEvent {
            carrier: "twilio".into(),
            call_id: "CA1".into(),
            source: "call-progress-events".into(),
            sequence,
            attempt,
            at: NOW,
            body: "CallSid=CA1&To=%2B12025550101".into(),
        };
        let id = store.keep(told).await.unwrap().unwrap();
        let fault = (sequence > 0).then(|| "no such state".to_owned());
        let applied = vec![Applied { id, fault }];
        store.applied(applied).await.unwrap();
    }
    let answer = Answer::Disposition("will come".into());
    assert!(store.answer(attempt, answer, by(), NOW).await.unwrap());
    let compared = Comparison {
        carrier: "twilio".into(),
        day: "2026-11-20".into(),
        compared_at: NOW,
        ours: 1,
        theirs: 2,
        others: 3,
        differences: 1,
        caller_ids: ["+12025550199".parse().unwrap()].into(),
    };
    let difference = Difference::NotOurs {
        call_id: "CA2".into(),
        to: "+12025550150".into(),
        status: "busy".into(),
    };
    let comparing = store.compared(compared, vec![difference], by());
    comparing.await.unwrap();
}

/// One recording in each state.
async fn recordings(store: &SqliteStore, attempt: AttemptId) {
    for name in ["RE1", "RE2", "RE3", "RE4"] {
        let wanted = wanted(attempt, name);
        assert!(store.want_recording(wanted, NOW).await.unwrap());
    }
    let known = store.recordings_of(attempt).await.unwrap();
    for it in &known[..2] {
        let storing = store.recording_stored(it.id, kept(), by(), NOW);
        assert!(storing.await.unwrap());
    }
    let removing = store.recording_removed(known[1].id, by(), NOW);
    assert!(removing.await.unwrap());
    let missing = store.recording_missing(known[2].id, "404".into(), by(), NOW);
    assert!(missing.await.unwrap());
    let failing = store.recording_failed(known[3].id, "503".into(), NOW);
    assert!(failing.await.unwrap());
}

fn wanted(attempt: AttemptId, name: &str) -> WantedRecording {
    WantedRecording {
        attempt,
        carrier: "twilio".into(),
        call_id: "CA1".into(),
        recording_id: Some(name.into()),
        seconds: Some(12),
    }
}

fn kept() -> StoredRecording {
    StoredRecording {
        path: "1-Spring/2026-11-21/31_Grüße.wav".into(),
        content_type: "audio/x-wav".into(),
        bytes: 192_044,
        sha256: [7; 32],
        seconds: Some(12),
        remove_there_at: Some(NOW),
    }
}

fn all<K>() -> Page<K> {
    Page {
        after: None,
        limit: 100,
    }
}

async fn recordings_of(store: &dyn Store) -> Vec<KeptRecording> {
    let listed = store.recordings(None, Visible::Everything, all());
    listed.await.unwrap()
}

/// Everything that a ledger holds of carriers, as listings show it.
async fn brought(store: &dyn Store, attempt: AttemptId) -> Vec<String> {
    let mut told = Vec::new();
    for archived in [false, true] {
        for agent in store.agents(archived, all()).await.unwrap() {
            let versions = store.agent_versions(agent.id, all()).await.unwrap();
            told.push(format!("{agent:?} {versions:?}"));
        }
    }
    told.push(format!("{:?}", store.all_media().await.unwrap()));
    let sound = store.media_part(sound(), 0, 200_000).await.unwrap();
    told.push(format!("{sound:?}"));
    told.push(format!("{:?}", store.events_of(attempt).await.unwrap()));
    told.push(format!("{:?}", store.answers_of(attempt).await.unwrap()));
    told.push(format!("{:?}", recordings_of(store).await));
    told.push(format!(
        "{:?}",
        store.comparisons("twilio", 9).await.unwrap()
    ));
    let differences = store.differences("twilio", "2026-11-20", all()).await;
    told.push(format!("{:?}", differences.unwrap()));
    told
}

#[tokio::test]
async fn agents_sounds_recordings_and_what_was_told_are_the_same_over_there_and_go_on() {
    let ((_folder, from, attempt), ground) = (left().await, Fixture::new().await);
    let to = ground.store().await.unwrap();
    let moved = copy(&from, &to).await.unwrap();
    for (name, rows) in [
        ("agents", 2),
        ("agent_versions", 3),
        ("media", 1),
        ("carrier_events", 2),
        ("answers", 1),
        ("recordings", 4),
        ("comparisons", 1),
        ("differences", 1),
    ] {
        let table = moved.tables.iter().find(|it| it.table == name).unwrap();
        assert_eq!(table.rows, rows, "{name}");
        assert!(table.verified.is_some(), "{name}");
    }
    let here = brought(&from, attempt).await;
    let there = brought(&to, attempt).await;
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(here, there);
    }
    let mut states: Vec<_> = recordings_of(&to).await.iter().map(|it| it.state).collect();
    states.sort_by_key(|it| it.as_str());
    let mut expected = RecordingState::ALL;
    expected.sort_by_key(|it| it.as_str());
    assert_eq!(states, expected);

    // What is due goes on there, under numbers that nothing has.
    let due = to.recordings_due(NOW, 9).await.unwrap();
    assert_eq!(due.len(), 3, "to fetch one, to remove two at the carrier");
    let next = to.want_recording(wanted(attempt, "RE5"), NOW).await;
    assert!(next.unwrap());
    let known = to.recordings_of(attempt).await.unwrap();
    assert!(known.is_sorted_by_key(|it| it.id) && known.len() == 5);
    let agent = to.add_agent("Next".into(), Agent::say("Hello"), by(), NOW);
    assert!(agent.await.unwrap() > AgentId(2));
}

#[tokio::test]
async fn a_file_that_is_taken_back_has_all_of_it_still() {
    let ((_folder, from, attempt), ground) = (left().await, Fixture::new().await);
    let to = ground.store().await.unwrap();
    let before = brought(&from, attempt).await;
    copy(&from, &to).await.unwrap();
    let lock = from.lock_for_move().unwrap();
    moving::back(&from, &lock, &to, &mut |_| {}).await.unwrap();
    drop(lock);
    assert!(!refused_to_engines(&from));
    assert_eq!(brought(&from, attempt).await, before);

    // Once a recording was fetched over there, the file no longer knows all.
    assert!(copy(&from, &to).await.unwrap().was_there);
    let due = to.recordings_of(attempt).await.unwrap()[3].id;
    let storing = to.recording_stored(due, kept(), by(), NOW);
    assert!(storing.await.unwrap());
    let lock = from.lock_for_move().unwrap();
    let refused = moving::back(&from, &lock, &to, &mut |_| {}).await;
    assert!(refused.unwrap_err().to_string().contains("used since"));
}
