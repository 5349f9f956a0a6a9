//! The columns of contacts and of calls, each said once: what CSV files, the tables at a terminal and
//! the table on a campaign's page have. JSON has the fields of the model itself, which bear the same
//! names; a test finds a field that is no column.

use ringonce_domain::{Outcome, Timestamp};
use ringonce_import::guard::harmless;
use ringonce_import::titles;
use ringonce_store::model::{CallDetail, ContactDetail};

/// A column of rows `R`.
#[derive(Debug)]
pub struct Column<R: 'static> {
    /// The field of the model, as JSON has it.
    pub field: &'static str,
    /// Its title in CSV; none where CSV leaves it out.
    pub title: Option<&'static str>,
    /// Its heading at a terminal; none where the tables there leave it out.
    pub heading: Option<&'static str>,
    /// Whether figures stand in it, which are aligned right.
    pub is_figure: bool,
    /// Whether what stands in it may be long, so that it stands last where room is short.
    pub is_long: bool,
    /// Its word on pages, by which its heading is found in the locales and readers hide it; none where it
    /// is no column of its own there.
    pub page: Option<&'static str>,
    /// What stands in it.
    pub cell: fn(&R) -> Cell,
}

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A number of things, or a place in a row.
    Count(u64),
    /// A name or another text of ours that no spreadsheet takes for a formula.
    Plain(String),
    /// A text that others wrote.
    Text(String),
    /// A word of the vocabulary `kind`, as the locales call it.
    Word {
        /// Which vocabulary.
        kind: &'static str,
        /// The word.
        word: &'static str,
    },
    /// Why a contact waits or was skipped: a code of [`ringonce_domain::contact::Reason`].
    Reason(String),
    /// When.
    Instant(Timestamp),
}

impl Cell {
    const fn word(kind: &'static str, word: &'static str) -> Self {
        Self::Word { kind, word }
    }

    fn outcome(outcome: Option<Outcome>) -> Self {
        outcome.map_or(Self::Empty, |outcome| {
            Self::word("outcome", outcome.as_str())
        })
    }

    fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    fn instant(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Empty, Self::Instant)
    }

    /// The cell of a CSV file, harmless in a spreadsheet.
    pub fn to_csv(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Count(count) => count.to_string(),
            Self::Plain(text) => text.clone(),
            Self::Text(text) | Self::Reason(text) => harmless(text).into_owned(),
            Self::Word { word, .. } => (*word).to_owned(),
            Self::Instant(at) => at.to_string(),
        }
    }
}

impl<R> Column<R> {
    const fn new(field: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self {
            field,
            title: None,
            heading: None,
            is_figure: false,
            is_long: false,
            page: None,
            cell,
        }
    }

    const fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    const fn headed(mut self, heading: &'static str) -> Self {
        self.heading = Some(heading);
        self
    }

    const fn figures(mut self) -> Self {
        self.is_figure = true;
        self
    }

    const fn long(mut self) -> Self {
        self.is_long = true;
        self
    }

    const fn on_pages(mut self, word: &'static str) -> Self {
        self.page = Some(word);
        self
    }
}

type OfContact = Column<ContactDetail>;
type OfCall = Column<CallDetail>;

/// The columns of contacts, in the order of CSV files.
pub const OF_CONTACTS: &[OfContact] = &[
    OfContact::new("campaign", |it| Cell::Plain(it.campaign.to_string()))
        .headed("campaign")
        .figures(),
    OfContact::new("line", |it| Cell::Count(it.line.into()))
        .titled(titles::LINE)
        .headed("line")
        .figures(),
    OfContact::new("number", |it| Cell::Plain(it.number.to_string())).titled(titles::NUMBER),
    OfContact::new("name", |it| Cell::Text(it.name.clone()))
        .titled(titles::NAME)
        .headed("name"),
    OfContact::new("state", |it| Cell::word("contact", it.state.as_str()))
        .titled(titles::STATE)
        .headed("state"),
    OfContact::new("lead", |it| Cell::word("lead", it.lead.as_str()))
        .titled("ringonce_lead_status"),
    OfContact::new("reason", |it| {
        it.reason.clone().map_or(Cell::Empty, Cell::Reason)
    })
    .titled("ringonce_reason")
    .headed("reason")
    .long(),
    OfContact::new("attempts", |it| Cell::Count(it.attempts.into()))
        .titled("ringonce_attempts")
        .headed("attempts")
        .figures()
        .on_pages("attempts"),
    OfContact::new("answered", |it| Cell::Count(it.answered.into())).titled("ringonce_answered"),
    OfContact::new("last_outcome", |it| Cell::outcome(it.last_outcome))
        .titled("ringonce_last_outcome")
        .on_pages("outcome"),
    OfContact::new("last_attempt_at", |it| Cell::instant(it.last_attempt_at))
        .titled("ringonce_last_attempt_at")
        .on_pages("last"),
    OfContact::new("due_at", |it| Cell::instant(it.due_at))
        .titled("ringonce_due_at")
        .on_pages("due"),
];

