//! The steps of the model: every step of the engines, the carrier and the watchdog, in any order
//! that the adversary chooses.
//!
//! [`Faults`](super::model_of_calls::Faults) counts what the adversary has to pay for: a crash, a stall (a
//! process is suspended over some or all of its work, for any time, or time passes over a step that
//! was due), a lost request, a false suspicion, a takeover, a look-up that errs or is slow, a call
//! that the carrier forgets. Losing, delaying, repeating and reordering the carrier's events is
//! free. When no faults are left, every process does its pending work before time passes: then
//! every contact must end.

use ringonce_domain::{AttemptState, Evidence, FailureClass, Outcome, Trust};
use stateright::{Model, Property};

use super::carrier::{Call, Carrier, Request};
use super::ledger::{Blindness, Claimer, Ledger, campaign_of, instant};
use super::model_of_calls::{
    Action, Engine, Flaw, LONGEST_CALL, ModelOfCalls, NOW, PATIENCE, SETTLED_AFTER, State, Task,
    older, ticks,
};

impl ModelOfCalls {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn trust(&self) -> Trust {
        let settling = if self.has(Flaw::SettlingIgnored) {
            0
        } else {
            SETTLED_AFTER
        };
        Trust {
            settling: ticks(settling),
            look_gap: ticks(1),
        }
    }

    fn blindness(&self) -> Blindness {
        Blindness {
            to_live_calls: self.has(Flaw::LiveCallUnseen),
            to_other_campaigns: self.has(Flaw::CalledNumbersCached),
            to_unknown_ends: self.has(Flaw::UnknownEndsUncounted),
        }
    }

    /// Records evidence; false when it was refused as stale.
    fn record(&self, state: &mut State, index: usize, evidence: &Evidence) -> bool {
        let settings = &self.campaigns[campaign_of(&state.ledger.attempts[index])];
        state
            .ledger
            .record(index, evidence, settings, self.trust(), instant(NOW))
            .is_ok()
    }

    fn record_empty_look(&self, state: &mut State, index: usize, asked_at: u8) {
        let asked_at = instant(asked_at);
        self.record(state, index, &Evidence::NotSeen { asked_at });
        if self.has(Flaw::OneLookSuffices) {
            let asked_at = asked_at + self.trust().look_gap;
            self.record(state, index, &Evidence::NotSeen { asked_at });
        }
    }

    /// Whether `action` would change the ledger.
    fn would_tell(&self, state: &State, action: Action) -> bool {
        self.next_state(state, action)
            .is_some_and(|next| next.ledger != state.ledger)
    }

    /// Whether time may pass: calls end and requests arrive in bounded time in any case, and an
    /// adversary without stalls waits until every process has done its pending work.
    fn tick(&self, state: &mut State) -> bool {
        let must_end = |call: &Call| call.over.is_none() && NOW >= call.rang_at + LONGEST_CALL;
        let must_arrive = |request: &Request| {
            NOW + 1 >= request.before + SETTLED_AFTER && !self.has(Flaw::FrozenAfterTheCheck)
        };
        if state.is_over()
            || state.idle == PATIENCE
            || state.carrier.calls.iter().any(must_end)
            || state.carrier.under_way.iter().any(must_arrive)
        {
            return false;
        }
        if self.somebody_has_work(state) && !state.left.spend() {
            return false;
        }
        state.idle += u8::from(self.counts_idle_time);
        state.ledger.grow_older(self.memory);
        state.carrier.grow_older(self.memory);
        let engines = state.engines.iter_mut();
        for task in engines.flat_map(|engine| engine.tasks.iter_mut().chain(&mut engine.asleep)) {
            match task {
                Task::Dial(_) => {}
                Task::Send(request) => request.before = older(request.before, self.memory),
                Task::RecordLook(_, asked_at) => *asked_at = older(*asked_at, self.memory),
            }
        }
        true
    }

    fn somebody_has_work(&self, state: &State) -> bool {
        let due = |campaign| {
            let engine = state.ledger.leaders[campaign];
            self.would_tell(state, Action::Claim { engine, campaign })
        };
        let waits = |task: &Task| !matches!(task, Task::RecordLook(..));
        state
            .engines
            .iter()
            .any(|engine| engine.tasks.iter().any(waits))
            || (0..self.campaigns.len()).any(due)
            || (0..state.ledger.attempts.len()).any(|index| self.watchdog_has_work(state, index))
    }

    fn watchdog_has_work(&self, state: &State, index: usize) -> bool {
        let attempt = &state.ledger.attempts[index];
        let overdue = attempt
            .dial_before
            .is_some_and(|before| before <= instant(NOW));
        if self.has(Flaw::NoWatchdog) || state.is_in_good_hands(index) {
            return false;
        }
        match attempt.state {
            AttemptState::Claimed => true,
            AttemptState::Dialing => overdue,
            _ if !state.is_looked_after(index) || !state.is_settled(index) => false,
            _ if state.carrier.listed(index).is_none() => {
                self.would_tell(state, Action::LookInVain(index))
            }
            _ => state.carrier.words(index).into_iter().any(|evidence| {
                self.would_tell(
                    state,
                    Action::Learn {
                        attempt: index,
                        evidence,
                    },
                )
            }),
        }
    }

