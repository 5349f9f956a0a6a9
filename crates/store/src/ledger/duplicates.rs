//! The duplicate scan: judges ended attempts with the checker, which shares no code with the claim.
//!
//! It reads attempts on a reader, so a scan never delays calls; only findings are written. Every instance
//! scans; each attempt is reported once.

use std::collections::{BTreeSet, HashMap, HashSet};

use ringonce_domain::proof::{Violation, violations};
use ringonce_domain::settle::Signal;
use ringonce_domain::{Millis, Number, SafetyLimits, Timestamp};

use super::calls::rings_in;
use super::safety::{Learning, learn};
use crate::Result;
use crate::audit::Entry;
use crate::model::AuditContext;
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Transaction, values};

/// Attempts in one scan; more only when they ended in the same millisecond.
const LOOKED_AT: u32 = 1_000;
/// Rings of one number that are judged together; the checker compares each with all before it.
const RINGS_OF_NUMBER: u32 = 200;
/// Numbers whose rings are read together.
const ASKED_TOGETHER: usize = 64;
/// An attempt may be committed a little after the instant at which it ended: the scan stays that far behind,
/// and meets a few attempts twice.
const LATE_COMMITS: Millis = Millis::from_secs(2);
/// After every instant at which an attempt ended.
const END_OF_TIME: Timestamp = Timestamp::from_millis(i64::MAX);

/// The result of a scan.
pub(crate) struct DuplicateScan {
    pub(crate) violations: Vec<Violation>,
    /// Where to go on.
    pub(crate) until: Timestamp,
}

/// Judges the numbers of the attempts that ended after `since`; leaves out what was reported.
pub(crate) async fn look<L: Reader>(
    reader: &mut L,
    since: Timestamp,
    now: Timestamp,
) -> Result<DuplicateScan, L::Failure> {
    let given = values![since, LOOKED_AT, END_OF_TIME];
    let rows = reader.rows(sql::ATTEMPTS_ENDED, given).await?;
    let ended = rows.iter().map(|row| {
        let fields = Fields::of("attempts", row);
        Ok((fields.number("number")?, fields.instant("ended_at")?))
    });
    let ended: Vec<(Number, Timestamp)> = ended.collect::<Result<_>>()?;
    let last = ended.iter().map(|(_, at)| *at).max();
    let until = last.map_or(since, |last| last.min(now - LATE_COMMITS).max(since));
    let numbers: BTreeSet<Number> = ended.into_iter().map(|(number, _)| number).collect();
    let numbers: Vec<Number> = numbers.into_iter().collect();
    let mut found = Vec::new();
    for some in numbers.chunks(ASKED_TOGETHER) {
        found.extend(judge(reader, some).await?);
    }
    let violations = unreported(reader, found).await?;
    Ok(DuplicateScan { violations, until })
}

/// Judges the rings of some numbers by the settings of their campaigns.
async fn judge<L: Reader>(
    reader: &mut L,
    numbers: &[Number],
) -> Result<Vec<Violation>, L::Failure> {
    let asked = numbers.iter();
    let asked = asked.map(|number| (sql::RINGS_OF_NUMBER, values![*number, RINGS_OF_NUMBER]));
    let (mut found, mut rules) = (Vec::new(), HashMap::new());
    for rows in reader.together(asked.collect()).await? {
        let rings = rings_in(&rows)?;
        for ring in &rings {
            if !rules.contains_key(&ring.campaign)
                && let Some(settings) = reader.settings(ring.campaign).await?
            {
                rules.insert(ring.campaign, settings);
            }
        }
        let of = |campaign| rules.get(&campaign).map(std::sync::Arc::as_ref);
        found.extend(violations(&rings, of));
    }
    Ok(found)
}

async fn unreported<L: Reader>(
    reader: &mut L,
    mut found: Vec<Violation>,
) -> Result<Vec<Violation>, L::Failure> {
    if found.is_empty() {
        return Ok(found);
    }
    let asked = found.iter();
    let asked = asked.map(|violation| (sql::DUPLICATE, values![violation.attempt]));
    let answers = reader.together(asked.collect()).await?;
    let rows = answers.iter().flatten();
    let reported = rows.map(|row| Fields::of("duplicates_found", row).uuid("attempt_id"));
    let reported: HashSet<_> = reported.collect::<Result<_>>()?;
    found.retain(|violation| !reported.contains(&violation.attempt.0));
    Ok(found)
}

/// Reports the findings of a scan, each attempt once, to the audit trail and the emergency stop. `known` is
/// the transaction's knowledge of the stop.
pub(crate) async fn raise<D: Transaction>(
    tx: &mut D,
    known: &mut Learning,
    found: &[Violation],
    limits: SafetyLimits,
    on: &AuditContext,
) -> Result<Vec<Violation>, D::Failure> {
    let mut raised = Vec::new();
    for violation in found {
        let Violation {
            number,
            attempt,
            rule,
            ..
        } = violation;
        let given = values![*attempt, *number, on.now, rule.as_str()];
        if tx.change(sql::DUPLICATE_ADD, given).await? == 0 {
            continue;
        }
        let detail = serde_json::json!({ "rule": rule }).to_string();
        tx.audit(&Entry {
            at: on.now,
            actor: &on.by,
            event: "duplicate.found",
            campaign: None,
            number: Some(*number),
            attempt: Some(*attempt),
            detail: &detail,
        })
        .await?;
        let signal = Signal::Duplicate(format!("{number}: {rule}"));
        learn(tx, known, &signal, limits, on).await?;
        raised.push(violation.clone());
    }
    Ok(raised)
}
