//! What the ledger promises, written once for both databases: rules and rows over
//! [`Transaction`](crate::transaction::Transaction) and [`Reader`](crate::transaction::Reader).
//!
//! What is double for speed (claims, settlements, imports, events of carriers) is with its driver.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod agents;
pub(crate) mod announcements;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod campaigns;
pub(crate) mod contacts;
pub(crate) mod doctor;
pub(crate) mod duplicates;
pub(crate) mod facts;
pub(crate) mod imports;
pub(crate) mod inbox;
pub(crate) mod instances;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod media;
pub(crate) mod recordings;
pub(crate) mod safety;
