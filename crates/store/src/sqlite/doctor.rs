//! What may be wrong with the data, looked at from as many sides as there are promises.

use ringonce_domain::Timestamp;

use super::failure::Done;
use super::ledger::View;
use super::{audit, schema, sql};
use crate::findings::{self, ABANDONED, Check, ORPHANS, checks, finding};
use crate::model::Finding;
use crate::row::Fields;

const CHECKS: &[Check] = checks!(sql);

/// See [`crate::Admin::doctor`].
pub(super) fn doctor(view: &View, now: Timestamp) -> Done<Vec<Finding>> {
    let mut all = vec![
        findings::guards(&schema::missing_guards(view.conn())?),
        integrity(view)?,
        findings::trail(audit::verify(view)?),
        settings(view)?,
    ];
    for check in CHECKS {
        let wrong = view.rows(check.statement, [], |row| Fields::of("doctor", row).text(0))?;
        all.push(finding(check.name, &wrong, check.advice));
    }
    let before = (now - ABANDONED).as_millis();
    let orphans = view.rows(sql::DOCTOR_ORPHANS, [before], |row| {
        Fields::of("doctor", row).text(0)
    })?;
    all.push(finding(ORPHANS.name, &orphans, ORPHANS.advice));
    Ok(all)
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
    Ok(findings::settings(&wrong))
}
