//! The claim: chooses the next contacts and makes attempts of them, in one transaction.
//!
//! Facts are gathered here, [`crate::claiming`] judges them, and its decision is written before anything can
//! change them: no other writer runs in between.

use std::future::{Ready, ready};
use std::sync::Arc;

use ringonce_domain::caps::PastCall;
use ringonce_domain::claim::Decision;
use ringonce_domain::contact::Reason;
use ringonce_domain::{AttemptId, Caps, ContactState, Number, Settings, Timestamp};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::sql;
use crate::StoreError;
use crate::audit::Entry;
use crate::claiming::{Campaign, Candidate, EnoughCalls, JUDGED, PAGE};
use crate::model::{Actor, ClaimRequest, Claimed};
use crate::row::{Fields, digits};

/// See [`crate::Dialing::claim`].
pub(super) fn claim(ledger: &mut Ledger, request: &ClaimRequest) -> Ready<Done<Claimed>> {
    ready(choose(ledger, request))
}

fn choose(ledger: &mut Ledger, request: &ClaimRequest) -> Done<Claimed> {
    let mut claim = Claimed::default();
    let campaign = campaign(&ledger.view, request)?;
    let settings = ledger.view.settings_of(request.campaign)?;
    if let Some(reason) = campaign.refuses(request) {
        claim.held = Some(reason);
        return Ok(claim);
    }
    keep_lease(ledger, request)?;
    let stopped = ledger.known.safety.stopped.as_ref();
    let room = match campaign.room(&settings, stopped, request.now) {
        Ok(room) => room,
        Err(reason) => {
            claim.held = Some(reason);
            return Ok(claim);
        }
    };
    let mut work = Work {
        request,
        settings,
        actor: Actor::new("engine"),
        claim,
        duplicates: 0,
    };
    work.judge_until_filled(ledger, room)?;
    work.count(ledger, &campaign)?;
    Ok(work.claim)
}

fn campaign(view: &View, request: &ClaimRequest) -> Done<Campaign> {
    view.row(sql::CLAIM_CAMPAIGN, [request.campaign.0], |row| {
        Campaign::read(&Fields::of("campaigns", row))
    })?
    .ok_or_else(|| {
        StoreError::NotFound {
            what: "campaign",
            id: request.campaign.to_string(),
        }
        .into()
    })
}

fn keep_lease(ledger: &Ledger, request: &ClaimRequest) -> Done<()> {
    let params = params![request.campaign.0, request.lease_until.as_millis()];
    ledger.view.execute(sql::LEASE_EXTEND, params)?;
    Ok(())
}

/// A claim under way.
struct Work<'a> {
    request: &'a ClaimRequest,
    settings: Arc<Settings>,
    actor: Actor,
    claim: Claimed,
    /// Contacts skipped because another campaign has called their number.
    duplicates: u32,
}

