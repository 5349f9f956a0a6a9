//! The contacts of a campaign: filtered, searched, ordered, page by page.

use std::collections::HashMap;

use ringonce_domain::hours::Zone;
use ringonce_domain::{ContactId, ContactState, Outcome};
use ringonce_engine::columns::{self, Cell, OF_CONTACTS};
use ringonce_store::model::{CallDetail, ContactDetail};

use super::why::reason;
use crate::address::address;
use crate::api::searching::ContactQuery;
use crate::api::wire::CampaignView;
use crate::pages::frame::Frame;
use crate::pages::times;
use crate::problem::Problem;
use crate::{AppState, limits};

/// The vocabulary of outcomes, and the column that has them.
const OUTCOME: &str = "outcome";

/// The table and what is around it.
pub(super) struct Table {
    pub(super) search: String,
    pub(super) sort: String,
    pub(super) states: Vec<Choice>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) rows: Vec<Row>,
    /// Where a click on a column that orders leads.
    pub(super) by_line: Order,
    pub(super) by_name: Order,
    pub(super) by_number: Order,
    pub(super) columns: Vec<Column>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
    /// More may follow although the page is not full.
    pub(super) is_partial: bool,
    pub(super) is_filtered: bool,
    pub(super) export: String,
    /// The campaign's own address.
    pub(super) all: String,
}

/// A word of a filter.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) words: String,
    pub(super) is_chosen: bool,
}

/// A column that orders.
pub(super) struct Order {
    pub(super) href: String,
    /// `ascending`, `descending` or `none`, as screen readers are told.
    pub(super) is: &'static str,
}

/// A column that a reader may hide, beside name, number and state.
pub(super) struct Column {
    /// By which the reader hides it.
    pub(super) word: &'static str,
    /// The classes of its heading.
    pub(super) class: String,
    pub(super) heading: String,
}

/// What stands in such a column.
pub(super) struct Shown {
    pub(super) class: String,
    /// The outcome that it names, for its colour.
    pub(super) outcome: &'static str,
    pub(super) words: String,
}

/// A contact.
pub(super) struct Row {
    pub(super) id: ContactId,
    pub(super) line: String,
    pub(super) name: String,
    pub(super) number: String,
    /// Where everything about the number is told.
    pub(super) lookup: String,
    pub(super) state: &'static str,
    pub(super) state_words: String,
    pub(super) reason: String,
    pub(super) cells: Vec<Shown>,
    /// Its last call.
    pub(super) call: Option<String>,
}

impl Table {
    pub(super) async fn read(
        state: &AppState,
        frame: &Frame,
        view: &CampaignView,
        zone: &Zone,
        mut query: ContactQuery,
    ) -> Result<Self, Problem> {
        let region = view.settings.as_ref().and_then(|settings| settings.region);
        // An address that was edited by hand shows all contacts in place of an error.
        if query.wanted(region).is_err() || query.page().is_err() {
            query = ContactQuery::default();
        }
        let wanted = query.wanted(region)?;
        let mut page = query.page()?;
        page.limit = limits::CONTACTS_SHOWN;
        let found = state.store.find_contacts(view.id, wanted, page).await?;
        let ids: Vec<_> = found.contacts.iter().map(|contact| contact.id).collect();
        let calls = state.store.last_calls(&ids).await?;
        let calls: HashMap<_, _> = calls.into_iter().map(|call| (call.contact, call)).collect();
        let all = format!("/campaigns/{}", view.id);
        let next = found
            .next
            .map(|after| address_of(&all, &query, &query.sort, Some(after)));
        let by = |column: &str| Order::of(&all, &query, column);
        Ok(Self {
            states: states(frame, view, &query),
            outcomes: outcomes(frame, view, &query),
            is_partial: next.is_some() && found.contacts.len() < limits::CONTACTS_SHOWN as usize,
            rows: found
                .contacts
                .into_iter()
                .map(|contact| {
                    let call = calls.get(&contact.id);
                    Row::new(frame, zone, contact, call)
                })
                .collect(),
            by_line: by("file"),
            by_name: by("name"),
            by_number: by("number"),
            columns: hideable().map(|it| it.column(frame)).collect(),
            first: query
                .after
                .is_some()
                .then(|| address_of(&all, &query, &query.sort, None)),
            next,
            is_filtered: query.filters(),
            export: {
                let path = format!("/api/v1/campaigns/{}/export.csv", view.id);
                address_of(&path, &query, &query.sort, None)
            },
            all,
            search: query.search,
            sort: query.sort,
        })
    }
}

