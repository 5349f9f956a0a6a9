//! An entry of the audit trail as a line, wherever entries are listed.

use ringonce_domain::CampaignId;
use ringonce_store::model::AuditEntry;
use serde_json::Value;

use crate::address::address;
use crate::pages::frame::Frame;
use crate::pages::times;

/// What a list shows of an entry.
pub(crate) struct TrailRow {
    /// Date and time of day, to the second.
    pub(crate) time: String,
    pub(crate) instant: String,
    pub(crate) actor: String,
    pub(crate) event: String,
    pub(crate) campaign: Option<CampaignId>,
    /// The number in E.164, and the address of its page.
    pub(crate) number: Option<(String, String)>,
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
            instant: times::machine(entry.at),
            actor: entry.actor.0.to_string(),
            event: entry.event,
            campaign: entry.campaign,
            number: entry.number.map(|number| {
                let number = number.to_string();
                let page = address("/numbers", &[("number", &number)]);
                (number, page)
            }),
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
