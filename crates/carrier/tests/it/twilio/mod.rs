//! The adapter to Twilio against a server that notes what it is asked and answers what it is told, and
//! against a look-alike that behaves as Twilio's documentation says.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod asking;
mod creating;
mod double;
mod look_alike;
mod tokens;
