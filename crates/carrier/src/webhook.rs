//! The seam for webhooks: requests by which a carrier reports on calls and asks what to do in them.
//!
//! The server finds the adapter by the carrier's name, reads the body within bounds and hands the request
//! over ([`Webhooks::receive`]). The adapter alone knows what its carrier's requests mean and whether its
//! carrier sent them; it says so in words that all carriers share. The server keeps what is to be kept,
//! and has the adapter write the reply ([`Webhooks::instructions`]).
//!
//! What a webhook says of the call's state is read in one place, [`Webhooks::read`], from the body that
//! the ledger keeps word for word: whichever process applies it reads the same.

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use ringonce_domain::script::Fields;
use ringonce_domain::{Agent, AttemptId, Evidence, Number};

use crate::{AnsweredBy, Step};

/// The longest body of a webhook, in bytes.
pub const WEBHOOK_BYTES: usize = 16 << 10;

/// A request as it came, with the token of an attempt's call in its address.
#[derive(Clone, Copy, Debug)]
pub struct WebhookRequest<'a> {
    /// Whose token it has.
    pub attempt: AttemptId,
    /// The last part of the path, such as `status`: what the request is about.
    pub leaf: &'a str,
    /// The address as it was asked for, which the carrier may have signed.
    pub path_and_query: &'a str,
    /// The head.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// What a carrier's request says and asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The carrier's name for the call.
    pub call_id: String,
    /// Under which name the request is kept before it is answered; none when it reports nothing that
    /// outlasts the call.
    pub event: Option<EventName>,
    /// Who or what answered, when this request says it.
    pub picked_up: Option<PickedUp>,
    /// A recording that can be fetched.
    pub recording: Option<ReadyRecording>,
    /// Where the call is, when the carrier asks what comes next.
    pub step: Option<Step>,
    /// The number that the callee was shown, if the request says it.
    pub caller_id: Option<Number>,
}

/// The name of an event among those of its call. A request that is repeated has the same, and is kept once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    /// Which part of the carrier sends it.
    pub source: String,
    /// The event's place among those of this source.
    pub sequence: i64,
}

/// Who or what answered a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickedUp {
    /// In the carrier's word.
    pub word: String,
    /// What the word means.
    pub by: AnsweredBy,
}

/// A recording of the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyRecording {
    /// The carrier's name for it, if the request says it.
    pub id: Option<String>,
    /// How long it is, in seconds.
    pub seconds: Option<u32>,
}

/// Whose call it is, for the reply to a carrier that asks what comes next.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The attempt.
    pub attempt: AttemptId,
    /// What the callee hears.
    pub agent: &'a Agent,
    /// What is known of the callee.
    pub contact: &'a Fields,
    /// The callee's number.
    pub callee: Number,
    /// The number that the callee was shown.
    pub caller_id: Option<Number>,
}

/// A reply to a carrier that asks what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instructions {
    /// The kind of document, for the `Content-Type` header.
    pub content_type: &'static str,
    /// The document.
    pub body: String,
}

/// Why a webhook is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The adapter knows no such request.
    #[error("there is no such webhook")]
    Unknown,
    /// It has no signature.
    #[error("it has no signature")]
    Unsigned,
    /// Its signature is not the one of the account, the address and the body.
    #[error("its signature is not right")]
    Forged,
    /// It is longer than any webhook.
    #[error("it is too long")]
    TooLong,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Malformed(&'static str),
}

/// The webhooks of a carrier.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Which attempt's token this is, if it is one.
    fn attempt_of(&self, token: &str) -> Option<AttemptId>;

    /// Which attempt's stream has this token, if it is one.
    fn stream_of(&self, token: &str) -> Option<AttemptId>;

    /// Reads a request, if the carrier sent it.
    ///
    /// # Errors
    /// Why it is refused.
    fn receive(&self, request: &WebhookRequest<'_>) -> Result<Received, Refusal>;

    /// What a body that was received before says of the state of its call, oldest first. `source` is the
    /// event's.
    ///
    /// # Errors
    /// Why nothing can be made of it.
    fn read(&self, source: &str, body: &str) -> Result<Vec<Evidence>, String>;

    /// What the carrier does next in a call that has come to this step.
    fn instructions(&self, step: &Step, scene: &Scene<'_>) -> Instructions;

    /// The reply that ends a call.
    fn ending(&self) -> Instructions;

    /// Lets an answered call go on with the agent's message for a machine. One that is over is no error.
    async fn leave_message(&self, attempt: AttemptId, call_id: &str) -> Result<(), String>;
}
