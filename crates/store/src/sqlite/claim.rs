//! The claim: choosing whom to call next, and making it so, in one transaction.
//!
//! Facts are gathered here, `ringonce_domain::claim::decide` judges them, and what it decides is
//! written before anything else can change the facts: no other writer runs between.

use std::sync::Arc;

use ringonce_domain::caps::{CapKind, PastCall};
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::contact::Reason;
use ringonce_domain::hours::Zone;
use ringonce_domain::plan::may_start;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::zones::zones_of;
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignState, Caps, ContactId, ContactState, Epoch,
    InstanceId, Number, Settings, Timestamp,
};
use rusqlite::params;
use serde::Serialize;

use super::audit::Entry;
use super::failure::Done;
use super::fields::{Fields, digits};
use super::ledger::{Ledger, View};
use super::sql;
use crate::StoreError;
use crate::model::{Actor, ClaimRequest, Claimed};

/// Contacts judged in one transaction at most: bounds how long other commands wait for it.
const JUDGED: usize = 256;
/// Candidates read at once at least: some of them may be skipped or deferred.
const PAGE: usize = 16;

/// A campaign's row, as far as the claim asks.
struct Campaign {
    state: CampaignState,
    live: u32,
    next_slot: Timestamp,
    owner: Option<InstanceId>,
    epoch: Epoch,
}

/// A contact that is due, and what is known about its number.
struct Candidate {
    contact: ContactId,
    number: Number,
    attempts: u32,
    zone: Option<String>,
    blocked: bool,
    last_calls: LastCalls,
    was_called: bool,
    live: bool,
}

/// How a claim came about, for the audit trail.
#[derive(Serialize)]
struct Judged<'a> {
    contact: ContactId,
    made: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    blocked: bool,
    live: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    called_by_others: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<usize>,
}

/// See [`crate::Dialing::claim`].
pub(super) fn claim(ledger: &mut Ledger, request: &ClaimRequest) -> Done<Claimed> {
    let mut claim = Claimed::default();
    let campaign = campaign(&ledger.view, request)?;
    let settings = ledger.view.settings_of(request.campaign)?;
    match held(&campaign, request) {
        Some(reason) => {
            claim.held = Some(reason);
            return Ok(claim);
        }
        None => keep_lease(ledger, request)?,
    }
    if let Some(stopped) = &ledger.known.safety.stopped {
        claim.held = Some(format!("emergency stop: {}", stopped.reason));
        return Ok(claim);
    }
    let room = match may_start(&settings, campaign.live, campaign.next_slot, request.now) {
        Ok(room) => room,
        Err(hold) => {
            claim.held = Some(hold.reason.to_string());
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
        let fields = Fields::of("campaigns", row);
        Ok(Campaign {
            state: fields.word(1)?,
            live: fields.count(2)?,
            next_slot: fields.instant(3)?,
            owner: fields.maybe_uuid(4)?.map(InstanceId),
            epoch: Epoch(fields.int(5)?),
        })
    })?
    .ok_or_else(|| {
        StoreError::NotFound {
            what: "campaign",
            id: request.campaign.to_string(),
        }
        .into()
    })
}

