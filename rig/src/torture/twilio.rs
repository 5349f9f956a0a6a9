//! The truth log of the look-alike of Twilio in the words of the judge, and the ends of its calls beside
//! those of the ledger.
//!
//! The look-alike knows calls and numbers, not attempts: which attempt a call was is asked of the
//! ledger, by the name that the carrier gave the call. A call that no attempt has is a finding.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ringonce_carrier::simulator::log::{CallId, Entry, Event};
use ringonce_domain::{AttemptId, CampaignId, Number, Outcome, Timestamp};
use serde::Deserialize;

use super::judge::Finding;
use crate::postgres::Postgres;
use crate::site::DATABASE;

/// Every attempt to which the carrier gave a call.
const ATTEMPTS: &str = "SELECT call_id, id, campaign_id, coalesce(outcome, '-') FROM attempts WHERE call_id IS NOT NULL";

/// A line of the look-alike's log; the rest is left out.
#[derive(Deserialize)]
struct Line {
    at: i64,
    event: String,
    sid: Option<String>,
    parent: Option<String>,
    to: Option<String>,
    status: Option<String>,
    sip: Option<u16>,
}

/// What the ledger says of a call.
struct Ours {
    attempt: AttemptId,
    campaign: CampaignId,
    outcome: String,
}

/// The log that the judge reads, and what is wrong already.
pub(super) fn translated(log: &Path, postgres: &Postgres) -> Result<(PathBuf, Vec<Finding>)> {
    let ours = attempts(&postgres.sql(DATABASE, ATTEMPTS)?)?;
    let text = fs::read_to_string(log).with_context(|| format!("reading {}", log.display()))?;
    let to = log.with_file_name("carrier-judged.log");
    let mut out = BufWriter::new(File::create(&to)?);
    let mut calls = BTreeMap::new();
    let mut findings = Vec::new();
    for line in text.lines() {
        let line: Line = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let (Some(sid), Some(number), None) = (&line.sid, number(&line), &line.parent) else {
            continue;
        };
        let known = calls.len();
        let call = *calls.entry(sid.clone()).or_insert(known);
        let Some(it) = ours.get(sid) else {
            if line.event == "created" {
                let what = format!("{number} has the call {sid}, of which no attempt knows");
                findings.push(Finding {
                    number: Some(number),
                    what,
                });
            }
            continue;
        };
        let Some(event) = event(&line.event) else {
            continue;
        };
        let outcome = (event == Event::End).then(|| outcome(&line)).flatten();
        if event == Event::End && !outcome.is_some_and(|outcome| is_told(outcome, &it.outcome)) {
            findings.push(Finding {
                number: Some(number),
                what: format!(
                    "the call {sid} to {number} ended {:?} (SIP {:?}), and the ledger says {}",
                    line.status, line.sip, it.outcome
                ),
            });
        }
        let entry = Entry {
            at: Timestamp::from_millis(line.at),
            event,
            attempt: it.attempt,
            campaign: it.campaign,
            number,
            call_id: Some(CallId(call as u64)),
            outcome,
            cause: None,
            ring_for: None,
            callback: None,
        };
        writeln!(out, "{}", serde_json::to_string(&entry)?)?;
    }
    out.flush()?;
    Ok((to, findings))
}

fn attempts(rows: &str) -> Result<HashMap<String, Ours>> {
    let mut found = HashMap::new();
    for row in rows.lines() {
        let columns: Vec<&str> = row.split('|').collect();
        let [call_id, attempt, campaign, outcome] = columns[..] else {
            anyhow::bail!("`{row}` is no attempt");
        };
        found.insert(
            call_id.to_owned(),
            Ours {
                attempt: attempt
                    .parse()
                    .map_err(|_| anyhow::anyhow!("`{attempt}` is no attempt"))?,
                campaign: CampaignId(campaign.parse()?),
                outcome: outcome.to_owned(),
            },
        );
    }
    Ok(found)
}

fn number(line: &Line) -> Option<Number> {
    line.to.as_deref()?.parse().ok()
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

/// Whether the ledger has the carrier's outcome. A call that is looked up after its webhook was lost has
/// failed, and the carrier's answer has no word on why.
fn is_told(theirs: Outcome, ours: &str) -> bool {
    let failed = [Outcome::BadNumber, Outcome::Congestion].contains(&theirs);
    theirs.as_str() == ours || (failed && ours == Outcome::Failed.as_str())
}

/// How the call ended, by the words of `docs/book/src/twilio.md`.
fn outcome(line: &Line) -> Option<Outcome> {
    Some(match (line.status.as_deref()?, line.sip) {
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
    fn the_ledgers_rows_are_read() {
        let id = AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [1; 10]);
        let found = attempts(&format!("CA1|{id}|7|busy\nCA2|{id}|8|-")).unwrap();
        assert_eq!(found["CA1"].campaign, CampaignId(7));
        assert_eq!(found["CA2"].outcome, "-");
        assert!(attempts("CA1|7").is_err());
    }

    #[test]
    fn an_end_has_one_outcome() {
        let line = |status: &str, sip| Line {
            at: 0,
            event: "ended".into(),
            sid: None,
            parent: None,
            to: None,
            status: Some(status.into()),
            sip,
        };
        assert_eq!(
            outcome(&line("failed", Some(404))),
            Some(Outcome::BadNumber)
        );
        assert_eq!(outcome(&line("failed", None)), Some(Outcome::Failed));
        assert_eq!(outcome(&line("in-progress", None)), None);
    }
}