fn states(frame: &Frame, view: &CampaignView, query: &ContactQuery) -> Vec<Choice> {
    let counted = ContactState::ALL
        .iter()
        .map(|state| (state, view.contacts.get(*state)));
    let shown = counted.filter(|(state, count)| *count > 0 || query.state == state.as_str());
    shown
        .map(|(state, count)| Choice {
            value: state.as_str(),
            words: format!(
                "{} ({})",
                frame.word("contact", state.as_str()),
                frame.number(count)
            ),
            is_chosen: query.state == state.as_str(),
        })
        .collect()
}

fn outcomes(frame: &Frame, view: &CampaignView, query: &ContactQuery) -> Vec<Choice> {
    let had = |outcome: &Outcome| view.outcomes.get(outcome).is_some_and(|count| *count > 0);
    let all = Outcome::ALL.iter();
    let shown = all.filter(|outcome| had(outcome) || query.outcome == outcome.as_str());
    shown
        .map(|outcome| Choice {
            value: outcome.as_str(),
            words: frame.word("outcome", outcome.as_str()),
            is_chosen: query.outcome == outcome.as_str(),
        })
        .collect()
}

impl Order {
    fn of(all: &str, query: &ContactQuery, column: &str) -> Self {
        let sort = if query.sort.is_empty() {
            "file"
        } else {
            query.sort.as_str()
        };
        let (is, next) = if sort == column {
            ("ascending", format!("-{column}"))
        } else if sort.strip_prefix('-') == Some(column) {
            ("descending", column.to_owned())
        } else {
            ("none", column.to_owned())
        };
        Self {
            href: address_of(all, query, &next, None),
            is,
        }
    }
}

/// An address that shows what a query asks for.
fn address_of(path: &str, query: &ContactQuery, sort: &str, after: Option<ContactId>) -> String {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let values = [
        ("search", query.search.as_str()),
        ("state", query.state.as_str()),
        ("outcome", query.outcome.as_str()),
        ("sort", sort),
        ("after", after.as_str()),
    ];
    address(path, &values)
}

/// A column that a reader may hide: one that every contact has, or how long its last call took.
#[derive(Clone, Copy)]
enum Hideable {
    Of(&'static columns::Column<ContactDetail>, &'static str),
    Duration,
}

/// The columns that a reader may hide, the outcome first; the line in the file aside, which orders.
fn hideable() -> impl Iterator<Item = Hideable> {
    let all = OF_CONTACTS.iter();
    let all = all.filter_map(|column| Some(Hideable::Of(column, column.page?)));
    let (outcome, others): (Vec<_>, Vec<_>) = all.partition(|column| column.word() == OUTCOME);
    outcome.into_iter().chain(others).flat_map(|column| {
        let duration = (column.word() == OUTCOME).then_some(Hideable::Duration);
        [Some(column), duration].into_iter().flatten()
    })
}