fn held(campaign: &Campaign, request: &ClaimRequest) -> Option<String> {
    if campaign.state != CampaignState::Running {
        Some(format!("the campaign is {}", campaign.state))
    } else if campaign.owner != Some(request.instance) || campaign.epoch != request.epoch {
        Some("another instance runs the campaign".to_owned())
    } else {
        None
    }
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
        let decision = decide(
            &Facts {
                campaign: self.request.campaign,
                settings: &self.settings,
                zones: &callee_zones(candidate, &self.settings),
                blocked: candidate.blocked,
                live: candidate.live,
                last_calls: candidate.last_calls,
                recent: &recent,
            },
            now,
        );
        let mut judged = Judged {
            contact: candidate.contact,
            made: candidate.attempts,
            reason: None,
            until: None,
            blocked: candidate.blocked,
            live: candidate.live,
            called_by_others: candidate.last_calls.by_others(self.request.campaign),
            recent: candidate.was_called.then_some(recent.len()),
        };
        match decision {
            Decision::Call => {
                judged.made += 1;
                let id = self.call(ledger, candidate)?;
                self.audit(ledger, "attempt.claimed", candidate, Some(id), &judged)
            }
            Decision::Skip(reason) => {
                self.claim.skipped += 1;
                self.duplicates += u32::from(reason == Reason::ALREADY_CALLED);
                let params = params![candidate.contact.0, reason.0, now.as_millis()];
                ledger.view.execute(sql::CONTACT_SKIP, params)?;
                judged.reason = Some(reason.0);
                self.audit(ledger, "contact.skipped", candidate, None, &judged)
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
                (judged.reason, judged.until) = (Some(reason.0), Some(until));
                self.audit(ledger, "contact.deferred", candidate, None, &judged)
            }
        }
    }

    fn call(&mut self, ledger: &Ledger, candidate: &Candidate) -> Done<AttemptId> {
        let attempt = Attempt {
            id: self.request.ids[self.claim.attempts.len()],
            campaign: self.request.campaign,
            contact: candidate.contact,
            number: candidate.number,
            made: candidate.attempts + 1,
            state: AttemptState::Claimed,
            owner: self.request.instance,
            claimed_at: self.request.now,
            dialed_at: None,
            dial_before: None,
            call_id: None,
            answered_at: None,
            ended_at: None,
            empty_look_at: None,
            outcome: None,
            cause: None,
            may_have_rung: false,
        };
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
        judged: &Judged<'_>,
    ) -> Done<()> {
        ledger.audit(&Entry {
            at: self.request.now,
            actor: &self.actor,
            event,
            campaign: Some(self.request.campaign),
            number: Some(candidate.number),
            attempt,
            detail: &super::json(judged),
        })
    }

    /// Changes every figure once, by the sum, and says what holds the rest of the wish.
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
        let pacing = &self.settings.pacing;
        let slot = pacing.slot_after_starts(campaign.next_slot, started, self.request.now);
        if started > 0 || self.duplicates > 0 {
            let params = params![id.0, started, slot.as_millis(), self.duplicates];
            view.execute(sql::CAMPAIGN_CLAIMED, params)?;
        }
        let filled = self.claim.attempts.len() == self.request.ids.len();
        if self.claim.held.is_none() && !filled {
            let rest = may_start(
                &self.settings,
                campaign.live + started,
                slot,
                self.request.now,
            );
            self.claim.held = rest.err().map(|hold| hold.reason.to_string());
        }
        Ok(())
    }
}

fn candidates(view: &View, request: &ClaimRequest, limit: usize) -> Done<Vec<Candidate>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = params![request.campaign.0, request.now.as_millis(), limit];
    view.rows(sql::CLAIM_CANDIDATES, params, |row| {
        let fields = Fields::of("contacts", row);
        Ok(Candidate {
            contact: ContactId(fields.int(0)?),
            number: fields.number(1)?,
            attempts: fields.count(2)?,
            zone: fields.maybe_text(3)?,
            blocked: fields.flag(4)?,
            last_calls: last_calls(&fields, 5)?,
            was_called: fields.maybe_int(5)?.is_some(),
            live: fields.flag(8)?,
        })
    })
}

/// `last_campaign`, `last_called_at` and `other_called_at` of a number, from column `i` on.
pub(super) fn last_calls(fields: &Fields<'_>, i: usize) -> Done<LastCalls> {
    let last = match fields.maybe_int(i)? {
        Some(_) => Some((fields.campaign(i)?, fields.instant(i + 1)?)),
        None => None,
    };
    Ok(LastCalls {
        last,
        other: fields.maybe_instant(i + 2)?,
    })
}

/// Enough of a number's calls within the caps' horizon, the latest first, to judge every cap: reads
/// until there are as many of each kind as the largest cap counts.
fn recent_calls(view: &View, number: Number, caps: &Caps, now: Timestamp) -> Done<Vec<PastCall>> {
    let largest = |kind| {
        let of_kind = caps.as_slice().iter().filter(|cap| cap.count == kind);
        of_kind.map(|cap| cap.max as usize).max().unwrap_or(0)
    };
    let (attempts, answered) = (largest(CapKind::Attempts), largest(CapKind::Answered));
    let since = (now - caps.horizon()).as_millis();
    let mut statement = view.prepare(sql::CALLS_RECENT)?;
    let mut rows = statement.query(params![digits(number), since])?;
    let mut calls: Vec<PastCall> = Vec::new();
    let mut were_answered = 0;
    while calls.len() < attempts || were_answered < answered {
        let Some(row) = rows.next()? else { break };
        let fields = Fields::of("attempts", row);
        let call = PastCall::new(fields.instant(1)?, fields.word(2)?, fields.maybe_word(3)?);
        were_answered += usize::from(call.answered);
        calls.push(call);
    }
    Ok(calls)
}

/// The zones in which the callee may be: the contact's own, else those of the number.
fn callee_zones<'a>(candidate: &Candidate, settings: &Settings) -> std::borrow::Cow<'a, [Zone]> {
    if !settings.callee_hours.enabled {
        return std::borrow::Cow::Borrowed(&[]);
    }
    match &candidate.zone {
        Some(name) => std::borrow::Cow::Owned(name.parse().into_iter().collect()),
        None => std::borrow::Cow::Borrowed(zones_of(candidate.number)),
    }
}
