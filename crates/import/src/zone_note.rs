//! Which rows name a time zone that is not understood: a sentence for the report of a check.

use ringonce_domain::zones::words::of_words;
use serde_json::{Map, Value};

use crate::Row;

/// Rows that the sentence names.
const NAMED: usize = 5;

/// Examines the column of time zones of each row.
#[derive(Debug, Default)]
pub(crate) struct ZoneNote {
    /// Its key in the metadata, when the file has one.
    title: Option<String>,
    rows: u64,
    named: Vec<String>,
}

impl ZoneNote {
    pub(crate) fn of_column(title: Option<String>) -> Self {
        Self {
            title,
            ..Self::default()
        }
    }

    pub(crate) fn see(&mut self, row: Row<'_>) {
        let (
            Some(title),
            Row::Contact {
                line,
                number,
                metadata,
                ..
            },
        ) = (&self.title, row)
        else {
            return;
        };
        let fields: Map<String, Value> = serde_json::from_str(metadata).unwrap_or_default();
        let text = fields.get(title).and_then(Value::as_str).unwrap_or("");
        if let Some(remark) = of_words(text, number).remark() {
            self.rows += 1;
            if self.named.len() < NAMED {
                let text: String = text.chars().take(60).collect();
                self.named.push(format!("line {line}: {text:?} {remark}"));
            }
        }
    }

    /// The sentence that names the rows, if there are any.
    pub(crate) fn sentence(&self) -> Option<String> {
        let (rows, named) = (self.rows, self.named.join("; "));
        let more = if rows > NAMED as u64 { "; …" } else { "" };
        let have = if rows == 1 { "row has" } else { "rows have" };
        (rows > 0).then(|| format!("{rows} {have} a time zone that is not clear: {named}{more}"))
    }
}
