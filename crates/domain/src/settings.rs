//! What a person chooses for a campaign (promise B2), and what is wrong with it.
//!
//! Settings are validated whenever they are given. A draft's may be edited; from its start on a
//! campaign keeps a snapshot that nothing edits. The JSON form is the API's and the database's.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::agent::{Agent, AgentVersion};
use crate::hours::{BusinessHours, CalleeHours, Zone};
use crate::machines::Machines;
use crate::number::Region;
use crate::recording::RecordingFormat;
use crate::{Caps, Number, Pacing, RepeatRule, RetryPolicy, Timestamp, instant};

/// The field's name before a problem with the start.
const OF_START: &str = "start_at: ";

/// The most caller ids that a campaign may rotate through.
pub const MAX_CALLER_IDS: usize = 100;
/// The longest call that a campaign may allow, in seconds.
pub const MAX_CALL_SECONDS: u32 = 14_400;
/// The most characters of the reason that a callee's phone shows.
pub const MAX_CALL_REASON: usize = 50;

/// The settings of a campaign. Every field has a default; an unknown field is an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Settings {
    /// What the callee hears; a text when left out.
    pub agent: Agent,
    /// Which stored agent that is; null when it is none. Given alone, `agent` becomes what that version
    /// holds.
    pub agent_version: Option<AgentVersion>,
    /// IANA zone in which business hours are meant.
    pub time_zone: Zone,
    /// When calling begins: ISO 8601 with its offset, such as `2026-11-30T15:00:00+01:00`, or
    /// milliseconds since 1970; at once when null. At most a day ago.
    #[serde(deserialize_with = "start_at")]
    #[cfg_attr(feature = "schema", schema(schema_with = instant::given_schema))]
    pub start_at: Option<Timestamp>,
    /// How fast and how many at once.
    pub pacing: Pacing,
    /// When the campaign calls, in `time_zone`.
    pub business_hours: BusinessHours,
    /// When a phone may ring, in the callee's own zone.
    pub callee_hours: CalleeHours,
    /// When a contact that was not reached is tried again.
    pub retry: RetryPolicy,
    /// Whether other campaigns' calls count: `"never_again"`, `{"after_days": 30}` or
    /// `"only_this_campaign"`.
    pub repeat: RepeatRule,
    /// How often one number may be called, over all campaigns: `"default"` (3 attempts and 1 answered
    /// call in 24 h), `"strict"` (1 attempt in 24 h) or a list of caps.
    pub caps: Caps,
    /// Numbers shown to the callee, used in turn; at most 100.
    pub caller_ids: Vec<Number>,
    /// Name of the carrier, as configured.
    pub carrier: String,
    /// Seconds for which a phone rings before the call is given up; 5 to 600.
    pub ring_seconds: u32,
    /// Seconds after which a conversation is ended; 1 to 14,400.
    pub time_limit_seconds: u32,
    /// True records conversations, with carriers that can.
    pub record: bool,
    /// How they are recorded.
    pub recording: RecordingFormat,
    /// Answering machines, with carriers that can tell them.
    pub machines: Machines,
    /// What a callee's phone shows beside the number, where carriers and phones support it; at most
    /// 50 characters.
    pub call_reason: Option<String>,
    /// Two letters: the region whose spelling of numbers the file uses when it gives no country codes; the
    /// usual region of the deployment when absent, none when null.
    pub region: Option<Region>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            agent: Agent::default(),
            agent_version: None,
            time_zone: Zone::utc(),
            start_at: None,
            pacing: Pacing::default(),
            business_hours: BusinessHours::default(),
            callee_hours: CalleeHours::default(),
            retry: RetryPolicy::default(),
            repeat: RepeatRule::default(),
            caps: Caps::default(),
            caller_ids: Vec::new(),
            carrier: "simulator".into(),
            ring_seconds: 30,
            time_limit_seconds: 600,
            record: false,
            recording: RecordingFormat::default(),
            machines: Machines::default(),
            call_reason: None,
            region: None,
        }
    }
}

/// One setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidSetting {
    /// Dotted path of the field, such as `pacing.delay_seconds`.
    pub field: String,
    /// What is wrong and what to give instead.
    pub problem: String,
}

impl Settings {
    /// The default settings, whatever hour it is here or at the callee's.
    #[must_use]
    pub fn at_any_hour() -> Self {
        Self {
            business_hours: BusinessHours {
                enabled: false,
                ..BusinessHours::default()
            },
            callee_hours: CalleeHours {
                enabled: false,
                ..CalleeHours::default()
            },
            ..Self::default()
        }
    }

    /// Reads settings from JSON and validates them.
    ///
    /// # Errors
    /// The first thing that is wrong: unknown field, wrong type, or a value out of its range.
    pub fn from_json(json: &str) -> Result<Self, InvalidSetting> {
        let settings: Self = serde_json::from_str(json).map_err(|error| {
            let problem = trim_position(&error.to_string());
            match problem.strip_prefix(OF_START) {
                Some(problem) => wrong("start_at", problem.to_owned()),
                None => InvalidSetting {
                    field: format!("settings, line {}, column {}", error.line(), error.column()),
                    problem,
                },
            }
        })?;
        settings.validate()?;
        Ok(settings)
    }

