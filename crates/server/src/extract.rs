//! Extractors of handlers; input that cannot be read becomes a [`Problem`].

use axum::extract::{FromRequest, FromRequestParts};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::limits::{MOST_PAGE_ROWS, PAGE_ROWS};
use crate::problem::Problem;
use ringonce_store::model::Page;

/// A JSON body.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(crate) struct Json<T>(pub(crate) T);

/// A form body.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Form), rejection(Problem))]
pub(crate) struct Form<T>(pub(crate) T);

/// Parts of the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(crate) struct Path<T>(pub(crate) T);

/// The query.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

/// Which part of a listing is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Only rows in this state.
    pub(crate) state: Option<String>,
    /// Rows after this key: the `next` of the page before.
    pub(crate) after: Option<String>,
    /// At most so many rows, 1 to 1,000; 100 when absent.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
}

impl PageQuery {
    /// The state to filter by.
    pub(crate) fn state<S>(&self) -> Result<Option<S>, Problem>
    where
        S: std::str::FromStr<Err: std::fmt::Display>,
    {
        match self.state.as_deref() {
            None | Some("") => Ok(None),
            Some(word) => word
                .parse()
                .map(Some)
                .map_err(|error: S::Err| Problem::invalid(error.to_string()).in_field("state")),
        }
    }

    /// The page to read.
    pub(crate) fn page<K: std::str::FromStr>(&self) -> Result<Page<K>, Problem> {
        page(self.after.as_deref(), self.limit)
    }
}

/// Which part of a listing without states is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RowsQuery {
    /// Rows after this key: the `next` of the page before.
    pub(crate) after: Option<String>,
    /// At most so many rows, 1 to 1,000; 100 when absent.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
}

impl RowsQuery {
    /// The page to read.
    pub(crate) fn page<K: std::str::FromStr>(&self) -> Result<Page<K>, Problem> {
        page(self.after.as_deref(), self.limit)
    }
}

fn page<K: std::str::FromStr>(after: Option<&str>, limit: Option<u32>) -> Result<Page<K>, Problem> {
    let limit = limit.unwrap_or(PAGE_ROWS);
    if !(1..=MOST_PAGE_ROWS).contains(&limit) {
        let advice = format!("{limit} is not between 1 and {MOST_PAGE_ROWS}");
        return Err(Problem::invalid(advice).in_field("limit"));
    }
    let after = match after {
        None | Some("") => None,
        Some(key) => Some(key.parse().map_err(|_| {
            let advice = "is not a place in this listing; give the `next` of the page before";
            Problem::invalid(advice).in_field("after")
        })?),
    };
    Ok(Page { after, limit })
}
