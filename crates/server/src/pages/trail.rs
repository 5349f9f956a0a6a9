//! An entry of the audit trail as a line, wherever entries are listed.

use ringonce_store::model::AuditEntry;
use serde_json::Value;

use crate::pages::frame::Frame;
use crate::pages::times;

/// What a list shows of an entry.
pub(crate) struct TrailRow {
    /// Date and time of day, to the second.
    pub(crate) time: String,
    pub(crate) actor: String,
    pub(crate) event: String,
    /// Names and values of everything else that it says.
    pub(crate) detail: Vec<(String, String)>,
}

impl TrailRow {
    /// The line of an entry.
    pub(crate) fn new(entry: AuditEntry, frame: &Frame) -> Self {
        let detail: serde_json::Map<_, _> = serde_json::from_str(&entry.detail).unwrap_or_default();
        let date = times::date(frame.language, entry.at, &frame.zone);
        Self {
            time: format!("{date}, {}", times::exact(entry.at, &frame.zone)),
            actor: entry.actor.0.to_string(),
            event: entry.event,
            detail: detail
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, plain(value)))
                .collect(),
        }
    }
}

fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
