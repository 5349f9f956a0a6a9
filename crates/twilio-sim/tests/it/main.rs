//! The look-alike over real HTTP on this machine, at high speed.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by a panic, and waits for what other tasks do"
)]

mod api;
mod callbacks;
mod client;
mod outcomes;
mod receiver;
mod untruths;
mod verbs;
