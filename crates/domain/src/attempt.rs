//! The life of an attempt: the protocol that keeps "never twice".
//!
//! # Overview
//! ```text
//! claimed ──dial──▶ dialing ──accepted──▶ ringing ──▶ answered ──▶ ended(outcome)
//!    │ owner gone      │ no clear answer,                forward jumps are accepted,
//!    │                 │ owner gone                      terminal states absorb
//!    ▼                 ▼
//! released          unknown ──evidence──▶ ringing / answered / ended / refused / never_placed
//!                                          ended ──contradicted by the carrier──▶ ringing
//! ```
//! An attempt *may ring* from the moment its `dialing` is durable until its end is proved. While it
//! may ring its number is frozen: a unique index allows one live attempt per number.
//!
//! # Trust
//! * `dialing` is on disk before the carrier is asked, and the carrier is asked once per attempt:
//!   a crash between the two leaves `dialing`, which is treated as a call that may be ringing.
//! * A request leaves only before `dial_before`; the adapter checks this immediately before it
//!   writes, by the time that all instances share and by both clocks of its machine. A process that
//!   was suspended past the deadline must not send.
//! * A request that passed the check reaches the carrier before the second of the look-ups below.
//! * [`Trust::settling`] after `dial_before`, the carrier's own list shows every call it ever took.
//!   Two empty look-ups, [`Trust::look_gap`] apart and both after that, prove that there never was
//!   a call.
//!
//! # A process that freezes
//! Leases and heartbeats only decide which instance takes over; this holds if all of them are
//! wrong. A process that freezes and wakes, after every lease and timeout, does one of these:
//! * before `dialing`: [`StaleAttempt`], since its claim was taken back ([`Evidence::OwnerGone`]);
//! * between the durable `dialing` and the check of the deadline: [`Evidence::NotSent`]. Meanwhile
//!   the attempt was `unknown` and then, by two look-ups, `never_placed`, which agrees: nothing was
//!   sent;
//! * between the check and the write, which no check can cover: it sends late. The first look-up is
//!   not before `dial_before` + [`Trust::settling`], the second [`Trust::look_gap`] later: a freeze
//!   that ends before the second look-up leaves the call in the list that it reads. A longer
//!   freeze, in exactly these microseconds, is the one way to ring a number that counts as free:
//!   [`Step::Superseded`] reports it.
//!
//! # What fails, and what then
//! * The answer to our request is lost: `unknown`. A webhook, the look-up or a late answer settles
//!   it.
//! * Every webhook is lost: the look-up gives the state. A call that the carrier accepted and later
//!   does not know has ended in an unknown way: outcome `unknown`, which is never retried.
//! * A call that was given up as never placed shows up after all: [`Step::Superseded`]. It is hung
//!   up, counted as a call, and reported as a duplicate.
//! * The carrier was wrong: a call that it called canceled goes on and is answered, or its list said
//!   `failed` and its webhook says that the number does not exist. Better evidence, see
//!   [`Outcome::weight`], reopens the attempt ([`Step::Reopened`]) and then ends it as it ended in
//!   truth. The outcomes are ordered, so the last word is the same in whatever order words come.
//! * The look-up took another application's call for ours ([`Evidence::Found`]). It is a guess until
//!   the carrier names our call, by its answer or by a webhook with the attempt's token: that name
//!   replaces a wrong guess, and reopens what was concluded from it.
//! * Time alone moves nothing: no transition here depends on the clock without evidence.

mod evidence;
mod truth;

pub use evidence::Evidence;

use crate::text::string_enum;
use crate::{
    AttemptId, CampaignId, ContactId, FailureClass, InstanceId, Millis, Number, Outcome, Timestamp,
};

string_enum! {
    /// The state of an attempt.
    "attempt state" AttemptState {
        /// Chosen; the carrier knows nothing of it.
        Claimed = "claimed",
        /// The carrier is about to be asked, or was.
        Dialing = "dialing",
        /// Asked, and no clear answer: it may be ringing.
        Unknown = "unknown",
        /// The carrier has the call; not answered.
        Ringing = "ringing",
        /// In conversation.
        Answered = "answered",
        /// The carrier reported its outcome.
        Ended = "ended",
        /// The carrier would not take it; nothing rang.
        Refused = "refused",
        /// Given up before the carrier was asked.
        Released = "released",
        /// The carrier's own list proves that there never was a call.
        NeverPlaced = "never_placed",
    }
}

impl AttemptState {
    /// Whether the attempt holds its number and a line.
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::Claimed | Self::Dialing | Self::Unknown | Self::Ringing | Self::Answered
        )
    }
}

