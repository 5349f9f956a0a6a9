//! Translates the look-alike's log into the simulated carrier's, which the judges read.
//!
//! The address with which a call was placed names its attempt, so the carrier alone tells which attempt rang.
//! Only the ledger knows the campaign of an attempt.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use ringonce_carrier::simulator::log::{CallId, Entry, Event};
use ringonce_domain::{AttemptId, CampaignId, Number, Outcome, Timestamp};
use serde::Deserialize;

use super::DATABASE;
use crate::postgres::Postgres;

/// The campaign of each attempt.
const CAMPAIGNS: &str = "SELECT id, campaign_id FROM attempts";
/// The campaign of an attempt that the ledger does not know; no campaign has this id.
const NONE: CampaignId = CampaignId(0);
/// Hexadecimal digits with which a call's token names its attempt.
const ATTEMPT_DIGITS: usize = 32;

/// An event of a call.
#[derive(Clone, Debug)]
pub(crate) struct PlacedCall {
    /// The carrier's name for the call.
    pub(crate) sid: String,
    /// The carrier's words for its end.
    pub(crate) status: String,
    /// The network's answer, if the call ended by one.
    pub(crate) sip: Option<u16>,
    /// Whether a callback with these words was taken by an instance.
    pub(crate) told: bool,
    /// The same in the judges' words.
    pub(crate) entry: Entry,
}

/// A line of the look-alike's log; other fields are left out.
#[derive(Deserialize)]
struct Line {
    at: i64,
    event: String,
    sid: Option<String>,
    parent: Option<String>,
    #[serde(default)]
    foreign: bool,
    to: Option<String>,
    url: Option<String>,
    status: Option<String>,
    sip: Option<u16>,
}

/// Every event of calls that the instances asked for, none of another application's.
pub(super) fn read(log: &Path, postgres: &Postgres) -> Result<Vec<PlacedCall>> {
    let campaigns = campaigns(&postgres.sql(DATABASE, CAMPAIGNS)?)?;
    let text = fs::read_to_string(log).with_context(|| format!("reading {}", log.display()))?;
    translated(&text, &campaigns)
}

/// Calls as the simulated carrier would have logged them.
pub(super) fn as_log(calls: &[PlacedCall]) -> Result<String> {
    let mut log = String::new();
    for call in calls {
        log.push_str(&serde_json::to_string(&call.entry)?);
        log.push('\n');
    }
    Ok(log)
}

fn campaigns(rows: &str) -> Result<HashMap<AttemptId, CampaignId>> {
    rows.lines()
        .map(|row| {
            let (attempt, campaign) = row.split_once('|').context("two columns")?;
            let attempt = attempt
                .parse()
                .map_err(|_| anyhow::anyhow!("`{attempt}` is no attempt"))?;
            Ok((attempt, CampaignId(campaign.parse()?)))
        })
        .collect()
}

fn translated(text: &str, campaigns: &HashMap<AttemptId, CampaignId>) -> Result<Vec<PlacedCall>> {
    let mut names: BTreeMap<String, u64> = BTreeMap::new();
    let mut calls = Vec::new();
    // The look-alike may be writing the last line.
    let lines = text.lines().filter(|line| line.ends_with('}'));
    let lines = lines
        .map(|line| serde_json::from_str(line).with_context(|| line.to_owned()))
        .collect::<Result<Vec<Line>>>()?;
    let taken = |line: &Line| {
        let is_taken = line.event == "callback taken";
        is_taken.then(|| Some((line.sid.clone()?, line.status.clone()?)))?
    };
    let taken: HashSet<(String, String)> = lines.iter().filter_map(taken).collect();
    for line in lines {
        if line.foreign {
            continue;
        }
        let (Some(sid), None, Some(event)) = (line.sid, line.parent, event(&line.event)) else {
            continue;
        };
        let attempt = line.url.as_deref().and_then(attempt);
        let attempt = attempt.with_context(|| format!("{sid} was placed by nobody we know"))?;
        let number: Option<Number> = line.to.as_deref().and_then(|to| to.parse().ok());
        let status = line.status.unwrap_or_default();
        let known = names.len() as u64;
        let entry = Entry {
            at: Timestamp::from_millis(line.at),
            event,
            attempt,
            campaign: campaigns.get(&attempt).copied().unwrap_or(NONE),
            number: number.with_context(|| format!("{sid} has no number"))?,
            call_id: Some(CallId(*names.entry(sid.clone()).or_insert(known))),
            outcome: (event == Event::End)
                .then(|| outcome(&status, line.sip))
                .flatten(),
            cause: None,
            ring_for: None,
        };
        calls.push(PlacedCall {
            told: taken.contains(&(sid.clone(), status.clone())),
            sid,
            status,
            sip: line.sip,
            entry,
        });
    }
    Ok(calls)
}

