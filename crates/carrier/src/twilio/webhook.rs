//! What a webhook says, and whether the carrier said it.

use ringonce_domain::Evidence;

/// What a webhook said, from the carrier beyond doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The carrier's name for the call.
    pub call_id: String,
    /// Its place among the call's status webhooks, from 0; absent from other webhooks.
    pub sequence: Option<u32>,
    /// Which part of the carrier tells: with the two above the name of the webhook.
    pub source: Option<String>,
    /// What it means for the attempt, oldest first; empty when it says nothing of the call's state.
    pub evidence: Vec<Evidence>,
    /// Who or what picked up, if the carrier looked.
    pub answered_by: Option<AnsweredBy>,
    /// Every field as it came, sorted by name; of repeated ones all.
    pub fields: Vec<(String, String)>,
}

impl Told {
    /// The first value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Who or what picked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredBy {
    /// A person.
    Human,
    /// A machine that is still speaking.
    MachineStart,
    /// A machine that waits for a message.
    MachineEnd,
    /// A fax.
    Fax,
    /// The carrier cannot tell.
    Unknown,
}

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has no signature.
    #[error("it has no signature")]
    Unsigned,
    /// Its signature is not the one of the account, the address and the body.
    #[error("its signature is not right")]
    Forged,
    /// It is longer than any webhook.
    #[error("it is too long")]
    TooLong,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Malformed(&'static str),
}