    /// Reads settings that are given for a campaign: [`Self::from_json`], and also refuses what
    /// only stored settings may still have.
    ///
    /// # Errors
    /// The first thing that is wrong, and a time zone such as `EST`, which names a clock and not a
    /// place; a language or a voice that no carrier knows.
    pub fn given(json: &str) -> Result<Self, InvalidSetting> {
        let settings = Self::from_json(json)?;
        settings.refuse_clock()?;
        settings.refuse_unknown_voice()?;
        Ok(settings)
    }

    /// Refuses an agent in a language or with a voice that no carrier knows.
    ///
    /// # Errors
    /// The field, with what was probably meant.
    pub fn refuse_unknown_voice(&self) -> Result<(), InvalidSetting> {
        of_agent(self.agent.validate_given())
    }

    /// Refuses a time zone such as `EST`, by which people mean a place with its summer time.
    ///
    /// # Errors
    /// The name to write instead.
    pub fn refuse_clock(&self) -> Result<(), InvalidSetting> {
        let zone = &self.time_zone;
        match zone.instead_of_clock() {
            None => Ok(()),
            Some(city) => Err(InvalidSetting {
                field: "time_zone".into(),
                problem: format!(
                    "`{zone}` names a clock, not a place where people keep summer time; write {city}"
                ),
            }),
        }
    }

    /// The settings as JSON, every field present.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Checks the start of a campaign that is made or changed at `now`. Later it may be long past.
    ///
    /// # Errors
    /// An implausible start, with the instant that was probably meant.
    pub fn validate_start(&self, now: Timestamp) -> Result<(), InvalidSetting> {
        let problem = self
            .start_at
            .and_then(|start| instant::start_problem(start, now));
        problem.map_or(Ok(()), |problem| Err(wrong("start_at", problem)))
    }

    /// Checks every value's range.
    ///
    /// # Errors
    /// The first field that cannot be used, with advice.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        let policies = [
            self.pacing.problem(),
            self.retry.problem(),
            self.caps.problem(),
            self.business_hours.problem(),
            self.callee_hours.problem(),
            self.machines.problem(),
        ];
        if let Some((field, problem)) = policies.into_iter().flatten().next() {
            return Err(wrong(field, problem));
        }
        if let RepeatRule::AfterDays(days) = self.repeat
            && !(1..=crate::repeat::MAX_REPEAT_DAYS).contains(&days)
        {
            let problem = format!(
                "{days} is not between 1 and {} days",
                crate::repeat::MAX_REPEAT_DAYS
            );
            return Err(wrong("repeat.after_days", problem));
        }
        if !(5..=600).contains(&self.ring_seconds) {
            let problem = format!("{} is not between 5 and 600 seconds", self.ring_seconds);
            return Err(wrong("ring_seconds", problem));
        }
        if !(1..=MAX_CALL_SECONDS).contains(&self.time_limit_seconds) {
            let problem = format!(
                "{} is not between 1 and {MAX_CALL_SECONDS} seconds",
                self.time_limit_seconds
            );
            return Err(wrong("time_limit_seconds", problem));
        }
        if let Some(problem) = self.call_reason.as_deref().and_then(reason_problem) {
            return Err(wrong("call_reason", problem));
        }
        if self.caller_ids.len() > MAX_CALLER_IDS {
            let problem = format!(
                "{} are too many; the limit is {MAX_CALLER_IDS}",
                self.caller_ids.len()
            );
            return Err(wrong("caller_ids", problem));
        }
        of_agent(self.agent.validate())
    }
}

/// Places a refusal of the agent among the settings.
fn of_agent(checked: Result<(), InvalidSetting>) -> Result<(), InvalidSetting> {
    checked.map_err(|refusal| wrong(&format!("agent.{}", refusal.field), refusal.problem))
}

fn wrong(field: &str, problem: String) -> InvalidSetting {
    InvalidSetting {
        field: field.into(),
        problem,
    }
}

fn start_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let read = Option::deserialize(deserializer);
    read.map_err(|error| de::Error::custom(format!("{OF_START}{error}")))
}

/// What is wrong with a reason for the call that phones are to show.
fn reason_problem(reason: &str) -> Option<String> {
    let length = reason.chars().count();
    if reason.trim().is_empty() {
        Some("is empty; leave it out, or say in a few words why you call".into())
    } else if length > MAX_CALL_REASON {
        Some(format!(
            "{length} characters are too many; the limit is {MAX_CALL_REASON}"
        ))
    } else if reason.chars().any(char::is_control) {
        Some("holds a control character; give plain text".into())
    } else {
        None
    }
}

