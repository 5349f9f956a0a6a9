//! The fields of many rows as columns: which fields there are, and each row's value in them.
//!
//! A row's fields are the text of a JSON object, as in [`Row`](crate::Row). Rows of one list have
//! different fields; a table has a column for every field that any row has.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

/// Titles of fields, each once, in order of first occurrence: as many as one list has columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldTitles {
    titles: Vec<String>,
    known: HashSet<String>,
}

impl FieldTitles {
    /// The titles.
    pub fn as_slice(&self) -> &[String] {
        &self.titles
    }

    /// Adds a title.
    pub fn add(&mut self, title: &str) {
        if !self.known.contains(title) {
            self.known.insert(title.to_owned());
            self.titles.push(title.to_owned());
        }
    }

    /// Adds the titles of a row's fields.
    pub fn add_row(&mut self, fields: &str) {
        for title in read(fields).keys() {
            self.add(title);
        }
    }

    /// The row's field in each of the columns, empty where it has none.
    pub fn cells(&self, fields: &str) -> impl Iterator<Item = String> {
        let mut fields = read(fields);
        let cell = move |title| match fields.remove(title) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(other) => other.to_string(),
        };
        self.titles.iter().map(cell)
    }
}

fn read(fields: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_in_their_fields_have_one_table() {
        let rows = [
            r#"{"b":"1"}"#,
            "{}",
            r#"{"a":"2","b":"3"}"#,
            r#"{"c":4,"a":null}"#,
        ];
        let mut titles = FieldTitles::default();
        for row in rows {
            titles.add_row(row);
        }
        assert_eq!(titles.as_slice(), ["b", "a", "c"]);
        let table: Vec<Vec<String>> = rows.iter().map(|row| titles.cells(row).collect()).collect();
        assert_eq!(
            table,
            [["1", "", ""], ["", "", ""], ["3", "2", ""], ["", "", "4"]]
        );
    }
}
