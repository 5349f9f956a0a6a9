//! The world's phones: every call that is under way, what happens to it next, and the events of it.
//!
//! Plain data behind a lock: it neither waits nor reads the time. What happens is written to the
//! log first, at the instant at which it was due, however late anyone looks; a restart replays the
//! log and goes on. One timetable holds one entry per live call, so that ten thousand calls cost
//! one timer.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::io;

use ringonce_domain::{AttemptId, Evidence, FailureClass, Millis, Number, Outcome, Timestamp};

use super::Config;
use super::call::Call;
use super::dice::Dice;
use super::fate::{Course, Fate, fate};
use super::log::{CallId, Entry, Event};
use super::sink::Writer;
use crate::{CarrierEvent, PlaceRequest};

/// How many calls that are over can still be looked up.
const REMEMBERED: usize = 50_000;
/// How many events may wait for a listener that lags; more are lost, as a carrier gives up too.
const WAITING_EVENTS: usize = 100_000;

/// What the carrier says to a create request that reached it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Taken(CallId),
    Refused(FailureClass, &'static str),
}

#[derive(Debug)]
pub(super) struct PhoneNetwork {
    dice: Dice,
    config: Config,
    log: Writer,
    calls: HashMap<CallId, Call>,
    /// The call that each attempt placed last.
    by_attempt: HashMap<AttemptId, CallId>,
    /// Calls that are over, the longest ago first.
    over: VecDeque<CallId>,
    last_call: u64,
    /// When each live call's next step is due.
    steps: BTreeSet<(Timestamp, CallId)>,
    /// Events on their way, by the instant of their arrival and the order of their making.
    under_way: BTreeMap<(Timestamp, u64), CarrierEvent>,
    sent: u64,
    /// Events that have arrived.
    arrived: VecDeque<CarrierEvent>,
}

impl PhoneNetwork {
    pub(super) fn new(config: Config, log: Writer) -> Self {
        Self {
            dice: Dice::new(config.seed),
            config,
            log,
            calls: HashMap::new(),
            by_attempt: HashMap::new(),
            over: VecDeque::new(),
            last_call: 0,
            steps: BTreeSet::new(),
            under_way: BTreeMap::new(),
            sent: 0,
            arrived: VecDeque::new(),
        }
    }

    pub(super) fn live_calls(&self) -> usize {
        self.steps.len()
    }