/// The attempt in an address such as `https://calls.example.com/carriers/twilio/TOKEN/twiml`.
fn attempt(url: &str) -> Option<AttemptId> {
    let (_, behind) = url.split_once("/carriers/")?;
    let token = behind.split('/').nth(1)?;
    token.get(..ATTEMPT_DIGITS)?.parse().ok()
}

fn event(word: &str) -> Option<Event> {
    Some(match word {
        "created" => Event::Placed,
        "ringing" => Event::Ring,
        "answered" => Event::Answer,
        "ended" => Event::End,
        _ => return None,
    })
}

/// The end of a call, by the words of `docs/book/src/twilio.md`.
fn outcome(status: &str, sip: Option<u16>) -> Option<Outcome> {
    Some(match (status, sip) {
        ("completed", _) => Outcome::Answered,
        ("busy", _) => Outcome::Busy,
        ("no-answer", _) => Outcome::NoAnswer,
        ("canceled", _) => Outcome::Canceled,
        ("failed", Some(404)) => Outcome::BadNumber,
        ("failed", Some(503)) => Outcome::Congestion,
        ("failed", _) => Outcome::Failed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_of_the_attempt_that_its_address_names() {
        let id = AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [1; 10]);
        let of_ledger = campaigns(&format!("{id}|7")).unwrap();
        assert!(campaigns("CA1").is_err());
        let token = format!("{}{}", id.0.simple(), "f".repeat(64));
        let line = |event: &str, status: &str| {
            format!(
                r#"{{"at":5,"event":"{event}","sid":"CA1","parent":null,"to":"+12025550101","status":"{status}","sip":404,"url":"http://127.0.0.1:1/carriers/twilio/{token}/twiml#rc=2"}}"#
            )
        };
        let leg = line("created", "queued").replace("null", "\"CA1\"");
        let foreign = format!(r#"{{"foreign":true,{}"#, &line("created", "queued")[1..]);
        let log = [
            line("created", "queued"),
            leg,
            foreign,
            line("callback taken", "failed"),
            line("ended", "failed"),
            "{\"at\":".to_owned(),
        ];
        let calls = translated(&log.join("\n"), &of_ledger).unwrap();
        let [placed, ended] = &*calls else {
            panic!("{calls:?}")
        };
        assert_eq!(
            (placed.entry.attempt, placed.entry.campaign),
            (id, CampaignId(7))
        );
        assert_eq!(ended.entry.outcome, Some(Outcome::BadNumber));
        assert_eq!(placed.entry.call_id, ended.entry.call_id);
        assert_eq!((placed.told, ended.told), (false, true));
        let unknown = translated(&log[0], &HashMap::new()).unwrap();
        assert_eq!(unknown[0].entry.campaign, NONE);
    }

    #[test]
    fn an_end_has_one_outcome() {
        assert_eq!(outcome("failed", Some(404)), Some(Outcome::BadNumber));
        assert_eq!(outcome("failed", None), Some(Outcome::Failed));
        assert_eq!(outcome("in-progress", None), None);
    }
}
