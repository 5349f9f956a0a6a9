//! What a carrier brings: believed or refused, and kept before it is answered.
//!
//! What costs least is asked first. Of whoever does not know the token of a call no body is read, and
//! no longer one than a webhook has of anybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::RequestPartsExt as _;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use ringonce_carrier::Carrier as _;
use ringonce_carrier::twilio::{Refusal, StatusCallback, Twilio};
use ringonce_domain::AttemptId;
use ringonce_store::model::{KeptEvent, NewCarrierEvent};
use serde::Serialize;

use super::nothing_here;
use crate::auth::Peer;
use crate::extract::Path;
use crate::problem::Problem;
use crate::{AppState, limits};

/// What was refused since the server started.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    forged: AtomicU64,
    replayed: AtomicU64,
    malformed: AtomicU64,
    oversized: AtomicU64,
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
    pub(super) twilio: Arc<Twilio>,
    pub(super) attempt: AttemptId,
    /// The token of the call, for links into it. A secret: it must not be logged.
    pub(super) token: String,
    pub(super) told: StatusCallback,
    body: Bytes,
    query: Vec<(String, String)>,
}

impl FromRequest<AppState> for VerifiedWebhook {
    type Rejection = Problem;

    /// Believes a webhook that came with the token of its call and the signature of the account.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut head, body) = request.into_parts();
        let Path((carrier, token)) = head.extract::<Path<(String, String)>>().await?;
        let twilio = state.twilio.iter().find(|it| it.name() == carrier);
        let twilio = twilio.ok_or_else(nothing_here)?;
        let Some(attempt) = twilio.attempt_of(&token) else {
            state.refusals.replayed.fetch_add(1, Ordering::Relaxed);
            let Peer(address) = head.extensions.get::<Peer>().copied().unwrap_or_default();
            state.rates.failure(address)?;
            return Err(nothing_here());
        };
        let refused = |refusal| refused(&state.refusals, twilio.name(), attempt, refusal);
        let body = match read(&head.headers, body).await {
            Ok(body) => body,
            Err(Unread::TooLong) => return Err(refused(Refusal::TooLong)),
            Err(Unread::BrokenOff) => {
                return Err(Problem::malformed("the body did not come to its end"));
            }
        };
        let address = head.uri.path_and_query();
        let address = address.map_or(head.uri.path(), |it| it.as_str());
        let told = twilio.verify(address, &head.headers, &body);
        Ok(Self {
            told: told.map_err(refused)?,
            twilio: Arc::clone(twilio),
            attempt,
            token,
            body,
            query: pairs(head.uri.query().unwrap_or_default()),
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
    /// A parameter of the address, or else a field of the form.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        let asked = self.query.iter().find(|(key, _)| key == name);
        asked.map_or_else(|| self.told.field(name), |(_, value)| Some(value))
    }

    /// Keeps what was said; returns once it is durable. It is applied later, once.
    pub(super) async fn keep(
        &self,
        state: &AppState,
        source: &str,
        sequence: i64,
    ) -> Result<(), Problem> {
        let telling = NewCarrierEvent {
            carrier: self.twilio.name().into(),
            call_id: self.told.call_id.clone(),
            source: source.into(),
            sequence,
            attempt: self.attempt,
            at: state.clock.now(),
            // Forms are ASCII; whatever is not was not signed either.
            body: String::from_utf8_lossy(&self.body).into(),
        };
        let keeping = state.store.keep(telling.clone());
        let kept = match tokio::time::timeout(limits::KEEPING, keeping).await {
            Ok(kept) => kept?,
            Err(_) => return Err(not_kept()),
        };
        if let Some(id) = kept {
            state.events.hear(KeptEvent {
                id,
                told: telling,
                fault: None,
            });
        }
        Ok(())
    }
}

/// The answer when the ledger is too slow or away: a carrier that means well brings it again.
pub(super) fn not_kept() -> Problem {
    Problem::unavailable("what was told could not be kept; bring it again").retry_after(1)
}

fn refused(refusals: &Refusals, carrier: &str, attempt: AttemptId, refusal: Refusal) -> Problem {
    let (count, problem) = match refusal {
        Refusal::Unsigned | Refusal::Forged => (
            &refusals.forged,
            Problem::not_allowed("the signature is not the one of this account and address"),
        ),
        Refusal::TooLong => (&refusals.oversized, Problem::too_large(refusal.to_string())),
        Refusal::Malformed(_) => (&refusals.malformed, Problem::malformed(refusal.to_string())),
    };
    count.fetch_add(1, Ordering::Relaxed);
    tracing::warn!(carrier, %attempt, %refusal, "a webhook was refused");
    problem
}

fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}
