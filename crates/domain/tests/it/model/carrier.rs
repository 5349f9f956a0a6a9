//! The carrier in the model: what really happens to a request, and what can be learned of it.
//!
//! An event, once sent, is never withdrawn: any of them may reach the ledger at any later time, any
//! number of times, in any order or never. So lost, late, repeated and reordered webhooks and
//! answers need no further state. Only for a forgotten call are there no more events.

use ringonce_domain::proof::Ring;
use ringonce_domain::{AttemptId, CampaignId, Evidence, FailureClass, Outcome};
use uuid::Uuid;

use super::ledger::{instant, number};
use super::model_of_calls::older;

/// A request to place a call, and the first tick at which it may no longer leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) attempt: usize,
    pub(crate) before: u8,
}

/// A call that the carrier took: the callee's phone rings from then on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    pub(crate) attempt: usize,
    pub(crate) campaign: usize,
    pub(crate) rang_at: u8,
    pub(crate) answered: bool,
    pub(crate) over: Option<(u8, Outcome)>,
    /// The carrier's list no longer has it.
    pub(crate) forgotten: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Carrier {
    /// Requests that have left and not arrived.
    pub(crate) under_way: Vec<Request>,
    /// Requests that were refused; nothing rang.
    pub(crate) refused: Vec<(usize, FailureClass)>,
    pub(crate) calls: Vec<Call>,
}

impl Carrier {
    /// Removes an arrived request from those under way.
    pub(crate) fn arrives(&mut self, request: Request) {
        if let Some(at) = self.under_way.iter().position(|other| *other == request) {
            self.under_way.remove(at);
        }
    }

    pub(crate) fn take(&mut self, request: Request, campaign: usize, now: u8) {
        self.arrives(request);
        let attempt = request.attempt;
        let call = Call {
            attempt,
            campaign,
            rang_at: now,
            answered: false,
            over: None,
            forgotten: false,
        };
        self.calls.push(call);
    }

    pub(crate) fn refuse(&mut self, request: Request, class: FailureClass) {
        self.arrives(request);
        self.refused.push((request.attempt, class));
    }

    /// The call that its list has for an attempt.
    pub(crate) fn listed(&self, attempt: usize) -> Option<&Call> {
        self.calls
            .iter()
            .find(|call| call.attempt == attempt && !call.forgotten)
    }

    /// A tick passes.
    pub(crate) fn grow_older(&mut self, memory: u8) {
        for request in &mut self.under_way {
            request.before = older(request.before, memory);
        }
        for call in &mut self.calls {
            call.rang_at = older(call.rang_at, memory);
            call.over = call
                .over
                .map(|(tick, outcome)| (older(tick, memory), outcome));
        }
    }

    /// Drops what changes nothing any more: refusals of ended attempts, and when ended calls began.
    pub(crate) fn forget_the_irrelevant(&mut self, is_live: impl Fn(usize) -> bool) {
        self.refused.retain(|(attempt, _)| is_live(*attempt));
        for call in &mut self.calls {
            if let Some((tick, _)) = call.over {
                call.rang_at = tick;
                call.forgotten &= is_live(call.attempt);
            }
        }
    }

    /// Every event of an attempt so far.
    pub(crate) fn words(&self, attempt: usize) -> Vec<Evidence> {
        let mut words = Vec::new();
        for call in self
            .calls
            .iter()
            .filter(|call| call.attempt == attempt && !call.forgotten)
        {
            words.push(Evidence::Accepted {
                call_id: "call".into(),
            });
            if call.answered {
                words.push(Evidence::Answered);
            }
            if let Some((_, outcome)) = call.over {
                words.push(Evidence::Ended {
                    outcome,
                    cause: "hangup".into(),
                });
            }
        }
        let refusals = self
            .refused
            .iter()
            .filter(|(request, _)| *request == attempt);
        words.extend(refusals.map(|(_, class)| Evidence::Refused {
            class: *class,
            reason: class.to_string(),
        }));
        words
    }

    /// Its log, as the checker of the whole system reads it.
    pub(crate) fn rings(&self) -> Vec<Ring> {
        self.calls
            .iter()
            .map(|call| Ring {
                corrected_at: None,
                number: number(),
                at: instant(call.rang_at),
                ended_at: call.over.map(|(tick, _)| instant(tick)),
                outcome: call.over.map(|(_, outcome)| outcome),
                campaign: CampaignId(i64::try_from(call.campaign).expect("a few campaigns")),
                attempt: AttemptId(Uuid::from_u128(call.attempt as u128)),
            })
            .collect()
    }
}
