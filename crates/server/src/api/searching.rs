//! Which contacts are asked for: the same words in the API, on the page and for the export.

use ringonce_domain::{ContactId, Region};
use ringonce_store::model::{Beginning, ContactOrder, ContactSearch, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::PageQuery;
use crate::limits;
use crate::problem::Problem;

/// Which contacts, and in which order.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// Only contacts in one of these states, separated by commas.
    #[serde(default)]
    #[param(example = "pending,no_answer")]
    pub(crate) state: String,
    /// Only contacts whose last call ended with one of these outcomes, separated by commas.
    #[serde(default)]
    #[param(example = "busy,no_answer")]
    pub(crate) outcome: String,
    /// Only contacts whose number or name begins so: a number in any spelling, for the world or as people
    /// of the campaign's region write it; a name in any case.
    #[serde(default)]
    #[param(example = "+1 202", max_length = 100)]
    pub(crate) search: String,
    /// The order: `file`, `number` or `name`; with a `-` before it from the end.
    #[serde(default)]
    #[param(example = "-name", pattern = "^-?(file|number|name)?$")]
    pub(crate) sort: String,
    /// Contacts after this one: the `next` of the page before. A page may have fewer rows than asked for,
    /// and more follow: a search looks at 5,000 contacts at a time.
    pub(crate) after: Option<String>,
    /// At most so many rows, 1 to 1,000; 100 when absent.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
}

impl ContactQuery {
    /// What the ledger is asked for; `region` is the campaign's.
    pub(crate) fn wanted(&self, region: Option<Region>) -> Result<ContactSearch, Problem> {
        if self.search.chars().count() > limits::SEARCH_CHARS {
            let advice = format!("is longer than {} characters", limits::SEARCH_CHARS);
            return Err(Problem::invalid(advice).in_field("search"));
        }
        let (descending, order) = match self.sort.strip_prefix('-') {
            Some(order) => (true, order),
            None => (false, self.sort.as_str()),
        };
        Ok(ContactSearch {
            states: words(&self.state, "state")?,
            outcomes: words(&self.outcome, "outcome")?,
            beginning: Beginning::of(&self.search, region),
            order: match order {
                "" | "file" => ContactOrder::File,
                "number" => ContactOrder::Number,
                "name" => ContactOrder::Name,
                other => {
                    let advice = format!("{other:?} is no order; use file, number or name");
                    return Err(Problem::invalid(advice).in_field("sort"));
                }
            },
            descending,
        })
    }

    /// The page to read.
    pub(crate) fn page(&self) -> Result<Page<ContactId>, Problem> {
        let query = PageQuery {
            state: None,
            after: self.after.clone(),
            limit: self.limit,
        };
        query.page()
    }

    /// Whether anything is left out.
    pub(crate) fn filters(&self) -> bool {
        [&self.state, &self.outcome, &self.search]
            .into_iter()
            .any(|part| !part.trim().is_empty())
    }
}

fn words<W>(list: &str, field: &str) -> Result<Vec<W>, Problem>
where
    W: std::str::FromStr<Err: std::fmt::Display>,
{
    let words = list
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.parse()
                .map_err(|error: W::Err| Problem::invalid(error.to_string()).in_field(field))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_a_number_when_it_can_be_one() {
        let us = "US".parse().ok();
        for (search, expected) in [
            ("  ", None),
            ("Ann", Some(Beginning::Name("Ann".into()))),
            ("7 Dwarfs", Some(Beginning::Name("7 Dwarfs".into()))),
            ("+1 202", Some(Beginning::Number(vec![1_202]))),
            (
                "(202) 555-0123",
                Some(Beginning::Number(vec![12_025_550_123])),
            ),
        ] {
            assert_eq!(Beginning::of(search, us), expected, "{search}");
        }
    }
}
