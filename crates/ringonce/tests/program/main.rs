//! The real program, run as people run it.

mod bad_input;
mod commands;
mod dial;
mod serve;
mod support;
