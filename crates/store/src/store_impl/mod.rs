//! Implements the traits of a store: each method is one rule of [`crate::ledger`].
//!
//! This folder is compiled once within each driver: `read!` and `transact!` are the driver's own, and
//! [`DriverStore`] is its store. A method takes its arguments by value, because a thread may run it.

mod accounts;
mod admin;
mod agents;
mod announcements;
mod campaigns;
mod contacts;
mod dialing;
mod inbox;
mod instances;
mod keys;
mod media;
mod recordings;
mod reports;

use super::{DriverStore, claim, clock, event_writer, imports, joining, leads};

impl crate::Store for DriverStore {}
