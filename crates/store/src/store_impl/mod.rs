//! The traits of a store, where each method is one rule of [`crate::ledger`].
//!
//! This folder is compiled once within each driver: `read!` and `transact!` are the driver's own, and
//! [`DriverStore`] is its store. A method has its values by itself, for a thread may run it.

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
