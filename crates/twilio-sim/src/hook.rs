//! Callbacks: their content, their addresses, and the faults on the way.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::call::{Call, Event, Status};
use crate::dates;
use crate::form::Form;
use crate::look_alike::{LookAlike, State};
use crate::order::Hook;
use crate::recording::Recording;
use crate::tempo::Tempo;
use crate::web::{self, Seal};

/// The parameters of every request about a call.
pub(crate) fn about(world: &LookAlike, call: &Call) -> Form {
    let mut form = Form::default();
    form.set("CallSid", &call.sid);
    form.set("AccountSid", &world.config.account);
    form.set("From", &call.order.from);
    form.set("To", &call.order.to);
    form.set("Caller", &call.order.from);
    form.set("Called", &call.order.to);
    form.set("CallStatus", call.status.word());
    form.set("ApiVersion", "2010-04-01");
    form.set("Direction", call.direction());
    for (who, number) in [
        ("From", &call.order.from),
        ("To", &call.order.to),
        ("Caller", &call.order.from),
        ("Called", &call.order.to),
    ] {
        for what in ["City", "State", "Zip"] {
            form.set(&format!("{who}{what}"), "");
        }
        let country = if number.starts_with("+1") { "US" } else { "" };
        form.set(&format!("{who}Country"), country);
    }
    if let Some(parent) = call.parent() {
        form.set("ParentCallSid", parent);
    }
    if let Some(answered_by) = call.answered_by {
        form.set("AnsweredBy", answered_by);
    }
    form
}

/// Sends a callback for this event, if the order asked for one.
pub(crate) fn announce(world: &Arc<LookAlike>, sid: &str, event: Event) {
    if let Some((hook, form)) = world.with(|state| prepare(world, state, sid, event)) {
        tell(world, sid, &hook, &form);
    }
}

/// Says of a call that goes on that it was canceled.
pub(crate) fn cancel_falsely(world: &Arc<LookAlike>, sid: &str) {
    let told = world.with(|state| {
        let call = state.call_mut(sid)?;
        call.said_canceled = true;
        world.truth.about(call, "falsely canceled");
        let (hook, mut form) = prepare(world, state, sid, Event::Completed)?;
        form.set("CallStatus", Status::Canceled.word());
        Some((hook, form))
    });
    if let Some((hook, form)) = told {
        tell(world, sid, &hook, &form);
    }
}

/// The callback for this event and its address, with the call's present state. An answer is not
/// reported any more once the call has ended.
pub(crate) fn prepare(
    world: &LookAlike,
    state: &mut State,
    sid: &str,
    event: Event,
) -> Option<(Hook, Form)> {
    let call = state.call(sid)?;
    let too_late = event == Event::Answered && call.status != Status::InProgress;
    let status = call.order.hook.as_ref()?;
    if too_late || !status.events.contains(&event) {
        return None;
    }
    let mut form = about(world, call);
    form.set("CallbackSource", "call-progress-events");
    form.set("SequenceNumber", call.sequence.to_string());
    form.set("Timestamp", dates::rfc2822(world.dated(call.updated)));
    if event == Event::Completed {
        let recording = call.order.record.as_ref().and_then(|_| {
            let mut recordings = state.recordings.iter().rev();
            recordings.find(|recording| recording.call == sid)
        });
        ended(world, call, recording, &mut form);
    }
    let hook = status.hook.clone();
    state.call_mut(sid)?.sequence += 1;
    Some((hook, form))
}

/// The parameters of a call's last callback only.
fn ended(world: &LookAlike, call: &Call, recording: Option<&Recording>, form: &mut Form) {
    form.set("CallDuration", call.duration.to_string());
    form.set("Duration", call.duration.div_ceil(60).to_string());
    if let Some(code) = call.sip_code {
        form.set("SipResponseCode", code.to_string());
    }
    if let Some(recording) = recording {
        let path = recording.path(&world.config.account);
        form.set("RecordingSid", &recording.sid);
        form.set("RecordingUrl", format!("{}{path}", world.address()));
        form.set("RecordingDuration", call.duration.to_string());
    }
}

/// Sends a callback, with the faults that apply to it.
pub(crate) fn tell(world: &Arc<LookAlike>, sid: &str, hook: &Hook, form: &Form) {
    let (number, dice) = world.draw();
    let (faults, silent) = world.with(|state| {
        let silent = Tempo::now() < state.silent_until;
        (state.faults.clone(), silent)
    });
    if silent || dice.of("lost").chance(faults.lost_callbacks) {
        world.truth.write(&json!({
            "at": Tempo::now(), "event": "callback lost", "sid": sid, "url": hook.url,
            "sequence": form.get("SequenceNumber"), "status": form.get("CallStatus"),
        }));
        return;
    }
    let token = format!("{:016x}{number:016x}", dice.of("token").bits());
    if dice.of("forged").chance(faults.forged_callbacks) {
        let mut lie = form.clone();
        lie.set("CallStatus", "failed");
        send(world, sid, hook, lie, Seal::Forged, Duration::ZERO, &token);
    }
    // Only a last callback tells how long the call was.
    let is_late = form.get("CallDuration").is_some() && dice.of("late").chance(faults.late_truths);
    let late = if is_late { faults.late_truths_ms } else { 0 };
    let repetitions = dice
        .of("copies")
        .below(u64::from(faults.callback_repetitions) + 1);
    for copy in 0..=repetitions {
        let most = faults.callback_delay_ms;
        let delay = dice.of("delay").about(copy).below(most.saturating_add(1));
        let delay = Duration::from_millis(delay.saturating_add(late));
        send(world, sid, hook, form.clone(), Seal::True, delay, &token);
    }
}

fn send(
    world: &Arc<LookAlike>,
    sid: &str,
    hook: &Hook,
    form: Form,
    seal: Seal,
    delay: Duration,
    token: &str,
) {
    let (world, sid, hook, token) = (
        Arc::clone(world),
        sid.to_owned(),
        hook.clone(),
        token.to_owned(),
    );
    tokio::spawn(async move {
        if !delay.is_zero() {
            Tempo::real_pause(delay).await;
        }
        let answer = web::ask(&world, &hook, &form, seal, &token).await;
        if answer.as_ref().is_ok_and(web::Answer::is_good) && seal == Seal::True {
            world.truth.write(&json!({
                "at": Tempo::now(), "event": "callback taken", "sid": sid, "url": hook.url,
                "sequence": form.get("SequenceNumber"), "status": form.get("CallStatus"),
            }));
        }
        let outcome = match &answer {
            Ok(answer) => json!(answer.status),
            Err(failure) => json!(failure.to_string()),
        };
        world.note(
            &sid,
            json!({
                "callback": form.get("CallStatus").or(form.get("RecordingStatus")),
                "sequence": form.get("SequenceNumber"),
                "forged": seal == Seal::Forged,
                "answer": outcome,
            }),
        );
    });
}
