//! The schema of campaign settings, grown from the defaults themselves: a field that the domain has
//! and this file does not describe is missed by a test, not by a reader.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::api::agent_schema;

/// What each field means, by its path.
const FIELDS: &[(&str, &str)] = &[
    ("agent", "What the callee hears; a text when left out"),
    (
        "agent_version",
        "Which stored agent that is, `{\"id\": 3, \"version\": 2}`; null when it is none. Given alone, `agent` becomes what that version holds",
    ),
    ("time_zone", "IANA zone in which business hours are meant"),
    (
        "start_at",
        "When calling begins: ISO 8601 with its offset, such as `2026-11-30T15:00:00+01:00`, or milliseconds since 1970; at once when null. At most a day ago",
    ),
    ("pacing", "How fast and how many at once"),
    (
        "pacing.delay_seconds",
        "Seconds between calls, 0 to 86,400; from the end of one to the start of the next when `calls_at_once` is 1",
    ),
    (
        "pacing.calls_per_second",
        "Starts per second at most, up to 2,000; unlimited when null",
    ),
    (
        "pacing.calls_at_once",
        "Calls under way at most, 1 to 20,000; 1 is strictly sequential",
    ),
    ("business_hours", "When the campaign calls, in `time_zone`"),
    ("business_hours.enabled", "False calls at any time"),
    (
        "business_hours.days",
        "Days on which the window starts: mon, tue, wed, thu, fri, sat, sun",
    ),
    ("business_hours.start", "First minute, HH:MM"),
    (
        "business_hours.end",
        "First minute after, HH:MM; 24:00 is the end of the day",
    ),
    (
        "business_hours.overnight",
        "True when the window ends on the day after it starts",
    ),
    (
        "callee_hours",
        "When a phone may ring, in the callee's own zone",
    ),
    (
        "callee_hours.enabled",
        "False lets a phone ring at any time",
    ),
    ("callee_hours.start", "First minute, HH:MM"),
    ("callee_hours.end", "First minute after, HH:MM"),
    (
        "retry",
        "When a contact that was not reached is tried again",
    ),
    (
        "retry.max_retries",
        "How many attempts may follow the first, 0 to 20",
    ),
    (
        "retry.backoff_hours",
        "Hours to wait before the first, second, … retry; the last repeats",
    ),
    (
        "retry.outcomes",
        "Outcomes that are tried again: no_answer, busy, failed, congestion, canceled",
    ),
    (
        "retry.backoff_hours_by_outcome",
        "Waits for one outcome in place of `backoff_hours`, such as `{\"busy\": [0.25, 1]}`",
    ),
    (
        "repeat",
        "Whether other campaigns' calls count: `\"never_again\"`, `{\"after_days\": 30}` or `\"only_this_campaign\"`",
    ),
    (
        "caps",
        "How often one number may be called, over all campaigns: `\"default\"` (3 attempts and 1 answered call in 24 h), `\"strict\"` (1 attempt in 24 h) or a list of `{\"count\": \"attempts\" or \"answered\", \"max\": 3, \"hours\": 24}`",
    ),
    (
        "caller_ids",
        "Numbers shown to the callee, used in turn; at most 100",
    ),
    ("carrier", "Name of the carrier, as configured"),
    (
        "ring_seconds",
        "Seconds for which a phone rings before the call is given up, 5 to 600",
    ),
    (
        "time_limit_seconds",
        "Seconds after which a conversation is ended, 1 to 14,400",
    ),
    (
        "record",
        "True records conversations, with carriers that can",
    ),
    (
        "machines",
        "Answering machines, with carriers that can tell them",
    ),
    (
        "machines.then",
        "What a call does when a machine picked up: ignore (nobody looks for machines), hang_up, leave_message",
    ),
    (
        "machines.detection",
        "`async` while the callee hears the agent already, `sync` before the callee hears anything",
    ),
    (
        "call_reason",
        "What a callee's phone shows beside the number, where carriers and phones support it; at most 50 characters",
    ),
    (
        "region",
        "Two letters: the region whose spelling of numbers the file uses when it gives no country codes; the usual region of the deployment when absent, none when null",
    ),
];

