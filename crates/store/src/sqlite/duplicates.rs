//! The duplicate alarm: looks at what ended, with the checker that shares no code with the claim.
//!
//! It reads attempts only. Reading happens on a reader, so that a look never holds up calls; only
//! what it finds is written.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ringonce_domain::proof::{Violation, violations};
use ringonce_domain::settle::Signal;
use ringonce_domain::{AttemptId, CampaignId, Millis, Number, SafetyLimits, Settings, Timestamp};
use rusqlite::params;

use super::failure::Done;
use crate::trail::Entry;
use crate::row::{Fields, digits};
use super::ledger::{Ledger, View};
use super::{calls, sql};
use crate::deed::Deed;

/// Attempts looked at by one call, more only when they ended in the same millisecond.
const LOOKED_AT: u32 = 1_000;
/// Rings of one number that are judged together; the checker compares each with all before it.
const RINGS_OF_NUMBER: u32 = 200;
/// An attempt may be committed a little after the instant at which it ended: the walk stays that far
/// behind, and meets a few attempts twice.
const LATE_COMMITS: Millis = Millis::from_secs(2);

/// What a look has seen.
pub(super) struct Look {
    pub(super) violations: Vec<Violation>,
    /// From where to go on.
    pub(super) until: Timestamp,
}

/// Judges the numbers of the attempts that ended after `since`; leaves out what was reported.
pub(super) fn look(view: &View, since: Timestamp, now: Timestamp) -> Done<Look> {
    let ended = view.rows(
        sql::ATTEMPTS_ENDED,
        params![since.as_millis(), LOOKED_AT],
        |row| {
            let fields = Fields::of("attempts", row);
            Ok((fields.number(1)?, fields.instant(2)?))
        },
    )?;
    let last = ended.iter().map(|(_, at)| *at).max();
    let until = last.map_or(since, |last| last.min(now - LATE_COMMITS).max(since));
    let numbers: BTreeSet<Number> = ended.into_iter().map(|(number, _)| number).collect();
    let mut found = Vec::new();
    for number in numbers {
        let rings = calls::rings_of(view, number, RINGS_OF_NUMBER)?;
        let mut rules: HashMap<CampaignId, Arc<Settings>> = HashMap::new();
        for ring in &rings {
            if let Some(settings) = view.settings(ring.campaign)? {
                rules.insert(ring.campaign, settings);
            }
        }
        found.extend(violations(&rings, |campaign| {
            rules.get(&campaign).map(Arc::as_ref)
        }));
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
    Ok(Look { violations, until })
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
