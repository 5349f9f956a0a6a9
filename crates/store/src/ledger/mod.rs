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

/// The number of the first schema. Lower numbers are those of builds before any release, whose ledgers are
/// not read: the schema was written anew.
pub(crate) const FIRST_SCHEMA: u32 = 9;

/// A second schema, as tests make it up, in the words of both databases: a column, and a word for a lead.
#[cfg(test)]
pub(crate) const SECOND_STEP: &str = "
    ALTER TABLE contacts ADD COLUMN last_result text;
    ALTER TABLE contacts DROP CONSTRAINT contacts_lead_word;
    ALTER TABLE contacts ADD CONSTRAINT contacts_lead_word CHECK (lead = 'new' OR lead = 'contacted'
      OR lead = 'no_answer' OR lead = 'busy' OR lead = 'failed' OR lead = 'congestion' OR lead = 'invalid'
      OR lead = 'skipped' OR lead = 'voicemail');
";
