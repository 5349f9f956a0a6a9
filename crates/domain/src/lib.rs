//! The rules of calling: vocabulary, states and their transitions, and policies.
//!
//! Everything here is a pure function of its arguments. The crate knows no async, IO, SQL, HTTP,
//! logging, clock or random source; `now` is always a parameter.

pub mod hours;
pub mod number;
pub mod time;
pub mod zones;

pub use number::Number;
pub use time::{Millis, Timestamp};
