//! What is said to a callee: text with the contact's own fields in it.
//!
//! `Hello {name|there}, this is about your appointment on {Date}.` A field is the contact's name or
//! a column of its file, whatever the case of its letters; behind `|` stands what is said when the
//! field is empty. `{{` and `}}` are a brace. A field that nobody knows is an error that names it:
//! nothing is ever left out in silence.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

/// The field that is the contact's name.
pub const NAME: &str = "name";
/// The longest name of a field, in characters.
const FIELD_CHARS: usize = 100;
/// Characters that a voice speaks in a second, measured over everyday English.
const CHARS_PER_SECOND: usize = 15;

/// A text, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field {
        name: String,
        otherwise: Option<String>,
    },
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A brace that opens a field and none that closes it.
    #[error("the field that begins with {{{0} has no }} behind it; write {{{{ for a brace")]
    Open(String),
    /// A brace that closes nothing.
    #[error("there is a }} behind {0:?} that closes no field; write }}}} for a brace")]
    Shut(String),
    /// No name between the braces.
    #[error("{{}} names no field; write {{name}}, or {{{{ and }}}} for braces")]
    Nameless,
    /// A brace inside a field.
    #[error("the field {{{0} holds another brace; close it first")]
    Nested(String),
    /// A name that is too long to be a column's.
    #[error("a field's name is longer than {FIELD_CHARS} characters; is a }} missing?")]
    Long,
    /// Nobody knows the field.
    #[error("no contact has a field {name:?}; {}", known_words(.known))]
    Unknown {
        /// Its name.
        name: String,
        /// The names that are known.
        known: Vec<String>,
    },
    /// This contact has nothing there.
    #[error("this contact has no {0:?}; write {{{0}|…}} with what is said then")]
    Empty(String),
}

fn known_words(known: &[String]) -> String {
    if known.is_empty() {
        "only {name} is known".into()
    } else {
        format!("known: {}", known.join(", "))
    }
}

impl Script {
    /// Takes a text apart.
    ///
    /// # Errors
    /// The first thing that is wrong with its braces.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err(ScriptError::Shut(tail(&plain)));
            } else {
                let (field, after) = field(rest)?;
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(field);
                rest = after;
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }

    /// The fields that it needs, in order, each as often as it stands there.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field { name, .. } => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// Checks that every field is the name or one of `known`.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self, known: &[&str]) -> Result<(), ScriptError> {
        let is_known =
            |field: &str| same(field, NAME) || known.iter().any(|name| same(field, name));
        match self.fields().find(|field| !is_known(field)) {
            None => Ok(()),
            Some(field) => Err(ScriptError::Unknown {
                name: field.to_owned(),
                known: std::iter::once(NAME)
                    .chain(known.iter().copied())
                    .map(str::to_owned)
                    .collect(),
            }),
        }
    }

    /// The text for a contact.
    ///
    /// # Errors
    /// The first field that the contact does not have and for which nothing else is to be said.
    pub fn render(&self, contact: &Fields) -> Result<String, ScriptError> {
        let mut missing = None;
        let text = self.filled(contact, |field| {
            missing.get_or_insert_with(|| field.to_owned());
        });
        missing.map_or(Ok(text), |field| Err(ScriptError::Empty(field)))
    }

    /// The text for a contact who is on the phone already: what is missing is left out, because
    /// silence would be worse. Whether anything is missing is to be asked before.
    pub fn fill(&self, contact: &Fields) -> String {
        self.filled(contact, |_| ())
    }

    fn filled(&self, contact: &Fields, mut missing: impl FnMut(&str)) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Field { name, otherwise } => {
                    match contact.get(name).or(otherwise.as_deref()) {
                        Some(value) => text.push_str(value),
                        None => missing(name),
                    }
                }
            }
        }
        text
    }
}

/// What is known of a contact, to be filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    name: String,
    others: BTreeMap<String, String>,
}

impl Fields {
    /// A name, and the other columns of its file.
    pub fn new(name: impl Into<String>, others: BTreeMap<String, String>) -> Self {
        Self {
            name: name.into(),
            others,
        }
    }

    /// A name, and a contact's metadata as the ledger has it. What is no text, number or truth
    /// value cannot be spoken, and is no field.
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

    /// The contact's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands in a field, unless that is nothing.
    pub fn get(&self, field: &str) -> Option<&str> {
        let own = Some(self.name.trim()).filter(|name| same(field, NAME) && !name.is_empty());
        own.or_else(|| {
            let mut found = self.others.iter().filter(|(other, _)| same(other, field));
            let value = found.next().map(|(_, value)| value.trim());
            value.filter(|value| !value.is_empty())
        })
    }
}