    /// When [`PhoneNetwork::advance`] has something to do.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let step = self.steps.first().map(|(at, _)| *at);
        let event = self.under_way.first_key_value().map(|((at, _), _)| *at);
        step.into_iter().chain(event).min()
    }

    /// Events that arrived and were not handed on, the first first.
    pub(super) fn arrived(&mut self) -> &mut VecDeque<CarrierEvent> {
        &mut self.arrived
    }

    /// Lets everything happen that is due at `now`.
    ///
    /// # Errors
    /// When the log cannot be written. What was not written has not happened, and stays due.
    pub(super) fn advance(&mut self, now: Timestamp) -> io::Result<()> {
        while let Some((at, id)) = self.steps.first().copied().filter(|(at, _)| *at <= now) {
            self.step(id, at)?;
            self.tell(id, at);
        }
        while let Some(first) = self
            .under_way
            .first_entry()
            .filter(|first| first.key().0 <= now)
        {
            if self.arrived.len() == WAITING_EVENTS {
                self.arrived.pop_front();
                tracing::warn!("the simulator's listener lags too far behind; an event is lost");
            }
            self.arrived.push_back(first.remove());
        }
        Ok(())
    }

    /// Goes on after a restart: what was due meanwhile happened, at its time, and its events are lost,
    /// because nothing listened.
    ///
    /// # Errors
    /// As [`PhoneNetwork::advance`].
    pub(super) fn catch_up(&mut self, now: Timestamp) -> io::Result<()> {
        while let Some((at, id)) = self.steps.first().copied().filter(|(at, _)| *at <= now) {
            self.step(id, at)?;
        }
        Ok(())
    }

    /// A create request reaches the carrier.
    ///
    /// # Errors
    /// When the log cannot be written; the request then never arrived.
    pub(super) fn place(&mut self, request: &PlaceRequest, now: Timestamp) -> io::Result<Answer> {
        let attempt = self.dice.attempt(request.attempt);
        let fate = match self.config.faults.refusal(attempt) {
            Some((class, reason)) => Fate::Refused(class, reason),
            None => self.fate(request.attempt, request.to, request.ring_for),
        };
        let entry = Entry {
            at: now,
            event: Event::Refuse,
            attempt: request.attempt,
            campaign: request.campaign,
            number: request.to,
            call_id: None,
            outcome: None,
            cause: None,
            ring_for: None,
        };
        match fate {
            Fate::Refused(class, reason) => {
                let (outcome, cause) = (Some(class.outcome()), Some(reason.into()));
                self.log.append(&Entry {
                    outcome,
                    cause,
                    ..entry
                })?;
                Ok(Answer::Refused(class, reason))
            }
            Fate::Taken(course) => {
                let id = CallId(self.last_call + 1);
                let (call_id, ring_for) = (Some(id), Some(request.ring_for));
                let entry = Entry {
                    event: Event::Placed,
                    call_id,
                    ring_for,
                    ..entry
                };
                self.log.append(&entry)?;
                self.begin(id, &entry, course);
                self.schedule(id);
                self.tell(id, now);
                Ok(Answer::Taken(id))
            }
        }
    }

    /// What the carrier's list shows of a call: `None` when it does not show the call.
    pub(super) fn sight(
        &self,
        attempt: AttemptId,
        call_id: Option<CallId>,
        now: Timestamp,
    ) -> Option<Vec<Evidence>> {
        let id = call_id.or_else(|| self.by_attempt.get(&attempt).copied())?;
        let call = self.calls.get(&id)?;
        let invisible_for = self
            .config
            .faults
            .invisible_for(self.dice.attempt(call.attempt));
        if now < call.placed_at + invisible_for {
            return None;
        }
        Some(call.history(id))
    }

    /// Ends a call, if there is one to end.
    ///
    /// # Errors
    /// When the log cannot be written; the call then goes on.
    pub(super) fn hang_up(
        &mut self,
        attempt: AttemptId,
        call_id: Option<CallId>,
        now: Timestamp,
    ) -> io::Result<()> {
        let Some(id) = call_id.or_else(|| self.by_attempt.get(&attempt).copied()) else {
            return Ok(());
        };
        let Some(call) = self.calls.get_mut(&id).filter(|call| !call.over) else {
            return Ok(());
        };
        self.log.append(&call.entry(id, Event::Hangup, now))?;
        self.steps.remove(&(call.next_at(), id));
        call.cut(now);
        self.schedule(id);
        Ok(())
    }

    /// Takes in a line of the log that an earlier run wrote.
    pub(super) fn replay(&mut self, entry: Entry) {
        let Some(id) = entry.call_id else { return };
        self.last_call = self.last_call.max(id.0);
        if entry.event == Event::Placed {
            let ring_for = entry.ring_for.unwrap_or_default();
            let course = match self.fate(entry.attempt, entry.number, ring_for) {
                Fate::Taken(course) => course,
                // Another seed or other personas than the call was placed with.
                Fate::Refused(class, reason) => Course {
                    ring: None,
                    answer: None,
                    end: Millis::ZERO,
                    outcome: class.outcome(),
                    cause: reason.into(),
                },
            };
            self.begin(id, &entry, course);
        } else if let Some(call) = self.calls.get_mut(&id).filter(|call| !call.over) {
            self.steps.remove(&(call.next_at(), id));
            call.changed_at = entry.at;
            match entry.event {
                Event::Placed | Event::Refuse => {}
                Event::Ring => call.rang = true,
                Event::Answer => call.answered = true,
                Event::Hangup => call.cut(entry.at),
                Event::End => {
                    call.course.outcome = entry.outcome.unwrap_or(Outcome::Unknown);
                    call.course.cause = entry.cause.unwrap_or_default();
                    self.finish(id);
                }
            }
        }
        self.schedule(id);
    }

    fn fate(&self, attempt: AttemptId, number: Number, ring_for: Millis) -> Fate {
        let behaviour = self.config.personas.meet(self.dice, attempt, number);
        self.config
            .tempo
            .of(fate(behaviour, self.dice.attempt(attempt), ring_for))
    }

    fn begin(&mut self, id: CallId, placed: &Entry, course: Course) {
        self.last_call = id.0;
        self.by_attempt.insert(placed.attempt, id);
        self.calls.insert(id, Call::placed(placed, course));
    }

    fn schedule(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(&id).filter(|call| !call.over) {
            self.steps.insert((call.next_at(), id));
        }
    }

    /// The next thing happens to a call, as was due at `at`.
    fn step(&mut self, id: CallId, at: Timestamp) -> io::Result<()> {
        let Some(call) = self.calls.get_mut(&id) else {
            self.steps.remove(&(at, id));
            return Ok(());
        };
        let event = call.next().0;
        self.log.append(&call.entry(id, event, at))?;
        self.steps.remove(&(at, id));
        call.changed_at = at;
        match event {
            Event::Ring => call.rang = true,
            Event::Answer => call.answered = true,
            _ => self.finish(id),
        }
        self.schedule(id);
        Ok(())
    }

    fn finish(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.over = true;
            self.over.push_back(id);
        }
        if self.over.len() > REMEMBERED
            && let Some(oldest) = self.over.pop_front()
            && let Some(call) = self.calls.remove(&oldest)
            && self.by_attempt.get(&call.attempt) == Some(&oldest)
        {
            self.by_attempt.remove(&call.attempt);
        }
    }

    /// Sends word of what has just happened to a call, as well as this carrier can.
    fn tell(&mut self, id: CallId, at: Timestamp) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let evidence = call.latest(id);
        let next = (!call.over).then(|| call.next_at());
        let attempt = self.dice.attempt(call.attempt);
        for arrival in self.config.faults.tellings(attempt, &evidence, at, next) {
            self.sent += 1;
            let event = CarrierEvent {
                attempt: call.attempt,
                evidence: evidence.clone(),
            };
            self.under_way.insert((arrival, self.sent), event);
        }
    }
}

