//! What the doctor looks for in the data of either database, and what to do about it.

use ringonce_domain::Millis;

use crate::model::Finding;

/// Things shown of one check at most.
const SHOWN: usize = 10;

/// A check that a statement makes: it yields one row of text for each thing that is wrong.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) statement: crate::sql::Statement,
    pub(crate) advice: &'static str,
}

/// How long after its claim a call that nobody takes care of is a finding: far longer than others take.
pub(crate) const ABANDONED: Millis = Millis::from_secs(600);

/// The check for such calls; its statement takes the instant before which they were claimed.
pub(crate) const ORPHANS: Check = Check {
    name: "calls without an owner",
    statement: crate::sql::DOCTOR_ORPHANS,
    advice: "no instance takes care of these calls, and their numbers stay frozen: start one (`ringonce serve`), it will",
};

/// The checks of a database; its statements of the same names make them.
macro_rules! checks {
    ($sql:ident) => {
        &[
            $crate::findings::Check {
                name: "contact counts",
                statement: $sql::DOCTOR_CONTACT_COUNTS,
                advice: "the figures shown are wrong, calls are not affected; restore a backup or report this as a bug",
            },
            $crate::findings::Check {
                name: "outcome counts",
                statement: $sql::DOCTOR_OUTCOME_COUNTS,
                advice: "the figures shown are wrong, calls are not affected; restore a backup or report this as a bug",
            },
            $crate::findings::Check {
                name: "activity",
                statement: $sql::DOCTOR_ACTIVITY,
                advice: "the charts shown are wrong, calls are not affected; restore a backup or report this as a bug",
            },
            $crate::findings::Check {
                name: "lines in use",
                statement: $sql::DOCTOR_LIVE_COUNTS,
                advice: "a campaign may call too few or too many at once; pause it and report this as a bug",
            },
            $crate::findings::Check {
                name: "contacts in a call",
                statement: $sql::DOCTOR_STUCK_CONTACTS,
                advice: "these contacts wait for a call that is not there; report this as a bug",
            },
            $crate::findings::Check {
                name: "calls without a contact",
                statement: $sql::DOCTOR_LOST_ATTEMPTS,
                advice: "these calls will end without their contact; report this as a bug",
            },
            $crate::findings::Check {
                name: "numbers called",
                statement: $sql::DOCTOR_NUMBER_COUNTS,
                advice: "these numbers may be called again although they were: pause the campaigns that hold them and restore a backup",
            },
            $crate::findings::Check {
                name: "evidence without a call",
                statement: $sql::DOCTOR_UNMATCHED,
                advice: "the carrier reported calls that this ledger never made: does another system use the same account?",
            },
        ]
    };
}

pub(crate) use checks;

/// What a check has found; nothing is as it should be.
pub(crate) fn finding(check: &'static str, wrong: &[String], advice: &str) -> Finding {
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

/// What the guards' check has found.
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

/// What recomputing the audit trail has found.
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

/// What reading every campaign's settings has found.
pub(crate) fn settings(unreadable: &[String]) -> Finding {
    finding(
        "settings of campaigns",
        unreadable,
        "pause these campaigns and create them again",
    )
}
