//! What may be wrong with the data, looked at from as many sides as there are promises.

use ringonce_domain::Timestamp;

use super::failure::Done;
use crate::row::Fields;
use super::ledger::View;
use super::{audit, schema, sql};
use crate::model::Finding;

/// A check that a statement makes: it yields one row of text for each thing that is wrong.
struct Check {
    name: &'static str,
    statement: &'static str,
    advice: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        name: "contact counts",
        statement: sql::DOCTOR_CONTACT_COUNTS,
        advice: "the figures shown are wrong, calls are not affected; restore a backup or report this as a bug",
    },
    Check {
        name: "outcome counts",
        statement: sql::DOCTOR_OUTCOME_COUNTS,
        advice: "the figures shown are wrong, calls are not affected; restore a backup or report this as a bug",
    },
    Check {
        name: "lines in use",
        statement: sql::DOCTOR_LIVE_COUNTS,
        advice: "a campaign may call too few or too many at once; pause it and report this as a bug",
    },
    Check {
        name: "contacts in a call",
        statement: sql::DOCTOR_STUCK_CONTACTS,
        advice: "these contacts wait for a call that is not there; report this as a bug",
    },
    Check {
        name: "calls without a contact",
        statement: sql::DOCTOR_LOST_ATTEMPTS,
        advice: "these calls will end without their contact; report this as a bug",
    },
    Check {
        name: "evidence without a call",
        statement: sql::DOCTOR_UNMATCHED,
        advice: "the carrier reported calls that this ledger never made: does another system use the same account?",
    },
];

/// See [`crate::Admin::doctor`].
pub(super) fn doctor(view: &View, _now: Timestamp) -> Done<Vec<Finding>> {
    let mut findings = vec![
        guards(view)?,
        integrity(view)?,
        chain(view)?,
        settings(view)?,
    ];
    for check in CHECKS {
        let wrong = view.rows(check.statement, [], |row| Fields::of("doctor", row).text(0))?;
        findings.push(finding(check.name, &wrong, check.advice));
    }
    Ok(findings)
}

fn finding(check: &'static str, wrong: &[String], advice: &str) -> Finding {
    const SHOWN: usize = 10;
    let ok = wrong.is_empty();
    let mut found = if ok {
        "as it should be".to_owned()
    } else {
        wrong[..wrong.len().min(SHOWN)].join("; ")
    };
    if wrong.len() > SHOWN {
        found = format!("{found}; and {} more", wrong.len() - SHOWN);
    }
    Finding {
        check,
        ok,
        found,
        advice: if ok { String::new() } else { advice.to_owned() },
    }
}

fn guards(view: &View) -> Done<Finding> {
    let missing = schema::missing_guards(view.conn())?;
    let missing: Vec<_> = missing
        .iter()
        .map(|(kind, name)| format!("the {kind} `{name}` is missing or changed"))
        .collect();
    Ok(finding(
        "guards",
        &missing,
        "stop calling at once and restore a backup",
    ))
}

fn integrity(view: &View) -> Done<Finding> {
    let said = view.rows(sql::DOCTOR_INTEGRITY, [], |row| {
        Fields::of("integrity_check", row).text(0)
    })?;
    let wrong: Vec<_> = said.into_iter().filter(|line| line != "ok").collect();
    Ok(finding(
        "integrity of the file",
        &wrong,
        "stop, keep the file, and restore a backup",
    ))
}

fn chain(view: &View) -> Done<Finding> {
    let wrong = match audit::verify(view)? {
        Ok(_) => Vec::new(),
        Err(seq) => vec![format!("entry {seq} does not fit the chain")],
    };
    Ok(finding(
        "audit trail",
        &wrong,
        "somebody has changed the trail; compare it with a backup",
    ))
}

fn settings(view: &View) -> Done<Finding> {
    let campaigns = view.rows(sql::CAMPAIGN_IDS, [], |row| {
        Fields::of("campaigns", row).campaign(0)
    })?;
    let wrong: Vec<_> = campaigns
        .into_iter()
        .filter_map(|id| match view.settings_of(id) {
            Err(super::failure::Failure::Store(error)) => Some(error.to_string()),
            _ => None,
        })
        .collect();
    Ok(finding(
        "settings of campaigns",
        &wrong,
        "pause these campaigns and create them again",
    ))
}
