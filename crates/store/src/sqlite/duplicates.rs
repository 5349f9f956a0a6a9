//! The duplicate alarm: looks at what ended, with the checker that shares no code with the claim.
//!
//! It reads attempts only. Reading happens on a reader, so that a look never holds up calls; only
//! what it finds is written.

use std::collections::HashMap;

use ringonce_domain::proof::Violation;
use ringonce_domain::settle::Signal;
use ringonce_domain::{AttemptId, Number, SafetyLimits, Timestamp};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::{calls, sql};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::duplicate_scan::{DuplicateScan, LOOKED_AT, RINGS_OF_NUMBER, judge, seen};
use crate::row::{Fields, digits};

/// Judges the numbers of the attempts that ended after `since`; leaves out what was reported.
pub(super) fn look(view: &View, since: Timestamp, now: Timestamp) -> Done<DuplicateScan> {
    let ended = view.rows(
        sql::ATTEMPTS_ENDED,
        params![since.as_millis(), LOOKED_AT],
        |row| {
            let fields = Fields::of("attempts", row);
            Ok((fields.number(1)?, fields.instant(2)?))
        },
    )?;
    let (numbers, until) = seen(ended, since, now);
    let (mut found, mut rules) = (Vec::new(), HashMap::new());
    for number in numbers {
        let rings = calls::rings_of(view, number, RINGS_OF_NUMBER)?;
        for ring in &rings {
            if let Some(settings) = view.settings(ring.campaign)? {
                rules.insert(ring.campaign, settings);
            }
        }
        found.extend(judge(&rings, &rules));
    }
    let mut violations = Vec::new();
    for violation in found {
        let known = view.row(sql::DUPLICATE, [violation.attempt.0.into_bytes()], |_| {
            Ok(())
        })?;
        if known.is_none() {
            violations.push(violation);
        }
    }
    Ok(DuplicateScan { violations, until })
}

/// Reports what a look has found, each attempt once, to the audit trail and the emergency stop.
pub(super) fn raise(
    ledger: &mut Ledger,
    found: Vec<Violation>,
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
        } = &violation;
        if !report(&ledger.view, *attempt, *number, deed.now, rule)? {
            continue;
        }
        let detail = serde_json::json!({ "rule": rule }).to_string();
        ledger.audit(&Entry {
            at: deed.now,
            actor: deed.by,
            event: "duplicate.found",
            campaign: None,
            number: Some(*number),
            attempt: Some(*attempt),
            detail: &detail,
        })?;
        ledger.signal(
            &Signal::Duplicate(format!("{number}: {rule}")),
            limits,
            deed,
        )?;
        raised.push(violation);
    }
    Ok(raised)
}

/// Remembers that an attempt was reported. False when it had been.
pub(super) fn report(
    view: &View,
    attempt: AttemptId,
    number: Number,
    now: Timestamp,
    rule: &str,
) -> Done<bool> {
    let params = params![
        attempt.0.into_bytes(),
        digits(number),
        now.as_millis(),
        rule
    ];
    Ok(view.execute(sql::DUPLICATE_ADD, params)? == 1)
}
