//! Carriers: whoever rings phones for us, behind one trait in normalised events.
//!
//! A carrier knows attempts and calls. It must not know the store, HTTP routes or campaigns' rules;
//! it never decides whether to call, only carries out one call at most once and tells what it saw.

mod absent;
mod carrier;
mod check;
pub mod clock;
mod deadline;
mod http;
mod ledger_clock;
mod once;
pub mod recording;
pub mod simulator;
mod token;
pub mod twilio;
pub mod twiml;

pub use absent::Absent;
pub use carrier::{
    CallPage, CallQuery, CallStatus, Carrier, CarrierEvent, ListedCall, Load, PlaceRequest, Placed,
};
pub use check::{Check, Verdict};
pub use clock::Clock;
pub use deadline::{Deadline, Machine};
pub use token::Callbacks;
