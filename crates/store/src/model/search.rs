//! Searches of contacts and of the audit trail.

use ringonce_domain::{CampaignId, ContactId, ContactState, Number, Outcome, Region, Timestamp};
use serde::Serialize;

use super::{AuditEntry, ContactDetail};

/// Contacts that a search looks at before it answers with what it has found so far.
pub const CONTACTS_LOOKED_AT: usize = 2_000;
/// Contacts whose last call is read at once at most.
pub const CONTACTS_ASKED: usize = 1_000;
/// Contacts in line that are looked at to explain why none is called.
pub const WAITING_LOOKED_AT: u32 = 1_000;
/// Entries of the audit trail that a search for one actor looks at.
pub const ENTRIES_LOOKED_AT: usize = 5_000;

/// The order of contacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContactOrder {
    /// As in the file.
    #[default]
    File,
    /// By number.
    Number,
    /// By the beginning of the name, whatever its case.
    Name,
}

/// The beginning of a contact's number or name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Its number begins with one of these digits, country code first; at most eight.
    Number(Vec<u64>),
    /// Its name begins so, whatever the case.
    Name(String),
}

impl Beginning {
    /// The beginning that a person means by `text`: a number if it can be one, as people of `region` write
    /// it, else a name. `None` for an empty text.
    pub fn of(text: &str, region: Option<Region>) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let numbers = Number::beginnings(text, region);
        Some(if numbers.is_empty() {
            Self::Name(text.to_owned())
        } else {
            Self::Number(numbers)
        })
    }
}

/// Which contacts to list, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactSearch {
    /// In one of these states; in any when empty.
    pub states: Vec<ContactState>,
    /// With one of these last outcomes; with any or none when empty.
    pub outcomes: Vec<Outcome>,
    /// With this beginning.
    pub beginning: Option<Beginning>,
    /// The order.
    pub order: ContactOrder,
    /// In reverse.
    pub descending: bool,
}

/// A page of contacts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactsFound {
    /// The contacts.
    pub contacts: Vec<ContactDetail>,
    /// The contact after which to go on; `None` when every one was looked at. The page may have fewer
    /// rows than asked for, or none, and there may still be more: then [`CONTACTS_LOOKED_AT`] contacts
    /// were looked at.
    pub next: Option<ContactId>,
}

/// How the contacts of a campaign wait, the next [`WAITING_LOOKED_AT`] in line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// How many were looked at; fewer than [`WAITING_LOOKED_AT`] are all that wait.
    pub looked_at: u64,
    /// How many of them by reason, most first.
    pub reasons: Vec<WaitingFor>,
}

/// The contacts that wait for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitingFor {
    /// Why, as `reason` of a contact; empty when they only wait for their turn.
    pub reason: String,
    /// How many.
    pub contacts: u64,
    /// How many of them are due.
    pub due: u64,
    /// When the first of them is due.
    pub first_due: Timestamp,
}

/// A search of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditSearch {
    /// Their subject.
    pub about: AuditAbout,
    /// Their actor; all when absent.
    pub actor: Option<String>,
}

/// The subject of entries of the audit trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditAbout {
    /// Everything but the steps of calls: mostly what people did.
    #[default]
    Office,
    /// A campaign, without the steps of its calls.
    Campaign(CampaignId),
    /// A number, with every step of its calls.
    Number(Number),
}

/// The place of an entry among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditPlace {
    /// When it was made.
    pub at: Timestamp,
    /// Its number.
    pub seq: i64,
}

/// Entries of the audit trail, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFound {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// The place after which to go on; `None` when every entry was looked at. The page may have fewer
    /// rows than asked for: then [`ENTRIES_LOOKED_AT`] entries were looked at.
    pub next: Option<AuditPlace>,
}
