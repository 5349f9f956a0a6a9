//! The real program, run as people run it.
#![expect(
    clippy::unwrap_used,
    reason = "tests and their tools fail by panicking"
)]

mod agents;
mod bad_input;
mod commands;
mod dial;
mod numbers;
mod people;
mod round_trip;
mod serve;
mod support;
mod twilio;
