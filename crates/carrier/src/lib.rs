//! Carriers: services that ring phones, behind one trait in normalised events.
//!
//! A carrier knows attempts and calls. It must not know the store, HTTP routes or campaigns' rules;
//! it never decides whether to call: it carries out each call at most once and tells what became of it.
//!
//! An adapter is its folder here, a section of the configuration, and one line of registration
//! (`crates/ringonce/src/carriers.rs`). Nothing else knows it by name.

mod absent;
mod carrier;
mod check;
pub mod clock;
mod deadline;
mod http;
mod ledger_clock;
mod once;
mod press;
pub mod recording;
pub mod simulator;
mod step;
mod token;
pub mod twilio;
mod webhook;

pub use absent::Absent;
pub use carrier::{
    CallPage, CallQuery, CallStatus, Carrier, CarrierEvent, CarrierSummary, ListedCall, Load,
    PlaceRequest, Placed,
};
pub use check::{Check, Verdict};
pub use clock::Clock;
pub use deadline::{Deadline, Machine};
pub use press::{Press, press};
pub use step::{AnsweredBy, Step};
pub use token::Callbacks;
pub use webhook::{
    EventName, Instructions, PickedUp, ReadyRecording, Received, Refusal, Scene, WEBHOOK_BYTES,
    WebhookRequest, Webhooks,
};
