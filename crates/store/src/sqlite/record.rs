//! Records evidence about an attempt and all its consequences in one transaction.
//!
//! [`crate::settling`] concludes them; here they are written, guarded by the state from which they were
//! concluded.

use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, Evidence, Outcome, StaleAttempt,
    Timestamp,
};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::sql;
use super::transaction::at_once;
use crate::audit::Entry;
use crate::ledger::safety::Learning;
use crate::ledger::{campaigns, duplicates, safety};
use crate::model::{AuditContext, Judgement, Recorded, Span};
use crate::row::{Fields, digits};
use crate::settling::{self, Command, Conclusion, ContactSettled, Counted, Found, SUPERSEDED};

/// See [`crate::Dialing::record`].
pub(super) fn record(ledger: &mut Ledger, command: &Command) -> Done<Recorded> {
    let (id, judgement, evidence) = (command.attempt, command.judgement, &command.evidence);
    let on = AuditContext::new(command.by.clone(), command.now);
    let Some(mut found) = find(ledger, id)? else {
        return keep_unmatched(ledger, id, evidence, &on);
    };
    let settings = ledger.view.settings_of(found.attempt.campaign)?;
    let mut recorded = Recorded::Unchanged(found.attempt.clone());
    let mut changed = false;
    for piece in evidence {
        if std::mem::take(&mut changed) {
            found = find(ledger, id)?.unwrap_or(found);
        }
        if found.attempt.outgrew(piece) {
            return Ok(recorded);
        }
        if let Some(call_id) = found.attempt.another_call(piece) {
            let found_out = settling::two_calls(&found.attempt, call_id, on.now);
            let mut known = known(ledger);
            let limits = judgement.limits;
            at_once(duplicates::raise(
                ledger,
                &mut known,
                &[found_out],
                limits,
                &on,
            ))?;
            let (attempt, call_id) = (found.attempt, call_id.to_owned());
            return Ok(Recorded::AnotherCall { attempt, call_id });
        }
        // One that is reopened is given the same evidence once more.
        let mut again = true;
        while std::mem::take(&mut again) {
            if std::mem::take(&mut changed) {
                found = find(ledger, id)?.unwrap_or(found);
            }
            let stopped = ledger.known.safety.stopped.as_ref();
            let concluded =
                settling::conclude(&found, piece, &settings, stopped, judgement, on.now)?;
            if let Some(conclusion) = concluded {
                follow(ledger, &conclusion, judgement, &on)?;
                (changed, again) = (true, conclusion.reopened);
                recorded = recorded.then(conclusion.recorded());
            }
        }
    }
    Ok(recorded)
}

/// The writer's knowledge of the emergency stop: no other transaction changes it meanwhile.
fn known(ledger: &Ledger) -> Learning {
    Learning {
        safety: ledger.known.safety.clone(),
        locked: true,
    }
}

fn find(ledger: &Ledger, id: AttemptId) -> Done<Option<Found>> {
    let id = id.0.into_bytes();
    ledger.view.row(sql::ATTEMPT_TO_SETTLE, [id], |row| {
        settling::found(&Fields::of("attempts", row))
    })
}

fn follow(
    ledger: &mut Ledger,
    conclusion: &Conclusion,
    judgement: Judgement,
    on: &AuditContext,
) -> Done<()> {
    write(&ledger.view, conclusion, on.now)?;
    file(ledger, conclusion, on)?;
    let next = &conclusion.next;
    if let Some(reason) = &conclusion.blocks {
        at_once(safety::block(
            ledger,
            next.number,
            reason,
            Some(next.campaign),
            on,
        ))?;
    }
    if let Some(signal) = &conclusion.signal {
        let mut known = known(ledger);
        let limits = judgement.limits;
        at_once(safety::learn(ledger, &mut known, signal, limits, on))?;
    }
    if let Some(reason) = conclusion.pauses.as_deref() {
        let (id, event) = (next.campaign, CampaignEvent::Pause);
        at_once(campaigns::transition(ledger, id, event, Some(reason), on))?;
    }
    Ok(())
}

fn keep_unmatched(
    ledger: &Ledger,
    id: AttemptId,
    evidence: &[Evidence],
    on: &AuditContext,
) -> Done<Recorded> {
    for piece in evidence {
        let detail = settling::unmatched(id, piece)?;
        let kind = piece.kind();
        ledger.view.execute(
            sql::UNMATCHED_ADD,
            params![
                on.now.as_millis(),
                id.0.into_bytes(),
                &*on.by.0,
                kind,
                detail
            ],
        )?;
    }
    Ok(Recorded::Unmatched)
}

