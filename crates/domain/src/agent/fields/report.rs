//! What a person is told of the fields that contacts lack, and why a campaign cannot start.

use serde::Serialize;

use crate::settings::InvalidSetting;

/// Fields that are named in a refusal at most.
const NAMED: usize = 20;

/// A field that no contact has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MissingField {
    /// Which text says it, such as `voicemail`.
    pub at: String,
    /// The field, as the text writes it.
    pub field: String,
    /// The field that was probably meant.
    pub nearest: Option<String>,
    /// All of this in words.
    pub text: String,
}

/// A field that some contacts lack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LackingField {
    /// Which text says it, such as `voicemail`.
    pub at: String,
    /// The field, as the text writes it.
    pub field: String,
    /// How many lack it.
    pub contacts: u64,
    /// What the text provides for that; null when it provides nothing.
    pub otherwise: Option<String>,
    /// What the first of them hears there, with some words on each side.
    pub hears: String,
    /// All of this in words.
    pub text: String,
}

/// What a campaign's contacts have of the fields that its agent says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldReport {
    /// The contacts that were asked; 0 when no text has a field.
    pub contacts: u64,
    /// What can be said: the name, the number, and every column that is kept.
    pub fields: Vec<String>,
    /// What no contact has; nothing starts while there is any.
    pub missing: Vec<MissingField>,
    /// What some contacts lack.
    pub lacking: Vec<LackingField>,
}

impl FieldReport {
    /// Why the campaign cannot be started, if it cannot.
    pub fn refusal(&self) -> Option<InvalidSetting> {
        let first = self.missing.first()?;
        let ended = |text: &str| if text.ends_with('?') { " " } else { ". " };
        let wrong = self
            .missing
            .iter()
            .map(|it| [&it.text, ended(&it.text)].concat());
        let named: Vec<String> = self
            .fields
            .iter()
            .take(NAMED)
            .map(|it| braced(it))
            .collect();
        let rest = match self.fields.len().saturating_sub(NAMED) {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        Some(InvalidSetting {
            field: format!("agent.{}", first.at),
            problem: format!(
                "{}The fields are {}{rest}",
                wrong.collect::<String>(),
                named.join(", ")
            ),
        })
    }
}

/// A field as a text writes it.
pub(super) fn braced(field: &str) -> String {
    format!("{{{field}}}")
}
