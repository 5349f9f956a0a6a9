//! Files as people, programs and attackers make them, and the rows read from them.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod headers;
mod hidden;
mod hostile;
mod line_ends;
mod mistaken;
mod people;
mod properties;
mod quoting;
mod round_trip;
mod support;
mod text;
mod workbooks;
mod zones;
