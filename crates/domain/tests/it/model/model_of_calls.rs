//! The state of the model: two engines, one ledger, one carrier, and an adversary with a number of
//! faults; and the flaws that a model can have.
//!
//! The steps are in [`super::steps`].

use std::sync::Arc;

use ringonce_domain::{AttemptState, Evidence, FailureClass, InstanceId, Millis, Settings};
use stateright::Property;
use uuid::Uuid;

use super::carrier::{Carrier, Request};
use super::ledger::{Ledger, TICK, instant};

/// The longest that a phone rings or a conversation lasts, in ticks.
pub(crate) const LONGEST_CALL: u8 = 1;
/// The present tick. Time passes by moving everything else into the past, so that worlds that
/// differ only in the date are one state to the checker.
pub(crate) const NOW: u8 = 20;
/// Nothing changes for longer than this, in ticks, unless something is stuck for ever.
pub(crate) const PATIENCE: u8 = 8;

/// What the carrier and the network promise, in ticks after a request's deadline: its list shows
/// every call that it ever took.
pub(crate) const SETTLED_AFTER: u8 = 2;

/// How many faults of any kind the adversary has left, of which at most one is a look-up that errs.
/// (Two look-ups prove an absence because the carrier does not err twice about one call.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Faults {
    pub(crate) any: u8,
    pub(crate) blind_looks: u8,
    /// An orderly hand-over is not a fault; their number is limited.
    pub(crate) hand_overs: u8,
}

/// A protocol with a hole, or a carrier that breaks a promise: each must be detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The adapter sends without checking the deadline.
    DeadlineIgnored,
    /// A process freezes between its last check of the deadline and the write, and goes on when the
    /// carrier's settling time and both look-ups are over.
    FrozenAfterTheCheck,
    /// The engine sends although its `dialing` was refused.
    RefusedDialIgnored,
    /// A call of which no answer came is requested again.
    UnclearIsSentAgain,
    /// One empty look-up proves that there never was a call.
    OneLookSuffices,
    /// Look-ups count although the carrier's list may lag.
    SettlingIgnored,
    /// A look-up counts from when its answer came, not from when it was asked.
    LooksDatedByAnswer,
    /// An attempt whose owner is gone while dialing is taken for one without a call.
    GoneOwnerReleases,
    /// Time is taken for evidence.
    TimeIsEvidence,
    /// The claim does not see a live call to the number.
    LiveCallUnseen,
    /// The claim trusts a set of called numbers that was loaded before.
    CalledNumbersCached,
    /// Unknown ends do not count as answered.
    UnknownEndsUncounted,
    /// The carrier forgets calls of which no event has reached us.
    CarrierForgetsEarly,
    /// There is no watchdog.
    NoWatchdog,
}

/// What a process remembers, and loses when it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    /// It has claimed this attempt and will dial it.
    Dial(usize),
    /// `dialing` is durable; the request is about to leave.
    Send(Request),
    /// The carrier's list lacked the call when it was asked at this tick; not yet recorded.
    RecordLook(usize, u8),
}

/// A process that claims and dials. One that is down is one that does nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Engine {
    pub(crate) incarnation: u8,
    pub(crate) tasks: Vec<Task>,
    /// Tasks over which it is suspended, for any time, while it goes on with others.
    pub(crate) asleep: Vec<Task>,
}

/// The state at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// For how many ticks no attempt and no contact has moved.
    pub(crate) idle: u8,
    pub(crate) ledger: Ledger,
    pub(crate) engines: [Engine; 2],
    pub(crate) carrier: Carrier,
    pub(crate) left: Faults,
}

/// One step of any process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Time passes.
    Tick,
    /// An engine asks for the campaign's next contact.
    Claim { engine: usize, campaign: usize },
    /// An engine does a pending task.
    Perform { engine: usize, task: Task },
    /// A request reaches the carrier, which takes it: the phone rings.
    Take(Request),
    /// A request reaches the carrier, which refuses it.
    Refuse(Request, FailureClass),
    /// A request is lost on its way.
    Lose(Request),
    /// The callee picks up.
    Answer(usize),
    /// The call is over.
    End(usize),
    /// One of the carrier's events reaches the ledger: as answer, as webhook or through a look-up.
    Learn { attempt: usize, evidence: Evidence },
    /// The engine waits no longer for the carrier's answer.
    GiveUpWaiting(usize),
    /// The watchdog records that the owner of an attempt is gone.
    OwnerGone(usize),
    /// The carrier is asked, and its list lacks the call.
    LookInVain(usize),
    /// The same, though the list should have it.
    LookBlindly(usize),
    /// The same as a look in vain, but the answer waits in an engine's memory.
    LookSlowly { engine: usize, attempt: usize },
    /// A process is suspended over one pending task, and goes on with the rest.
    Stall { engine: usize, task: Task },
    /// A whole process is suspended over all its pending tasks, for example a durable `dialing`
    /// whose request has not left, and goes on some time later, possibly after every lease and
    /// timeout.
    Freeze(usize),
    /// A process dies with all that it holds in memory, and comes back as another.
    Crash(usize),
    /// The other engine takes the campaign's lease: its leader was thought gone.
    TakeOver(usize),
    /// A leader gives the campaign to the other engine in order, keeping its pending tasks.
    HandOver(usize),
    /// The carrier's list no longer has a call that is over.
    Forget(usize),
}

