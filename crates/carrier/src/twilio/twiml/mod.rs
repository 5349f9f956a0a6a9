//! What the carrier is told to do in a call, in `TwiML`: an agent, step by step.
//!
//! The carrier asks before every step, and [`render`] answers with the document. Everything here is a
//! pure function of its arguments: with the attempt's token, the agent and the contact any instance
//! answers for any call, after any restart.
//!
//! A document is never empty and never fails, because a person is on the phone. What a contact lacks is
//! left out; ask [`ringonce_domain::Agent::check_contact`] before a phone is rung.

mod links;
mod render;
mod say;
#[cfg(test)]
mod tests;
mod xml;

use ringonce_domain::Number;
use ringonce_domain::script::Fields;

pub(super) use links::Links;
pub(super) use render::render;

/// The longest text at all, with the contact's fields in it. A document has 64 kB at most.
const MAX_TEXT: usize = 12_000;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Twiml(pub(super) String);

impl Twiml {
    /// Ends the call.
    pub(super) fn hang_up() -> Self {
        xml::document(vec![xml::Element::new("Hangup")])
    }
}

/// What a document says of one call, besides the agent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The addresses of the call's webhooks.
    pub(super) links: Links,
    /// Who is called.
    pub(super) contact: Fields,
    /// Their number.
    pub(super) callee: Number,
    /// The number that they are shown.
    pub(super) caller_id: Option<Number>,
    /// A token of this call alone, for the voice agent at the end of a stream.
    pub(super) stream_token: String,
}
