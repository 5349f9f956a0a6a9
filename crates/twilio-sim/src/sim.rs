//! What Twilio does not have: the truth log, what a callee heard, a number's persona, and the faults.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::{self, Ask, Reply};
use crate::look_alike::LookAlike;
use crate::problem::Problem;

/// Answers below `/_sim/`.
pub(crate) fn answer(world: &Arc<LookAlike>, ask: &Ask, path: &[&str]) -> Result<Reply, Problem> {
    match (ask.method.as_str(), path) {
        ("GET", ["log"]) => Ok(Reply::Bytes(
            "application/x-ndjson",
            world.truth.text().into_bytes(),
        )),
        ("GET", ["calls", sid]) => heard(world, sid).ok_or_else(|| Problem::not_found(&ask.path)),
        ("GET", ["personas", number]) => Ok(Reply::Json(200, json!(world.persona(number)))),
        ("POST", ["token"]) => {
            let said = String::from_utf8_lossy(&ask.body).trim().to_owned();
            if said.is_empty() {
                return Err(Problem::bad(20001, "give the new auth token as the body"));
            }
            world.with(|state| state.token = said);
            Ok(Reply::Nothing)
        }
        ("GET", ["faults"]) => Ok(faults(world)),
        ("POST", ["faults"]) => {
            let said =
                serde_json::from_slice::<Value>(&ask.body).map_err(|error| error.to_string());
            let set = world.with(|state| said.and_then(|change| state.change_faults(&change)));
            set.map_err(|said| Problem::bad(20001, said))?;
            Ok(faults(world))
        }
        _ => Err(Problem::not_found(&ask.path)),
    }
}

fn faults(world: &LookAlike) -> Reply {
    Reply::Json(200, world.with(|state| json!(state.faults)))
}

/// A call, with what was executed, what the callee heard, and the callbacks that were sent.
fn heard(world: &LookAlike, sid: &str) -> Option<Reply> {
    world.read(sid, |call| {
        let order = &call.order;
        Reply::Json(
            200,
            json!({
                "call": api::call_json(world, call),
                "persona": world.persona(&order.to),
                "timeout": order.timeout,
                "time_limit": order.time_limit,
                "reason": order.reason,
                "sip_code": call.sip_code,
                "legs": call.legs,
                "transcript": call.transcript,
                "notifications": call.notifications.iter().map(|one| json!({
                    "code": one.code, "text": one.text, "url": one.url,
                })).collect::<Vec<_>>(),
            }),
        )
    })
}
