//! The engine with the real ledger, on virtual time: several instances, and a carrier that speaks as
//! Twilio does.

mod instances;
mod look_alike;
