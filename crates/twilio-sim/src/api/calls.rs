//! The Call resource: create, fetch, list, update, delete.

use std::sync::Arc;

use serde_json::{Value, json};

use super::listing::{Listed, page};
use super::{Ask, Reply, VERSION};
use crate::call::{Call, Origin, Status, Step};
use crate::dates;
use crate::faults::Faults;
use crate::foreign;
use crate::form::Form;
use crate::line;
use crate::look_alike::LookAlike;
use crate::order;
use crate::price;
use crate::problem::Problem;
use crate::tempo::Tempo;

/// Makes a call. Faults apply only to valid requests.
pub(super) fn create(world: &Arc<LookAlike>, ask: &Ask) -> Result<Reply, Problem> {
    let order = order::read(&Form::parse(&ask.body), &world.numbers)?;
    if world.with(|state| state.open) >= world.config.concurrency {
        return Err(Problem::too_many_calls());
    }
    let (_, dice) = world.draw();
    let faults = world.with(|state| state.faults.clone());
    foreign::around(world, dice, faults.foreign_calls, &order.to);
    if dice.of("refused").chance(faults.refused_creates) {
        return Err(Problem::too_many_requests());
    }
    let fails = dice.of("failed").chance(faults.failed_creates);
    let status = if dice.of("which").chance(0.5) {
        500
    } else {
        503
    };
    if fails && !dice.of("placed").chance(faults.failed_creates_placed) {
        return Err(Problem::internal(status));
    }
    let slow = dice.of("slow").chance(faults.slow_creates);
    let late = |reply: Reply| {
        let by = dice
            .of("late")
            .below(faults.slow_creates_ms.saturating_add(1));
        if slow {
            Reply::Late(by, Box::new(reply))
        } else {
            reply
        }
    };
    let (sid, redirects) = world.add(order, Origin::Api);
    let resource = world.read(&sid, |call| json(world, call));
    let turn = world.queue.enter();
    tokio::spawn(line::live(Arc::clone(world), sid, redirects, turn));
    if fails {
        return Err(Problem::internal(status));
    }
    if dice.of("lost").chance(faults.lost_create_responses) {
        return Ok(Reply::Cut);
    }
    Ok(late(Reply::Json(201, resource.unwrap_or_default())))
}

/// Shows a call, unless a fault is in the way.
pub(super) fn look_up(world: &LookAlike, ask: &Ask, sid: &str) -> Result<Reply, Problem> {
    fail_look_up(world)?;
    let hidden = world.with(|state| {
        let call = state.call(sid);
        call.is_some_and(|call| is_hidden(world, &state.faults, call))
    });
    if hidden {
        return Err(Problem::not_found(&ask.path));
    }
    fetch(world, ask, sid)
}

/// Fails as often as the faults say.
fn fail_look_up(world: &LookAlike) -> Result<(), Problem> {
    let share = world.with(|state| state.faults.failed_look_ups);
    if share > 0.0 && world.draw().1.of("look up").chance(share) {
        return Err(Problem::internal(503));
    }
    Ok(())
}

/// Whether a call is still kept from whoever asks for it.
fn is_hidden(world: &LookAlike, faults: &Faults, call: &Call) -> bool {
    let dice = world.dice.of(&call.sid);
    let most = faults.hidden_calls_for_ms;
    let hidden_for =
        i64::try_from(dice.of("hidden for").below(most.saturating_add(1))).unwrap_or(i64::MAX);
    dice.of("hidden").chance(faults.hidden_calls)
        && Tempo::now() < call.created.saturating_add(hidden_for)
}

/// Whether lists show a call by this moment.
fn is_listed(faults: &Faults, call: &Call) -> bool {
    let lag = i64::try_from(faults.list_lag_ms).unwrap_or(i64::MAX);
    Tempo::now() >= call.created.saturating_add(lag)
}

fn fetch(world: &LookAlike, ask: &Ask, sid: &str) -> Result<Reply, Problem> {
    let call = world.read(sid, |call| json(world, call));
    call.map(|call| Reply::Json(200, call))
        .ok_or_else(|| Problem::not_found(&ask.path))
}

