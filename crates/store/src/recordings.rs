//! What both databases know of recordings.

use std::fmt::Write as _;

use ringonce_domain::AttemptId;
use serde_json::{Value, json};

use crate::model::{KeptRecording, StoredRecording, WantedRecording};
use crate::row::Fields;
use crate::{Result, StoreError};

/// How many recordings of one call are listed.
pub(crate) const OF_ATTEMPT: i64 = 100;

/// There is no such recording.
pub(crate) fn missing(id: i64) -> StoreError {
    StoreError::NotFound {
        what: "recording",
        id: id.to_string(),
    }
}

/// The columns of `recording` and of every list of them.
pub(crate) fn kept(fields: &Fields<'_>) -> Result<KeptRecording> {
    let count = |i| match fields.maybe_int(i)? {
        None => Ok(None),
        Some(_) => fields.count(i).map(Some),
    };
    let seconds = match fields.maybe_int(7)? {
        None => None,
        Some(_) => Some(fields.count(7)?),
    };
    let sha256 = match fields.maybe_bytes(9)? {
        None => None,
        Some(_) => Some(fields.hash(9)?),
    };
    Ok(KeptRecording {
        id: fields.int(0)?,
        campaign: fields.campaign(2)?,
        wanted: WantedRecording {
            attempt: AttemptId(fields.uuid(1)?),
            carrier: fields.text(3)?,
            call_id: fields.text(4)?,
            recording_id: fields.maybe_text(5)?,
            seconds,
        },
        state: fields.word(6)?,
        bytes: count(8)?,
        sha256,
        path: fields.maybe_text(10)?,
        content_type: fields.maybe_text(11)?,
        tries: fields.count(12)?,
        next_try_at: fields.maybe_instant(13)?,
        fault: fields.maybe_text(14)?,
        wanted_at: fields.instant(15)?,
        stored_at: fields.maybe_instant(16)?,
        removed_at: fields.maybe_instant(17)?,
    })
}

/// What the audit trail says of a recording that was stored.
pub(crate) fn stored(kept: &KeptRecording, it: &StoredRecording) -> Value {
    let hash = it.sha256.iter().fold(String::new(), |mut hex, byte| {
        // Nothing can go wrong in writing to a string.
        let _written = write!(hex, "{byte:02x}");
        hex
    });
    json!({ "id": kept.id, "recording": kept.wanted.recording_id, "bytes": it.bytes,
        "sha256": hash, "path": it.path })
}

/// What it says of one that was given up.
pub(crate) fn given_up(kept: &KeptRecording, fault: &str) -> Value {
    json!({ "id": kept.id, "recording": kept.wanted.recording_id, "fault": fault })
}

/// What it says of one that was removed.
pub(crate) fn removed(kept: &KeptRecording) -> Value {
    json!({ "id": kept.id, "recording": kept.wanted.recording_id, "path": kept.path })
}
