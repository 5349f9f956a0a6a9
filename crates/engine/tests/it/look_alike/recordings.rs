//! Recordings of which nobody told, that come broken, that leave the carrier, and whose time is over.

use ringonce_domain::Millis;
use ringonce_engine::alerts::Alert;
use ringonce_store::model::{KeptRecording, RecordingState};
use ringonce_twilio_sim::Faults;
use sha2::{Digest as _, Sha256};

use super::rehearsal::{Rehearsal, breathe, listener, lived};

/// Something that goes wrong.
type Fault = fn(&mut Faults);

/// Long enough that the engine seeks a recording of which nobody told.
const SOUGHT: Millis = Millis::from_minutes(6);

/// A world in which somebody was called, and nobody told of the recording.
async fn recorded(world: Rehearsal) -> Rehearsal {
    world.call(&[listener(0)]).await;
    world.pass(SOUGHT);
    world
}

fn was_tried(it: &KeptRecording) -> bool {
    it.tries > 0
}

fn of_archive(alerts: &[Alert]) -> usize {
    let of_it = |alert: &&Alert| matches!(alert, Alert::Archive { .. });
    alerts.iter().filter(of_it).count()
}

#[test]
fn a_recording_of_which_nobody_told_is_found_and_kept_byte_for_byte() {
    lived(async {
        let world = recorded(Rehearsal::new(|_| {}).await).await;
        let kept = world.stored().await;
        let files = world.shelf.files();
        let path = kept.path.clone().unwrap();
        let end = format!("_{}.wav", kept.wanted.attempt);
        assert!(
            path.starts_with("1-Spring/") && path.ends_with(&end),
            "{path}"
        );
        assert_eq!(files.keys().collect::<Vec<_>>(), [&path]);
        let theirs = world.at_carrier(&kept).await.unwrap();
        assert!(theirs.len() > 44 && files[&path] == theirs);
        assert_eq!(kept.bytes, Some(theirs.len() as u64));
        assert_eq!(kept.sha256, Some(Sha256::digest(&theirs).into()));
        assert_eq!(world.alerts(), []);
    });
}

#[test]
fn what_comes_broken_is_refused_and_fetched_again() {
    let cases: [(Fault, &str); 3] = [
        (|faults| faults.cut_recordings = 1.0, ""),
        (|faults| faults.halved_recordings = 1.0, "cut short"),
        (|faults| faults.failed_recordings = 1.0, "503"),
    ];
    for (fault, word) in cases {
        lived(async {
            let world = Rehearsal::new(|_| {}).await;
            world.faults(fault);
            let world = recorded(world).await;
            let tried = world.recording("it is tried", was_tried).await;
            let words = tried.fault.unwrap_or_default();
            assert!(words.contains(word) && !words.is_empty(), "{words}");
            assert_eq!(tried.state, RecordingState::Wanted);
            assert!(world.shelf.files().is_empty(), "{word}: nothing is seen");
            world.faults(|_| {});
            let kept = world.stored().await;
            let path = kept.path.clone().unwrap();
            let theirs = world.at_carrier(&kept).await;
            assert!(world.shelf.files().get(&path) == theirs.as_ref());
        });
    }
}

#[test]
fn what_never_comes_whole_is_missing_after_a_day_with_one_alert() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        world.faults(|faults| faults.cut_recordings = 1.0);
        let world = recorded(world).await;
        let wanted = world.recording("it is tried", was_tried).await;
        let mut tried = wanted;
        for _ in 0..6 {
            world.pass(Millis::from_hours(2));
            let next = |it: &KeptRecording| it.tries > tried.tries;
            tried = world.recording("it is tried again", next).await;
        }
        assert_eq!(tried.state, RecordingState::Wanted, "half a day is no day");
        world.pass(Millis::from_hours(13));
        let is_missing = |it: &KeptRecording| it.state == RecordingState::Missing;
        let missing = world.recording("it is missing", is_missing).await;
        assert!(missing.fault.is_some() && missing.next_try_at.is_none());
        assert!(world.shelf.files().is_empty());
        world.pass(Millis::from_hours(7));
        breathe().await;
        let alerts = world.alerts();
        let [Alert::RecordingsMissing { count: 1, first }] = &alerts[..] else {
            panic!("{alerts:?}");
        };
        assert!(
            first.contains(&missing.wanted.attempt.to_string()),
            "{first}"
        );
    });
}

#[test]
fn a_first_try_that_comes_days_late_is_not_the_last() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        world.faults(|faults| faults.failed_recordings = 1.0);
        let world = recorded(world).await;
        let tried = world.recording("it is tried", was_tried).await;
        world.pass(Millis::from_days(3));
        let next = |it: &KeptRecording| it.tries > tried.tries;
        let tried = world.recording("it is tried again", next).await;
        assert_eq!(tried.state, RecordingState::Wanted, "{tried:?}");
        world.faults(|_| {});
        world.pass(Millis::from_hours(7));
        world.stored().await;
    });
}

