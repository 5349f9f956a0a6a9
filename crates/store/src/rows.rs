//! What the rows of listings mean, whichever database they come from.

use std::sync::Arc;

use ringonce_domain::proof::Ring;
use ringonce_domain::{AttemptId, ContactCounts, ContactId, Epoch, InstanceId, Outcome, UserId};

use crate::Result;
use crate::model::{
    Activity, Block, CallDetail, CampaignDetail, ContactDetail, Foreseen, ImportTotals,
    InstanceDetail, Lease, Owner, Pulse, RowProblem, Waiting, WaitingFor,
};
use crate::row::Fields;

/// The columns of `numbers_foreseen`.
pub(crate) fn foreseen(fields: &Fields<'_>) -> Result<Foreseen> {
    Ok(Foreseen {
        blocked: fields.count(0)?,
        called: fields.count(1)?,
    })
}

/// The columns of `call` and the listings of calls.
pub(crate) fn call(fields: &Fields<'_>) -> Result<CallDetail> {
    Ok(CallDetail {
        id: AttemptId(fields.uuid(0)?),
        campaign: fields.campaign(1)?,
        contact: ContactId(fields.int(2)?),
        number: fields.number(3)?,
        name: fields.maybe_text(4)?.unwrap_or_default(),
        made: fields.count(5)?,
        state: fields.word(6)?,
        outcome: fields.maybe_word(7)?,
        cause: fields.maybe_text(8)?,
        call_id: fields.maybe_text(9)?,
        claimed_at: fields.instant(10)?,
        dialed_at: fields.maybe_instant(11)?,
        answered_at: fields.maybe_instant(12)?,
        ended_at: fields.maybe_instant(13)?,
        may_have_rung: fields.flag(14)?,
    })
}

/// The columns of `rings`.
pub(crate) fn ring(fields: &Fields<'_>) -> Result<Ring> {
    Ok(Ring {
        attempt: AttemptId(fields.uuid(0)?),
        number: fields.number(1)?,
        at: fields.instant(2)?,
        ended_at: fields.maybe_instant(3)?,
        outcome: fields.maybe_word(4)?,
        campaign: fields.campaign(5)?,
    })
}

/// The columns of `contacts`.
pub(crate) fn contact(fields: &Fields<'_>) -> Result<ContactDetail> {
    Ok(ContactDetail {
        id: ContactId(fields.int(0)?),
        campaign: fields.campaign(1)?,
        line: fields.count(2)?,
        number: fields.number(3)?,
        name: fields.text(4)?,
        state: fields.word(5)?,
        lead: fields.word(6)?,
        reason: fields.maybe_text(7)?,
        due_at: fields.maybe_instant(8)?,
        attempts: fields.count(9)?,
        answered: fields.count(10)?,
        last_outcome: fields.maybe_word(11)?,
        last_attempt_at: fields.maybe_instant(12)?,
        changed_at: fields.instant(13)?,
        metadata: fields.text(14)?,
    })
}

/// The four totals of an import, from column `i` on.
pub(crate) fn totals(fields: &Fields<'_>, i: usize) -> Result<ImportTotals> {
    Ok(ImportTotals {
        rows: fields.count(i)?,
        accepted: fields.count(i + 1)?,
        duplicates: fields.count(i + 2)?,
        rejected: fields.count(i + 3)?,
    })
}

/// Owner, epoch and end of a lease, from column `i` on.
pub(crate) fn lease(fields: &Fields<'_>, i: usize) -> Result<Lease> {
    Ok(Lease {
        owner: fields.maybe_uuid(i)?.map(InstanceId),
        epoch: Epoch(fields.int(i + 1)?),
        until: fields.instant(i + 2)?,
    })
}

