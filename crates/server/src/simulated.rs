//! The simulated carrier as a server of its own, for any number of instances.
//!
//! It is the far side of a wire: it translates between HTTP and the simulated world, and is no part
//! of the product's API. Nobody signs in; who may reach it is decided by where it listens.

use std::io;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use ringonce_carrier::simulator::wire::{
    Declined, Known, MAX_BODY, MAX_CALLBACK, Missing, Place, Taken, Word,
};
use ringonce_carrier::simulator::{Simulator, post_events};
use ringonce_carrier::{CallStatus, Carrier as _, Placed};
use ringonce_domain::{AttemptId, FailureClass};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::host::{self, Hosts};
use crate::limits;
use crate::serve::{Cut, serve_all};

/// Whom it listens to, and whom it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine alone: loopback host names, and callbacks to loopback addresses.
    ThisMachine,
    /// Whoever can reach it, and any callback.
    Anyone,
}

#[derive(Clone)]
struct Desk {
    simulator: Arc<Simulator>,
    reach: Reach,
}

/// Serves the simulated carrier and posts its events until `stopping` holds true.
///
/// # Errors
/// When the listener cannot accept any more, or no HTTP client can be made.
pub async fn serve_simulator(
    listener: TcpListener,
    simulator: Arc<Simulator>,
    reach: Reach,
    stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let posting = post_events(Arc::clone(&simulator));
    let app = routes(Desk { simulator, reach });
    tokio::select! {
        served = serve_all(listener, app, stopping) => served,
        posted = posting => Err(io::Error::other(match posted {
            Ok(()) => "somebody else listens to the simulator's events".to_owned(),
            Err(error) => error,
        })),
    }
}

fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/calls", post(place))
        .route("/calls/{attempt}", get(look_up).delete(hang_up))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(limits::BODY_IDLE))
        .layer(middleware::from_fn_with_state(desk.clone(), right_host))
        .with_state(desk)
}

/// A page in a browser of this machine must not reach the simulator under its own name.
async fn right_host(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let named = host::host_of(request.uri(), request.headers());
    if desk.reach == Reach::ThisMachine && !named.is_some_and(|host| Hosts::Loopback.allow(host)) {
        return (StatusCode::MISDIRECTED_REQUEST, "not this host\n").into_response();
    }
    next.run(request).await
}

async fn place(State(desk): State<Desk>, body: Bytes) -> Response {
    let wish: Place = match serde_json::from_slice(&body) {
        Ok(wish) => wish,
        Err(error) => return malformed(&error.to_string()),
    };
    if let Err(problem) = check_callback(&wish.callback, desk.reach) {
        let declined = Declined {
            class: FailureClass::Configuration,
            reason: problem.to_owned(),
        };
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(declined)).into_response();
    }
    match desk.simulator.place_from_afar(&wish).await {
        Some(Placed::Accepted { call_id }) => {
            (StatusCode::CREATED, Json(Taken { call_id })).into_response()
        }
        Some(Placed::Refused { class, reason }) => {
            let declined = Declined { class, reason };
            (StatusCode::UNPROCESSABLE_ENTITY, Json(declined)).into_response()
        }
        _ => {
            let mut silence = StatusCode::GATEWAY_TIMEOUT.into_response();
            silence.extensions_mut().insert(Cut);
            silence
        }
    }
}

/// How a call is named besides its attempt.
#[derive(Deserialize)]
struct Which {
    call_id: Option<String>,
}

async fn look_up(
    State(desk): State<Desk>,
    Path(attempt): Path<AttemptId>,
    Query(which): Query<Which>,
) -> Response {
    match desk.simulator.look(attempt, which.call_id.as_deref()).await {
        CallStatus::Seen(evidence) => {
            let evidence = evidence.iter().filter_map(Word::of).collect();
            Json(Known { evidence }).into_response()
        }
        CallStatus::NotSeen => {
            let missing = Missing {
                no_call_of: attempt,
            };
            (StatusCode::NOT_FOUND, Json(missing)).into_response()
        }
        CallStatus::CannotTell(reason) => unable(&reason),
    }
}

async fn hang_up(
    State(desk): State<Desk>,
    Path(attempt): Path<AttemptId>,
    Query(which): Query<Which>,
) -> Response {
    match desk
        .simulator
        .hang_up(attempt, which.call_id.as_deref())
        .await
    {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(reason) => unable(&reason),
    }
}

fn malformed(problem: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("{problem}\n")).into_response()
}

fn unable(reason: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")).into_response()
}

/// A callback is an address that this carrier can post to and may.
fn check_callback(text: &str, reach: Reach) -> Result<(), &'static str> {
    if text.len() > MAX_CALLBACK {
        return Err("callback: too long");
    }
    let uri: Uri = text
        .parse()
        .map_err(|_| "callback: not an address such as http://127.0.0.1:8000/…")?;
    let authority = uri.authority().ok_or("callback: names no host")?;
    if uri.scheme_str() != Some("http") {
        return Err("callback: only http is spoken here");
    }
    if reach == Reach::ThisMachine && !Hosts::Loopback.allow(authority.as_str()) {
        return Err(
            "callback: is on another machine; start the simulator with --allow-remote to allow it",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_leads_to_this_machine_unless_others_are_allowed() {
        for (text, here, anywhere) in [
            ("http://127.0.0.1:8000/x", true, true),
            ("http://localhost/x", true, true),
            ("http://[::1]:8000/x", true, true),
            ("http://calls.example.com/x", false, true),
            ("http://127.0.0.1@calls.example.com/x", false, true),
            ("https://localhost/x", false, false),
            ("/x", false, false),
            ("", false, false),
        ] {
            assert_eq!(
                check_callback(text, Reach::ThisMachine).is_ok(),
                here,
                "{text}"
            );
            assert_eq!(
                check_callback(text, Reach::Anyone).is_ok(),
                anywhere,
                "{text}"
            );
        }
        let long = format!("http://localhost/{}", "x".repeat(MAX_CALLBACK));
        assert!(check_callback(&long, Reach::Anyone).is_err());
    }
}