#[test]
fn nothing_is_given_up_while_the_archive_refuses_however_long_it_takes() {
    lived(async {
        let world = Rehearsal::new(|keeping| keeping.remove_at_carrier = true).await;
        world.shelf.refuse(true);
        let world = recorded(world).await;
        let tried = world.recording("it is tried", was_tried).await;
        assert!(tried.fault.unwrap_or_default().contains("is locked"));
        assert!(of_archive(&world.alerts()) > 0);
        world.pass(Millis::from_hours(30));
        let next = |it: &KeptRecording| it.tries > tried.tries;
        let tried = world.recording("it is tried again", next).await;
        // The carrier's bad moment right after that is no reason to give up.
        world.shelf.refuse(false);
        world.faults(|faults| faults.failed_recordings = 1.0);
        world.pass(Millis::from_hours(7));
        let next = |it: &KeptRecording| it.tries > tried.tries;
        let failed = world.recording("the carrier fails", next).await;
        assert_eq!(failed.state, RecordingState::Wanted);
        assert!(failed.fault.unwrap_or_default().contains("503"));
        world.faults(|_| {});
        world.pass(Millis::from_hours(7));
        let kept = world.stored().await;
        assert_eq!(world.shelf.files().len(), 1, "{kept:?}");
    });
}

#[test]
fn the_carriers_own_goes_only_once_our_copy_was_read_again_and_whatever_fails_between() {
    lived(async {
        let world = Rehearsal::new(|keeping| keeping.remove_at_carrier = true).await;
        world.shelf.spoil(true);
        let world = recorded(world).await;
        let is_doubted = |it: &KeptRecording| it.state == RecordingState::Stored && it.tries > 0;
        let doubted = world.recording("its copy is doubted", is_doubted).await;
        let words = doubted.fault.clone().unwrap_or_default();
        assert!(words.contains("not what was kept"), "{words}");
        assert!(of_archive(&world.alerts()) > 0);
        let theirs = world.at_carrier(&doubted).await.unwrap();

        // The copy is restored, and the carrier fails.
        world.shelf.spoil(false);
        world.shelf.put(doubted.path.as_deref().unwrap(), theirs);
        world.faults(|faults| faults.failed_recordings = 1.0);
        world.pass(Millis::from_hours(1));
        let fails = |it: &KeptRecording| it.fault.as_deref().is_some_and(|it| it.contains("503"));
        world.recording("the carrier fails", fails).await;

        // The engine dies with that left to do, and another does it.
        world.kill();
        world.faults(|_| {});
        assert!(world.at_carrier(&doubted).await.is_some());
        world.start();
        world.pass(Millis::from_hours(7));
        let is_done = |it: &KeptRecording| it.next_try_at.is_none();
        let done = world.recording("nothing is left to do", is_done).await;
        assert_eq!((done.state, done.fault), (RecordingState::Stored, None));
        assert_eq!(world.at_carrier(&doubted).await, None);
        assert_eq!(world.shelf.files().len(), 1);
    });
}

#[test]
fn what_is_past_its_time_is_removed_here_and_there_and_the_ledger_says_so() {
    lived(async {
        let world = Rehearsal::new(|keeping| {
            keeping.keep = Some(Millis::from_days(7));
            keeping.remove_at_carrier = true;
        })
        .await;
        world.shelf.spoil(true);
        let world = recorded(world).await;
        let is_doubted = |it: &KeptRecording| it.state == RecordingState::Stored && it.tries > 0;
        let kept = world.recording("its copy is doubted", is_doubted).await;
        world.shelf.refuse(true);
        world.pass(Millis::from_days(7));
        let before = of_archive(&world.alerts());
        world
            .until("the archive does not remove it", async || {
                world.pass(Millis::from_hours(7));
                of_archive(&world.alerts()) > before + 1
            })
            .await;
        let still = world.known().await.remove(0);
        assert_eq!(still.state, RecordingState::Stored, "it is still there");

        world.shelf.refuse(false);
        world.pass(Millis::from_hours(7));
        let is_gone =
            |it: &KeptRecording| it.state == RecordingState::Removed && it.next_try_at.is_none();
        let gone = world.recording("it is removed", is_gone).await;
        assert!(gone.removed_at.is_some() && world.shelf.files().is_empty());
        assert_eq!(world.at_carrier(&kept).await, None);
        let (_, trail) = world.store.call(kept.wanted.attempt).await.unwrap();
        let events: Vec<_> = trail.iter().map(|it| it.event.as_str()).collect();
        let told: Vec<_> = events
            .iter()
            .filter(|it| it.starts_with("recording."))
            .collect();
        assert_eq!(told, [&"recording.store", &"recording.remove"]);
    });
}