/// Ends a call, or gives one in conversation another document.
pub(super) fn update(world: &Arc<LookAlike>, ask: &Ask, sid: &str) -> Result<Reply, Problem> {
    let form = Form::parse(&ask.body);
    let status = world
        .read(sid, |call| call.status)
        .ok_or_else(|| Problem::not_found(&ask.path))?;
    let refused = |what: &str| Problem::bad(21220, format!("Call is not in-progress. {what}"));
    match form.get("Status") {
        Some("canceled") => {
            if !world.step(sid, Step::Cancel) {
                return Err(refused("Cannot cancel."));
            }
        }
        Some("completed") => {
            // The call's own task announces its end.
            if !world.take(sid, Step::HangUp) && !world.step(sid, Step::Cancel) {
                return Err(refused("Cannot complete."));
            }
        }
        Some(other) => {
            return Err(Problem::bad(20001, format!("Invalid Status: {other}")));
        }
        None => {
            if let Some(source) = order::source(&form)? {
                if status != Status::InProgress {
                    return Err(refused("Cannot redirect."));
                }
                world.redirect(sid, source);
            }
        }
    }
    fetch(world, ask, sid)
}

/// Deletes the record of an ended call: it is no longer listed or found.
pub(super) fn delete(world: &LookAlike, ask: &Ask, sid: &str) -> Result<Reply, Problem> {
    let status = world.read(sid, |call| call.status);
    let status = status.ok_or_else(|| Problem::not_found(&ask.path))?;
    if !status.is_final() {
        return Err(Problem::bad(20001, "Call is not finished. Cannot delete."));
    }
    world.with(|state| state.forget(sid));
    Ok(Reply::Nothing)
}

/// Lists calls, the latest first.
pub(super) fn list(world: &LookAlike, ask: &Ask) -> Result<Reply, Problem> {
    fail_look_up(world)?;
    let filter = Filter::read(&ask.query)?;
    let listed: Vec<Listed> = world.with(|state| {
        state
            .calls
            .iter()
            .rev()
            .filter(|call| state.knows(&call.sid) && filter.admits(world, call))
            .filter(|call| !is_hidden(world, &state.faults, call))
            .filter(|call| is_listed(&state.faults, call))
            .map(|call| Listed {
                sid: call.sid.clone(),
                json: json(world, call),
            })
            .collect()
    });
    let path = format!("/{VERSION}/Accounts/{}/Calls.json", world.config.account);
    page(ask, listed, &path, "calls")
}

pub(super) fn notifications(world: &LookAlike, ask: &Ask, sid: &str) -> Result<Reply, Problem> {
    let account = &world.config.account;
    let path = format!("/{VERSION}/Accounts/{account}/Calls/{sid}/Notifications");
    let listed = world.read(sid, |call| {
        let resource = |one: &crate::call::Notification| Listed {
            sid: one.sid.clone(),
            json: json!({
                "account_sid": account,
                "api_version": VERSION,
                "call_sid": sid,
                "date_created": dates::rfc2822(one.at),
                "date_updated": dates::rfc2822(one.at),
                "error_code": one.code.to_string(),
                "log": if one.code == 12200 { "1" } else { "0" },
                "message_date": dates::rfc2822(one.at),
                "message_text": one.text,
                "more_info": format!("https://www.twilio.com/docs/errors/{}", one.code),
                "request_method": "POST",
                "request_url": one.url,
                "sid": one.sid,
                "uri": format!("{path}/{}.json", one.sid),
            }),
        };
        call.notifications.iter().map(resource).collect()
    });
    let listed = listed.ok_or_else(|| Problem::not_found(&ask.path))?;
    page(ask, listed, &format!("{path}.json"), "notifications")
}

/// Which calls are listed.
struct Filter<'a> {
    to: Option<&'a str>,
    from: Option<&'a str>,
    parent: Option<&'a str>,
    status: Option<&'a str>,
    /// From and to, in milliseconds since 1970; a call that was not dialled has no time to compare.
    started: Option<(i64, i64)>,
    ended: Option<(i64, i64)>,
}

