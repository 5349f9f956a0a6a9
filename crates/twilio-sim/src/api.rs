//! Twilio's API, version 2010-04-01: authentication, rate limit and routes.

mod account;
mod calls;
mod listing;
mod recordings;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::form::Form;
use crate::look_alike::LookAlike;
use crate::problem::Problem;
use crate::sim;
use crate::tempo::Tempo;

pub(crate) use calls::json as call_json;

const VERSION: &str = "2010-04-01";

/// A request, reduced to what is used here.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Form,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Bytes,
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) enum Reply {
    Json(u16, Value),
    Bytes(&'static str, Vec<u8>),
    /// Half of the answer, and then the connection closes.
    Half(&'static str, Vec<u8>),
    Nothing,
    /// The connection closes without an answer.
    Cut,
    /// The same after so many milliseconds.
    Late(u64, Box<Reply>),
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Self {
        Self::Json(problem.status, problem.json())
    }
}

/// Answers a request.
pub(crate) fn answer(world: &Arc<LookAlike>, ask: &Ask) -> Reply {
    let all: Vec<&str> = ask.path.trim_matches('/').split('/').collect();
    let segments = match all.as_slice() {
        ["api", "laml", rest @ ..] if world.config.signalwire => rest,
        [VERSION, ..] if world.config.signalwire => &[],
        others => others,
    };
    let done = match segments {
        ["_sim", rest @ ..] => sim::answer(world, ask, rest),
        ["v1", "DialingPermissions", "Countries"] if ask.method == "GET" => {
            guard(world, ask).map(|()| account::countries(ask))
        }
        [VERSION, "Accounts", rest @ ..] => {
            guard(world, ask).and_then(|()| route(world, ask, rest))
        }
        _ => Err(Problem::not_found(&ask.path)),
    };
    done.unwrap_or_else(Reply::from)
}

/// Refuses unauthenticated requests, and requests beyond the rate limit.
fn guard(world: &LookAlike, ask: &Ask) -> Result<(), Problem> {
    let caller = known(world, ask.authorization.as_deref());
    // A Standard API key may do everything but read accounts and keys.
    let is_account = ask
        .path
        .ends_with(&format!("/Accounts/{}.json", world.config.account));
    if caller.is_none() || (caller == Some(Caller::Key) && is_account) {
        return Err(Problem::unauthorized());
    }
    let second = Tempo::now() / 1_000;
    let count = world.with(|state| {
        if state.requests.0 != second {
            state.requests = (second, 0);
        }
        state.requests.1 += 1;
        state.requests.1
    });
    if count > world.config.requests_per_second {
        return Err(Problem::too_many_requests());
    }
    Ok(())
}

/// Whose credentials a request has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Account,
    /// A Standard API key.
    Key,
}

fn known(world: &LookAlike, authorization: Option<&str>) -> Option<Caller> {
    let encoded = authorization?.strip_prefix("Basic ")?;
    let given = STANDARD.decode(encoded.trim()).ok()?;
    let config = &world.config;
    let is =
        |user: &str, secret: &str| bool::from(format!("{user}:{secret}").as_bytes().ct_eq(&given));
    if is(&config.account, &world.token()) {
        return Some(Caller::Account);
    }
    let (key, secret) = config.api_key.as_ref()?;
    is(key, secret).then_some(Caller::Key)
}

fn route(world: &Arc<LookAlike>, ask: &Ask, path: &[&str]) -> Result<Reply, Problem> {
    let account = path.first().copied().unwrap_or_default();
    let ours = account.strip_suffix(".json").unwrap_or(account) == world.config.account;
    if !ours {
        return Err(Problem::not_found(&ask.path));
    }
    match (ask.method.as_str(), &path[1..]) {
        ("GET", []) => Ok(account::account(world)),
        ("GET", ["Balance.json"]) => Ok(account::balance(world)),
        ("POST", ["Calls.json"]) => calls::create(world, ask),
        ("GET", ["Calls.json"]) => calls::list(world, ask),
        ("GET", ["Calls", call]) => calls::look_up(world, ask, sid(call, ask)?),
        ("POST", ["Calls", call]) => calls::update(world, ask, sid(call, ask)?),
        ("DELETE", ["Calls", call]) => calls::delete(world, ask, sid(call, ask)?),
        ("GET", ["Calls", call, "Notifications.json"]) => calls::notifications(world, ask, call),
        ("GET", ["Calls", call, "Recordings.json"]) => recordings::list(world, ask, Some(call)),
        ("GET", ["Recordings.json"]) => recordings::list(world, ask, ask.query.get("CallSid")),
        ("GET", ["Recordings", file]) => recordings::fetch(world, ask, file),
        ("DELETE", ["Recordings", file]) => recordings::delete(world, ask, file),
        ("GET", ["IncomingPhoneNumbers.json"]) => account::numbers(world, ask),
        ("GET", ["OutgoingCallerIds.json"]) => account::caller_ids(world, ask),
        (
            method,
            [
                "Calls.json"
                | "Recordings.json"
                | "IncomingPhoneNumbers.json"
                | "OutgoingCallerIds.json",
            ]
            | ["Calls" | "Recordings", _],
        ) => Err(Problem::wrong_method(method)),
        _ => Err(Problem::not_found(&ask.path)),
    }
}

/// The SID of a path's last piece.
fn sid<'a>(file: &'a str, ask: &Ask) -> Result<&'a str, Problem> {
    file.strip_suffix(".json")
        .ok_or_else(|| Problem::not_found(&ask.path))
}
