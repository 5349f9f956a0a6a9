//! A carrier's request: verified or refused, and kept before it is answered.
//!
//! What costs least is checked first. Without the token of a call no body is read, and never a longer one
//! than a webhook has.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::RequestPartsExt as _;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use ringonce_carrier::{Carrier, EventName, Received, Refusal, WebhookRequest, Webhooks};
use ringonce_domain::AttemptId;
use ringonce_store::model::{KeptEvent, NewCarrierEvent};
use serde::Serialize;

use super::nothing_here;
use crate::auth::Peer;
use crate::extract::Path;
use crate::problem::Problem;
use crate::{AppState, limits};

/// What was refused since the server started.
#[derive(Debug)]
pub(crate) struct Refusals {
    forged: AtomicU64,
    replayed: AtomicU64,
    malformed: AtomicU64,
    oversized: AtomicU64,
    /// How often a refusal is logged: a flood of them fills no disk.
    logged: DefaultDirectRateLimiter,
    /// Those since the last one that was.
    unlogged: AtomicU64,
}

impl Default for Refusals {
    fn default() -> Self {
        let rate = Quota::per_minute(limits::REFUSALS_LOGGED_PER_MINUTE);
        Self {
            forged: AtomicU64::default(),
            replayed: AtomicU64::default(),
            malformed: AtomicU64::default(),
            oversized: AtomicU64::default(),
            logged: RateLimiter::direct(rate),
            unlogged: AtomicU64::default(),
        }
    }
}

/// The same, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct RefusalCounts {
    /// Without a signature, or with one that is not the account's.
    pub(crate) forged: u64,
    /// Without the token of the call.
    pub(crate) replayed: u64,
    /// Signed, and yet not to be read.
    pub(crate) malformed: u64,
    /// Longer than any webhook.
    pub(crate) oversized: u64,
}

impl Refusals {
    /// Whether another one is logged, and if so, how many before it were not.
    fn is_logged(&self) -> Option<u64> {
        if self.logged.check().is_ok() {
            return Some(self.unlogged.swap(0, Ordering::Relaxed));
        }
        self.unlogged.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// How many there are.
    pub(crate) fn counts(&self) -> RefusalCounts {
        let count = |it: &AtomicU64| it.load(Ordering::Relaxed);
        RefusalCounts {
            forged: count(&self.forged),
            replayed: count(&self.replayed),
            malformed: count(&self.malformed),
            oversized: count(&self.oversized),
        }
    }
}

/// A webhook that the carrier sent beyond doubt.
pub(super) struct VerifiedWebhook {
    pub(super) carrier: Arc<dyn Carrier>,
    pub(super) attempt: AttemptId,
    /// What the carrier says and asks for.
    pub(super) received: Received,
    body: Bytes,
}

impl FromRequest<AppState> for VerifiedWebhook {
    type Rejection = Problem;

    /// Takes a webhook that came with the token of its call and that its carrier sent.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut head, body) = request.into_parts();
        let Path((name, token, leaf)) = head.extract::<Path<(String, String, String)>>().await?;
        let carrier = state.carrier(&name).ok_or_else(nothing_here)?;
        let webhooks = carrier.webhooks().ok_or_else(nothing_here)?;
        let Some(attempt) = webhooks.attempt_of(&token) else {
            state.refusals.replayed.fetch_add(1, Ordering::Relaxed);
            let Peer(address) = head.extensions.get::<Peer>().copied().unwrap_or_default();
            state.rates.failure(address)?;
            return Err(nothing_here());
        };
        let refused = |refusal| {
            if refusal == Refusal::Forged {
                state
                    .denials
                    .forged(carrier.name(), attempt, state.clock.now());
            }
            refused(&state.refusals, carrier.name(), attempt, refusal)
        };
        let body = match read(&head.headers, body).await {
            Ok(body) => body,
            Err(Unread::TooLong) => return Err(refused(Refusal::TooLong)),
            Err(Unread::BrokenOff) => {
                return Err(Problem::malformed("the body did not come to its end"));
            }
        };
        let address = head.uri.path_and_query();
        let address = address.map_or(head.uri.path(), |it| it.as_str());
        let received = webhooks.receive(&WebhookRequest {
            attempt,
            leaf: &leaf,
            path_and_query: address,
            headers: &head.headers,
            body: &body,
        });
        let received = received.map_err(refused)?;
        state.denials.verified(carrier.name());
        Ok(Self {
            received,
            carrier: Arc::clone(carrier),
            attempt,
            body,
        })
    }
}