/// A field and what stands behind it; the brace before it is gone.
fn field(rest: &str) -> Result<(Piece, &str), ScriptError> {
    let Some(end) = rest.find(['{', '}']) else {
        return Err(ScriptError::Open(head(rest)));
    };
    if rest[end..].starts_with('{') {
        return Err(ScriptError::Nested(head(&rest[..end])));
    }
    let (inside, after) = (&rest[..end], &rest[end + 1..]);
    let (name, otherwise) = match inside.split_once('|') {
        Some((name, otherwise)) => (name, Some(otherwise.trim().to_owned())),
        None => (inside, None),
    };
    let name = name.trim();
    if name.is_empty() {
        return Err(ScriptError::Nameless);
    }
    if name.chars().count() > FIELD_CHARS {
        return Err(ScriptError::Long);
    }
    let name = name.to_owned();
    Ok((Piece::Field { name, otherwise }, after))
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn head(text: &str) -> String {
    text.chars().take(20).collect()
}

fn tail(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(20);
    text.chars().skip(skip).collect()
}

/// About how many seconds a voice needs for a text.
pub fn speaking_seconds(text: &str) -> u32 {
    let mut spoken = String::new();
    for word in text.split_whitespace() {
        // A space between words, however many were written.
        let _ = write!(spoken, "{word} ");
    }
    let seconds = spoken.chars().count().div_ceil(CHARS_PER_SECOND);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contact(name: &str) -> Fields {
        Fields::of_metadata(
            name,
            r#"{"City": "Rome", "Plan": " ", "Age": 7, "Tags": ["a"]}"#,
        )
    }

    fn say(text: &str, name: &str) -> Result<String, ScriptError> {
        Script::parse(text)?.render(&contact(name))
    }

    #[test]
    fn fields_are_filled_in_and_fallbacks_stand_in_for_what_is_empty() {
        for (text, said) in [
            ("Hello {name}.", "Hello Ana."),
            ("Hello { NAME }, how is {city}?", "Hello Ana, how is Rome?"),
            ("Your {plan|current} plan", "Your current plan"),
            ("{phone|}none", "none"),
            ("{{name}} costs {{5}}", "{name} costs {5}"),
            ("{age}{tags|}", "7"),
            ("", ""),
        ] {
            assert_eq!(say(text, "Ana"), Ok(said.to_owned()), "{text}");
        }
        assert_eq!(say("Hello {name|there}", " "), Ok("Hello there".into()));
    }

    #[test]
    fn who_is_on_the_phone_hears_what_there_is() {
        let script = Script::parse("Hello {name}, {plan}{city}").unwrap();
        assert_eq!(script.fill(&contact("")), "Hello , Rome");
        assert_eq!(
            Fields::of_metadata("Ana", "no JSON").get("name"),
            Some("Ana")
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            ("Hello {name", "{name has no }"),
            ("Hello name}", "closes no field"),
            ("Hello {}", "names no field"),
            ("Hello {|there}", "names no field"),
            ("Hello {na{me}}", "another brace"),
            ("Hello {plan}", "no \"plan\""),
            ("Hello {street}", "no \"street\""),
        ] {
            let wrong = say(text, "Ana").unwrap_err().to_string();
            assert!(wrong.contains(words), "{text}: {wrong}");
        }
        let script = Script::parse("{name} {city} {street|}").unwrap();
        let wrong = script.check(&["City"]).unwrap_err().to_string();
        assert_eq!(
            wrong,
            "no contact has a field \"street\"; known: name, City"
        );
        assert_eq!(script.check(&["city", "Street"]), Ok(()));
    }

    #[test]
    fn speaking_takes_about_as_long_as_a_person_would_need() {
        assert_eq!(speaking_seconds(""), 0);
        let text = "Hello. This is the library. The book that you asked for has arrived.";
        assert!((4..=6).contains(&speaking_seconds(text)));
    }

    proptest! {
        #[test]
        fn a_text_whose_braces_are_doubled_is_said_as_it_is(text in "\\PC{0,60}") {
            let doubled = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(say(&doubled, "Ana"), Ok(text));
        }

        #[test]
        fn no_text_panics(text in "[a-z{}|é ]{0,40}") {
            let _ = say(&text, "Ana");
        }
    }
}