/// The columns of `campaign`. The settings, the contacts by state and the outcomes stand elsewhere and
/// are filled in by the caller.
pub(crate) fn campaign(fields: &Fields<'_>) -> Result<CampaignDetail> {
    Ok(CampaignDetail {
        id: fields.campaign(0)?,
        name: fields.text(1)?,
        state: fields.word(2)?,
        state_reason: fields.maybe_text(3)?,
        settings: Arc::default(),
        created_at: fields.instant(4)?,
        started_at: fields.maybe_instant(5)?,
        ended_at: fields.maybe_instant(6)?,
        last_called_at: fields.maybe_instant(7)?,
        contacts: ContactCounts::default(),
        outcomes: Vec::new(),
        skipped_duplicates: fields.count(8)?,
        live: fields.count(9)?,
        talk_millis: fields.count(10)?,
        next_due: fields.maybe_instant(11)?,
        import: totals(fields, 12)?,
        fingerprint: fields.text(16)?,
        owner: match fields.maybe_int(17)? {
            Some(id) => Some(Owner {
                id: UserId(id),
                name: fields.maybe_text(18)?.unwrap_or_default(),
            }),
            None => None,
        },
    })
}

/// Every outcome with its count, 0 when none was counted.
pub(crate) fn every_outcome(counted: &[(Outcome, u64)]) -> Vec<(Outcome, u64)> {
    let of = |outcome| {
        counted
            .iter()
            .find(|(counted, _)| *counted == outcome)
            .map_or(0, |(_, n)| *n)
    };
    Outcome::ALL
        .iter()
        .map(|outcome| (*outcome, of(*outcome)))
        .collect()
}

/// The columns of `activity`.
pub(crate) fn activity(fields: &Fields<'_>) -> Result<Activity> {
    Ok(Activity {
        start: fields.instant(0)?,
        outcome: fields.word(1)?,
        calls: fields.count(2)?,
        talk_millis: fields.count(3)?,
    })
}

/// The columns of `activity_pulse`.
pub(crate) fn pulse(fields: &Fields<'_>) -> Result<Pulse> {
    Ok(Pulse {
        campaign: fields.campaign(0)?,
        start: fields.instant(1)?,
        calls: fields.count(2)?,
    })
}

/// The columns of `contacts_waiting`.
pub(crate) fn waiting_for(fields: &Fields<'_>) -> Result<WaitingFor> {
    Ok(WaitingFor {
        reason: fields.text(0)?,
        contacts: fields.count(1)?,
        first_due: fields.instant(2)?,
        due: fields.count(3)?,
    })
}

/// Why contacts wait, most first.
pub(crate) fn waiting(mut reasons: Vec<WaitingFor>) -> Waiting {
    reasons.sort_by(|a, b| (b.contacts, &a.reason).cmp(&(a.contacts, &b.reason)));
    Waiting {
        looked_at: reasons.iter().map(|one| one.contacts).sum(),
        reasons,
    }
}

/// The columns of `problems`.
pub(crate) fn problem(fields: &Fields<'_>) -> Result<RowProblem> {
    Ok(RowProblem {
        line: fields.count(0)?,
        column: fields.text(1)?,
        value: fields.text(2)?,
        reason: fields.text(3)?,
        fields: fields.text(4)?,
    })
}

/// When and why a number was blocked, from column `i` on.
pub(crate) fn block(fields: &Fields<'_>, i: usize) -> Result<Option<Block>> {
    Ok(match fields.maybe_instant(i)? {
        Some(at) => Some(Block {
            at,
            reason: fields.maybe_text(i + 1)?.unwrap_or_default(),
        }),
        None => None,
    })
}

/// The columns of `instances`.
pub(crate) fn instance(fields: &Fields<'_>) -> Result<InstanceDetail> {
    Ok(InstanceDetail {
        id: InstanceId(fields.uuid(0)?),
        name: fields.text(1)?,
        process: fields.count(2)?,
        version: fields.text(3)?,
        address: fields.maybe_text(4)?,
        joined_at: fields.instant(5)?,
        heard_at: fields.instant(6)?,
        until: fields.instant(7)?,
        left_at: fields.maybe_instant(8)?,
        gone_at: fields.maybe_instant(9)?,
    })
}
