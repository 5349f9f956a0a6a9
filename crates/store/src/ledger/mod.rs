//! The rules of the ledger, written once for both databases over
//! [`Transaction`](crate::transaction::Transaction) and [`Reader`](crate::transaction::Reader).
//!
//! For speed, each driver writes claims, settlements, imports and carrier events itself.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod agents;
pub(crate) mod announcements;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod campaigns;
pub(crate) mod comparisons;
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
pub(crate) mod prices;
pub(crate) mod recordings;
pub(crate) mod safety;

/// The number of the first schema. Builds before any release used lower numbers; their ledgers are not read.
pub(crate) const FIRST_SCHEMA: u32 = 9;

/// A second schema for tests, for both databases: a new column, and a new word of a lead status.
#[cfg(test)]
pub(crate) const SECOND_STEP: &str = "
    ALTER TABLE contacts ADD COLUMN made_up text;
    ALTER TABLE contacts DROP CONSTRAINT contacts_lead_word;
    ALTER TABLE contacts ADD CONSTRAINT contacts_lead_word CHECK (lead = 'new' OR lead = 'contacted'
      OR lead = 'no_answer' OR lead = 'busy' OR lead = 'failed' OR lead = 'congestion' OR lead = 'invalid'
      OR lead = 'skipped' OR lead = 'made_up');
";
