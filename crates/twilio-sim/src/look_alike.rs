//! The state of the look-alike: calls, recordings, faults; and the steps of a call, each written to the
//! truth log before any callback reports it.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::call::{Call, Event, Notification, Origin, Status, Step};
use crate::config::Config;
use crate::dice::Dice;
use crate::faults::Faults;
use crate::hook;
use crate::order::{Numbers, Order, Source};
use crate::overrides::Overrides;
use crate::persona::{self, Persona};
use crate::queue::Queue;
use crate::recording::Recording;
use crate::tempo::Tempo;
use crate::truth::Truth;
use crate::web;

/// The state of one account.
#[derive(Debug)]
pub(crate) struct LookAlike {
    pub(crate) config: Config,
    pub(crate) tempo: Tempo,
    pub(crate) dice: Dice,
    pub(crate) queue: Queue,
    pub(crate) truth: Truth,
    pub(crate) client: Client,
    /// Its own address, known once it listens.
    pub(crate) address: OnceLock<String>,
    /// The numbers from which the account may call.
    pub(crate) numbers: Numbers,
    born: i64,
    drawn: AtomicU64,
    /// By how much its clock is wrong, which is read while the state is locked.
    skew: Arc<AtomicI64>,
    /// How long it keeps prices to itself, in milliseconds; read in the same way.
    pub(crate) prices_held: Arc<AtomicI64>,
    state: Mutex<State>,
}

/// The part that changes.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// In the order in which they were made.
    pub(crate) calls: Vec<Call>,
    index: HashMap<String, usize>,
    redirects: HashMap<String, watch::Sender<Option<Source>>>,
    pub(crate) recordings: Vec<Recording>,
    /// Calls that have not ended.
    pub(crate) open: usize,
    pub(crate) faults: Faults,
    skew: Arc<AtomicI64>,
    prices_held: Arc<AtomicI64>,
    /// Authenticates requests and signs callbacks.
    pub(crate) token: String,
    /// Until when no callback is sent, in milliseconds since 1970.
    pub(crate) silent_until: i64,
    /// The second in which requests are counted, and their number.
    pub(crate) requests: (i64, u32),
}

impl State {
    pub(crate) fn call(&self, sid: &str) -> Option<&Call> {
        self.calls.get(*self.index.get(sid)?)
    }

    pub(crate) fn call_mut(&mut self, sid: &str) -> Option<&mut Call> {
        self.calls.get_mut(*self.index.get(sid)?)
    }

    /// Whether the call's record has not been deleted.
    pub(crate) fn knows(&self, sid: &str) -> bool {
        self.index.contains_key(sid)
    }

    /// Deletes the call's record; false when there is none.
    pub(crate) fn forget(&mut self, sid: &str) -> bool {
        self.index.remove(sid).is_some()
    }

    /// Replaces the faults, and begins the time without callbacks.
    pub(crate) fn set_faults(&mut self, faults: Faults) {
        let window = i64::try_from(faults.callbacks_lost_for_ms).unwrap_or(0);
        self.silent_until = Tempo::now().saturating_add(window);
        self.adopt(faults);
    }

    /// Replaces the faults that a JSON object names; the time without callbacks begins again only if it is
    /// among them.
    pub(crate) fn change_faults(&mut self, change: &Value) -> Result<(), String> {
        let faults = self.faults.with(change)?;
        if change.get("callbacks_lost_for_ms").is_some() {
            self.set_faults(faults);
        } else {
            self.adopt(faults);
        }
        Ok(())
    }

    fn adopt(&mut self, faults: Faults) {
        self.skew.store(faults.clock_skew_ms, Ordering::Relaxed);
        let held = i64::try_from(faults.prices_held_for_ms).unwrap_or(i64::MAX);
        self.prices_held.store(held, Ordering::Relaxed);
        self.faults = faults;
    }
}

impl LookAlike {
    pub(crate) fn open(config: Config) -> io::Result<Self> {
        let mut state = State::default();
        state.set_faults(config.faults.clone());
        state.token.clone_from(&config.token);
        Ok(Self {
            tempo: Tempo::new(config.speed),
            dice: Dice::new(config.seed),
            queue: Queue::new(config.cps),
            truth: Truth::open(config.log.as_deref())?,
            client: web::client(Overrides::default().connect, config.anywhere),
            address: OnceLock::new(),
            numbers: config
                .numbers
                .iter()
                .chain(&config.verified)
                .cloned()
                .collect(),
            born: Tempo::now(),
            drawn: AtomicU64::new(0),
            skew: Arc::clone(&state.skew),
            prices_held: Arc::clone(&state.prices_held),
            state: Mutex::new(state),
            config,
        })
    }

    /// Works on the state; nothing awaits inside.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An instant as its clock shows it, in milliseconds since 1970.
    pub(crate) fn dated(&self, millis: i64) -> i64 {
        millis.saturating_add(self.skew.load(Ordering::Relaxed))
    }

    /// The auth token of this moment.
    pub(crate) fn token(&self) -> String {
        self.with(|state| state.token.clone())
    }

    /// Reads a call.
    pub(crate) fn read<T>(&self, sid: &str, look: impl FnOnce(&Call) -> T) -> Option<T> {
        self.with(|state| state.call(sid).map(look))
    }

