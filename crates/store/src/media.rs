//! What both databases know of uploaded audio.

use ringonce_domain::InvalidSetting;
use ringonce_domain::agent::Audio;
use ringonce_domain::ids::MediaId;
use serde_json::{Value, json};

use crate::model::{Actor, MAX_MEDIA, MAX_MEDIA_BYTES, MediaDetail, MediaRemoved, NewMedia};
use crate::row::Fields;
use crate::{Result, StoreError};

/// There is no such file.
pub(crate) fn missing(id: MediaId) -> StoreError {
    StoreError::NotFound {
        what: "audio",
        id: id.to_string(),
    }
}

/// Refuses what cannot be kept beside so many others.
pub(crate) fn check(media: &NewMedia, others: i64) -> Result<()> {
    let long = media.content.len();
    let problem = if long == 0 || long > MAX_MEDIA_BYTES {
        format!("is {long} bytes long; 1 to {MAX_MEDIA_BYTES} can be kept")
    } else if others >= i64::from(MAX_MEDIA) {
        format!("is one too many: {MAX_MEDIA} are kept; remove some that nobody plays")
    } else {
        return Ok(());
    };
    Err(StoreError::Setting(InvalidSetting {
        field: "file".into(),
        problem,
    }))
}

/// The columns of `media` and `media_all`.
pub(crate) fn detail(fields: &Fields<'_>) -> Result<MediaDetail> {
    Ok(MediaDetail {
        id: MediaId(fields.uuid(0)?),
        name: fields.text(1)?,
        content_type: fields.text(2)?,
        length: fields.count(3)?,
        sha256: fields.hash(4)?,
        made_at: fields.instant(5)?,
        made_by: Actor::new(fields.str(6)?),
        archived_at: fields.maybe_instant(7)?,
    })
}

/// How agents name it.
pub(crate) fn named(id: MediaId) -> String {
    Audio::Uploaded(id).to_string()
}

/// What the audit trail says of a file that was kept.
pub(crate) fn kept(media: &NewMedia) -> Value {
    json!({ "id": media.id, "name": media.name, "bytes": media.content.len() })
}

/// The event and its details when a file was removed.
pub(crate) fn removed(media: &MediaDetail, how: MediaRemoved) -> (&'static str, Value) {
    let event = match how {
        MediaRemoved::Deleted => "media.delete",
        MediaRemoved::Archived => "media.archive",
    };
    (event, json!({ "id": media.id, "name": media.name }))
}
