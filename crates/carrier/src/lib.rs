//! Carriers: whoever rings phones for us, behind one trait in normalised events.
//!
//! A carrier knows attempts and calls. It must not know the store, HTTP routes or campaigns' rules;
//! it never decides whether to call, only carries out one call at most once and tells what it saw.

mod carrier;
pub mod clock;
mod deadline;
mod ledger_clock;
pub mod remote;
pub mod simulator;

pub use carrier::{Carrier, CarrierEvent, Delivery, PlaceRequest, Placed, Sight};
pub use clock::Clock;
pub use deadline::{Deadline, Machine};
