//! What a carrier is told to do in a call, in `TwiML`: an agent, step by step.
//!
//! The carrier asks before every step, and tells what happened since. [`Step::read`] says where the
//! call is, [`press`] what a key asked for, so that it can be made durable first, and [`render`]
//! answers with the document. Everything here is a pure function of its arguments: whoever holds
//! the attempt's token, the agent and the contact can answer for any call, on any instance, after
//! any restart.
//!
//! A document is never empty and never fails: somebody is on the phone. What a contact lacks is
//! left out; ask [`ringonce_domain::Agent::check_contact`] before a phone is rung.

mod links;
mod press;
mod render;
mod step;
#[cfg(test)]
mod tests;
mod xml;

use ringonce_domain::Number;
use ringonce_domain::script::Fields;

pub use links::Links;
pub use press::{Press, press};
pub use render::render;
pub use step::{AnsweredBy, Step, TwimlRoute};

/// The longest text of one `<Say>`, in characters.
const MAX_SAY: usize = 4_096;
/// The longest text at all, with the contact's fields in it. A document has 64 kB at most.
const MAX_TEXT: usize = 12_000;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twiml(pub String);

impl Twiml {
    /// Ends the call.
    pub fn hang_up() -> Self {
        xml::document(vec![xml::Element::new("Hangup")])
    }

    /// Changes nothing: the answer to what wants no instructions.
    pub fn nothing() -> Self {
        xml::document(Vec::new())
    }
}

/// What a document says of one call, besides the agent.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where the carrier asks and tells.
    pub links: Links,
    /// Who is called.
    pub contact: Fields,
    /// Their number.
    pub callee: Number,
    /// The number that they are shown.
    pub caller_id: Option<Number>,
    /// A token of this call alone, for the voice agent at the end of a stream.
    pub stream_token: String,
}
