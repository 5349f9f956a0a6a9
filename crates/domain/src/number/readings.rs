//! Which number a typed text means: in the country that the text names, else that of the number in
//! the ledger, else the usual region; and where none of these decides, every number that the text
//! can mean, for the person to choose from.
//!
//! The number found here is looked up or blocked for good, so a text is never read in a country
//! that neither the person nor the ledger nor the deployment named: `2025550123` is a number in
//! Washington and one in Luxembourg.

use std::collections::HashSet;

use super::{Number, NumberError, Region};

/// Every number that a typed text can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readings {
    /// The text says its country.
    Whole(Number),
    /// It does not.
    Local {
        /// What it means in the usual region, if there is one and it is a number there.
        usual: Option<Number>,
        /// Numbers whose digits, as their country or the world writes them, are the digits that were
        /// typed.
        as_written: Vec<Number>,
        /// Numbers of which the text omits something, such as the zero before an area.
        others: Vec<Number>,
    },
}

/// What a typed text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One number.
    One(Number, Basis),
    /// One of these numbers, for the person to choose; the likelier ones first.
    Several(Vec<Number>),
}

/// Why a text means that number and no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The text has the country code.
    CountryCode,
    /// The ledger holds this one of the numbers that are written so.
    Ledger,
    /// It is read in the usual region.
    UsualRegion,
}

impl Basis {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CountryCode => "country_code",
            Self::Ledger => "ledger",
            Self::UsualRegion => "usual_region",
        }
    }
}

impl Number {
    /// Every number that a typed text can mean; `usual` is the region in which the deployment's people
    /// write numbers without a country code. The stored form is read back whether or not a numbering
    /// plan has the number, because the ledger may hold it.
    ///
    /// # Errors
    /// A text that is a number in no region.
    pub fn readings(raw: &str, usual: Option<Region>) -> Result<Readings, NumberError> {
        let text = raw.trim();
        if let Ok(stored) = text.parse() {
            return Ok(Readings::Whole(stored));
        }
        match read(text, None) {
            Ok(whole) => return Ok(Readings::Whole(whole)),
            Err(NumberError::NoCountry) => {}
            Err(error) => return Err(error),
        }
        let in_usual = usual.map(|region| read(text, Some(region)));
        if let Some(digits) = text.strip_prefix("00") {
            let world = read(&format!("+{digits}"), None);
            return Readings::behind_zeros(world, in_usual.and_then(Result::ok));
        }
        let digits_first = text.starts_with(|c: char| c.is_ascii_digit());
        let behind_a_plus = digits_first.then(|| read(&format!("+{text}"), None));
        let everywhere = Region::all().map(|region| read(text, Some(region)));
        let (found, refusals): (Vec<_>, Vec<_>) = everywhere.partition(Result::is_ok);
        let usual = in_usual.clone().and_then(Result::ok);
        let all = usual.into_iter().chain(behind_a_plus.and_then(Result::ok));
        let mut seen = HashSet::new();
        let (as_written, others): (Vec<_>, Vec<_>) = all
            .chain(found.into_iter().flatten())
            .filter(|number| seen.insert(*number))
            .partition(|number| number.is_written(text));
        if !seen.is_empty() {
            return Ok(Readings::Local {
                usual,
                as_written,
                others,
            });
        }
        let refusals = refusals.into_iter().filter_map(Result::err);
        Err(in_usual
            .and_then(Result::err)
            .unwrap_or_else(|| shared(refusals)))
    }

    /// Whether the digits of a text are the number's own, as its country or the world writes it.
    fn is_written(self, text: &str) -> bool {
        let digits_of = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let typed = digits_of(text);
        typed == digits_of(&self.national()) || typed == self.digits().to_string()
    }
}

/// What is wrong with a text in every country; where countries refuse it for different reasons,
/// that it names no country.
fn shared(mut refusals: impl Iterator<Item = NumberError>) -> NumberError {
    let first = refusals.next().unwrap_or(NumberError::NoCountry);
    if refusals.all(|refusal| refusal == first) {
        first
    } else {
        NumberError::NoCountry
    }
}

/// Reads a text that must be exactly one number.
fn read(text: &str, region: Option<Region>) -> Result<Number, NumberError> {
    Number::parse(text, region).map(|parsed| parsed.number)
}

impl Readings {
    /// Readings of a text that begins with two zeros, which stand for a plus in most of the world;
    /// in some countries a digit that chooses a carrier follows.
    fn behind_zeros(
        world: Result<Number, NumberError>,
        usual: Option<Number>,
    ) -> Result<Self, NumberError> {
        match (world, usual) {
            (Ok(world), Some(usual)) if world != usual => Ok(Self::Local {
                usual: Some(usual),
                as_written: vec![world],
                others: Vec::new(),
            }),
            (Err(_), Some(usual)) => Ok(Self::Local {
                usual: Some(usual),
                as_written: vec![usual],
                others: Vec::new(),
            }),
            (world, _) => world.map(Self::Whole),
        }
    }

    /// The numbers among which the ledger decides, if it holds any of them.
    pub fn to_look_up(&self) -> Vec<Number> {
        match self {
            Self::Whole(_) => Vec::new(),
            Self::Local {
                usual, as_written, ..
            } => {
                let usual = usual.filter(|number| !as_written.contains(number));
                usual
                    .into_iter()
                    .chain(as_written.iter().copied())
                    .collect()
            }
        }
    }

    /// Every number, the likelier ones first.
    pub fn all(&self) -> Vec<Number> {
        match self {
            Self::Whole(number) => vec![*number],
            Self::Local { usual, others, .. } => {
                let others = others.iter().filter(|number| Some(**number) != *usual);
                let mut all = self.to_look_up();
                all.extend(others);
                all
            }
        }
    }