/// One try to ring one contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// Its id, and its idempotency key towards the carrier.
    pub id: AttemptId,
    /// The campaign that calls.
    pub campaign: CampaignId,
    /// Who is called.
    pub contact: ContactId,
    /// The number that is called.
    pub number: Number,
    /// Which attempt for its contact this is; 1 is the first.
    pub made: u32,
    /// Its state.
    pub state: AttemptState,
    /// The process that claimed it: the only one that may dial it.
    pub owner: InstanceId,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// When it became `dialing`.
    pub dialed_at: Option<Timestamp>,
    /// The last instant at which the request may leave for the carrier.
    pub dial_before: Option<Timestamp>,
    /// The number that the callee is shown.
    pub caller_id: Option<Number>,
    /// The carrier's name for the call.
    pub call_id: Option<String>,
    /// Whether that name was only found in the carrier's list, by number and time.
    pub guessed: bool,
    /// When we learned that it was answered.
    pub answered_at: Option<Timestamp>,
    /// When we learned that it was over.
    pub ended_at: Option<Timestamp>,
    /// When the carrier's list first lacked it.
    pub empty_look_at: Option<Timestamp>,
    /// When a late word said that it ended otherwise than was concluded.
    pub corrected_at: Option<Timestamp>,
    /// The call's outcome, once over.
    pub outcome: Option<Outcome>,
    /// The carrier's own words for how it ended.
    pub cause: Option<String>,
    /// Whether the callee's phone may have rung: from `dialing` on, until the contrary is proved.
    pub may_have_rung: bool,
}

/// How long a carrier's look-up may lag behind the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trust {
    /// After this long, the carrier's list shows every call that it took.
    pub settling: Millis,
    /// Least time between two looks that prove an absence.
    pub look_gap: Millis,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            settling: Millis::from_secs(30),
            look_gap: Millis::from_secs(60),
        }
    }
}

/// What a piece of evidence does to an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The attempt is in another state.
    Moved(Attempt),
    /// Same state, more known: worth keeping.
    Noted(Attempt),
    /// The evidence adds nothing, or nothing that still matters.
    Unchanged,
    /// The carrier has a call that we had given up. The attempt stays ended, and counts as a call.
    Superseded(Attempt),
    /// What was concluded of its end is wrong: it is live again, and the same evidence is to be
    /// applied to it once more.
    Reopened(Attempt),
    /// The same, and its number is in another call meanwhile: it stays ended, with a better outcome.
    Corrected(Attempt),
}

/// Evidence that contradicts the protocol: the process acted on a state that no longer holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "attempt {attempt} is {state}: `{evidence}` does not apply; another process has moved it, drop the call"
)]
pub struct StaleAttempt {
    /// Which attempt.
    pub attempt: AttemptId,
    /// The state in which it is.
    pub state: AttemptState,
    /// What was tried.
    pub evidence: &'static str,
}

impl Attempt {
    /// The attempt as a claim makes it: the carrier knows nothing of it.
    pub const fn claimed(
        id: AttemptId,
        campaign: CampaignId,
        contact: ContactId,
        number: Number,
        made: u32,
        owner: InstanceId,
        claimed_at: Timestamp,
    ) -> Self {
        Self {
            id,
            campaign,
            contact,
            number,
            made,
            state: AttemptState::Claimed,
            owner,
            claimed_at,
            dialed_at: None,
            dial_before: None,
            caller_id: None,
            call_id: None,
            guessed: false,
            answered_at: None,
            ended_at: None,
            empty_look_at: None,
            corrected_at: None,
            outcome: None,
            cause: None,
            may_have_rung: false,
        }
    }

    /// Applies one piece of evidence, learned at `now`.
    ///
    /// # Errors
    /// [`StaleAttempt`] when a process asks to dial what is not its own any more; the carrier must
    /// then not be asked. Evidence from the carrier is never an error.
    pub fn apply(
        &self,
        evidence: &Evidence,
        trust: Trust,
        now: Timestamp,
    ) -> Result<Step, StaleAttempt> {
        use AttemptState as S;
        use Evidence as E;
        Ok(match (self.state, evidence) {
            (
                S::Claimed,
                E::Dial {
                    by,
                    dial_before,
                    caller_id,
                },
            ) if *by == self.owner => self.dialing(*dial_before, *caller_id, now),
            (_, E::Dial { .. }) => return Err(self.stale(evidence)),

            (S::Claimed, E::OwnerGone) | (S::Dialing | S::Unknown, E::NotSent) => {
                self.over(S::Released, None, None, now)
            }
            (S::Dialing, E::OwnerGone | E::Unclear { .. }) => self.moved(S::Unknown),

            (S::Dialing | S::Unknown, E::Refused { class, reason }) => {
                self.over(S::Refused, Some(class.outcome()), Some(reason.clone()), now)
            }
            (S::Unknown | S::Ringing | S::Answered, E::NotSeen { asked_at }) => {
                self.not_seen(*asked_at, trust, now)
            }

            (S::Claimed | S::Dialing | S::Unknown, E::Accepted { .. } | E::Ringing)
            | (S::Dialing | S::Unknown, E::Found { .. }) => self.placed(S::Ringing, evidence, now),
            (S::Answered, E::Accepted { .. }) if self.corrects_guess(evidence) => {
                self.placed(S::Ringing, evidence, now)
            }
            (S::Claimed | S::Dialing | S::Unknown | S::Ringing, E::Answered) => {
                self.placed(S::Answered, evidence, now)
            }
            (state, E::Ended { outcome, cause }) if state.is_live() => {
                self.ended(*outcome, cause, now)
            }
            (S::Ringing | S::Answered, seen)
                if seen.proves_placed()
                    && (self.empty_look_at.is_some() || self.names_better(seen)) =>
            {
                Step::Noted(Self {
                    empty_look_at: None,
                    ..self.named(seen)
                })
            }
            (S::Ended, seen) if self.contradicted_by(seen) => Step::Reopened(Self {
                state: S::Ringing,
                answered_at: None,
                ended_at: None,
                empty_look_at: None,
                outcome: None,
                cause: None,
                ..self.named(seen)
            }),
            (S::Ended, E::Accepted { .. }) if self.names_better(evidence) => {
                Step::Noted(self.named(evidence))
            }

            (S::Refused | S::Released | S::NeverPlaced, seen)
                if seen.proves_placed() && !self.may_have_rung =>
            {
                Step::Superseded(Self {
                    dialed_at: self.dialed_at.or(Some(now)),
                    ended_at: Some(now),
                    may_have_rung: true,
                    ..self.named(seen)
                })
            }
            _ => Step::Unchanged,
        })
    }

