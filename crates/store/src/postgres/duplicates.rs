//! The duplicate alarm: looks at what ended, with the checker that shares no code with the claim.
//!
//! It reads attempts only, outside any transaction, so that a look never holds up calls; only what it
//! finds is written. Every instance looks; each attempt is reported once.

use std::collections::{HashMap, HashSet};

use ringonce_domain::proof::Violation;
use ringonce_domain::settle::Signal;
use ringonce_domain::{AttemptId, Number, SafetyLimits, Timestamp};

use super::failure::Done;
use super::safety::{self, Learning};
use super::session::Session;
use super::time::At;
use super::tx::Tx;
use super::{calls, sql, storable};
use crate::Result;
use crate::audit::Entry;
use crate::deed::Deed;
use crate::duplicate_scan::{DuplicateScan, LOOKED_AT, RINGS_OF_NUMBER, judge, seen};
use crate::row::{Fields, digits};

/// Numbers whose rings are asked for together.
const ASKED_TOGETHER: usize = 64;

/// Judges the numbers of the attempts that ended after `since`; leaves out what was reported.
pub(super) async fn look(
    session: &Session,
    since: Timestamp,
    now: Timestamp,
) -> Done<DuplicateScan> {
    let page = i64::from(LOOKED_AT);
    let rows = session
        .rows(sql::ATTEMPTS_ENDED, &[&At(since), &page])
        .await?;
    let ended = rows.iter().map(|row| {
        let fields = Fields::of("attempts", row);
        Ok((fields.number(1)?, fields.instant(2)?))
    });
    let (numbers, until) = seen(ended.collect::<Result<_>>()?, since, now);
    let numbers: Vec<Number> = numbers.into_iter().collect();
    let (mut found, mut rules) = (Vec::new(), HashMap::new());
    for some in numbers.chunks(ASKED_TOGETHER) {
        for rings in calls::rings_of(session, some.iter().copied(), RINGS_OF_NUMBER).await? {
            for ring in &rings {
                if !rules.contains_key(&ring.campaign)
                    && let Some(settings) = session.settings(ring.campaign).await?
                {
                    rules.insert(ring.campaign, settings);
                }
            }
            found.extend(judge(&rings, &rules));
        }
    }
    let known = reported(session, &found).await?;
    found.retain(|violation| !known.contains(&violation.attempt));
    Ok(DuplicateScan {
        violations: found,
        until,
    })
}

/// Which of these were reported before.
async fn reported(session: &Session, found: &[Violation]) -> Done<HashSet<AttemptId>> {
    if found.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<_> = found.iter().map(|violation| violation.attempt.0).collect();
    let rows = session.rows(sql::DUPLICATE, &[&ids]).await?;
    let ids = rows
        .iter()
        .map(|row| Ok(AttemptId(Fields::of("duplicates_found", row).uuid(0)?)));
    Ok(ids.collect::<Result<_>>()?)
}

/// Reports what a look has found, each attempt once, to the audit trail and the emergency stop.
pub(super) async fn raise(
    tx: &mut Tx,
    known: &mut Learning,
    found: &[Violation],
    limits: SafetyLimits,
    deed: Deed<'_>,
) -> Done<Vec<Violation>> {
    let mut raised = Vec::new();
    for violation in found {
        let Violation {
            number,
            attempt,
            rule,
            ..
        } = violation;
        if !report(tx, *attempt, *number, deed.now, rule).await? {
            continue;
        }
        let detail = serde_json::json!({ "rule": rule }).to_string();
        tx.audit(&Entry {
            at: deed.now,
            actor: deed.by,
            event: "duplicate.found",
            campaign: None,
            number: Some(*number),
            attempt: Some(*attempt),
            detail: &detail,
        })
        .await?;
        let signal = Signal::Duplicate(format!("{number}: {rule}"));
        safety::learn(tx, known, &signal, limits, deed).await?;
        raised.push(violation.clone());
    }
    Ok(raised)
}

/// Remembers that an attempt was reported. False when it had been.
async fn report(
    tx: &mut Tx,
    attempt: AttemptId,
    number: Number,
    now: Timestamp,
    rule: &str,
) -> Done<bool> {
    let (rule, number, now) = (storable(rule), digits(number), At(now));
    let row: super::session::Params<'_> = &[&attempt.0, &number, &now, &rule];
    Ok(tx.execute(sql::DUPLICATE_ADD, row).await? == 1)
}
