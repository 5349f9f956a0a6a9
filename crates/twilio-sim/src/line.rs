//! The life of a call, from the queue to its end.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::{oneshot, watch};

use crate::call::{Event, Origin, Step};
use crate::form::Form;
use crate::hook;
use crate::look_alike::LookAlike;
use crate::order::{Detection, Order, Source};
use crate::persona::{Callee, GREETING, Outcome, RECOGNITION};
use crate::recording::{self, Listener};
use crate::talk::Talk;

/// Carries the document to which the call is redirected; closes when the call has ended.
type Redirects = watch::Receiver<Option<Source>>;

/// Runs a call from its turn in the queue to its end.
pub(crate) async fn live(
    world: Arc<LookAlike>,
    sid: String,
    mut redirects: Redirects,
    turn: oneshot::Receiver<()>,
) {
    let Some(order) = world.read(&sid, |call| call.order.clone()) else {
        return;
    };
    tokio::select! {
        turn = turn => if turn.is_err() { return },
        () = ended(&mut redirects) => return,
    }
    if !world.step(&sid, Step::Dial) {
        return;
    }
    let falsely = FalseCancel::of(&world, &sid);
    if falsely == FalseCancel::WhenDialled {
        hook::cancel_falsely(&world, &sid);
    }
    let Some(callee) = ring(&world, &sid, &order, falsely, &mut redirects).await else {
        return;
    };
    if !world.take(&sid, Step::Answer) {
        return;
    }
    let record = Recorded::begin(&world, &sid, &order);
    converse(&world, &sid, &order, callee, &mut redirects).await;
    end_legs(&world, &sid);
    world.take(&sid, Step::HangUp);
    record.end(&world, &sid);
    hook::announce(&world, &sid, Event::Completed);
}

/// When a call that goes on is said to be canceled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FalseCancel {
    Never,
    WhenDialled,
    WhileRinging,
}

impl FalseCancel {
    fn of(world: &LookAlike, sid: &str) -> Self {
        let dice = world.dice.of(sid).of("false cancel");
        let share = world.with(|state| {
            let ours = state
                .call(sid)
                .is_some_and(|call| call.origin == Origin::Api);
            if ours {
                state.faults.false_cancels
            } else {
                0.0
            }
        });
        match (dice.chance(share), dice.of("when").chance(0.5)) {
            (false, _) => Self::Never,
            (true, true) => Self::WhenDialled,
            (true, false) => Self::WhileRinging,
        }
    }
}

/// Lets the phone ring; the callee, if the call is answered.
async fn ring(
    world: &Arc<LookAlike>,
    sid: &str,
    order: &Order,
    falsely: FalseCancel,
    redirects: &mut Redirects,
) -> Option<Callee> {
    let persona = world.persona(&order.to);
    let rings = matches!(persona.outcome, Outcome::Answers(_) | Outcome::NoAnswer);
    if rings && !world.step(sid, Step::Ring) {
        return None;
    }
    if rings && falsely == FalseCancel::WhileRinging {
        hook::cancel_falsely(world, sid);
    }
    let timeout = f64::from(order.timeout);
    tokio::select! {
        () = world.tempo.pause(persona.after.min(timeout)) => {}
        () = ended(redirects) => return None,
    }
    let step = match persona.outcome {
        Outcome::Answers(callee) if persona.after < timeout => return Some(callee),
        Outcome::Answers(_) | Outcome::NoAnswer => Step::GiveUp,
        Outcome::Busy => Step::Busy,
        Outcome::Fails(code) => {
            world.edit(sid, |call| call.sip_code = Some(code));
            Step::Fail
        }
    };
    world.step(sid, step);
    None
}

/// Runs the conversation until one side, the time limit or the API ends it.
async fn converse(
    world: &Arc<LookAlike>,
    sid: &str,
    order: &Order,
    callee: Callee,
    redirects: &mut Redirects,
) {
    let patience = world.tempo.pause(callee.patience);
    let limit = world.tempo.pause(f64::from(order.time_limit));
    tokio::pin!(patience, limit);
    let mut redirected: Option<Source> = None;
    loop {
        let talk = async {
            let mut talk = Talk::new(world, sid, callee);
            if let Some(source) = redirected.clone() {
                talk.run(source, Form::default()).await;
            } else {
                let extra = recognise(world, sid, order, callee).await;
                talk.run(order.source.clone(), extra).await;
            }
        };
        tokio::select! {
            () = talk => return world.note(sid, json!({ "ended": "the document" })),
            () = &mut patience => return world.note(sid, json!({ "ended": "the callee" })),
            () = &mut limit => return world.note(sid, json!({ "ended": "the time limit" })),
            changed = redirects.changed() => {
                if changed.is_err() {
                    return world.note(sid, json!({ "ended": "the API" }));
                }
                end_legs(world, sid);
                redirected.clone_from(&redirects.borrow_and_update());
            }
        }
    }
}