/// Why there is no body.
enum Unread {
    TooLong,
    BrokenOff,
}

/// The body, in bounds. Of one that says itself that it is longer nothing is read.
async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
    let said = headers.get(header::CONTENT_LENGTH);
    let said = said.and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|bytes| bytes > limits::WEBHOOK_BYTES) {
        return Err(Unread::TooLong);
    }
    let mut request = Request::new(body);
    DefaultBodyLimit::max(limits::WEBHOOK_BYTES).apply(&mut request);
    let read = Bytes::from_request(request, &()).await;
    read.map_err(|problem| match problem.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Unread::TooLong,
        _ => Unread::BrokenOff,
    })
}

impl VerifiedWebhook {
    /// The adapter that verified it.
    pub(super) fn webhooks(&self) -> &dyn Webhooks {
        self.carrier
            .webhooks()
            .unwrap_or_else(|| unreachable!("its webhooks were asked for to verify it"))
    }

    /// Keeps the request word for word; returns once it is durable. It is applied later, once.
    pub(super) async fn keep(&self, state: &AppState, event: &EventName) -> Result<(), Problem> {
        let event = NewCarrierEvent {
            carrier: self.carrier.name().into(),
            call_id: self.received.call_id.clone(),
            source: event.source.as_str().into(),
            sequence: event.sequence,
            attempt: self.attempt,
            at: state.clock.now(),
            // Forms are ASCII; whatever is not was not signed either.
            body: String::from_utf8_lossy(&self.body).into(),
        };
        let keeping = state.store.keep(event.clone());
        let kept = match tokio::time::timeout(limits::KEEPING, keeping).await {
            Ok(kept) => kept?,
            Err(_) => return Err(not_kept()),
        };
        if let Some(id) = kept {
            state.events.send(KeptEvent {
                id,
                told: event,
                fault: None,
            });
        }
        Ok(())
    }
}

/// The answer when the ledger is too slow or away: a carrier sends it again.
pub(super) fn not_kept() -> Problem {
    Problem::unavailable("what was told could not be kept; bring it again").retry_after(1)
}

fn refused(refusals: &Refusals, carrier: &str, attempt: AttemptId, refusal: Refusal) -> Problem {
    let (count, problem) = match refusal {
        Refusal::Unknown => (&refusals.malformed, nothing_here()),
        Refusal::Unsigned | Refusal::Forged => (
            &refusals.forged,
            Problem::not_allowed("the signature is not the one of this account and address"),
        ),
        Refusal::TooLong => (&refusals.oversized, Problem::too_large(refusal.to_string())),
        Refusal::Malformed(_) => (&refusals.malformed, Problem::malformed(refusal.to_string())),
    };
    count.fetch_add(1, Ordering::Relaxed);
    if let Some(not_logged) = refusals.is_logged() {
        tracing::warn!(carrier, %attempt, %refusal, not_logged, "a webhook was refused");
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_refusals_few_are_logged_and_the_rest_is_counted() {
        let refusals = Refusals::default();
        let most = limits::REFUSALS_LOGGED_PER_MINUTE.get();
        let logged = (0..1_000).filter_map(|_| refusals.is_logged()).count();
        assert_eq!(u32::try_from(logged).unwrap(), most);
        let unlogged = refusals.unlogged.load(Ordering::Relaxed);
        assert_eq!(unlogged, 1_000 - u64::from(most));
    }
}