impl<'a> Filter<'a> {
    fn read(query: &'a Form) -> Result<Self, Problem> {
        Ok(Self {
            to: query.get("To"),
            from: query.get("From"),
            parent: query.get("ParentCallSid"),
            status: query.get("Status"),
            started: window(query, "StartTime")?,
            ended: window(query, "EndTime")?,
        })
    }

    fn admits(&self, world: &LookAlike, call: &Call) -> bool {
        let within = |window: Option<(i64, i64)>, at: Option<i64>| {
            let at = at.map(|at| world.dated(at));
            window.is_none_or(|(from, to)| at.is_some_and(|at| (from..=to).contains(&at)))
        };
        self.to.is_none_or(|to| call.order.to == to)
            && self.from.is_none_or(|from| call.order.from == from)
            && self.parent.is_none_or(|sid| call.parent() == Some(sid))
            && self.status.is_none_or(|status| call.shown() == status)
            && within(self.started, call.started)
            && within(self.ended, call.ended)
    }
}

/// `StartTime=D` is that day, whatever its hour, `StartTime>=D` from its midnight on, `StartTime<=D`
/// until its midnight, as the documentation says: of that day itself it lists only its first instant.
fn window(query: &Form, name: &str) -> Result<Option<(i64, i64)>, Problem> {
    let span = |sign: &str| {
        query
            .get(&format!("{name}{sign}"))
            .map_or(Ok(None), |text| {
                dates::span(text)
                    .map(Some)
                    .ok_or_else(|| Problem::bad(20001, format!("Invalid {name}: {text}")))
            })
    };
    let exact = span("")?.map(|(instant, _)| dates::day(instant));
    let (from, to) = (span(">")?, span("<")?);
    if exact.is_none() && from.is_none() && to.is_none() {
        return Ok(None);
    }
    let (first, last) = exact.unwrap_or((i64::MIN, i64::MAX));
    Ok(Some((
        from.map_or(first, |(from, _)| from.max(first)),
        to.map_or(last, |(to, _)| to.min(last)),
    )))
}

/// The resource as JSON.
pub(crate) fn json(world: &LookAlike, call: &Call) -> Value {
    let account = &world.config.account;
    let path = format!("/{VERSION}/Accounts/{account}/Calls/{}", call.sid);
    let below = |name: &str| format!("{path}/{name}.json");
    let false_end = call.is_falsely_canceled().then_some(call.updated);
    let ended = call.ended.or(false_end);
    json!({
        "account_sid": account,
        "annotation": null,
        "answered_by": call.answered_by,
        "api_version": VERSION,
        "caller_name": null,
        "date_created": dates::rfc2822(world.dated(call.created)),
        "date_updated": dates::rfc2822(world.dated(call.updated)),
        "direction": call.direction(),
        "duration": ended.map(|_| call.duration.to_string()),
        "end_time": dates::maybe(ended.map(|at| world.dated(at))),
        "forwarded_from": null,
        "from": call.order.from,
        "from_formatted": call.order.from,
        "group_sid": null,
        "parent_call_sid": call.parent(),
        "phone_number_sid": null,
        "price": price::price(world, call),
        "price_unit": "USD",
        "queue_time": call.queue_time.to_string(),
        "sid": call.sid,
        "start_time": dates::maybe(call.started.map(|at| world.dated(at))),
        "status": call.shown(),
        "stir_verstat": null,
        "subresource_uris": {
            "events": below("Events"),
            "notifications": below("Notifications"),
            "payments": below("Payments"),
            "recordings": below("Recordings"),
            "siprec": below("Siprec"),
            "streams": below("Streams"),
            "transcriptions": below("Transcriptions"),
            "user_defined_message_subscriptions": below("UserDefinedMessageSubscriptions"),
            "user_defined_messages": below("UserDefinedMessages"),
        },
        "to": call.order.to,
        "to_formatted": call.order.to,
        "trunk_sid": null,
        "uri": format!("{path}.json"),
    })
}
