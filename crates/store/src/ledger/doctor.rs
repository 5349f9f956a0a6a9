//! Checks of the data, each with advice. The checks of guards, and those that only one database needs, are
//! with its driver.

use ringonce_domain::{Millis, Timestamp};

use crate::Result;
use crate::model::Finding;
use crate::row::Fields;
use crate::sql::{self, Statement};
use crate::transaction::{Reader, Value, values};

/// Rows shown of one check at most.
const SHOWN: usize = 10;

/// A check by a statement, which yields one row of text for each fault.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) statement: Statement,
    pub(crate) advice: &'static str,
}

/// An attempt that is live so long after its claim is a finding: far longer than any call takes.
const ABANDONED: Millis = Millis::from_secs(600);

/// The check for such attempts; its statement takes the instant before which they were claimed.
const ORPHANS: Check = Check {
    name: "calls without an owner",
    statement: sql::DOCTOR_ORPHANS,
    advice: "no instance takes care of these calls, and their numbers stay frozen: start one (`ringonce serve`), it will",
};

/// The checks of both databases.
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
        name: "prices",
        statement: sql::DOCTOR_PRICES,
        advice: "the prices shown are wrong, calls are not affected; restore a backup or report this as a bug",
    },
    Check {
        name: "activity",
        statement: sql::DOCTOR_ACTIVITY,
        advice: "the charts shown are wrong, calls are not affected; restore a backup or report this as a bug",
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
        name: "numbers called",
        statement: sql::DOCTOR_NUMBER_COUNTS,
        advice: "these numbers may be called again although they were: pause the campaigns that hold them and restore a backup",
    },
    Check {
        name: "evidence without a call",
        statement: sql::DOCTOR_UNMATCHED,
        advice: "the carrier reported calls that this ledger never made: does another system use the same account?",
    },
];

/// The result of a check; without rows it has passed.
fn finding(check: &'static str, wrong: &[String], advice: &str) -> Finding {
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

/// The result of checking the guards.
pub(crate) fn guards(missing: &[(&'static str, String)]) -> Finding {
    let missing: Vec<_> = missing
        .iter()
        .map(|(kind, name)| format!("the {kind} `{name}` is missing or changed"))
        .collect();
    finding(
        "guards",
        &missing,
        "stop calling at once and restore a backup",
    )
}

/// The result of recomputing the audit trail.
pub(crate) fn trail(verified: Result<u64, i64>) -> Finding {
    let wrong = match verified {
        Ok(_) => Vec::new(),
        Err(seq) => vec![format!("entry {seq} does not fit the chain")],
    };
    finding(
        "audit trail",
        &wrong,
        "somebody has changed the trail; compare it with a backup",
    )
}

/// See [`crate::Admin::doctor`]; `also` are the checks of one database alone.
pub(crate) async fn check<R: Reader>(
    reader: &mut R,
    also: &[Check],
    now: Timestamp,
) -> Result<Vec<Finding>, R::Failure> {
    let mut all = vec![settings(reader).await?];
    for check in CHECKS.iter().chain(also) {
        all.push(checked(reader, check, values![]).await?);
    }
    all.push(checked(reader, &ORPHANS, values![now - ABANDONED]).await?);
    Ok(all)
}

async fn checked<R: Reader>(
    reader: &mut R,
    check: &Check,
    values: Vec<Value>,
) -> Result<Finding, R::Failure> {
    let rows = reader.rows(check.statement, values).await?;
    let wrong = rows
        .iter()
        .map(|row| Fields::of("doctor", row).text("finding"));
    let wrong: Vec<_> = wrong.collect::<Result<_>>()?;
    Ok(finding(check.name, &wrong, check.advice))
}

/// Reads the settings of every campaign, as they stand in the database.
async fn settings<R: Reader>(reader: &mut R) -> Result<Finding, R::Failure> {
    let known = reader.known_settings()?;
    let mut unreadable = Vec::new();
    for row in reader.rows(sql::CAMPAIGN_IDS, values![]).await? {
        let id = Fields::of("campaigns", &row).campaign("id")?;
        let stored = reader.row(sql::CAMPAIGN_SETTINGS, values![id]).await?;
        let Some(stored) = stored else { continue };
        let fields = Fields::of("campaigns", &stored);
        let kept = known.keep(id, fields.word("state")?, fields.str("settings")?);
        unreadable.extend(kept.err().map(|error| error.to_string()));
    }
    Ok(finding(
        "settings of campaigns",
        &unreadable,
        "pause these campaigns and create them again",
    ))
}
