//! Carriers from outside: the simulated one and what it promises, and the adapters against servers that
//! misbehave and one that behaves as documented.

mod simulator;
mod twilio;
