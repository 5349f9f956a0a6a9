//! Everybody on a campaign's list: filtered, searched, ordered, page by page.

use std::collections::HashMap;

use ringonce_domain::hours::Zone;
use ringonce_domain::{ContactId, ContactState, Outcome};
use ringonce_store::model::{CallDetail, ContactDetail};

use super::why::reason;
use crate::address::address;
use crate::api::searching::ContactQuery;
use crate::api::wire::CampaignView;
use crate::pages::frame::Frame;
use crate::pages::times;
use crate::problem::Problem;
use crate::{AppState, limits};

/// The columns that may be left out, by the class of their cells and the message of their name.
const CHOSEN: [(&str, &str); 6] = [
    ("outcome", "column-outcome"),
    ("duration", "column-duration"),
    ("attempts", "column-attempts"),
    ("last", "column-last"),
    ("due", "column-due"),
    ("line", "column-line"),
];

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
    pub(super) columns: Vec<(&'static str, String)>,
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
    pub(super) outcome: &'static str,
    pub(super) outcome_words: String,
    pub(super) duration: String,
    pub(super) attempts: String,
    pub(super) last: String,
    pub(super) due: String,
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
        // An address that somebody changed by hand shows everything in place of a complaint.
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
            columns: CHOSEN
                .iter()
                .map(|(class, words)| (*class, frame.say(words)))
                .collect(),
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

impl Row {
    fn new(frame: &Frame, zone: &Zone, contact: ContactDetail, call: Option<&CallDetail>) -> Self {
        let language = frame.language;
        let moment = |at| times::moment(language, at, zone);
        let talk = call.and_then(|call| call.answered_at.zip(call.ended_at));
        let outcome = contact.last_outcome.map_or("", Outcome::as_str);
        Self {
            id: contact.id,
            line: frame.number(contact.line),
            name: contact.name,
            number: contact.number.international(),
            lookup: format!("/numbers?number=%2B{}", contact.number.digits()),
            state: contact.state.as_str(),
            state_words: frame.word("contact", contact.state.as_str()),
            reason: contact
                .reason
                .map_or_else(String::new, |words| reason(language, &words)),
            outcome,
            outcome_words: if outcome.is_empty() {
                String::new()
            } else {
                frame.word("outcome", outcome)
            },
            duration: talk.map_or_else(String::new, |(from, to)| times::duration(to.since(from))),
            attempts: frame.number(contact.attempts),
            last: contact.last_attempt_at.map_or_else(String::new, moment),
            due: contact.due_at.map_or_else(String::new, moment),
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
}
