//! The words that people read on pages, in the languages that there are: one Fluent file an area
//! and language under `locales`, complete in each.
//!
//! A page names a message by its id; numbers are written as the language writes them. The API
//! speaks English.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
pub(crate) use ringonce_domain::Language;
use ringonce_domain::Price;

/// A value in a message: a number, which is grouped and chooses the plural, or a text.
pub(crate) type Value<'a> = FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

macro_rules! catalogue {
    ($($area:literal),+ $(,)?) => {
        const ENGLISH: &[&str] = &[$(include_str!(concat!("../locales/en/", $area, ".ftl"))),+];
        const SPANISH: &[&str] = &[$(include_str!(concat!("../locales/es/", $area, ".ftl"))),+];
    };
}

catalogue![
    "frame",
    "accounts",
    "campaigns",
    "campaign",
    "places",
    "new",
    "agents"
];

static IN_ENGLISH: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Language::English, ENGLISH);
    bundle.set_formatter(Some(|value, _| number_of(Language::English, value)));
    bundle
});
static IN_SPANISH: LazyLock<Bundle> = LazyLock::new(|| {
    let mut bundle = bundle(Language::Spanish, SPANISH);
    bundle.set_formatter(Some(|value, _| number_of(Language::Spanish, value)));
    bundle
});

fn bundle(language: Language, texts: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.as_str().parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for text in texts {
        // What is wrong in a file is found by the tests below, for the files are in the binary.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(part, _)| part);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// What a language says.
pub(crate) trait Speech: Copy {
    /// A message without arguments.
    fn say(self, id: &str) -> String {
        self.say_all(id, &[])
    }

    /// A message with one argument.
    fn say1<'a>(self, id: &str, name: &'a str, value: impl Into<Value<'a>>) -> String {
        self.say_all(id, &[(name, value.into())])
    }

    /// A message with several arguments. One that there is not shows as its id, which no test lets
    /// through.
    fn say_all(self, id: &str, values: &[(&str, Value)]) -> String;

    /// A word of the vocabulary, such as `state-running` for `("state", "running")`.
    fn word(self, kind: &str, word: &str) -> String {
        self.say(&format!("{kind}-{}", word.replace(['_', ' '], "-")))
    }

    /// A whole number with its thousands set apart.
    fn number(self, n: u64) -> String;

    /// An amount with its currency, exactly.
    fn price(self, price: Price) -> String;

    /// A share of 0 to 1 in whole percent.
    fn percent(self, share: f64) -> String {
        format!("{:.0} %", share * 100.0)
    }
}

impl Speech for Language {
    fn say_all(self, id: &str, values: &[(&str, Value)]) -> String {
        let bundle = bundle_of(self);
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(Cow::Owned((*name).to_owned()), value.clone());
        }
        let mut errors = Vec::new();
        bundle
            .format_pattern(pattern, Some(&arguments), &mut errors)
            .into_owned()
    }

    fn number(self, n: u64) -> String {
        let digits = n.to_string();
        let (mark, least) = match self {
            Self::English => (',', 4),
            // The Academy sets numbers of four digits solid.
            Self::Spanish => ('.', 5),
        };
        if digits.len() < least {
            return digits;
        }
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(mark);
            }
            text.push(digit);
        }
        text
    }

    fn price(self, price: Price) -> String {
        let mark = match self {
            Self::English => '.',
            Self::Spanish => ',',
        };
        let amount = price.amount();
        let (units, decimals) = amount.split_once('.').unwrap_or((&amount, "00"));
        let units: i64 = units.parse().unwrap_or_default();
        let sign = if price.millionths < 0 { "-" } else { "" };
        let units = self.number(units.unsigned_abs());
        format!("{sign}{units}{mark}{decimals} {}", price.currency)
    }
}

/// The language of this tag, such as `es-MX`.
pub(crate) fn of_tag(tag: &str) -> Option<Language> {
    let primary = tag.trim().split('-').next().unwrap_or_default();
    let mut all = Language::ALL.iter().copied();
    all.find(|language| language.as_str().eq_ignore_ascii_case(primary))
}

/// What a browser would rather read. Weights are taken to fall from left to right, as browsers send
/// them.
pub(crate) fn wanted(headers: &HeaderMap) -> Language {
    let wish = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    wish.split(',')
        .find_map(|part| of_tag(part.split(';').next().unwrap_or_default()))
        .unwrap_or(Language::English)
}

fn bundle_of(language: Language) -> &'static Bundle {
    match language {
        Language::English => &IN_ENGLISH,
        Language::Spanish => &IN_SPANISH,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "only whole numbers from 0 to 2^53 get here"
)]
fn number_of(language: Language, value: &FluentValue) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let FluentValue::Number(number) = value else {
        return None;
    };
    let whole = number.value.fract() == 0.0 && (0.0..=EXACT).contains(&number.value);
    whole.then(|| language.number(number.value as u64))
}

#[cfg(test)]
#[path = "language/tests.rs"]
mod tests;
