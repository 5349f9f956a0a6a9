//! Pages of a list. The token of the next page names the last entry of this one, so that calls made in
//! the meantime shift nothing.

use serde_json::{Value, json};

use super::{Ask, Reply};
use crate::form::Form;
use crate::problem::Problem;

const USUAL: usize = 50;
const MOST: usize = 1_000;

/// An entry of a list.
pub(super) struct Listed {
    pub(super) sid: String,
    pub(super) json: Value,
}

/// The requested page of `all`, under the name `key`.
pub(super) fn page(
    ask: &Ask,
    all: Vec<Listed>,
    path: &str,
    key: &'static str,
) -> Result<Reply, Problem> {
    let size = number(&ask.query, "PageSize", USUAL)?;
    if size > MOST {
        return Err(Problem::bad(
            20007,
            format!("Page size must be at most {MOST}"),
        ));
    }
    let size = size.max(1);
    let number = number(&ask.query, "Page", 0)?;
    let start = match ask.query.get("PageToken") {
        None if number == 0 => 0,
        None => return Err(Problem::bad(20006, "Page requires a PageToken")),
        Some(token) => all
            .iter()
            .position(|entry| token.strip_prefix("PA") == Some(&entry.sid))
            .map(|at| at + 1)
            .ok_or_else(|| Problem::bad(20006, "Invalid PageToken"))?,
    };
    let more = all.len() > start + size;
    let entries: Vec<Listed> = all.into_iter().skip(start).take(size).collect();
    let last = entries.last().map(|entry| entry.sid.clone());
    let address = |number: usize, token: Option<&str>| {
        let mut form = Form(
            ask.query
                .0
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "Page" | "PageToken" | "PageSize"))
                .cloned()
                .collect(),
        );
        form.set("PageSize", size.to_string());
        form.set("Page", number.to_string());
        if let Some(token) = token {
            form.set("PageToken", token);
        }
        format!("{path}?{}", form.encode())
    };
    let next = last
        .filter(|_| more)
        .map(|sid| address(number + 1, Some(&format!("PA{sid}"))));
    let end = (start + entries.len()).saturating_sub(1);
    let mut whole = json!({
        "end": end,
        "first_page_uri": address(0, None),
        "next_page_uri": next,
        "page": number,
        "page_size": size,
        "previous_page_uri": null,
        "start": start,
        "uri": address(number, ask.query.get("PageToken")),
    });
    whole[key] = entries.into_iter().map(|entry| entry.json).collect();
    Ok(Reply::Json(200, whole))
}

fn number(query: &Form, name: &str, otherwise: usize) -> Result<usize, Problem> {
    query.get(name).map_or(Ok(otherwise), |text| {
        text.parse()
            .map_err(|_| Problem::bad(20001, format!("Invalid {name}: {text}")))
    })
}
