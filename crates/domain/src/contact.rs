//! The state of one contact of a list: for the dialler, and for the business.

use serde::{Deserialize, Serialize};

use crate::text::string_enum;
use crate::{Millis, Outcome, RetryPolicy, Timestamp};

string_enum! {
    /// The state of a contact for the dialler.
    "contact state" ContactState {
        /// Waits to be called, for the first time or again.
        Pending = "pending",
        /// An attempt is under way.
        Calling = "calling",
        /// In conversation.
        Connected = "connected",
        /// Was answered.
        Completed = "completed",
        /// Not answered, as often as the retry policy allows.
        NoAnswer = "no_answer",
        /// Busy, as often as the retry policy allows.
        Busy = "busy",
        /// Could not be called.
        Failed = "failed",
        /// The number does not exist; it is blocked.
        BadNumber = "bad_number",
        /// A rule forbids the call.
        Skipped = "skipped",
    }
}

string_enum! {
    /// The status of a contact for the business.
    "lead status" LeadStatus {
        /// Never reached.
        New = "new",
        /// Was answered.
        Contacted = "contacted",
        /// Last call: not answered.
        NoAnswer = "no_answer",
        /// Last call: busy.
        Busy = "busy",
        /// Last call: failed.
        Failed = "failed",
        /// Last call: no room in the network.
        Congestion = "congestion",
        /// The number does not exist.
        Invalid = "invalid",
        /// A rule forbade the call.
        Skipped = "skipped",
    }
}

/// Why a contact or a campaign is not called, or not yet: a code, one spelling for rows, the API and
/// proofs. Pages have texts of their own for it; [`Reason::words`] is for everything else that people
/// read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason(pub &'static str);

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $words:literal;)+) => {
        impl Reason {
            $($(#[doc = $doc])+ pub const $name: Self = Self($code);)+

            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The reason in English; empty for a code that is none of ours.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)+ _ => "" }
            }
        }
    };
}

reasons! {
    /// An earlier campaign called the number, and the repeat rule forbids another call (promise A1).
    ALREADY_CALLED = "already_called", "Already called in previous campaign";
    /// The number is blocked.
    BLOCKED = "blocked", "Number is blocked";
    /// No time zone is known for the number, so no hour can be shown to be lawful.
    NO_ZONE = "no_zone",
        "No time zone is known for this number; add a time_zone column to the file";
    /// The callee's quiet hours.
    CALLEE_HOURS = "callee_hours", "Outside calling hours where the callee is";
    /// The callee's quiet hours, when the row's time zone was not clear.
    ZONE_UNCLEAR = "zone_unclear",
        "The time zone of this row was not understood; called when it is open in all zones of the country";
    /// The callee's zones are never open at once.
    NEVER_OPEN = "never_open", "Calling hours are never open in all zones of this number";
    /// The campaign's hours and the callee's have no minute in common.
    HOURS_NEVER_MEET = "hours_never_meet",
        "The campaign's business hours and the callee's calling hours never meet";
    /// Another attempt to the number is live.
    NUMBER_BUSY = "number_busy", "Another call to this number is under way";
    /// A cap is reached.
    CAPPED = "capped", "The cap on calls to this number is reached";
    /// A retry waits for its backoff.
    RETRY = "retry", "Waits to be tried again";
    /// The carrier may not call the number's country for us.
    COUNTRY = "country_not_allowed",
        "The carrier may not call this country; allow it under its voice geographic permissions, and it is called";
    /// The try did not reach the carrier; it does not count.
    NEVER_LEFT = "never_left", "The call did not reach the carrier";
    /// The campaign's business hours never open: why it has failed.
    HOURS_NEVER_OPEN = "hours_never_open", "Its business hours never open";
}

impl Reason {
    /// The reason with this code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.0 == code)
    }

    /// The words for a code; a text that a person or a carrier gave as a reason stays as it is.
    pub fn tell(code: &str) -> &str {
        match Self::of(code) {
            Some(reason) => reason.words(),
            None => code,
        }
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Reason {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|reason| reason.0)))
            .description(Some("Why a contact is not called, or not yet"))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Reason {}

/// What an attempt's end makes of its contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterAttempt {
    /// The contact's next state.
    pub state: ContactState,
    /// The contact's next lead status; `None` leaves it.
    pub lead: Option<LeadStatus>,
    /// When it is due again; set exactly when the state is `pending`.
    pub due_at: Option<Timestamp>,
}

/// The contact's state after its attempt number `made` (1 is the first) ended with `outcome` at
/// `now`.
pub fn after_attempt(
    outcome: Outcome,
    made: u32,
    retry: &RetryPolicy,
    now: Timestamp,
) -> AfterAttempt {
    let wait: Option<Millis> = retry.backoff(outcome, made);
    let (ended, lead) = match outcome {
        Outcome::Answered => (ContactState::Completed, LeadStatus::Contacted),
        Outcome::Busy => (ContactState::Busy, LeadStatus::Busy),
        Outcome::NoAnswer => (ContactState::NoAnswer, LeadStatus::NoAnswer),
        Outcome::Congestion => (ContactState::Failed, LeadStatus::Congestion),
        Outcome::BadNumber => (ContactState::BadNumber, LeadStatus::Invalid),
        Outcome::Failed | Outcome::Canceled | Outcome::Unknown => {
            (ContactState::Failed, LeadStatus::Failed)
        }
    };
    AfterAttempt {
        state: if wait.is_some() {
            ContactState::Pending
        } else {
            ended
        },
        lead: Some(lead),
        due_at: wait.map(|wait| now + wait),
    }
}

impl ContactState {
    /// Whether the dialler is done with the contact.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Calling | Self::Connected)
    }

    /// Whether an attempt for the contact is live.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Calling | Self::Connected)
    }
}

/// The number of a campaign's contacts in each state; every state is present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactCounts([u64; ContactState::ALL.len()]);

impl ContactCounts {
    /// Contacts in `state`.
    pub const fn get(&self, state: ContactState) -> u64 {
        self.0[state as usize]
    }

    /// Sets the contacts in `state`.
    pub const fn set(&mut self, state: ContactState, n: u64) {
        self.0[state as usize] = n;
    }

    /// All contacts.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Contacts that are not in a final state.
    pub fn remaining(&self) -> u64 {
        ContactState::ALL
            .iter()
            .filter(|state| !state.is_final())
            .map(|state| self.get(*state))
            .sum()
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for ContactCounts {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let count = || {
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .minimum(Some(0))
        };
        let each = ContactState::ALL.iter().map(|state| state.as_str());
        each.fold(ObjectBuilder::new(), |object, state| {
            object.property(state, count()).required(state)
        })
        .description(Some(
            "How many contacts stand in each state, every state present",
        ))
        .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for ContactCounts {}

impl Serialize for ContactCounts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            ContactState::ALL
                .iter()
                .map(|state| (state, self.get(*state))),
        )
    }
}

impl<'de> Deserialize<'de> for ContactCounts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<ContactState, u64>::deserialize(deserializer)?;
        let mut counts = Self::default();
        for (state, n) in map {
            counts.set(state, n);
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_due_again_exactly_when_it_is_pending() {
        let now = Timestamp::from_millis(1_000_000);
        for &outcome in Outcome::ALL {
            for made in 1..=5 {
                let after = after_attempt(outcome, made, &RetryPolicy::default(), now);
                assert_eq!(after.due_at.is_some(), after.state == ContactState::Pending);
                assert!(!after.state.is_live(), "{outcome} leaves a contact live");
                assert!(made <= 3 || after.state.is_final(), "{outcome} never ends");
            }
        }
    }
}
