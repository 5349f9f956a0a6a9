//! Evidence about an attempt, and everything that follows from it, in one transaction.
//!
//! `ringonce_domain::settle` says what follows; here it is written, guarded by the state from which
//! it was concluded.

use ringonce_domain::contact::Reason;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::settle::{ContactChange, Settlement, settle};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignState, ContactState, Evidence,
    InstanceId, Outcome, Settings, StaleAttempt, Step, Timestamp,
};
use rusqlite::params;
use serde::Serialize;

use super::audit::Entry;
use super::failure::Done;
use super::fields::{Fields, digits};
use super::ledger::{Ledger, View};
use super::safety::Deed;
use super::{campaigns, claim, sql};
use crate::model::{Judgement, Recorded};

/// An attempt with the rows that its settlement changes.
struct Found {
    attempt: Attempt,
    /// `None` when the campaign was deleted.
    contact: Option<ContactState>,
    campaign: CampaignState,
    next_slot: Timestamp,
    runs: Option<InstanceId>,
    blocked: bool,
    last_calls: LastCalls,
}

/// What is filed about a step.
#[derive(Serialize)]
struct StepDetail<'a> {
    evidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dial_before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
}

/// See [`crate::Dialing::record`].
pub(super) fn record(
    ledger: &mut Ledger,
    id: AttemptId,
    evidence: &Evidence,
    judgement: Judgement,
    deed: Deed<'_>,
) -> Done<Recorded> {
    let Some(found) = find(&ledger.view, id)? else {
        return keep_unmatched(ledger, id, evidence, deed);
    };
    let settings = ledger.view.settings_of(found.attempt.campaign)?;
    let withdrawn = why_not_dial(ledger, &found, evidence);
    let given_up = Evidence::OwnerGone;
    let applied = if withdrawn.is_some() {
        &given_up
    } else {
        evidence
    };
    let settled = settle(
        &found.attempt,
        applied,
        &settings.retry,
        judgement.trust,
        deed.now,
    )?;
    let next = match &settled.step {
        Step::Unchanged => return Ok(Recorded::Unchanged(found.attempt)),
        Step::Moved(next) | Step::Noted(next) | Step::Superseded(next) => next.clone(),
    };
    write_attempt(&ledger.view, &found.attempt, &next)?;
    change_contact(&ledger.view, &found, &next, &settled, deed.now)?;
    change_campaign(&ledger.view, &found, &next, &settled, &settings, deed.now)?;
    if settled.called {
        count_call(&ledger.view, &found, &next)?;
    }
    file(ledger, &next, applied, &settled, withdrawn.as_deref(), deed)?;
    if let Some(reason) = &settled.blocks {
        ledger.block(next.number, reason, Some(next.campaign), deed)?;
    }
    if let Some(signal) = &settled.signal {
        ledger.signal(signal, judgement.limits, deed)?;
    }
    if let Some(reason) = settled.pauses.as_deref()
        && found.campaign == CampaignState::Running
    {
        campaigns::transition(
            ledger,
            next.campaign,
            CampaignEvent::Pause,
            Some(reason),
            deed,
        )?;
    }
    Ok(match settled.step {
        Step::Superseded(_) => Recorded::Superseded(next),
        _ => Recorded::Moved(next),
    })
}

fn find(view: &View, id: AttemptId) -> Done<Option<Found>> {
    view.row(sql::ATTEMPT_TO_SETTLE, [id.0.into_bytes()], |row| {
        let fields = Fields::of("attempts", row);
        Ok(Found {
            attempt: fields.attempt()?,
            contact: fields.maybe_word(17)?,
            campaign: fields.word(18)?,
            next_slot: fields.instant(19)?,
            runs: fields.maybe_uuid(20)?.map(InstanceId),
            blocked: fields.flag(21)?,
            last_calls: claim::last_calls(&fields, 22)?,
        })
    })
}