/// `serde_json` ends its messages with the position, which is a field of its own here.
fn trim_position(message: &str) -> String {
    message
        .split(" at line ")
        .next()
        .unwrap_or(message)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_object_is_the_documented_default_and_survives_a_round_trip() {
        let settings = Settings::from_json("{}").unwrap();
        assert_eq!(settings, Settings::default());
        assert_eq!(Settings::from_json(&settings.to_json()).unwrap(), settings);
        assert!((settings.pacing.delay_seconds - 5.0).abs() < f64::EPSILON);
        assert_eq!(settings.pacing.calls_at_once, 1);
        assert_eq!(settings.time_limit_seconds, 600);
        assert!(!settings.machines.are_looked_for());
    }

    #[test]
    fn a_clock_is_no_place_for_a_campaign() {
        for (zone, city) in [
            ("EST", "America/New_York"),
            ("mst", "America/Denver"),
            ("HST", "Pacific/Honolulu"),
            ("EST5EDT", "America/New_York"),
            ("CST6CDT", "America/Chicago"),
            ("MST7MDT", "America/Denver"),
            ("PST8PDT", "America/Los_Angeles"),
            ("CET", "Europe/Berlin"),
            ("EET", "Europe/Athens"),
            ("MET", "Europe/Berlin"),
            ("WET", "Europe/Lisbon"),
            ("PST", "America/Los_Angeles"),
            ("Pacific Time", "America/Los_Angeles"),
        ] {
            let json = format!(r#"{{"time_zone": "{zone}"}}"#);
            let refusal = Settings::given(&json).expect_err(&json);
            assert!(refusal.problem.contains(city), "{zone}: {refusal}");
        }
        // A ledger may have such a campaign: it is still read.
        assert!(Settings::from_json(r#"{"time_zone": "EST"}"#).is_ok());
        for zone in ["UTC", "GMT", "america/new_york", "US/Eastern", "Japan"] {
            let json = format!(r#"{{"time_zone": "{zone}"}}"#);
            assert!(Settings::given(&json).is_ok(), "{json}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_with_advice() {
        for (json, field, words) in [
            (
                r#"{"time_zone": "Mars/Olympus"}"#,
                "settings",
                "Mars/Olympus",
            ),
            (
                r#"{"pacing": {"delay_seconds": -1}}"#,
                "pacing.delay_seconds",
                "between 0",
            ),
            (
                r#"{"pacing": {"calls_at_once": 0}}"#,
                "pacing.calls_at_once",
                "between 1",
            ),
            (
                r#"{"pacing": {"calls_per_second": 0}}"#,
                "pacing.calls_per_second",
                "above 0",
            ),
            (
                r#"{"business_hours": {"start": "17:00", "end": "09:00"}}"#,
                "business_hours",
                "",
            ),
            (r#"{"colour": "red"}"#, "settings", "unknown field `colour`"),
            (
                r#"{"retry": {"max_retries": 99}}"#,
                "retry.max_retries",
                "limit is 20",
            ),
            (
                r#"{"retry": {"outcomes": ["answered"]}}"#,
                "retry.outcomes",
                "cannot be retried",
            ),
            (
                r#"{"retry": {"backoff_hours": [-2]}}"#,
                "retry.backoff_hours",
                "-2",
            ),
            (
                r#"{"repeat": {"after_days": 0}}"#,
                "repeat.after_days",
                "between 1",
            ),
            (r#"{"caps": []}"#, "caps", "empty"),
            (
                r#"{"agent": {"kind": "text", "text": " "}}"#,
                "agent.text",
                "empty",
            ),
            (
                r#"{"agent": {"kind": "recording", "url": "http://example.com/a.wav"}}"#,
                "agent.audio",
                "https",
            ),
            (r#"{"caller_ids": ["12"]}"#, "settings", ""),
            (
                r#"{"start_at": "2026-12-01T09:00"}"#,
                "start_at",
                "2026-12-01T09:00:00Z (UTC)",
            ),
            (r#"{"start_at": "soon"}"#, "start_at", "ISO 8601"),
            (
                r#"{"time_limit_seconds": 14401}"#,
                "time_limit_seconds",
                "between 1",
            ),
            (r#"{"time_limit_seconds": 0}"#, "time_limit_seconds", "0"),
            (
                r#"{"call_reason": "Your order of so very many things is about to arrive today"}"#,
                "call_reason",
                "limit is 50",
            ),
            (r#"{"call_reason": " "}"#, "call_reason", "empty"),
            (r#"{"call_reason": "a\nb"}"#, "call_reason", "control"),
            (r#"{"machines": {"then": "shout"}}"#, "settings", "hang_up"),
            (
                r#"{"machines": {"timeout_seconds": 60}}"#,
                "machines.timeout_seconds",
                "60 is not between 3 and 59",
            ),
            (
                r#"{"machines": {"silence_ms": 1999}}"#,
                "machines.silence_ms",
                "between 2000 and 10000",
            ),
            (
                r#"{"recording": {"channels": "stereo"}}"#,
                "settings",
                "dual",
            ),
            ("{", "settings, line 1", "EOF"),
        ] {
            let refusal = Settings::from_json(json).expect_err(json);
            assert!(refusal.field.starts_with(field), "{json}: {refusal}");
            assert!(refusal.problem.contains(words), "{json}: {refusal}");
        }
    }
}