    /// Does one of an engine's pending tasks.
    fn perform(&self, state: &mut State, engine: usize, task: Task) {
        state.engines[engine].tasks.retain(|other| *other != task);
        state.engines[engine].asleep.retain(|other| *other != task);
        match task {
            Task::Dial(attempt) => {
                let request = Request {
                    attempt,
                    before: NOW + 1,
                };
                let by = state.engines[engine].id(engine);
                let dial = Evidence::Dial {
                    by,
                    dial_before: instant(request.before),
                    caller_id: None,
                };
                if self.record(state, attempt, &dial) || self.has(Flaw::RefusedDialIgnored) {
                    state.engines[engine].tasks.push(Task::Send(request));
                }
            }
            // The check of the adapter immediately before it writes.
            Task::Send(request) => {
                if NOW < request.before || self.has(Flaw::DeadlineIgnored) {
                    state.carrier.under_way.push(request);
                } else {
                    self.record(state, request.attempt, &Evidence::NotSent);
                }
            }
            Task::RecordLook(attempt, asked_at) => {
                let by_answer = self.has(Flaw::LooksDatedByAnswer);
                let at = if by_answer { NOW } else { asked_at };
                self.record_empty_look(state, attempt, at);
            }
        }
    }

    fn give_up_waiting(&self, state: &mut State, attempt: usize) {
        self.record(
            state,
            attempt,
            &Evidence::Unclear {
                reason: "timeout".into(),
            },
        );
        if self.has(Flaw::UnclearIsSentAgain) {
            state.carrier.under_way.push(Request {
                attempt,
                before: NOW + 1,
            });
        }
    }

    /// The watchdog records that the owner is gone: free when it is true, a fault when the owner is
    /// well.
    fn owner_gone(&self, state: &mut State, index: usize) -> bool {
        if state.is_in_good_hands(index) && !state.left.spend() {
            return false;
        }
        let evidence = match (self.flaw, state.ledger.attempts[index].state) {
            (Some(Flaw::GoneOwnerReleases), AttemptState::Dialing)
            | (Some(Flaw::TimeIsEvidence), AttemptState::Unknown) => Evidence::NotSent,
            _ => Evidence::OwnerGone,
        };
        self.record(state, index, &evidence);
        true
    }

    fn forget(&self, state: &mut State, call: usize) -> bool {
        let known = matches!(
            state.ledger.attempts[state.carrier.calls[call].attempt].state,
            AttemptState::Ringing | AttemptState::Answered
        );
        (known || self.has(Flaw::CarrierForgetsEarly)) && {
            state.carrier.calls[call].forgotten = true;
            state.left.spend()
        }
    }

    /// Whether the watchdog may record that the owner of an attempt is gone.
    fn may_be_suspected(&self, state: &State, index: usize) -> bool {
        let attempt = &state.ledger.attempts[index];
        match attempt.state {
            AttemptState::Claimed | AttemptState::Dialing => true,
            AttemptState::Unknown => self.has(Flaw::TimeIsEvidence) && state.is_settled(index),
            _ => false,
        }
    }
}

