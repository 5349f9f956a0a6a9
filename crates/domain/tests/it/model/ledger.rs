//! The shared store: every method is one transaction, and every decision is the domain's.
//!
//! It keeps only what a rule reads, so that worlds with no relevant difference are one state to the
//! checker. It must never decide anything by itself.

use ringonce_domain::caps::PastCall;
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::contact::ContactState;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::settle::{Known, settle};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignId, ContactId, Evidence, InstanceId, Millis, Number,
    Outcome, Settings, StaleAttempt, Step, Timestamp, Trust,
};
use uuid::Uuid;

use super::model_of_calls::NOW;

/// The model's unit of time.
pub(crate) const TICK: Millis = Millis::from_hours(1);

/// The instant of a tick.
pub(crate) fn instant(tick: u8) -> Timestamp {
    Timestamp::from_millis(0) + Millis::from_hours(u64::from(tick))
}

/// The one number that every campaign wants to call.
pub(crate) fn number() -> Number {
    Number::from_digits(12_025_550_123).expect("a valid number")
}

/// The contact of a campaign: the `n`th campaign has one, and it has the number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Contact {
    pub(crate) state: ContactState,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) made: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ledger {
    pub(crate) contacts: Vec<Contact>,
    pub(crate) attempts: Vec<Attempt>,
    /// Which engine holds the lease of each campaign.
    pub(crate) leaders: Vec<usize>,
    pub(crate) blocked: bool,
    /// A call was given up and showed up after all.
    pub(crate) superseded: bool,
    /// A try of the campaign that tries once was proved never to have been placed.
    pub(crate) tried_in_vain: bool,
}

/// What a claim cannot see of the number; set in faulty models.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Blindness {
    /// The claim does not see that the number is in another call.
    pub(crate) to_live_calls: bool,
    /// The claim works on a set of called numbers that was loaded before.
    pub(crate) to_other_campaigns: bool,
    /// Calls with an unknown end do not count as answered.
    pub(crate) to_unknown_ends: bool,
}

/// The engine that claims, and what it cannot see.
pub(crate) struct Claimer {
    pub(crate) engine: usize,
    /// An attempt that never rang and of which nothing is left: its place is taken.
    pub(crate) place: Option<usize>,
    pub(crate) owner: InstanceId,
    pub(crate) blind: Blindness,
}

impl Ledger {
    pub(crate) fn new(campaigns: usize) -> Self {
        let contact = Contact {
            state: ContactState::Pending,
            due_at: Some(instant(NOW)),
            made: 0,
        };
        Self {
            contacts: vec![contact; campaigns],
            attempts: Vec::new(),
            leaders: (0..campaigns).collect(),
            blocked: false,
            superseded: false,
            tried_in_vain: false,
        }
    }

    pub(crate) fn live(&self) -> usize {
        self.attempts
            .iter()
            .filter(|attempt| attempt.state.is_live())
            .count()
    }

    /// Whether a claim for the campaign would find its contact due.
    pub(crate) fn is_due(&self, campaign: usize, now: Timestamp) -> bool {
        self.contacts[campaign].due_at.is_some_and(|due| due <= now)
    }

    /// Claims the campaign's contact if it is due and the claimer leads the campaign: the index of
    /// the attempt, if the rules allow one.
    pub(crate) fn claim(
        &mut self,
        campaign: usize,
        claimer: &Claimer,
        settings: &Settings,
        now: Timestamp,
    ) -> Option<usize> {
        let Claimer {
            engine,
            place,
            owner,
            blind,
        } = *claimer;
        if self.leaders[campaign] != engine || !self.is_due(campaign, now) {
            return None;
        }
        let id = CampaignId(i64::try_from(campaign).expect("a few campaigns"));
        let (last_calls, recent) = self.history(blind);
        let facts = Facts {
            campaign: id,
            settings,
            zones: &[],
            blocked: self.blocked,
            live: self.live() > 0 && !blind.to_live_calls,
            last_calls: if blind.to_other_campaigns {
                LastCalls::default()
            } else {
                last_calls
            },
            recent: &recent,
        };
        let contact = &mut self.contacts[campaign];
        match decide(&facts, now) {
            Decision::Skip(_) => {
                (contact.state, contact.due_at) = (ContactState::Skipped, None);
                None
            }
            // Waits of less than a tick end within it.
            Decision::Defer(until, _) => {
                contact.due_at = Some(whole_ticks(until, now));
                None
            }
            Decision::Call => {
                (contact.state, contact.due_at) = (ContactState::Calling, None);
                contact.made += 1;
                let index = place.unwrap_or(self.attempts.len());
                // How the earlier attempts failed no longer matters.
                for before in self
                    .attempts
                    .iter_mut()
                    .filter(|before| !before.state.is_live())
                {
                    if !before.may_have_rung {
                        before.state = AttemptState::Released;
                    }
                }
                let attempt = claimed(index, id, contact.made, owner);
                match self.attempts.get_mut(index) {
                    Some(before) => *before = attempt,
                    None => self.attempts.push(attempt),
                }
                Some(index)
            }
        }
    }

    /// A tick passes.
    pub(crate) fn grow_older(&mut self, memory: u8) {
        let shift = |at: Timestamp, floor: u8| (at - TICK).max(instant(floor));
        let past = |at: Option<Timestamp>| at.map(|at| shift(at, NOW - memory));
        for contact in &mut self.contacts {
            contact.due_at = contact.due_at.map(|due| shift(due, NOW));
        }
        for attempt in &mut self.attempts {
            attempt.dial_before = past(attempt.dial_before);
            attempt.empty_look_at = past(attempt.empty_look_at);
            attempt.ended_at = past(attempt.ended_at);
        }
    }

