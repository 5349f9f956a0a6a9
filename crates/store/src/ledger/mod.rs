//! What the ledger promises, written once for both databases: rules and rows over
//! [`Transaction`](crate::transaction::Transaction) and [`Reader`](crate::transaction::Reader).
//!
//! What is double for speed (claims, settlements, imports, events of carriers) is with its driver.

pub(crate) mod accounts;
pub(crate) mod agents;
pub(crate) mod announcements;
pub(crate) mod attempts;
pub(crate) mod doctor;
pub(crate) mod facts;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod media;
pub(crate) mod recordings;
pub(crate) mod safety;
