//! The adapter to Twilio against a server that notes what it is asked and answers what it is told.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod asking;
mod creating;
mod double;
