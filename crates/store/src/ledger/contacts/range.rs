//! Ranges of the indexes of contacts, and which part of them is unread.

use ringonce_domain::{CampaignId, ContactState, Outcome};

use crate::Result;
use crate::model::ContactOrder;
use crate::row::Fields;
use crate::sql::{self, Statement};
use crate::transaction::{Record, Value, values};

/// A bound above the beginning of every name.
const LAST_CHAR: char = char::MAX;

/// The columns of a contact that a search looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) state: ContactState,
    pub(super) outcome: Option<Outcome>,
}

impl Place {
    pub(super) fn read(row: &Record) -> Result<Self> {
        let fields = Fields::of("contacts", row);
        Ok(Self {
            id: fields.int("id")?,
            number: fields.int("number")?,
            name: fields.text("name_key")?,
            state: fields.word("state")?,
            outcome: fields.maybe_word("last_outcome")?,
        })
    }

    pub(super) fn cmp_in(&self, order: ContactOrder, other: &Self) -> std::cmp::Ordering {
        match order {
            ContactOrder::File => self.id.cmp(&other.id),
            ContactOrder::Number => (self.number, self.id).cmp(&(other.number, other.id)),
            ContactOrder::Name => (&self.name, self.id).cmp(&(&other.name, other.id)),
        }
    }
}

/// A range: the contacts between two bounds, exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// By id.
    All(i64, i64),
    /// By id.
    State(ContactState, i64, i64),
    /// By id.
    Outcome(Outcome, i64, i64),
    /// By number.
    Number(i64, i64),
    /// By id.
    SameName(String, i64, i64),
    /// By name and id; the lower bound is part of it when walked back.
    Name(String, String),
}

impl Walk {
    /// The statement that reads so many rows, with its values.
    pub(super) fn asked(
        &self,
        campaign: CampaignId,
        rows: usize,
        back: bool,
    ) -> (Statement, Vec<Value>) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        let way = |forward, backward| if back { backward } else { forward };
        match self {
            Self::All(low, high) => (
                way(sql::CONTACTS_WALK, sql::CONTACTS_WALK_BACK),
                values![*low, *high, rows],
            ),
            Self::State(state, low, high) => (
                way(sql::CONTACTS_WALK_STATE, sql::CONTACTS_WALK_STATE_BACK),
                values![*low, *high, rows, campaign, state.as_str()],
            ),
            Self::Outcome(outcome, low, high) => (
                way(sql::CONTACTS_WALK_OUTCOME, sql::CONTACTS_WALK_OUTCOME_BACK),
                values![*low, *high, rows, campaign, outcome.as_str()],
            ),
            Self::Number(low, high) => (
                way(sql::CONTACTS_WALK_NUMBER, sql::CONTACTS_WALK_NUMBER_BACK),
                values![*low, *high, rows, campaign],
            ),
            Self::SameName(name, low, high) => (
                way(
                    sql::CONTACTS_WALK_SAME_NAME,
                    sql::CONTACTS_WALK_SAME_NAME_BACK,
                ),
                values![*low, *high, rows, campaign, name.as_str()],
            ),
            Self::Name(low, high) => (
                way(sql::CONTACTS_WALK_NAME, sql::CONTACTS_WALK_NAME_BACK),
                values![low.as_str(), high.as_str(), rows, campaign],
            ),
        }
    }
}

/// The unread part of a range.
pub(super) enum What {
    Ids(Option<ContactState>, i64, i64),
    Outcome(Outcome, i64, i64),
    Number(i64, i64),
    /// The name and the id of the last row that was read; the rest of the rows with that name come first.
    Name {
        low: String,
        high: String,
        same: Option<(String, i64)>,
    },
}

impl What {
    /// Leaves out everything up to a contact.
    pub(super) fn go_after(&mut self, last: &Place, descending: bool) {
        match self {
            Self::Ids(_, low, high) | Self::Outcome(_, low, high) => {
                *(if descending { high } else { low }) = last.id;
            }
            Self::Number(low, high) => {
                if descending {
                    *high = last.number.min(*high);
                } else {
                    *low = last.number.max(*low);
                }
            }
            // The rest of those with this name comes first, then the names beyond it.
            Self::Name { low, high, same } => {
                let bound = if descending { high } else { low };
                if descending && last.name <= *bound || !descending && last.name >= *bound {
                    bound.clone_from(&last.name);
                    *same = Some((last.name.clone(), last.id));
                }
            }
        }
    }

    /// Whether all contacts with one name were read, so that other names are next.
    pub(super) fn leaves_name(&mut self) -> bool {
        match self {
            Self::Name { same, .. } => same.take().is_some(),
            _ => false,
        }
    }

    pub(super) fn walk(&self, descending: bool) -> Walk {
        match self {
            Self::Ids(None, low, high) => Walk::All(*low, *high),
            Self::Ids(Some(state), low, high) => Walk::State(*state, *low, *high),
            Self::Outcome(outcome, low, high) => Walk::Outcome(*outcome, *low, *high),
            Self::Number(low, high) => Walk::Number(*low, *high),
            Self::Name {
                same: Some((name, id)),
                ..
            } => {
                let (low, high) = if descending {
                    (0, *id)
                } else {
                    (*id, i64::MAX)
                };
                Walk::SameName(name.clone(), low, high)
            }
            Self::Name { low, high, .. } => Walk::Name(low.clone(), high.clone()),
        }
    }
}

/// The numbers that begin with these digits: one range for each length that a number can have.
pub(super) fn numbers_from(digits: u64) -> Vec<What> {
    let mut ranges = Vec::new();
    let (mut first, mut past) = (digits, digits.saturating_add(1));
    while first > 0 && first < 10_u64.pow(15) {
        if let (Ok(low), Ok(high)) = (i64::try_from(first - 1), i64::try_from(past)) {
            ranges.push(What::Number(low, high));
        }
        (first, past) = (first * 10, past * 10);
    }
    ranges
}

/// The names that begin so; forward, the first is the beginning alone.
pub(super) fn names_from(beginning: &str, descending: bool) -> What {
    What::Name {
        low: beginning.to_owned(),
        high: format!("{beginning}{LAST_CHAR}"),
        same: (!descending).then(|| (beginning.to_owned(), 0)),
    }
}