#[cfg(test)]
mod tests {
    use ringonce_domain::CampaignId;

    use super::super::{Behaviour, Log, MemoryLog, Personas};
    use super::*;
    use crate::Deadline;
    use crate::clock::VirtualClock;

    const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn world(behaviour: Behaviour) -> PhoneNetwork {
        let config = Config {
            personas: Personas::all(behaviour),
            ..Config::default()
        };
        PhoneNetwork::new(config, Log::Memory(MemoryLog::default()).writer().unwrap())
    }

    fn request(nth: u32) -> PlaceRequest {
        let mut random = [0; 10];
        random[6..].copy_from_slice(&nth.to_be_bytes());
        PlaceRequest::ordinary(
            AttemptId::new(START, random),
            CampaignId(1),
            Number::from_digits(12_025_550_123).unwrap(),
            Deadline::after(Millis::from_hours(1), &VirtualClock::new(START, 1.0)),
        )
    }

    #[test]
    fn the_oldest_calls_that_are_over_are_forgotten() {
        let mut world = world(Behaviour::Busy);
        for (calls, at) in [
            (0..10, START),
            (10..REMEMBERED + 10, START + Millis::from_hours(1)),
        ] {
            for nth in calls {
                world
                    .place(&request(u32::try_from(nth).unwrap()), at)
                    .unwrap();
            }
            world.advance(at + Millis::from_hours(1)).unwrap();
        }
        let long_after = START + Millis::from_hours(3);
        let seen = |nth| {
            world
                .sight(request(nth).attempt, None, long_after)
                .is_some()
        };
        assert!((0..10).all(|nth| !seen(nth)) && (10..1_000).all(seen));
        assert_eq!(
            (world.calls.len(), world.by_attempt.len()),
            (REMEMBERED, REMEMBERED)
        );
        assert_eq!(world.live_calls(), 0);
    }

    #[test]
    fn a_listener_that_lags_costs_events_and_no_memory_without_end() {
        let mut world = world(Behaviour::Answers);
        let calls = u32::try_from(WAITING_EVENTS / 4 + 1_000).unwrap();
        for nth in 0..calls {
            world.place(&request(nth), START).unwrap();
        }
        world.advance(START + Millis::from_hours(1)).unwrap();
        assert_eq!(world.arrived().len(), WAITING_EVENTS);
        let last = world.arrived().back().unwrap();
        assert!(matches!(last.evidence, Evidence::Ended { .. }));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_cannot_be_written_does_not_happen() {
        let mut world = world(Behaviour::Answers);
        world.place(&request(1), START).unwrap();
        let written = std::mem::replace(&mut world.log, Writer::full());
        let later = START + Millis::from_hours(1);
        assert!(world.place(&request(2), START).is_err());
        assert!(world.hang_up(request(1).attempt, None, START).is_err());
        assert!(world.advance(later).is_err());
        assert_eq!(world.sight(request(2).attempt, None, later), None);
        assert_eq!(
            world.sight(request(1).attempt, None, later).unwrap().len(),
            1
        );

        world.log = written;
        world.advance(later).unwrap();
        assert_eq!(
            world.sight(request(1).attempt, None, later).unwrap().len(),
            4
        );
    }
}