    /// Changes a call.
    pub(crate) fn edit(&self, sid: &str, change: impl FnOnce(&mut Call)) {
        self.with(|state| {
            if let Some(call) = state.call_mut(sid) {
                change(call);
            }
        });
    }

    /// A SID that no earlier run has used either.
    pub(crate) fn sid(&self, kind: &str) -> String {
        let (drawn, dice) = self.draw();
        let born = self.dice.about(self.born.unsigned_abs()).bits();
        format!(
            "{kind}{:016x}{:016x}",
            dice.about(born).bits(),
            drawn ^ born
        )
    }

    /// The number of this draw, and a random source used by no other.
    pub(crate) fn draw(&self) -> (u64, Dice) {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        (drawn, self.dice.about(drawn))
    }

    /// The persona of a number.
    pub(crate) fn persona(&self, number: &str) -> Persona {
        if self.config.everyone_answers {
            return persona::PERSON;
        }
        Persona::of(number, self.config.seed)
    }

    /// Its own address, without a slash at the end.
    pub(crate) fn address(&self) -> &str {
        self.address
            .get()
            .map_or("http://127.0.0.1", String::as_str)
    }

    /// Adds a call; the channel carries its redirections, and closes at its end.
    pub(crate) fn add(
        &self,
        order: Order,
        origin: Origin,
    ) -> (String, watch::Receiver<Option<Source>>) {
        let sid = self.sid("CA");
        let (redirects, receiver) = watch::channel(None);
        let at = Tempo::now();
        let call = Call {
            sid: sid.clone(),
            origin,
            legs: Vec::new(),
            order,
            status: Status::Queued,
            said_canceled: false,
            created: at,
            updated: at,
            started: None,
            answered: None,
            ended: None,
            duration: 0,
            answered_by: None,
            sip_code: None,
            queue_time: self.queue.expected(),
            sequence: 0,
            transcript: Vec::new(),
            notifications: Vec::new(),
        };
        self.truth.about(&call, "created");
        self.with(|state| {
            if let Some(parent) = call.parent()
                && let Some(parent) = state.call_mut(parent)
            {
                parent.legs.push(sid.clone());
            }
            state.open += usize::from(call.origin != Origin::Foreign);
            state.index.insert(sid.clone(), state.calls.len());
            state.redirects.insert(sid.clone(), redirects);
            state.calls.push(call);
        });
        (sid, receiver)
    }

    /// Gives a call that is under way another document.
    pub(crate) fn redirect(&self, sid: &str, source: Source) {
        self.with(|state| {
            if let Some(redirects) = state.redirects.get(sid) {
                redirects.send_replace(Some(source));
            }
        });
    }

    /// Takes the step and sends its callback; false when the step is not possible any more.
    pub(crate) fn step(self: &Arc<Self>, sid: &str, step: Step) -> bool {
        let taken = self.with(|state| {
            let event = self.take_in(state, sid, step)?;
            Some(hook::prepare(self, state, sid, event))
        });
        if let Some(Some((hook, form))) = &taken {
            hook::tell(self, sid, hook, form);
        }
        taken.is_some()
    }

    /// Takes the step without a callback; false when it is not possible any more.
    pub(crate) fn take(&self, sid: &str, step: Step) -> bool {
        self.with(|state| self.take_in(state, sid, step)).is_some()
    }

    /// Takes the step and returns its event.
    fn take_in(&self, state: &mut State, sid: &str, step: Step) -> Option<Event> {
        let call = state.call_mut(sid)?;
        call.status = call.status.after(step)?;
        let at = Tempo::now();
        call.updated = at;
        let event = match step {
            Step::Dial => {
                call.started = Some(at);
                "dialled"
            }
            Step::Ring => "ringing",
            Step::Answer => {
                call.answered = Some(at);
                call.sip_code = Some(200);
                "answered"
            }
            _ => {
                self.end(call, step, at);
                "ended"
            }
        };
        self.truth.about(call, event);
        let event = call.status.event();
        if call.status.is_final() {
            let ours = usize::from(call.origin != Origin::Foreign);
            state.open = state.open.saturating_sub(ours);
            state.redirects.remove(sid);
        }
        event
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a call, rounded; the cast saturates"
    )]
    fn end(&self, call: &mut Call, step: Step, at: i64) {
        call.ended = Some(at);
        if let Some(answered) = call.answered {
            call.duration = self.tempo.seconds(answered, at).round() as u64;
        }
        call.sip_code = match step {
            Step::Busy => Some(486),
            Step::GiveUp | Step::Cancel => call.started.map(|_| 487),
            _ => call.sip_code,
        };
    }

    /// Adds a line to what the callee heard.
    pub(crate) fn note(&self, sid: &str, mut entry: Value) {
        entry["at"] = json!(Tempo::now());
        self.edit(sid, |call| call.transcript.push(entry));
    }

    /// Adds an error or a warning to the call's notifications.
    pub(crate) fn warn(&self, sid: &str, code: u32, text: &str, url: &str) {
        tracing::warn!(sid, code, text, "Twilio would show this in its debugger");
        let notification = Notification {
            sid: self.sid("NO"),
            at: Tempo::now(),
            code,
            text: text.to_owned(),
            url: url.to_owned(),
        };
        self.note(sid, json!({"error": code, "text": text}));
        self.edit(sid, |call| call.notifications.push(notification));
    }
}
