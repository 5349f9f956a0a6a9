//! The numbers that a typed text can mean, each with its country and history, to choose from; and the same
//! texts about one number, before it is blocked.

use ringonce_domain::Number;
use ringonce_store::model::NumberDetail;

use crate::address::address;
use crate::language::Speech as _;
use crate::pages::frame::Frame;
use crate::typed_number::TypedNumber;

/// What can be chosen.
#[derive(Default)]
pub(crate) struct Choices {
    /// Numbers that their country writes as it was typed.
    pub(crate) likely: Vec<Choice>,
    /// Numbers that lack something as it was typed, by country.
    pub(crate) others: Vec<Choice>,
}

/// A number that may be meant.
pub(crate) struct Choice {
    pub(crate) number: String,
    pub(crate) country: String,
    /// Empty when the ledger was not asked.
    pub(crate) history: String,
    /// Where it is looked up as just this number.
    pub(crate) page: String,
}

impl Choices {
    /// What a text can mean besides a number.
    pub(crate) fn new(frame: &Frame, typed: &TypedNumber, besides: Option<Number>) -> Self {
        let mut choices = Self::default();
        for (place, (number, detail)) in typed.readings.iter().enumerate() {
            if Some(*number) == besides {
                continue;
            }
            let is_likely = place < typed.likely;
            let choice = Choice {
                number: number.international(),
                country: country(frame, *number),
                history: if is_likely {
                    history(frame, detail.as_ref())
                } else {
                    String::new()
                },
                page: address("/numbers", &[("number", &number.to_string())]),
            };
            if is_likely {
                choices.likely.push(choice);
            } else {
                choices.others.push(choice);
            }
        }
        choices.others.sort_by(|a, b| a.country.cmp(&b.country));
        choices
    }

    /// Whether there is nothing to choose.
    pub(crate) fn is_empty(&self) -> bool {
        self.likely.is_empty() && self.others.is_empty()
    }
}

/// The country of a number in the words of the page.
pub(crate) fn country(frame: &Frame, number: Number) -> String {
    number.region().map_or_else(
        || frame.say("country-none"),
        |region| region.name(frame.language).to_owned(),
    )
}

/// What was done about a number: `Called 3 times, last on 28 Nov 2026, 10:00`.
pub(crate) fn history(frame: &Frame, detail: Option<&NumberDetail>) -> String {
    match detail {
        None => frame.say("number-history-none"),
        Some(detail) if detail.called == 0 => frame.say("number-history-uncalled"),
        Some(detail) => match detail.last_called_at {
            None => frame.say1("number-history-calling", "n", detail.called),
            Some(at) => frame.language.say_all(
                "number-history-called",
                &[
                    ("n", detail.called.into()),
                    ("time", frame.moment(at).into()),
                ],
            ),
        },
    }
}