/// Why a call that its owner is about to make must not be made after all: what has changed since
/// the claim. The attempt is then given up.
fn why_not_dial(ledger: &Ledger, found: &Found, evidence: &Evidence) -> Option<String> {
    let Evidence::Dial { by, .. } = evidence else {
        return None;
    };
    let attempt = &found.attempt;
    if attempt.state != AttemptState::Claimed || attempt.owner != *by {
        return None;
    }
    if let Some(stopped) = &ledger.known.safety.stopped {
        Some(format!("emergency stop: {}", stopped.reason))
    } else if found.campaign != CampaignState::Running {
        Some(format!("the campaign is {}", found.campaign))
    } else if found.runs != Some(*by) {
        Some("another instance runs the campaign".to_owned())
    } else if found.blocked {
        Some(Reason::BLOCKED.0.to_owned())
    } else {
        None
    }
}

fn keep_unmatched(
    ledger: &Ledger,
    id: AttemptId,
    evidence: &Evidence,
    Deed { by, now }: Deed<'_>,
) -> Done<Recorded> {
    if matches!(evidence, Evidence::Dial { .. }) {
        let state = AttemptState::Released;
        return Err(StaleAttempt {
            attempt: id,
            state,
            evidence: evidence.kind(),
        }
        .into());
    }
    let detail = super::json(&detail_of(evidence));
    let kind = evidence.kind();
    ledger.view.execute(
        sql::UNMATCHED_ADD,
        params![now.as_millis(), id.0.into_bytes(), &*by.0, kind, detail],
    )?;
    Ok(Recorded::Unmatched)
}

fn write_attempt(view: &View, before: &Attempt, next: &Attempt) -> Done<()> {
    let instant = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    let changed = view.execute(
        sql::ATTEMPT_MOVE,
        params![
            next.id.0.into_bytes(),
            before.state.as_str(),
            next.state.as_str(),
            instant(next.dialed_at),
            instant(next.dial_before),
            next.call_id,
            instant(next.answered_at),
            instant(next.ended_at),
            instant(next.empty_look_at),
            next.outcome.map(Outcome::as_str),
            next.cause,
            next.may_have_rung,
        ],
    )?;
    if changed == 1 {
        return Ok(());
    }
    Err(StaleAttempt {
        attempt: next.id,
        state: before.state,
        evidence: next.state.as_str(),
    }
    .into())
}

fn change_contact(
    view: &View,
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    now: Timestamp,
) -> Done<()> {
    let retires = settled
        .retires
        .filter(|_| found.contact == Some(ContactState::Pending))
        .map(|after| ContactChange {
            after,
            uncounted: false,
        });
    let (Some(change), Some(before)) = (settled.contact.or(retires), found.contact) else {
        return Ok(());
    };
    let after = change.after;
    let ended = if change.uncounted { None } else { next.outcome };
    let waits = after.state == ContactState::Pending && ended.is_some();
    view.execute(
        sql::CONTACT_SETTLE,
        params![
            next.contact.0,
            after.state.as_str(),
            after.lead.map(ringonce_domain::LeadStatus::as_str),
            after.due_at.map(Timestamp::as_millis),
            waits.then_some(Reason::RETRY.0),
            change.uncounted,
            ended == Some(Outcome::Answered),
            ended.map(Outcome::as_str),
            (!change.uncounted).then(|| next.dialed_at.unwrap_or(now).as_millis()),
            now.as_millis(),
        ],
    )?;
    super::count_contacts(view, next.campaign, before, -1)?;
    super::count_contacts(view, next.campaign, after.state, 1)
}