impl Model for ModelOfCalls {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            idle: 0,
            ledger: Ledger::new(self.campaigns.len()),
            engines: [Engine::default(), Engine::default()],
            carrier: Carrier::default(),
            left: self.faults,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (engine, it) in state.engines.iter().enumerate() {
            actions.extend(
                (0..self.campaigns.len()).map(|campaign| Action::Claim { engine, campaign }),
            );
            let tasks = it.tasks.iter().chain(&it.asleep);
            actions.extend(tasks.map(|task| Action::Perform {
                engine,
                task: *task,
            }));
        }
        for request in &state.carrier.under_way {
            actions.push(Action::Take(*request));
            actions.push(Action::Refuse(*request, FailureClass::Congestion));
            actions.push(Action::Refuse(*request, FailureClass::BadNumber));
        }
        let running = state
            .carrier
            .calls
            .iter()
            .enumerate()
            .filter(|(_, call)| call.over.is_none());
        for (call, it) in running {
            actions.push(Action::End(call));
            if !it.answered {
                actions.push(Action::Answer(call));
            }
        }
        for attempt in 0..state.ledger.attempts.len() {
            let words = state.carrier.words(attempt).into_iter();
            actions.extend(words.map(|evidence| Action::Learn { attempt, evidence }));
            let dialing = state.ledger.attempts[attempt].state == AttemptState::Dialing;
            if dialing && !state.is_in_good_hands(attempt) {
                actions.push(Action::GiveUpWaiting(attempt));
            }
            if self.has(Flaw::NoWatchdog) {
                continue;
            }
            if self.may_be_suspected(state, attempt) {
                actions.push(Action::OwnerGone(attempt));
            }
            if state.is_looked_after(attempt) && state.may_look_in_vain(attempt) {
                actions.push(Action::LookInVain(attempt));
            }
        }
        actions.push(Action::Tick);
        if !state.is_over() {
            self.faults(state, actions);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        let state = &mut next;
        let possible = match action {
            Action::Tick => self.tick(state),
            Action::Claim { engine, campaign } => {
                let owner = state.engines[engine].id(engine);
                let (settings, now) = (&self.campaigns[campaign], instant(NOW));
                let claimer = Claimer {
                    engine,
                    place: state.free_place(),
                    owner,
                    blind: self.blindness(),
                };
                if let Some(attempt) = state.ledger.claim(campaign, &claimer, settings, now) {
                    state.engines[engine].tasks.push(Task::Dial(attempt));
                }
                true
            }
            Action::Perform { engine, task } => {
                self.perform(state, engine, task);
                true
            }
            Action::Take(request) => {
                let campaign = campaign_of(&state.ledger.attempts[request.attempt]);
                state.carrier.take(request, campaign, NOW);
                true
            }
            Action::Refuse(request, class) => {
                state.carrier.refuse(request, class);
                // A try that did not reach the carrier does not count: it may come again and again.
                class == FailureClass::BadNumber || state.left.spend()
            }
            Action::Lose(request) => {
                state.carrier.arrives(request);
                state.left.spend()
            }
            Action::Answer(call) => {
                state.carrier.calls[call].answered = true;
                true
            }
            Action::End(call) => {
                let call = &mut state.carrier.calls[call];
                let outcome = if call.answered {
                    Outcome::Answered
                } else {
                    Outcome::NoAnswer
                };
                call.over = Some((NOW, outcome));
                true
            }
            Action::Learn { attempt, evidence } => self.record(state, attempt, &evidence),
            Action::GiveUpWaiting(attempt) => {
                self.give_up_waiting(state, attempt);
                true
            }
            Action::OwnerGone(attempt) => self.owner_gone(state, attempt),
            Action::LookInVain(attempt) => {
                self.record_empty_look(state, attempt, NOW);
                true
            }
            Action::LookBlindly(attempt) => {
                self.record_empty_look(state, attempt, NOW);
                state.left.spend() && state.left.spend_blind_look()
            }
            Action::LookSlowly { engine, attempt } => {
                state.engines[engine]
                    .tasks
                    .push(Task::RecordLook(attempt, NOW));
                state.left.spend()
            }
            Action::Stall { engine, task } => {
                state.engines[engine].tasks.retain(|other| *other != task);
                state.engines[engine].asleep.push(task);
                state.left.spend()
            }
            Action::Freeze(engine) => {
                state.engines[engine].freeze();
                state.left.spend()
            }
            Action::Crash(engine) => {
                state.engines[engine].crash();
                state.left.spend()
            }
            Action::TakeOver(campaign) => {
                state.ledger.leaders[campaign] = 1 - state.ledger.leaders[campaign];
                state.left.spend()
            }
            Action::HandOver(campaign) => {
                state.ledger.leaders[campaign] = 1 - state.ledger.leaders[campaign];
                state.left.spend_hand_over()
            }
            Action::Forget(call) => self.forget(state, call),
        };
        if next.ledger.has_moved_since(&last.ledger) {
            next.idle = 0;
        }
        next.forget_the_irrelevant();
        (possible && next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        (self.properties)()
    }
}

impl ModelOfCalls {
    /// What the adversary may do beyond ordering the steps of others.
    fn faults(&self, state: &State, actions: &mut Vec<Action>) {
        actions.extend(
            state
                .carrier
                .under_way
                .iter()
                .map(|request| Action::Lose(*request)),
        );
        for (call, it) in state.carrier.calls.iter().enumerate() {
            if it.over.is_some() && !it.forgotten {
                actions.push(Action::Forget(call));
            }
        }
        for (engine, it) in state.engines.iter().enumerate() {
            actions.extend(it.tasks.iter().map(|task| Action::Stall {
                engine,
                task: *task,
            }));
            if !it.tasks.is_empty() {
                actions.push(Action::Crash(engine));
            }
            if it.tasks.len() > 1 {
                actions.push(Action::Freeze(engine));
            }
        }
        actions.extend((0..self.campaigns.len()).map(Action::TakeOver));
        actions.extend((0..self.campaigns.len()).map(Action::HandOver));
        for attempt in 0..state.ledger.attempts.len() {
            if !state.is_looked_after(attempt) {
                continue;
            }
            if !state.may_look_in_vain(attempt) {
                actions.push(Action::LookBlindly(attempt));
                continue;
            }
            actions.extend((0..2).map(|engine| Action::LookSlowly { engine, attempt }));
        }
    }
}