/// Fields whose value has one of several shapes, told in their description.
const OF_SEVERAL_SHAPES: &[&str] = &["agent", "repeat", "caps", "retry.backoff_hours_by_outcome"];

/// The settings of a campaign.
pub(crate) struct Settings;

impl PartialSchema for Settings {
    fn schema() -> RefOr<Schema> {
        let defaults =
            sorted(serde_json::to_value(ringonce_domain::Settings::default()).unwrap_or_default());
        let mut schema = grow("", &defaults);
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            let text = "Settings of a campaign. Every field may be left out and then has its default; an unknown field is an error.";
            object.description = Some(text.to_owned());
            object.additional_properties = Some(Box::new(
                utoipa::openapi::schema::AdditionalProperties::FreeForm(false),
            ));
        }
        schema
    }
}

impl ToSchema for Settings {
    fn name() -> Cow<'static, str> {
        "Settings".into()
    }
}

fn grow(path: &str, value: &Value) -> RefOr<Schema> {
    let description = FIELDS
        .iter()
        .find(|(field, _)| *field == path)
        .map(|(_, text)| *text);
    let plain = |kind| {
        ObjectBuilder::new()
            .schema_type(kind)
            .description(description)
            .default(Some(value.clone()))
            .into()
    };
    if path == "agent" {
        return Ref::builder()
            .ref_location_from_schema_name(agent_schema::Agent::name())
            .description(description)
            .into();
    }
    if path == "start_at" {
        return ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![
                Type::String,
                Type::Integer,
                Type::Null,
            ]))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(description)
            .default(Some(value.clone()))
            .examples([serde_json::json!("2026-11-30T15:00:00+01:00")])
            .into();
    }
    if OF_SEVERAL_SHAPES.contains(&path) {
        return ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(description)
            .default(Some(value.clone()))
            .into();
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .fold(
                ObjectBuilder::new().description(description),
                |object, (name, value)| object.property(name, grow(&below(path, name), value)),
            )
            .into(),
        Value::Array(items) => {
            let item = items.first().map_or(Type::String, kind);
            ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(item))
                .description(description)
                .default(Some(value.clone()))
                .into()
        }
        Value::Null => ObjectBuilder::new()
            .schema_type(SchemaType::AnyValue)
            .description(description)
            .into(),
        other => plain(kind(other)),
    }
}

fn kind(value: &Value) -> Type {
    match value {
        Value::Bool(_) => Type::Boolean,
        Value::Number(number) if number.is_f64() => Type::Number,
        Value::Number(_) => Type::Integer,
        Value::Array(_) => Type::Array,
        Value::Object(_) => Type::Object,
        Value::String(_) | Value::Null => Type::String,
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A value with the members of its objects in the order of their names, whichever order the build's
/// JSON keeps: the document is the same whatever is compiled beside this.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().collect();
            let members = members.into_iter();
            Value::Object(members.map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, value: &Value, found: &mut Vec<String>) {
        if let Value::Object(fields) = value
            && !OF_SEVERAL_SHAPES.contains(&path)
        {
            for (name, value) in fields {
                let path = below(path, name);
                paths(&path, value, found);
                found.push(path);
            }
        }
    }

    #[test]
    fn every_setting_is_described_and_nothing_else() {
        let mut found = Vec::new();
        paths(
            "",
            &serde_json::to_value(ringonce_domain::Settings::default()).unwrap(),
            &mut found,
        );
        found.sort();
        let mut described: Vec<_> = FIELDS.iter().map(|(path, _)| (*path).to_owned()).collect();
        described.sort();
        assert_eq!(found, described);
    }
}