/// A world to check.
#[derive(Clone)]
pub(crate) struct ModelOfCalls {
    pub(crate) campaigns: Vec<Arc<Settings>>,
    pub(crate) faults: Faults,
    pub(crate) flaw: Option<Flaw>,
    /// The longest window of any rule, in ticks: older events make no difference.
    pub(crate) memory: u8,
    /// Whether standstill is told from waiting: needed to judge whether contacts end.
    pub(crate) counts_idle_time: bool,
    pub(crate) properties: fn() -> Vec<Property<Self>>,
}

impl State {
    /// Nothing more happens by itself.
    pub(crate) fn is_over(&self) -> bool {
        self.every_contact_ended()
            && self.ledger.live() == 0
            && self.carrier.under_way.is_empty()
            && self.carrier.calls.iter().all(|call| call.over.is_some())
    }

    pub(crate) fn every_contact_ended(&self) -> bool {
        self.ledger
            .contacts
            .iter()
            .all(|contact| contact.state.is_final())
    }

    /// A process has the attempt among its tasks and will go on with it at once.
    pub(crate) fn is_in_good_hands(&self, attempt: usize) -> bool {
        let concerns = |task: &Task| match task {
            Task::Dial(index) => *index == attempt,
            Task::Send(request) => request.attempt == attempt,
            Task::RecordLook(..) => false,
        };
        self.engines
            .iter()
            .any(|engine| engine.tasks.iter().any(concerns))
    }

    /// An attempt that never rang and is over, and that no task, request or call is about: worlds that
    /// differ only in how many of them there were are one state to the checker.
    pub(crate) fn free_place(&self) -> Option<usize> {
        let is_about = |task: &Task, index: usize| match task {
            Task::Dial(attempt) | Task::RecordLook(attempt, _) => *attempt == index,
            Task::Send(request) => request.attempt == index,
        };
        (0..self.ledger.attempts.len()).find(|&index| {
            let attempt = &self.ledger.attempts[index];
            let carrier = &self.carrier;
            !attempt.state.is_live()
                && !attempt.may_have_rung
                && !carrier.calls.iter().any(|call| call.attempt == index)
                && !carrier.under_way.iter().any(|it| it.attempt == index)
                && !carrier.refused.iter().any(|(it, _)| *it == index)
                && !self.engines.iter().any(|engine| {
                    let mut tasks = engine.tasks.iter().chain(&engine.asleep);
                    tasks.any(|task| is_about(task, index))
                })
        })
    }

    /// From here on the carrier's list shows the call if there ever was one.
    pub(crate) fn is_settled(&self, attempt: usize) -> bool {
        let before = self.ledger.attempts[attempt].dial_before;
        before.is_none_or(|before| instant(NOW) >= before + ticks(SETTLED_AFTER))
    }

    /// The carrier's honest answer may be that it has no such call.
    pub(crate) fn may_look_in_vain(&self, attempt: usize) -> bool {
        !self.is_settled(attempt) || self.carrier.listed(attempt).is_none()
    }

    /// The watchdog asks the carrier about it.
    pub(crate) fn is_looked_after(&self, attempt: usize) -> bool {
        matches!(
            self.ledger.attempts[attempt].state,
            AttemptState::Unknown | AttemptState::Ringing | AttemptState::Answered
        )
    }
}

impl State {
    /// Makes worlds equal that have no relevant difference from here on.
    pub(crate) fn forget_the_irrelevant(&mut self) {
        let attempts = &self.ledger.attempts;
        let is_live = |attempt: usize| attempts[attempt].state.is_live();
        self.carrier.forget_the_irrelevant(is_live);
        let a_name_matters = attempts.iter().any(|it| it.state == AttemptState::Claimed);
        for engine in &mut self.engines {
            engine.tasks.retain(|task| match task {
                Task::RecordLook(attempt, _) => is_live(*attempt),
                Task::Dial(_) | Task::Send(_) => true,
            });
            if !a_name_matters {
                engine.incarnation = 0;
            }
        }
    }
}

impl Engine {
    /// Is suspended over all its pending tasks.
    pub(crate) fn freeze(&mut self) {
        self.asleep.append(&mut self.tasks);
    }

    /// Dies with all that it holds in memory, and comes back as another.
    pub(crate) fn crash(&mut self) {
        *self = Self {
            incarnation: self.incarnation + 1,
            ..Self::default()
        };
    }

    /// Its id, a different one after each crash.
    pub(crate) fn id(&self, index: usize) -> InstanceId {
        InstanceId(Uuid::from_u128(
            index as u128 * 100 + u128::from(self.incarnation),
        ))
    }
}

impl Faults {
    pub(crate) const fn at_most(any: u8) -> Self {
        Self {
            any,
            blind_looks: 1,
            hand_overs: 0,
        }
    }

    /// Uses one fault; false when none is left.
    pub(crate) fn spend(&mut self) -> bool {
        let rest = self.any.checked_sub(1);
        self.any = rest.unwrap_or(0);
        rest.is_some()
    }

    pub(crate) fn spend_hand_over(&mut self) -> bool {
        let rest = self.hand_overs.checked_sub(1);
        self.hand_overs = rest.unwrap_or(0);
        rest.is_some()
    }

    pub(crate) fn spend_blind_look(&mut self) -> bool {
        let rest = self.blind_looks.checked_sub(1);
        self.blind_looks = rest.unwrap_or(0);
        rest.is_some()
    }
}

/// A tick, one tick later, seen from [`NOW`].
pub(crate) fn older(tick: u8, memory: u8) -> u8 {
    (tick - 1).max(NOW - memory)
}

pub(crate) fn ticks(n: u8) -> Millis {
    Millis::new(u64::from(n) * TICK.get())
}
