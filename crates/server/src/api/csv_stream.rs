//! CSV of any length, read page by page as fast as the client takes it, and fit to be
//! uploaded as a list again: see [`ringonce_engine::export`].
//!
//! A failure in the middle breaks the connection, so that half a file is not taken for a whole one.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use ringonce_domain::{CampaignId, ContactId};
use ringonce_engine::export::{self, ContactTable};
use ringonce_import::errors_csv::{BYTE_ORDER_MARK, ProblemTable, csv_to};
use ringonce_store::model::{ContactSearch, Page};

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
}

/// Where the next page begins.
enum Place {
    Header,
    Contacts(Arc<ContactTable>, Option<ContactId>),
    Problems(Arc<ProblemTable>, Option<u32>),
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
            let store = state.store.as_ref();
            let (header, first) = match rows {
                Rows::Contacts(_) => {
                    let table = ContactTable::read(store, id, limit).await?;
                    (table.header(), Place::Contacts(Arc::new(table), None))
                }
                Rows::Problems => {
                    let table = export::problem_table(store, id, limit).await?;
                    (table.header(), Place::Problems(Arc::new(table), None))
                }
            };
            (write(BYTE_ORDER_MARK, [header])?, first)
        }
        Place::Contacts(table, after) => {
            let Rows::Contacts(wanted) = rows else {
                return Ok(None);
            };
            let page = Page { after, limit };
            let found = state.store.find_contacts(id, wanted.clone(), page);
            let found = found.await?;
            let lines = write(b"", found.contacts.iter().map(|it| table.cells(it)))?;
            let next = found
                .next
                .map_or(Place::End, |next| Place::Contacts(table, Some(next)));
            (lines, next)
        }
        Place::Problems(table, after) => {
            let page = state.store.problems(id, Page { after, limit }).await?;
            let lines = page.iter().map(|it| export::problem_cells(&table, it));
            let lines = write(b"", lines)?;
            let next = next(&page, |problem| problem.line)
                .map_or(Place::End, |line| Place::Problems(table, Some(line)));
            (lines, next)
        }
        Place::End => return Ok(None),
    }))
}

fn next<T, K>(page: &[T], key: impl Fn(&T) -> K) -> Option<K> {
    page.last()
        .filter(|_| page.len() >= limits::MOST_PAGE_ROWS as usize)
        .map(key)
}

fn write(before: &[u8], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Bytes, Problem> {
    let mut csv = csv_to(before.to_vec());
    for row in rows {
        csv.write_record(row)
            .map_err(|error| Problem::fault(&error))?;
    }
    csv.into_inner()
        .map(Bytes::from)
        .map_err(|error| Problem::fault(&error))
}
