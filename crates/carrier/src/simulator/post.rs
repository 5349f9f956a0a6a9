//! Telling callers in other processes: each event is posted once to the callback of its call.
//!
//! Nothing is tried again and nobody is waited for: a receiver that is away, slow or full loses
//! events, as it would with any carrier. One that stands still holds up nobody else.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Simulator;
use super::wire::Told;
use crate::http;
use crate::{Carrier as _, CarrierEvent, Delivery};

/// How long a receiver may take to connect and to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Events under way to one receiver; more are lost.
const AT_ONCE: usize = 1_024;
/// Receivers that are remembered while nothing is under way to them.
const RECEIVERS: usize = 256;

/// Posts events until the simulator is gone.
///
/// # Errors
/// When no HTTP client can be made.
pub async fn post_events(simulator: Arc<Simulator>) -> Result<(), String> {
    let client = http::plain()?.timeout(PATIENCE).build();
    let client = client.map_err(|error| error.to_string())?;
    let mut receivers = Receivers::default();
    let Some(mut events) = simulator.events() else {
        return Ok(());
    };
    while let Some(Delivery { event, .. }) = events.recv().await {
        let callback = simulator.callback(event.attempt);
        let Some(url) = callback.and_then(|text| Url::parse(&text).ok()) else {
            tracing::debug!(attempt = %event.attempt, "an event has nowhere to go");
            continue;
        };
        match receivers.line_to(&url) {
            Some(line) => drop(tokio::spawn(post(client.clone(), url, event, line))),
            None => {
                tracing::warn!(attempt = %event.attempt, "a receiver lags too far behind; an event is lost");
            }
        }
    }
    Ok(())
}

async fn post(client: Client, url: Url, event: CarrierEvent, _line: OwnedSemaphorePermit) {
    let Some(told) = Told::of(&event) else { return };
    let answer = client.post(url).json(&told).send().await;
    let lost = match answer.and_then(reqwest::Response::error_for_status) {
        Ok(_) => return,
        Err(error) => error.without_url(),
    };
    tracing::debug!(attempt = %event.attempt, error = %lost, "an event is lost");
}

/// The lines to each receiver, by scheme, host and port.
#[derive(Default)]
struct Receivers(HashMap<String, Arc<Semaphore>>);

impl Receivers {
    /// A free line to the receiver at this address, if there is one.
    fn line_to(&mut self, url: &Url) -> Option<OwnedSemaphorePermit> {
        if self.0.len() >= RECEIVERS {
            self.0
                .retain(|_, lines| lines.available_permits() < AT_ONCE);
        }
        let receiver = url.origin().ascii_serialization();
        let lines = self
            .0
            .entry(receiver)
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
        Arc::clone(lines).try_acquire_owned().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_stands_still_holds_up_nobody_else() {
        let mut receivers = Receivers::default();
        let (still, other) = ("http://localhost:1/a", "http://localhost:2/a");
        let (still, other) = (Url::parse(still).unwrap(), Url::parse(other).unwrap());
        let held: Vec<_> = (0..AT_ONCE).map(|_| receivers.line_to(&still)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(receivers.line_to(&still).is_none());
        assert!(receivers.line_to(&other).is_some());
        drop(held);
        assert!(receivers.line_to(&still).is_some());
    }

    #[test]
    fn receivers_that_are_gone_are_forgotten() {
        let mut receivers = Receivers::default();
        for port in 1..2_000 {
            let url = Url::parse(&format!("http://localhost:{port}/")).unwrap();
            assert!(receivers.line_to(&url).is_some());
        }
        assert!(receivers.0.len() <= RECEIVERS);
    }
}