/// The columns of calls, in the order of CSV files.
pub const OF_CALLS: &[OfCall] = &[
    OfCall::new("id", |it| Cell::Plain(it.id.to_string()))
        .titled("id")
        .headed("call"),
    OfCall::new("campaign", |it| Cell::Plain(it.campaign.to_string()))
        .headed("campaign")
        .figures(),
    OfCall::new("number", |it| Cell::Plain(it.number.to_string()))
        .titled("number")
        .headed("number"),
    OfCall::new("name", |it| Cell::Text(it.name.clone()))
        .titled("name")
        .headed("name"),
    OfCall::new("made", |it| Cell::Count(it.made.into()))
        .titled("attempt")
        .headed("attempt")
        .figures(),
    OfCall::new("state", |it| Cell::word("call", it.state.as_str()))
        .titled("state")
        .headed("state"),
    OfCall::new("outcome", |it| Cell::outcome(it.outcome))
        .titled("outcome")
        .headed("outcome"),
    OfCall::new("cause", |it| Cell::text(it.cause.as_deref()))
        .titled("cause")
        .headed("cause")
        .long(),
    OfCall::new("claimed_at", |it| Cell::Instant(it.claimed_at))
        .titled("claimed_at")
        .headed("claimed"),
    OfCall::new("dialed_at", |it| Cell::instant(it.dialed_at)).titled("dialed_at"),
    OfCall::new("answered_at", |it| Cell::instant(it.answered_at)).titled("answered_at"),
    OfCall::new("ended_at", |it| Cell::instant(it.ended_at)).titled("ended_at"),
    OfCall::new("call_id", |it| Cell::text(it.call_id.as_deref())).titled("call_id"),
    OfCall::new("price", |it| {
        it.price.map_or(Cell::Empty, |it| Cell::Plain(it.amount()))
    })
    .titled("price"),
    OfCall::new("currency", |it| {
        it.price
            .map_or(Cell::Empty, |it| Cell::Plain(it.currency.to_string()))
    })
    .titled("currency"),
];

/// The titles of a CSV file.
pub fn titles<R>(columns: &'static [Column<R>]) -> impl Iterator<Item = &'static str> {
    columns.iter().filter_map(|column| column.title)
}

/// The cells of a row of a CSV file.
pub fn csv<R>(columns: &'static [Column<R>], row: &R) -> impl Iterator<Item = String> {
    let titled = columns.iter().filter(|column| column.title.is_some());
    titled.map(move |column| (column.cell)(row).to_csv())
}

/// The columns that tables at a terminal have, each with its heading, in their order there.
pub fn headed<R>(columns: &'static [Column<R>]) -> Vec<(&'static str, &'static Column<R>)> {
    let headed = |column: &'static Column<R>| Some((column.heading?, column));
    let mut headed: Vec<_> = columns.iter().filter_map(headed).collect();
    headed.sort_by_key(|(_, column)| column.is_long);
    headed
}

#[cfg(test)]
mod tests {
    use ringonce_domain::{
        AttemptId, AttemptState, CampaignId, ContactId, ContactState, LeadStatus, Number,
    };
    use serde::Serialize;

    use super::*;

    fn number() -> Number {
        "+12025550123".parse().unwrap()
    }

    /// The fields of a row's JSON that are no columns.
    fn missing<R: Serialize>(columns: &[Column<R>], row: &R) -> Vec<String> {
        let json = serde_json::to_value(row).unwrap();
        let fields = json.as_object().unwrap().keys();
        fields
            .filter(|field| columns.iter().all(|column| column.field != *field))
            .cloned()
            .collect()
    }

    #[test]
    fn every_field_of_a_contact_is_a_column_but_what_no_table_needs() {
        let contact = ContactDetail {
            id: ContactId(1),
            campaign: CampaignId(1),
            line: 2,
            number: number(),
            name: String::new(),
            state: ContactState::Pending,
            lead: LeadStatus::New,
            reason: None,
            due_at: None,
            attempts: 0,
            answered: 0,
            last_outcome: None,
            last_attempt_at: None,
            changed_at: Timestamp::from_millis(0),
            metadata: "{}".into(),
        };
        // The other columns of the file have tables of their own.
        let mut missing = missing(OF_CONTACTS, &contact);
        missing.sort_unstable();
        assert_eq!(missing, ["changed_at", "id", "metadata"]);
    }

    #[test]
    fn every_field_of_a_call_is_a_column_but_what_no_table_needs() {
        let now = Timestamp::from_millis(0);
        let call = CallDetail {
            id: AttemptId::new(now, [0; 10]),
            campaign: CampaignId(1),
            contact: ContactId(1),
            number: number(),
            name: String::new(),
            made: 1,
            state: AttemptState::Claimed,
            outcome: None,
            cause: None,
            call_id: None,
            claimed_at: now,
            dialed_at: None,
            answered_at: None,
            corrected_at: None,
            ended_at: None,
            may_have_rung: false,
            price: None,
        };
        let mut missing = missing(OF_CALLS, &call);
        missing.sort_unstable();
        assert_eq!(missing, ["contact", "corrected_at", "may_have_rung"]);
    }
}
