//! What the simulator promises: determinism, a log that is ahead of everything visible, no
//! kindness, faults on demand, and a world that goes on while our process is dead.

mod course;
mod faults;
mod restart;
mod support;
mod truth;
