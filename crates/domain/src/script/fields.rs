//! The fields of one contact, and the names by which they are found.
//!
//! A field is the contact's name, its number, or a column of its file. Capitals, and whether spaces
//! or underscores separate the words, make no difference; among columns that differ only so, the
//! exact spelling is preferred.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::number::Number;

/// The field that is the contact's name.
pub const NAME: &str = "name";
/// The field that is the contact's number.
pub const NUMBER: &str = "number";
/// Other words for the number, unless a column has that name.
const NUMBER_TOO: [&str; 8] = [
    "phone",
    "phone number",
    "telephone",
    "telephone number",
    "tel",
    "mobile",
    "cell",
    "cell phone",
];

/// The fields of a contact, to be filled into a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    name: String,
    number: Option<Number>,
    others: BTreeMap<String, String>,
}

impl Fields {
    /// A name, and the other columns of its file.
    pub fn new(name: impl Into<String>, others: BTreeMap<String, String>) -> Self {
        Self {
            name: name.into(),
            number: None,
            others,
        }
    }

    /// A name, and a contact's metadata as the ledger stores it. Values other than text, numbers
    /// and booleans cannot be spoken, and are no fields.
    pub fn of_metadata(name: impl Into<String>, metadata: &str) -> Self {
        let columns: serde_json::Map<String, Value> =
            serde_json::from_str(metadata).unwrap_or_default();
        let spoken = columns.into_iter().filter_map(|(column, value)| {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                Value::Null | Value::Array(_) | Value::Object(_) => return None,
            };
            Some((column, text))
        });
        Self::new(name, spoken.collect())
    }

    /// The same with the number at which the contact is called.
    #[must_use]
    pub fn with_number(mut self, number: Number) -> Self {
        self.number = Some(number);
        self
    }

    /// The contact's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of a field, unless it is empty.
    pub fn get(&self, field: &str) -> Option<Cow<'_, str>> {
        let field = field.trim();
        if field == NAME
            && let Some(name) = filled(&self.name)
        {
            return Some(name.into());
        }
        if let Some(exact) = self.others.get(field).and_then(|text| filled(text)) {
            return Some(exact.into());
        }
        let wanted = folded(field);
        if wanted == NAME
            && let Some(name) = filled(&self.name)
        {
            return Some(name.into());
        }
        let alike = |(title, text)| filled(text).filter(|_| folded(title) == wanted);
        let found = self
            .others
            .iter()
            .find_map(|(title, text)| alike((title, text)));
        found.map(Cow::from).or_else(|| {
            let number = self.number.filter(|_| says_number(&wanted))?;
            Some(number.international().into())
        })
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Whether a folded name means the contact's number where no column has that name.
pub(crate) fn says_number(folded: &str) -> bool {
    folded == NUMBER || NUMBER_TOO.contains(&folded)
}

/// A name as it is compared: in lower case, with one space between words whatever separates them. A
/// bar and braces, which cannot stand inside a field, count as spaces too, so that every column can
/// be named.
pub(crate) fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars().filter(|letter| !is_invisible(*letter)) {
        if is_gap(letter) {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.extend(letter.to_lowercase());
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A column's title as it is written between braces.
pub(crate) fn sayable(title: &str) -> String {
    let kept = |letter: &char| !is_invisible(*letter);
    let spaced = |letter: char| if is_barred(letter) { ' ' } else { letter };
    let text: String = title.chars().filter(kept).map(spaced).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_gap(letter: char) -> bool {
    letter == '_' || letter.is_whitespace() || is_barred(letter)
}

const fn is_barred(letter: char) -> bool {
    matches!(letter, '{' | '}' | '|')
}

/// Invisible marks that come with text from web pages and spreadsheets.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Fields {
        let columns = r#"{
            "First name": "Ana", "Last_Name": "Ruiz", "Appointment\nDate": "Monday",
            "Owner | Agent": "Bo", "Notes": " ", "notes": "small", "Caf\u00e9 ": "Luna",
            "Zip\u200b": "20500", "Open": true, "Name": "Ruiz"
        }"#;
        let number = "+12025550123".parse::<Number>().unwrap();
        Fields::of_metadata("Ana Ruiz", columns).with_number(number)
    }

    #[test]
    fn a_column_is_found_however_its_words_are_written() {
        for (field, value) in [
            ("First name", Some("Ana")),
            ("first_name", Some("Ana")),
            ("FIRST  NAME", Some("Ana")),
            ("first\u{a0}name", Some("Ana")),
            ("last name", Some("Ruiz")),
            ("appointment date", Some("Monday")),
            ("Owner Agent", Some("Bo")),
            ("CAFÉ", Some("Luna")),
            ("zip", Some("20500")),
            ("open", Some("true")),
            ("firstname", None),
            ("street", None),
            ("", None),
        ] {
            assert_eq!(ana().get(field).as_deref(), value, "{field:?}");
        }
    }

    #[test]
    fn columns_that_differ_in_capitals_alone_are_told_apart() {
        // `Notes` is blank here, and a column whose name differs only in case is better than
        // nothing.
        assert_eq!(ana().get("notes").as_deref(), Some("small"));
        assert_eq!(ana().get("Notes").as_deref(), Some("small"));
        assert_eq!(ana().get("name").as_deref(), Some("Ana Ruiz"));
        assert_eq!(ana().get("Name").as_deref(), Some("Ruiz"));
        assert_eq!(ana().get("NAME").as_deref(), Some("Ana Ruiz"));
    }

    #[test]
    fn the_number_is_a_field_unless_a_column_is_called_so() {
        for field in ["number", "Phone", "phone_number", "Mobile"] {
            assert_eq!(
                ana().get(field).as_deref(),
                Some("+1 202-555-0123"),
                "{field}"
            );
        }
        let desk = Fields::of_metadata("", r#"{"Phone": "ask at the desk"}"#);
        assert_eq!(desk.get("phone").as_deref(), Some("ask at the desk"));
        assert_eq!(desk.get("number"), None);
    }

    #[test]
    fn a_title_is_shown_as_it_can_be_written() {
        for (title, shown) in [
            ("First name", "First name"),
            (" Owner | {Agent} ", "Owner Agent"),
            ("Due\r\ndate", "Due date"),
            ("Zip\u{200b}", "Zip"),
        ] {
            assert_eq!(sayable(title), shown);
            assert_eq!(folded(&sayable(title)), folded(title));
        }
    }
}
