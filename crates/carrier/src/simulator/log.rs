//! The truth: what happened to every call, one JSON object a line, appended and never changed.
//!
//! ```json
//! {"at":1795254000050,"event":"placed","attempt":"01a1…","campaign":1,"number":"+12025550123","call_id":"sim-1","ring_for":30000}
//! {"at":1795254001240,"event":"ring","attempt":"01a1…","campaign":1,"number":"+12025550123","call_id":"sim-1"}
//! {"at":1795254012990,"event":"answer", …}
//! {"at":1795254031004,"event":"end", …,"outcome":"answered","cause":"normal clearing"}
//! ```
//! `at` is when it happened, in milliseconds since 1970. A line is handed to the operating system
//! before its effect can be seen, so that a process that is killed never did what the log does not
//! tell. It may leave half a line behind: the next writer begins a fresh one, and readers pass over
//! a line that stops short. Anything else that cannot be read is an error.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::str::FromStr;

use ringonce_domain::{AttemptId, CampaignId, Millis, Number, Outcome, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longer than any line that is written, in bytes.
const MAX_LINE: u64 = 4_096;

/// The simulator's name for a call: `sim-` and a number that is never given twice in one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// The carrier took a call. No phone rings yet.
    Placed,
    /// The call reached the callee's line: the phone rings, or shows a call while it is busy.
    /// This, and nothing else, is a ring.
    Ring,
    /// It was picked up.
    Answer,
    /// It is over.
    End,
    /// The carrier would not take it. Nothing rings.
    Refuse,
    /// The caller asked for its end, which follows.
    Hangup,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When it happened.
    #[serde(with = "ringonce_domain::instant::millis")]
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// The attempt as the caller named it.
    pub attempt: AttemptId,
    /// The campaign as the caller named it.
    pub campaign: CampaignId,
    /// Who was called.
    pub number: Number,
    /// The call; none if it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// How it ended, or was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The same in the carrier's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cow<'static, str>>,
    /// How long the caller lets it ring; on `placed` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ring_for: Option<Millis>,
}

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system says no.
    #[error("cannot {doing} the simulator's log {name}: {source}")]
    Io {
        /// What was tried: `open`, `read`, `write`.
        doing: &'static str,
        /// Which log.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// Another process has it open.
    #[error(
        "the simulator's log {0} is in use by another process: stop that one, or give this one its own log"
    )]
    InUse(String),
    /// A line is whole and yet no entry.
    #[error(
        "line {line} of the simulator's log is damaged ({problem}): restore the file, or move it away to begin another"
    )]
    Damaged {
        /// Which line; 1 is the first.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
}

/// The entries of a log, in the order in which they were written, one line in memory at a time.
pub fn entries(log: impl BufRead) -> impl Iterator<Item = Result<Entry, LogError>> {
    Entries {
        log,
        line: 0,
        bytes: Vec::new(),
    }
}

struct Entries<R> {
    log: R,
    line: u64,
    bytes: Vec<u8>,
}

impl<R: BufRead> Iterator for Entries<R> {
    type Item = Result<Entry, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.bytes.clear();
            self.line += 1;
            match self
                .log
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut self.bytes)
            {
                Ok(0) => return None,
                Ok(_) => {}
                Err(source) => {
                    let name = format!("at line {}", self.line);
                    return Some(Err(LogError::Io {
                        doing: "read",
                        name,
                        source,
                    }));
                }
            }
            let line = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
            match serde_json::from_slice(line) {
                Ok(entry) => return Some(Ok(entry)),
                Err(torn) if torn.is_eof() => {}
                Err(error) => {
                    let problem = error.to_string();
                    return Some(Err(LogError::Damaged {
                        line: self.line,
                        problem,
                    }));
                }
            }
        }
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sim-{}", self.0)
    }
}

/// A text that is no [`CallId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a call of the simulator, such as `sim-1`")]
pub struct NotACall(String);

impl FromStr for CallId {
    type Err = NotACall;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix("sim-")
            .and_then(|digits| digits.parse().ok())
            .map(Self)
            .ok_or_else(|| NotACall(text.chars().take(40).collect()))
    }
}

impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            at: Timestamp::from_millis(1_795_254_000_050),
            event: Event::End,
            attempt: AttemptId::new(Timestamp::from_millis(1_795_254_000_000), [7; 10]),
            campaign: CampaignId(3),
            number: Number::from_digits(12_025_550_123).unwrap(),
            call_id: Some(CallId(12)),
            outcome: Some(Outcome::NoAnswer),
            cause: Some("nobody picked up".into()),
            ring_for: None,
        }
    }

    #[test]
    fn a_line_reads_as_the_documentation_says() {
        assert_eq!(
            serde_json::to_string(&entry()).unwrap(),
            r#"{"at":1795254000050,"event":"end","attempt":"01a1fd7a-1980-7707-8707-070707070707","campaign":3,"number":"+12025550123","call_id":"sim-12","outcome":"no_answer","cause":"nobody picked up"}"#,
        );
    }

    #[test]
    fn a_line_that_stops_short_anywhere_is_passed_over() {
        let line = serde_json::to_vec(&entry()).unwrap();
        for kept in 0..line.len() {
            let log = [&line[..kept], b"\n", &line, b"\n"].concat();
            let read: Vec<_> = entries(log.as_slice()).map(Result::unwrap).collect();
            assert_eq!(read, [entry()], "{kept} bytes kept");
        }
    }

    #[test]
    fn a_line_that_is_whole_and_wrong_is_an_error_with_its_number() {
        let line = serde_json::to_string(&entry()).unwrap();
        for wrong in [
            line.replace("end", "fly"),
            line.replace("+1202", "1202"),
            line.replace("sim-12", "12"),
            format!("{line}{line}"),
            "x".repeat(5_000),
        ] {
            let log = format!("{line}\n{wrong}\n");
            let last = entries(log.as_bytes()).nth(1).unwrap();
            assert!(
                matches!(last, Err(LogError::Damaged { line: 2, .. })),
                "{wrong}: {last:?}"
            );
        }
    }
}
