//! The Recording resource, and its sound, which a fault may break.

use super::listing::{Listed, page};
use super::{Ask, Reply, VERSION};
use crate::look_alike::LookAlike;
use crate::problem::Problem;
use crate::recording::Recording;
use crate::wav;

/// Lists recordings, of one call or of all, the latest first.
pub(super) fn list(world: &LookAlike, ask: &Ask, call: Option<&str>) -> Result<Reply, Problem> {
    let recordings: Vec<Recording> = world.with(|state| {
        let of_call = |recording: &&Recording| call.is_none_or(|sid| recording.call == sid);
        state
            .recordings
            .iter()
            .rev()
            .filter(of_call)
            .cloned()
            .collect()
    });
    let listed = recordings
        .into_iter()
        .map(|recording| Listed {
            json: recording.json(world),
            sid: recording.sid,
        })
        .collect();
    let path = format!(
        "/{VERSION}/Accounts/{}/Recordings.json",
        world.config.account
    );
    page(ask, listed, &path, "recordings")
}

/// The resource, or its sound.
pub(super) fn fetch(world: &LookAlike, ask: &Ask, file: &str) -> Result<Reply, Problem> {
    let (sid, kind) = file.rsplit_once('.').unwrap_or((file, "wav"));
    let recording = find(world, ask, sid)?;
    let seconds = recording.seconds.unwrap_or(0);
    match kind {
        "json" => Ok(Reply::Json(200, recording.json(world))),
        "wav" if seconds > 0 => {
            let mono = ask.query.get("RequestedChannels") == Some("1");
            let channels = if mono { 1 } else { recording.channels };
            sound(world, "audio/x-wav", wav::tone(seconds, channels))
        }
        "mp3" if seconds > 0 => sound(world, "audio/mpeg", wav::silence(seconds)),
        _ => Err(Problem::not_found(&ask.path)),
    }
}

/// The sound, or the answer that a fault makes of it.
fn sound(world: &LookAlike, kind: &'static str, mut bytes: Vec<u8>) -> Result<Reply, Problem> {
    refuse_some(world)?;
    let (_, dice) = world.draw();
    let faults = world.with(|state| state.faults.clone());
    if dice.of("halved").chance(faults.halved_recordings) {
        bytes.truncate(bytes.len() / 2);
    }
    if dice.of("cut").chance(faults.cut_recordings) {
        return Ok(Reply::Half(kind, bytes));
    }
    Ok(Reply::Bytes(kind, bytes))
}

fn refuse_some(world: &LookAlike) -> Result<(), Problem> {
    let (_, dice) = world.draw();
    let share = world.with(|state| state.faults.failed_recordings);
    if dice.of("failed").chance(share) {
        return Err(Problem::internal(503));
    }
    Ok(())
}

pub(super) fn delete(world: &LookAlike, ask: &Ask, file: &str) -> Result<Reply, Problem> {
    let sid = file.split('.').next().unwrap_or_default();
    find(world, ask, sid)?;
    refuse_some(world)?;
    world.with(|state| state.recordings.retain(|recording| recording.sid != sid));
    Ok(Reply::Nothing)
}

fn find(world: &LookAlike, ask: &Ask, sid: &str) -> Result<Recording, Problem> {
    world
        .with(|state| {
            state
                .recordings
                .iter()
                .rev()
                .find(|one| one.sid == sid)
                .cloned()
        })
        .ok_or_else(|| Problem::not_found(&ask.path))
}