impl Hideable {
    const fn word(self) -> &'static str {
        match self {
            Self::Of(_, word) => word,
            Self::Duration => "duration",
        }
    }

    /// The classes of its cells. A narrow screen has room for the outcome alone.
    fn class(self) -> String {
        let word = self.word();
        let amount = match self {
            Self::Of(column, _) => column.is_figure,
            Self::Duration => true,
        };
        let amount = if amount { " amount" } else { "" };
        let wide = if word == OUTCOME { "" } else { " wide-only" };
        format!("c-{word}{amount}{wide}")
    }

    fn column(self, frame: &Frame) -> Column {
        Column {
            word: self.word(),
            class: self.class(),
            heading: frame.say(&format!("column-{}", self.word())),
        }
    }

    fn shown(self, frame: &Frame, zone: &Zone, contact: &ContactDetail, duration: &str) -> Shown {
        let cell = match self {
            Self::Of(column, _) => (column.cell)(contact),
            Self::Duration => Cell::Plain(duration.to_owned()),
        };
        let when = if matches!(cell, Cell::Instant(_)) {
            " when"
        } else {
            ""
        };
        Shown {
            class: format!("{}{when}", self.class()),
            outcome: match cell {
                Cell::Word {
                    kind: OUTCOME,
                    word,
                } => word,
                _ => "",
            },
            words: match cell {
                Cell::Empty => String::new(),
                Cell::Count(count) => frame.number(count),
                Cell::Plain(text) | Cell::Text(text) => text,
                Cell::Word { kind, word } => frame.word(kind, word),
                Cell::Reason(code) => reason(frame.language, &code),
                Cell::Instant(at) => times::moment(frame.language, at, zone),
            },
        }
    }
}

impl Row {
    fn new(frame: &Frame, zone: &Zone, contact: ContactDetail, call: Option<&CallDetail>) -> Self {
        let talk = call.and_then(|call| call.answered_at.zip(call.ended_at));
        let duration = talk.map_or_else(String::new, |(from, to)| times::duration(to.since(from)));
        let cells = hideable().map(|it| it.shown(frame, zone, &contact, &duration));
        Self {
            cells: cells.collect(),
            id: contact.id,
            line: frame.number(contact.line),
            name: contact.name,
            number: contact.number.international(),
            lookup: format!("/numbers?number=%2B{}", contact.number.digits()),
            state: contact.state.as_str(),
            state_words: frame.word("contact", contact.state.as_str()),
            reason: contact
                .reason
                .map_or_else(String::new, |code| reason(frame.language, &code)),
            call: call.map(|call| format!("/calls/{}", call.id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_is_asked_for_and_nothing_breaks_out_of_it() {
        let query = ContactQuery {
            search: "a&b=\"<ö".into(),
            state: "pending".into(),
            ..ContactQuery::default()
        };
        assert_eq!(
            address_of("/campaigns/7", &query, "-name", Some(ContactId(9))),
            "/campaigns/7?search=a%26b%3D%22%3C%C3%B6&state=pending&sort=-name&after=9"
        );
        assert_eq!(address_of("/x", &ContactQuery::default(), "", None), "/x");
    }

    #[test]
    fn a_column_orders_and_orders_the_other_way_when_asked_again() {
        for (sort, column, href, is) in [
            ("", "file", "/c?sort=-file", "ascending"),
            ("name", "name", "/c?sort=-name", "ascending"),
            ("-name", "name", "/c?sort=name", "descending"),
            ("-name", "number", "/c?sort=number", "none"),
        ] {
            let query = ContactQuery {
                sort: sort.into(),
                ..ContactQuery::default()
            };
            let order = Order::of("/c", &query, column);
            assert_eq!(
                (order.href.as_str(), order.is),
                (href, is),
                "{sort} {column}"
            );
        }
    }

    #[test]
    fn every_column_that_may_be_hidden_has_a_heading_in_every_language() {
        use crate::language::{Language, Speech as _};
        let words: Vec<_> = hideable().map(Hideable::word).collect();
        assert_eq!(words, ["outcome", "duration", "attempts", "last", "due"]);
        for word in words {
            for language in Language::ALL {
                let id = format!("column-{word}");
                assert_ne!(language.say(&id), id, "{language}");
            }
        }
    }
}
