//! What is said to a callee: a text with the contact's own fields in it.
//!
//! `Hello {name|there}, this is about your appointment on {Date}.` A field is the contact's name,
//! its number or a column of its file, in upper or lower case; the words after `|` are said when
//! the field is empty, and `{Notes|}` then says nothing. `{{` and `}}` stand for a brace; a field
//! cannot contain one. Fields that a campaign's contacts lack are reported before it starts
//! (`agent/fields.rs`): nothing is left out silently.

mod fields;
mod nearest;

use std::borrow::Cow;
use std::fmt::Write as _;

pub use fields::{Fields, NAME, NUMBER};
pub(crate) use fields::{folded, sayable, says_number};
pub(crate) use nearest::nearest;

/// The longest name of a field, in characters.
const FIELD_CHARS: usize = 300;
/// Characters of the text that are shown on each side of a field.
const AROUND_CHARS: usize = 40;
/// Characters that a voice speaks in a second, measured over everyday English.
const CHARS_PER_SECOND: usize = 15;

/// A parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

/// A place in a text where a field of the contact is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field, as the text writes it.
    pub name: String,
    /// What is said when the contact's field is empty; `None` when the text does not provide for
    /// that.
    pub otherwise: Option<String>,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// A brace that opens a field, without one that closes it.
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
    /// A name too long for a column.
    #[error("a field's name is longer than {FIELD_CHARS} characters; is a }} missing?")]
    Long,
    /// The contact's field is empty.
    #[error("this contact has no {0:?}; write {{{0}|…}} with what is said then")]
    Empty(String),
}

impl Script {
    /// Parses a text.
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

    /// The fields that it needs, in order, each as often as it occurs.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(field) => Some(field),
            Piece::Text(_) => None,
        })
    }

    /// The text for a contact.
    ///
    /// # Errors
    /// The first field that the contact lacks and for which the text provides no other words.
    pub fn render(&self, contact: &Fields) -> Result<String, ScriptError> {
        let mut missing = None;
        let text = self.filled(contact, |field| {
            missing.get_or_insert_with(|| field.to_owned());
        });
        missing.map_or(Ok(text), |field| Err(ScriptError::Empty(field)))
    }

    /// The text for a contact who is already on the phone: missing fields are left out, because
    /// silence would be worse. Whether any is missing must be checked before.
    pub fn fill(&self, contact: &Fields) -> String {
        self.filled(contact, |_| ())
    }

    /// What a contact hears where a field first occurs, with some words on each side.
    pub fn around(&self, field: &str, contact: &Fields) -> String {
        let is_it = |piece: &Piece| matches!(piece, Piece::Field(it) if it.name == field);
        let at = self.0.iter().position(is_it).unwrap_or(self.0.len());
        let (before, rest) = self.0.split_at(at);
        let (here, after) = rest.split_at(rest.len().min(1));
        let said = |pieces: &[Piece]| in_one_line(&filled(pieces, contact, |_| ()));
        let text = [
            beginning_cut(&said(before)),
            said(here),
            end_cut(&said(after)),
        ]
        .concat();
        in_one_line(&text).trim().to_owned()
    }

    fn filled(&self, contact: &Fields, missing: impl FnMut(&str)) -> String {
        filled(&self.0, contact, missing)
    }
}

fn filled(pieces: &[Piece], contact: &Fields, mut missing: impl FnMut(&str)) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Field(Field { name, otherwise }) => {
                let value = contact.get(name);
                match value.or_else(|| otherwise.as_deref().map(Cow::from)) {
                    Some(value) => text.push_str(&value),
                    None => missing(name),
                }
            }
        }
    }
    text
}

/// The text with a single space for any white space, also at its ends.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        if !letter.is_whitespace() {
            line.push(letter);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

/// The last words of a text.
fn beginning_cut(text: &str) -> String {
    let skip = text.chars().count().saturating_sub(AROUND_CHARS);
    let Some((at, _)) = text.char_indices().nth(skip).filter(|_| skip > 0) else {
        return text.to_owned();
    };
    let whole_words = text[at..].find(' ').map_or(at, |space| at + space);
    format!("…{}", &text[whole_words..])
}

/// The first words of a text.
fn end_cut(text: &str) -> String {
    let Some((at, _)) = text.char_indices().nth(AROUND_CHARS) else {
        return text.to_owned();
    };
    let whole_words = text[..at].rfind(' ').unwrap_or(at);
    format!("{} …", &text[..whole_words])
}

/// A field and the text after it; the opening brace is already consumed.
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
    Ok((Piece::Field(Field { name, otherwise }), after))
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
        // One space between words, however many were written.
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
            Fields::of_metadata("Ana", "no JSON").get("name").as_deref(),
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
        let long = format!("{{{}}}", "a".repeat(FIELD_CHARS + 1));
        assert_eq!(Script::parse(&long), Err(ScriptError::Long));
        assert!(Script::parse(&long.replacen('a', "", 1)).is_ok());
    }

    #[test]
    fn a_field_says_whether_anything_was_provided_for_its_absence() {
        let script = Script::parse("{name} {Notes|} {Due date | soon } {a|b|c}").unwrap();
        let fields: Vec<_> = script
            .fields()
            .map(|field| (field.name.as_str(), field.otherwise.as_deref()))
            .collect();
        let told = [
            ("name", None),
            ("Notes", Some("")),
            ("Due date", Some("soon")),
            ("a", Some("b|c")),
        ];
        assert_eq!(fields, told);
    }

    #[test]
    fn what_is_heard_around_a_field_is_cut_between_words() {
        let long = "This is the practice of your dentist, who says that {plan} is about what we \
                    have agreed upon when you were with us.";
        for (text, heard) in [
            ("Your {plan} ends.", "Your ends."),
            ("{plan}", ""),
            ("{plan|}", ""),
            ("Your {plan|usual} one,\n{name}.", "Your usual one, Ana."),
            (
                long,
                "… of your dentist, who says that is about what we have agreed upon when …",
            ),
        ] {
            let script = Script::parse(text).unwrap();
            assert_eq!(script.around("plan", &contact("Ana")), heard, "{text}");
        }
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