    /// The call id in `evidence`, if the attempt has a different one: two phones rang for it.
    pub fn another_call<'a>(&self, evidence: &'a Evidence) -> Option<&'a str> {
        let ours = self.call_id.as_ref().filter(|_| !self.guessed)?;
        match evidence {
            Evidence::Accepted { call_id } if call_id != ours => Some(call_id),
            _ => None,
        }
    }

    /// Whether the carrier turned out to have the call after it had been given up. Each further
    /// event of such a call hangs it up again: the process that saw the first event may have died
    /// before it did.
    pub fn was_superseded(&self) -> bool {
        use AttemptState::{NeverPlaced, Refused, Released};
        matches!(self.state, Refused | Released | NeverPlaced) && self.may_have_rung
    }

    fn stale(&self, evidence: &Evidence) -> StaleAttempt {
        StaleAttempt {
            attempt: self.id,
            state: self.state,
            evidence: evidence.kind(),
        }
    }

    fn dialing(&self, dial_before: Timestamp, caller_id: Option<Number>, now: Timestamp) -> Step {
        Step::Moved(Self {
            state: AttemptState::Dialing,
            dialed_at: Some(now),
            dial_before: Some(dial_before),
            caller_id,
            may_have_rung: true,
            ..self.clone()
        })
    }

    fn moved(&self, state: AttemptState) -> Step {
        Step::Moved(Self {
            state,
            ..self.clone()
        })
    }

    fn placed(&self, state: AttemptState, evidence: &Evidence, now: Timestamp) -> Step {
        Step::Moved(Self {
            state,
            dialed_at: self.dialed_at.or(Some(now)),
            answered_at: (state == AttemptState::Answered).then_some(now),
            empty_look_at: None,
            may_have_rung: true,
            ..self.named(evidence)
        })
    }

    /// A call that was answered stays answered, however the carrier words its end.
    fn ended(&self, outcome: Outcome, cause: &str, now: Timestamp) -> Step {
        let answered = self.state == AttemptState::Answered;
        let outcome = if answered { Outcome::Answered } else { outcome };
        let dialed_at = self.dialed_at.or(Some(now));
        Self {
            dialed_at,
            may_have_rung: true,
            ..self.clone()
        }
        .over(
            AttemptState::Ended,
            Some(outcome),
            Some(cause.to_owned()),
            now,
        )
    }

    fn not_seen(&self, asked_at: Timestamp, trust: Trust, now: Timestamp) -> Step {
        if self
            .dial_before
            .is_some_and(|before| asked_at < before + trust.settling)
        {
            return Step::Unchanged;
        }
        match self.empty_look_at {
            None => Step::Noted(Self {
                empty_look_at: Some(asked_at),
                ..self.clone()
            }),
            Some(first) if asked_at < first + trust.look_gap => Step::Unchanged,
            Some(_) if self.state == AttemptState::Unknown => {
                let cause = "the carrier's list never had the call".to_owned();
                self.over(
                    AttemptState::NeverPlaced,
                    Some(Outcome::Failed),
                    Some(cause),
                    now,
                )
            }
            Some(_) => self.ended(
                Outcome::Unknown,
                "the carrier no longer knows the call",
                now,
            ),
        }
    }

    fn over(
        &self,
        state: AttemptState,
        outcome: Option<Outcome>,
        cause: Option<String>,
        now: Timestamp,
    ) -> Step {
        Step::Moved(Self {
            state,
            ended_at: Some(now),
            outcome,
            cause,
            may_have_rung: state == AttemptState::Ended,
            ..self.clone()
        })
    }
}