impl Work<'_> {
    fn judge_until_filled(&mut self, ledger: &mut Ledger, room: u32) -> Done<()> {
        let wanted = self.request.ids.len().min(room as usize);
        let mut left = JUDGED;
        while self.claim.attempts.len() < wanted && left > 0 {
            let page = (wanted - self.claim.attempts.len()).max(PAGE).min(left);
            let candidates = candidates(&ledger.view, self.request, page)?;
            let last_page = candidates.len() < page;
            for candidate in candidates {
                if self.claim.attempts.len() == wanted {
                    return Ok(());
                }
                left -= 1;
                self.judge(ledger, &candidate)?;
            }
            if last_page && self.claim.attempts.len() < wanted {
                self.claim.held = Some("no contact is due".to_owned());
                return Ok(());
            }
        }
        Ok(())
    }

    fn judge(&mut self, ledger: &mut Ledger, candidate: &Candidate) -> Done<()> {
        let now = self.request.now;
        let recent = if candidate.was_called {
            recent_calls(&ledger.view, candidate.number, &self.settings.caps, now)?
        } else {
            Vec::new()
        };
        let (decision, detail) = candidate.judge(self.request, &self.settings, &recent);
        match decision {
            Decision::Call => {
                let id = self.call(ledger, candidate)?;
                self.audit(ledger, "attempt.claimed", candidate, Some(id), &detail)
            }
            Decision::Skip(reason) => {
                self.claim.skipped += 1;
                self.duplicates += u32::from(reason == Reason::ALREADY_CALLED);
                let params = params![candidate.contact.0, reason.0, now.as_millis()];
                ledger.view.execute(sql::CONTACT_SKIP, params)?;
                self.audit(ledger, "contact.skipped", candidate, None, &detail)
            }
            Decision::Defer(until, reason) => {
                self.claim.deferred += 1;
                let params = params![
                    candidate.contact.0,
                    until.as_millis(),
                    reason.0,
                    now.as_millis()
                ];
                ledger.view.execute(sql::CONTACT_DEFER, params)?;
                self.audit(ledger, "contact.deferred", candidate, None, &detail)
            }
        }
    }

    fn call(&mut self, ledger: &Ledger, candidate: &Candidate) -> Done<AttemptId> {
        let id = self.request.ids[self.claim.attempts.len()];
        let attempt = candidate.attempt(id, self.request);
        ledger.view.execute(
            sql::ATTEMPT_ADD,
            params![
                attempt.id.0.into_bytes(),
                attempt.campaign.0,
                attempt.contact.0,
                digits(attempt.number),
                attempt.made,
                attempt.owner.0.into_bytes(),
                attempt.claimed_at.as_millis(),
            ],
        )?;
        ledger.view.execute(
            sql::CONTACT_CALLING,
            params![attempt.contact.0, attempt.claimed_at.as_millis()],
        )?;
        let id = attempt.id;
        self.claim.attempts.push(attempt);
        Ok(id)
    }

    fn audit(
        &self,
        ledger: &mut Ledger,
        event: &str,
        candidate: &Candidate,
        attempt: Option<AttemptId>,
        detail: &str,
    ) -> Done<()> {
        ledger.audit(&Entry {
            at: self.request.now,
            actor: &self.actor,
            event,
            campaign: Some(self.request.campaign),
            number: Some(candidate.number),
            attempt,
            detail,
        })
    }

    /// Changes every figure once, by the sum, and says what holds the rest of the request.
    fn count(&mut self, ledger: &Ledger, campaign: &Campaign) -> Done<()> {
        let id = self.request.campaign;
        let started = u32::try_from(self.claim.attempts.len()).unwrap_or(u32::MAX);
        let skipped = self.claim.skipped;
        let view = &ledger.view;
        super::count_contacts(
            view,
            id,
            ContactState::Pending,
            -i64::from(started + skipped),
        )?;
        super::count_contacts(view, id, ContactState::Calling, i64::from(started))?;
        super::count_contacts(view, id, ContactState::Skipped, i64::from(skipped))?;
        let after = campaign.after(&self.settings, started, self.request.now);
        if started > 0 || self.duplicates > 0 {
            let slot = after.next_slot.as_millis();
            view.execute(
                sql::CAMPAIGN_CLAIMED,
                params![id.0, started, slot, self.duplicates],
            )?;
        }
        let filled = self.claim.attempts.len() == self.request.ids.len();
        if self.claim.held.is_none() && !filled {
            self.claim.held = after.room(&self.settings, None, self.request.now).err();
        }
        Ok(())
    }
}

fn candidates(view: &View, request: &ClaimRequest, limit: usize) -> Done<Vec<Candidate>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = params![request.campaign.0, request.now.as_millis(), limit];
    view.rows(sql::CLAIM_CANDIDATES, params, |row| {
        Candidate::read(&Fields::of("contacts", row))
    })
}

/// Enough of a number's calls within the caps' horizon, the latest first, to judge every cap.
fn recent_calls(view: &View, number: Number, caps: &Caps, now: Timestamp) -> Done<Vec<PastCall>> {
    let mut enough = EnoughCalls::of(caps);
    let since = (now - caps.horizon()).as_millis();
    let mut statement = view.prepare(sql::CALLS_RECENT)?;
    let mut rows = statement.query(params![digits(number), since])?;
    let mut calls: Vec<PastCall> = Vec::new();
    while enough.wants_more() {
        let Some(row) = rows.next()? else { break };
        let fields = Fields::of("attempts", row);
        let call = PastCall::new(
            fields.instant("ended_at")?,
            fields.word("state")?,
            fields.maybe_word("outcome")?,
        );
        enough.see(&call);
        calls.push(call);
    }
    Ok(calls)
}