/// Tells a person from a machine, if the order asks for it, and announces the answer. Synchronous
/// detection delays both the callback and the document, which then carry the result.
async fn recognise(world: &Arc<LookAlike>, sid: &str, order: &Order, callee: Callee) -> Form {
    let mut extra = Form::default();
    if let Some(digits) = &order.send_digits {
        world.note(sid, json!({ "sent digits": digits }));
    }
    let Some(detection) = &order.detection else {
        hook::announce(world, sid, Event::Answered);
        return extra;
    };
    let (answered_by, seconds) = verdict(detection, callee);
    if detection.asynchronous {
        hook::announce(world, sid, Event::Answered);
        let (world, sid, detection) = (Arc::clone(world), sid.to_owned(), detection.clone());
        tokio::spawn(async move {
            world.tempo.pause(seconds).await;
            tell_verdict(&world, &sid, &detection, answered_by, seconds);
        });
        return extra;
    }
    world.tempo.pause(seconds).await;
    world.edit(sid, |call| call.answered_by = Some(answered_by));
    world.note(sid, json!({ "answered by": answered_by }));
    hook::announce(world, sid, Event::Answered);
    extra.set("AnsweredBy", answered_by);
    extra.set("MachineDetectionDuration", millis(seconds));
    extra
}

fn tell_verdict(
    world: &Arc<LookAlike>,
    sid: &str,
    detection: &Detection,
    answered_by: &'static str,
    seconds: f64,
) {
    let live = world
        .read(sid, |call| call.status.is_live())
        .unwrap_or(false);
    if !live {
        return;
    }
    world.edit(sid, |call| call.answered_by = Some(answered_by));
    world.note(sid, json!({ "answered by": answered_by }));
    let Some(hook) = &detection.hook else { return };
    let mut form = Form::default();
    form.set("CallSid", sid);
    form.set("AccountSid", &world.config.account);
    form.set("AnsweredBy", answered_by);
    form.set("MachineDetectionDuration", millis(seconds));
    hook::tell(world, sid, hook, &form);
}

/// The result of detection, and the seconds that it takes.
fn verdict(detection: &Detection, callee: Callee) -> (&'static str, f64) {
    if callee.fax {
        return ("fax", RECOGNITION);
    }
    match (callee.machine, detection.to_the_end) {
        (false, _) => ("human", RECOGNITION),
        (true, false) => ("machine_start", RECOGNITION),
        (true, true) => ("machine_end_beep", GREETING),
    }
}

fn millis(seconds: f64) -> String {
    format!("{:.0}", seconds * 1_000.0)
}

/// Hangs up every leg that a `<Dial>` of this call still holds.
fn end_legs(world: &Arc<LookAlike>, sid: &str) {
    let legs = world
        .read(sid, |call| call.legs.clone())
        .unwrap_or_default();
    for leg in legs {
        let _ = world.step(&leg, Step::HangUp) || world.step(&leg, Step::Cancel);
    }
}

/// Returns when the call has ended.
async fn ended(redirects: &mut Redirects) {
    while redirects.changed().await.is_ok() {}
}

/// The recording of a whole call, if one was asked for.
struct Recorded(Option<(String, Option<Listener>)>);

impl Recorded {
    fn begin(world: &Arc<LookAlike>, sid: &str, order: &Order) -> Self {
        Self(order.record.as_ref().map(|record| {
            let listener = record.hook.clone().map(|hook| Listener {
                hook,
                events: record.events.clone(),
            });
            let sid = recording::begin(
                world,
                sid,
                "OutboundAPI",
                record.channels,
                listener.as_ref(),
            );
            (sid, listener)
        }))
    }

    fn end(self, world: &Arc<LookAlike>, sid: &str) {
        if let Some((recording, listener)) = self.0 {
            let seconds = world.read(sid, |call| call.duration).unwrap_or_default();
            recording::end(world, &recording, seconds, listener.as_ref());
        }
    }
}
