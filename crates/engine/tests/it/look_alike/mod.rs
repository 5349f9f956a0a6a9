//! An engine, the adapter to Twilio and the look-alike, with every webhook lost: what the engine finds out
//! by itself about recordings and about calls that only one side knows.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod accounts;
mod admission;
mod comparison;
mod denials;
mod false_cancels;
mod guesses;
mod prices;
mod recordings;
mod rehearsal;
mod shelf;