    /// Whether an attempt or a contact has moved; deferring a contact is not progress.
    pub(crate) fn has_moved_since(&self, before: &Self) -> bool {
        let attempts = |ledger: &Self| {
            ledger
                .attempts
                .iter()
                .map(|attempt| attempt.state)
                .collect::<Vec<_>>()
        };
        let contacts = |ledger: &Self| {
            ledger
                .contacts
                .iter()
                .map(|contact| contact.state)
                .collect::<Vec<_>>()
        };
        attempts(self) != attempts(before) || contacts(self) != contacts(before)
    }

    /// The ledger's history of the number: the last calls by campaign, and all, latest first.
    fn history(&self, blind: Blindness) -> (LastCalls, Vec<PastCall>) {
        let mut called: Vec<_> = self
            .attempts
            .iter()
            .filter(|attempt| attempt.may_have_rung)
            .filter_map(|attempt| attempt.ended_at.map(|ended_at| (ended_at, attempt)))
            .collect();
        called.sort_by_key(|(ended_at, _)| *ended_at);
        let last = called
            .iter()
            .fold(LastCalls::default(), |last, (ended_at, attempt)| {
                last.after_call(attempt.campaign, *ended_at)
            });
        let recent = called.iter().rev().map(|(ended_at, attempt)| {
            let known = PastCall::new(*ended_at, attempt.state, attempt.outcome);
            let proved = attempt.outcome == Some(ringonce_domain::Outcome::Answered);
            PastCall {
                answered: known.answered && (proved || !blind.to_unknown_ends),
                ..known
            }
        });
        (last, recent.collect())
    }

    /// Applies evidence as a store does: attempt, contact and number in one transaction.
    pub(crate) fn record(
        &mut self,
        index: usize,
        evidence: &Evidence,
        settings: &Settings,
        trust: Trust,
        now: Timestamp,
    ) -> Result<(), StaleAttempt> {
        let known = self.known(index);
        let retry = &settings.retry;
        let settlement = settle(&self.attempts[index], evidence, &known, retry, trust, now)?;
        if let Some(change) = settlement.contact {
            let contact = &mut self.contacts[campaign_of(&self.attempts[index])];
            contact.state = change.after.state;
            contact.due_at = change.after.due_at.map(|due| whole_ticks(due, now));
            contact.made -= u32::from(change.uncounted);
        }
        self.blocked |= settlement.blocks.is_some();
        self.tried_in_vain |= matches!(&settlement.step, Step::Moved(next)
            if next.state == AttemptState::NeverPlaced && next.campaign.0 == 1);
        self.superseded |= matches!(settlement.step, Step::Superseded(_));
        match settlement.step {
            Step::Moved(next)
            | Step::Noted(next)
            | Step::Superseded(next)
            | Step::Corrected(next) => {
                self.attempts[index] = what_rules_read(&next);
            }
            Step::Reopened(next) => {
                self.attempts[index] = what_rules_read(&next);
                return self.record(index, evidence, settings, trust, now);
            }
            Step::Unchanged => {}
        }
        Ok(())
    }

    /// What the ledger knows beside an attempt.
    fn known(&self, index: usize) -> Known {
        let attempt = &self.attempts[index];
        let contact = &self.contacts[campaign_of(attempt)];
        let others = || {
            let all = self.attempts.iter().enumerate();
            all.filter(|(other, _)| *other != index).map(|(_, it)| it)
        };
        Known {
            contact: Some(contact.state),
            made: contact.made,
            never_left: 0,
            answered: others()
                .any(|it| it.contact == attempt.contact && it.outcome == Some(Outcome::Answered)),
            // No call of the model waits for a time of its policy.
            last: None,
            rung_later: self.attempts[index + 1..]
                .iter()
                .any(|it| it.contact == attempt.contact && it.may_have_rung),
            other_live: others().any(|it| it.state.is_live()),
            over: false,
        }
    }
}

/// The tick in which an instant lies.
fn whole_ticks(at: Timestamp, now: Timestamp) -> Timestamp {
    let whole = at.since(now).get() / TICK.get();
    now + Millis::new(whole * TICK.get())
}

/// The index of the campaign that made an attempt.
pub(crate) fn campaign_of(attempt: &Attempt) -> usize {
    usize::try_from(attempt.campaign.0).expect("campaigns are counted from 0")
}

/// The attempt without what only people read, and without what no rule reads in its state.
fn what_rules_read(attempt: &Attempt) -> Attempt {
    let live = attempt.state.is_live();
    let may_be_dialed = attempt.state == AttemptState::Claimed;
    Attempt {
        owner: if may_be_dialed {
            attempt.owner
        } else {
            InstanceId(Uuid::nil())
        },
        made: if live { attempt.made } else { 0 },
        dialed_at: None,
        call_id: None,
        answered_at: None,
        corrected_at: None,
        cause: None,
        dial_before: attempt.dial_before.filter(|_| live),
        empty_look_at: attempt.empty_look_at.filter(|_| live),
        ended_at: attempt.ended_at.filter(|_| attempt.may_have_rung),
        outcome: attempt.outcome.filter(|_| attempt.may_have_rung),
        ..attempt.clone()
    }
}

fn claimed(index: usize, campaign: CampaignId, made: u32, owner: InstanceId) -> Attempt {
    Attempt::claimed(
        AttemptId(Uuid::from_u128(index as u128)),
        campaign,
        ContactId(campaign.0),
        number(),
        made,
        owner,
        instant(0),
    )
}
