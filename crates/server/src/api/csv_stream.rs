//! CSV of any length, read page by page as fast as the client takes it.
//!
//! A cell that a spreadsheet would run as a formula gets a `'` before it. A failure in the middle
//! breaks the connection, so that half a file is not taken for a whole one.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use ringonce_domain::{CampaignId, ContactId, Timestamp};
use ringonce_import::errors_csv::harmless;
use ringonce_store::model::{ContactDetail, ContactSearch, Page, RowProblem};

use crate::problem::Problem;
use crate::{AppState, limits};

/// Which rows of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// These contacts.
    Contacts(ContactSearch),
    /// The rows of its file that were not taken.
    Problems,
}

impl Rows {
    const fn word(&self) -> &'static str {
        match self {
            Self::Contacts(_) => "contacts",
            Self::Problems => "problems",
        }
    }

    const fn header(&self) -> &'static [&'static str] {
        match self {
            Self::Contacts(_) => &[
                "line",
                "number",
                "name",
                "state",
                "lead_status",
                "reason",
                "attempts",
                "answered",
                "last_outcome",
                "last_attempt_at",
                "due_at",
                "metadata",
            ],
            Self::Problems => &["line", "column", "value", "reason"],
        }
    }
}

/// Where the next page begins.
enum Place {
    Header,
    Contacts(Option<ContactId>),
    Problems(Option<u32>),
    End,
}

/// The rows as a download.
pub(crate) async fn answer(
    state: &AppState,
    id: CampaignId,
    rows: Rows,
) -> Result<Response, Problem> {
    state.store.campaign(id).await?;
    let name = format!("attachment; filename=\"campaign-{id}-{}.csv\"", rows.word());
    let (state, rows) = (state.clone(), Arc::new(rows));
    let pages = stream::try_unfold(Place::Header, move |place| {
        let (state, rows) = (state.clone(), Arc::clone(&rows));
        async move {
            next_page(&state, id, &rows, place)
                .await
                .map_err(|problem| problem.detail().to_owned())
        }
    });
    let mut response = Body::from_stream(pages).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    if let Ok(disposition) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

async fn next_page(
    state: &AppState,
    id: CampaignId,
    rows: &Rows,
    place: Place,
) -> Result<Option<(Bytes, Place)>, Problem> {
    let limit = limits::MOST_PAGE_ROWS;
    Ok(Some(match place {
        Place::Header => {
            let first = match rows {
                Rows::Contacts(_) => Place::Contacts(None),
                Rows::Problems => Place::Problems(None),
            };
            (
                write([rows.header().iter().map(|cell| (*cell).to_owned())])?,
                first,
            )
        }
        Place::Contacts(after) => {
            let Rows::Contacts(wanted) = rows else {
                return Ok(None);
            };
            let page = Page { after, limit };
            let found = state.store.find_contacts(id, wanted.clone(), page);
            let found = found.await?;
            let next = found
                .next
                .map_or(Place::End, |id| Place::Contacts(Some(id)));
            (write(found.contacts.iter().map(contact_cells))?, next)
        }
        Place::Problems(after) => {
            let page = state.store.problems(id, Page { after, limit }).await?;
            let next = next(&page, |problem| problem.line)
                .map_or(Place::End, |line| Place::Problems(Some(line)));
            (write(page.iter().map(problem_cells))?, next)
        }
        Place::End => return Ok(None),
    }))
}

fn next<T, K>(page: &[T], key: impl Fn(&T) -> K) -> Option<K> {
    page.last()
        .filter(|_| page.len() >= limits::MOST_PAGE_ROWS as usize)
        .map(key)
}

fn write<R: IntoIterator<Item = String>>(
    rows: impl IntoIterator<Item = R>,
) -> Result<Bytes, Problem> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for row in rows {
        csv.write_record(row.into_iter().collect::<Vec<_>>())
            .map_err(|error| Problem::fault(&error))?;
    }
    csv.into_inner()
        .map(Bytes::from)
        .map_err(|error| Problem::fault(&error))
}

fn contact_cells(contact: &ContactDetail) -> Vec<String> {
    vec![
        contact.line.to_string(),
        // An E.164 number is a plus and digits: nothing that a formula could do with.
        contact.number.to_string(),
        harmless(&contact.name).into_owned(),
        contact.state.to_string(),
        contact.lead.to_string(),
        harmless(contact.reason.as_deref().unwrap_or_default()).into_owned(),
        contact.attempts.to_string(),
        contact.answered.to_string(),
        contact
            .last_outcome
            .map(|outcome| outcome.to_string())
            .unwrap_or_default(),
        instant(contact.last_attempt_at),
        instant(contact.due_at),
        harmless(&contact.metadata).into_owned(),
    ]
}

fn problem_cells(problem: &RowProblem) -> Vec<String> {
    vec![
        problem.line.to_string(),
        harmless(&problem.column).into_owned(),
        harmless(&problem.value).into_owned(),
        harmless(&problem.reason).into_owned(),
    ]
}

fn instant(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}