fn change_campaign(
    view: &View,
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    settings: &Settings,
    now: Timestamp,
) -> Done<()> {
    let id = next.campaign;
    if next.state == AttemptState::Dialing {
        view.execute(sql::CAMPAIGN_DIALED, params![id.0, now.as_millis()])?;
    }
    if !settled.frees {
        return Ok(());
    }
    let slot = match next.state {
        AttemptState::Released => found.next_slot,
        _ => settings.pacing.slot_after_end(found.next_slot, now),
    };
    let talk = next
        .answered_at
        .map_or(0, |answered| now.since(answered).get());
    let talk = i64::try_from(talk).unwrap_or(i64::MAX);
    view.execute(sql::CAMPAIGN_SETTLED, params![id.0, slot.as_millis(), talk])?;
    if let Some(outcome) = next.outcome {
        view.execute(sql::OUTCOME_COUNT, params![id.0, outcome.as_str()])?;
    }
    Ok(())
}

/// Adds the call to its number's row: what the repeat rule of every campaign asks.
fn count_call(view: &View, found: &Found, next: &Attempt) -> Done<()> {
    let ended_at = next.ended_at.unwrap_or(next.claimed_at);
    let calls = found.last_calls.after_call(next.campaign, ended_at);
    let row = params![
        digits(next.number),
        calls.last.map(|(campaign, _)| campaign.0),
        calls.last.map(|(_, at)| at.as_millis()),
        calls.other.map(Timestamp::as_millis),
        next.outcome == Some(Outcome::Answered),
    ];
    if view.execute(sql::NUMBER_CALLED, row)? == 0 {
        view.execute(sql::NUMBER_ADD_CALLED, row)?;
    }
    Ok(())
}

fn file(
    ledger: &mut Ledger,
    next: &Attempt,
    evidence: &Evidence,
    settled: &Settlement,
    withdrawn: Option<&str>,
    Deed { by, now }: Deed<'_>,
) -> Done<()> {
    let event = match settled.step {
        Step::Superseded(_) => "attempt.superseded",
        Step::Noted(_) => "attempt.noted",
        _ => event_of(next.state),
    };
    let mut detail = detail_of(evidence);
    detail.reason = detail.reason.or(withdrawn);
    detail.outcome = next.outcome;
    detail.contact = settled.contact.map(|change| change.after.state);
    detail.due_at = settled.contact.and_then(|change| change.after.due_at);
    ledger.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign: Some(next.campaign),
        number: Some(next.number),
        attempt: Some(next.id),
        detail: &super::json(&detail),
    })?;
    if matches!(settled.step, Step::Superseded(_)) {
        let rule = "the call was given up, and the carrier had it after all";
        super::duplicates::report(&ledger.view, next.id, next.number, now, rule)?;
    }
    Ok(())
}

fn event_of(state: AttemptState) -> &'static str {
    match state {
        AttemptState::Claimed => "attempt.claimed",
        AttemptState::Dialing => "attempt.dialing",
        AttemptState::Unknown => "attempt.unknown",
        AttemptState::Ringing => "attempt.ringing",
        AttemptState::Answered => "attempt.answered",
        AttemptState::Ended => "attempt.ended",
        AttemptState::Refused => "attempt.refused",
        AttemptState::Released => "attempt.released",
        AttemptState::NeverPlaced => "attempt.never_placed",
    }
}

fn detail_of(evidence: &Evidence) -> StepDetail<'_> {
    let mut detail = StepDetail {
        evidence: evidence.kind(),
        call_id: None,
        reason: None,
        class: None,
        dial_before: None,
        outcome: None,
        contact: None,
        due_at: None,
    };
    match evidence {
        Evidence::Dial { dial_before, .. } => detail.dial_before = Some(*dial_before),
        Evidence::Accepted { call_id } => detail.call_id = Some(call_id),
        Evidence::Refused { class, reason } => {
            (detail.class, detail.reason) = (Some(class.as_str()), Some(reason.as_str()));
        }
        Evidence::Unclear { reason } => detail.reason = Some(reason),
        Evidence::Ended { outcome, cause } => {
            (detail.outcome, detail.reason) = (Some(*outcome), Some(cause.as_str()));
        }
        Evidence::OwnerGone
        | Evidence::NotSent
        | Evidence::Ringing
        | Evidence::Answered
        | Evidence::NotSeen { .. } => {}
    }
    detail
}