fn write(view: &View, conclusion: &Conclusion, now: Timestamp) -> Done<()> {
    let next = &conclusion.next;
    if conclusion.takes_back_end() {
        let id = next.id.0.into_bytes();
        view.execute(sql::PRICE_UNCOUNT, [id])?;
        view.execute(sql::PRICE_WITHDRAW, [id])?;
    }
    write_attempt(view, conclusion.before, next)?;
    if let Some(contact) = &conclusion.contact {
        write_contact(view, next, contact, now)?;
    }
    if conclusion.dialed() {
        let params = params![next.campaign.0, now.as_millis()];
        view.execute(sql::CAMPAIGN_DIALED, params)?;
    }
    if let Some(line) = &conclusion.line {
        let slot = line.next_slot.as_millis();
        let params = params![next.campaign.0, slot, line.talk_millis, line.freed];
        view.execute(sql::CAMPAIGN_SETTLED, params)?;
    }
    for counted in conclusion.activity.iter().flatten() {
        let params = params![next.campaign.0, counted.outcome.as_str(), counted.calls];
        view.execute(sql::OUTCOME_COUNT, params)?;
        count_activity(view, next.campaign, counted)?;
    }
    if let Some(called) = conclusion.called {
        let calls = called.last;
        let row = params![
            digits(next.number),
            calls.last.map(|(campaign, _)| campaign.0),
            calls.last.map(|(_, at)| at.as_millis()),
            calls.other.map(Timestamp::as_millis),
            called.answered,
            called.times,
        ];
        if view.execute(sql::NUMBER_CALLED, row)? == 0 {
            view.execute(sql::NUMBER_ADD_CALLED, row)?;
        }
    }
    Ok(())
}

fn count_activity(view: &View, campaign: CampaignId, counted: &Counted) -> Done<()> {
    for span in Span::ALL {
        let start = span.start_of(counted.at).as_millis();
        let params = params![
            campaign.0,
            span.minutes(),
            start,
            counted.outcome.as_str(),
            counted.calls,
            counted.talk_millis
        ];
        view.execute(sql::ACTIVITY_COUNT, params)?;
    }
    Ok(())
}

fn write_attempt(view: &View, before: AttemptState, next: &Attempt) -> Done<()> {
    let instant = |at: Option<Timestamp>| at.map(Timestamp::as_millis);
    let changed = view.execute(
        sql::ATTEMPT_MOVE,
        params![
            next.id.0.into_bytes(),
            before.as_str(),
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
            next.caller_id.map(digits),
            next.guessed,
            instant(next.corrected_at),
        ],
    )?;
    if changed == 1 {
        return Ok(());
    }
    Err(StaleAttempt {
        attempt: next.id,
        state: before,
        evidence: next.state.as_str(),
    }
    .into())
}

fn write_contact(
    view: &View,
    next: &Attempt,
    settled: &ContactSettled,
    now: Timestamp,
) -> Done<()> {
    view.execute(
        sql::CONTACT_SETTLE,
        params![
            next.contact.0,
            settled.after.as_str(),
            settled.lead.map(ringonce_domain::LeadStatus::as_str),
            settled.due_at.map(Timestamp::as_millis),
            settled.reason,
            settled.uncounted,
            settled.answered,
            settled.outcome.map(Outcome::as_str),
            settled.attempt_at.map(Timestamp::as_millis),
            now.as_millis(),
            settled.never_left,
        ],
    )?;
    super::count_contacts(view, next.campaign, settled.before, -1)?;
    super::count_contacts(view, next.campaign, settled.after, 1)
}

fn file(ledger: &mut Ledger, conclusion: &Conclusion, on: &AuditContext) -> Done<()> {
    let next = &conclusion.next;
    ledger.audit(&Entry {
        at: on.now,
        actor: &on.by,
        event: conclusion.event,
        campaign: Some(next.campaign),
        number: Some(next.number),
        attempt: Some(next.id),
        detail: &conclusion.detail,
    })?;
    if conclusion.superseded {
        let (number, now) = (digits(next.number), on.now.as_millis());
        let params = params![next.id.0.into_bytes(), number, now, SUPERSEDED];
        ledger.view.execute(sql::DUPLICATE_ADD, params)?;
    }
    Ok(())
}