    /// The text's meaning, given which of [`Self::to_look_up`] the ledger holds. The usual region
    /// does not decide for a text that lacks something there and is a whole number elsewhere: in
    /// Wuppertal numbers are not written without their zero, in Washington all are.
    pub fn meaning(&self, held: &[Number]) -> Meaning {
        let usual = match self {
            Self::Whole(number) => return Meaning::One(*number, Basis::CountryCode),
            Self::Local {
                usual, as_written, ..
            } => usual.filter(|usual| as_written.is_empty() || as_written.contains(usual)),
        };
        match (held, usual) {
            ([only], _) => Meaning::One(*only, Basis::Ledger),
            ([], Some(usual)) => Meaning::One(usual, Basis::UsualRegion),
            _ => {
                let mut all = self.all();
                all.sort_by_key(|number| !held.contains(number));
                Meaning::Several(all)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str, usual: &str) -> Result<Readings, NumberError> {
        Number::readings(text, usual.parse().ok())
    }

    fn numbers(texts: &[&str]) -> Vec<Number> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_text_with_a_country_code_means_one_number_wherever_it_is_read() {
        for text in [
            "+1 (202) 555-0123",
            "+12025550123",
            " +1.202.555.0123 ",
            "001 202 555 0123",
            "tel:+1-202-555-0123",
        ] {
            for usual in ["", "US", "DE", "EG"] {
                let whole = Readings::Whole("+12025550123".parse().unwrap());
                assert_eq!(readings(text, usual), Ok(whole), "{text} in {usual:?}");
            }
        }
        let unassigned: Number = "+99912345678".parse().unwrap();
        let whole = Readings::Whole(unassigned);
        assert_eq!(readings("+99912345678", ""), Ok(whole), "as it is stored");
    }

    #[test]
    fn those_to_choose_from_are_told_with_their_countries_the_likelier_first() {
        let places = |text: &str, usual: &str| {
            let Meaning::Several(all) = readings(text, usual).unwrap().meaning(&[]) else {
                panic!("{text} in {usual:?} is decided");
            };
            let place = |number: &Number| number.region().map(|region| region.to_string());
            all.iter().filter_map(place).collect::<Vec<_>>()
        };
        for (text, usual, first) in [
            ("2025550123", "", ["US", "LU"]),
            ("305 555 0123", "", ["US", "CO"]),
            ("2025550123", "DE", ["DE", "US"]),
        ] {
            let found = places(text, usual);
            assert_eq!(found[..2], first, "{text} in {usual:?}");
            let mut apart = found.clone();
            apart.dedup();
            assert_eq!(apart, found, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_a_number_nowhere_says_why() {
        for (text, usual, reason) in [
            ("", "", NumberError::Empty),
            ("hello", "US", NumberError::NoDigits),
            ("hello", "", NumberError::NoDigits),
            ("+999 2025550123", "US", NumberError::UnknownCountry),
            ("12", "", NumberError::NoCountry),
            ("1.2025550123E+10", "US", NumberError::ScientificNotation),
            (
                "12",
                "US",
                NumberError::TooShort {
                    region: "US".parse().ok(),
                },
            ),
        ] {
            assert_eq!(readings(text, usual), Err(reason), "{text} in {usual:?}");
        }
    }

    #[test]
    fn a_text_without_a_country_code_is_asked_about_unless_the_ledger_or_the_usual_region_decides()
    {
        use Basis::{Ledger, UsualRegion};
        let (washington, luxembourg) = ("+12025550123", "+3522025550123");
        let (miami, drama) = ("+13055550123", "+302123456789");
        for (text, usual, held, meant) in [
            // Nothing says where it is.
            ("2025550123", "", &[][..], None),
            ("305 555 0123", "", &[], None),
            ("1 202 555 0123", "", &[], None),
            // The usual region does.
            ("2025550123", "US", &[], Some((washington, UsualRegion))),
            ("305 555 0123", "US", &[], Some((miami, UsualRegion))),
            (
                "02 3456 7890",
                "EG",
                &[],
                Some(("+20234567890", UsualRegion)),
            ),
            ("21 2345 6789", "GR", &[], Some((drama, UsualRegion))),
            (
                "011 44 20 7946 0018",
                "US",
                &[],
                Some(("+442079460018", UsualRegion)),
            ),
            // It lacks its zero there, and is complete elsewhere.
            ("2025550123", "DE", &[], None),
            ("20 7946 0018", "GB", &[], None),
            (
                "0202 5550123",
                "DE",
                &[],
                Some(("+492025550123", UsualRegion)),
            ),
            // It is not a number of the usual region.
            ("305 555 0123", "FR", &[], None),
            // The ledger does, before the usual region.
            ("2025550123", "", &[washington], Some((washington, Ledger))),
            (
                "2025550123",
                "US",
                &[washington],
                Some((washington, Ledger)),
            ),
            ("(305) 555-0123", "GR", &[miami], Some((miami, Ledger))),
            // The ledger has several.
            ("2025550123", "US", &[washington, luxembourg], None),
        ] {
            let found = readings(text, usual).unwrap();
            let held = numbers(held);
            let asked = found.to_look_up();
            let known: Vec<_> = held.into_iter().filter(|it| asked.contains(it)).collect();
            let got = match found.meaning(&known) {
                Meaning::One(number, ground) => Some((number.to_string(), ground)),
                Meaning::Several(_) => None,
            };
            let meant = meant.map(|(number, ground)| (number.to_owned(), ground));
            assert_eq!(got, meant, "{text} in {usual:?}");
        }
    }
}
