//! What a carrier charges: an exact amount in one currency. Amounts of different currencies never meet, and no
//! amount is ever a fraction of floating point.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The smallest part that is told apart, per unit of a currency.
const PARTS: u64 = 1_000_000;
/// Decimals of [`PARTS`].
const DECIMALS: usize = 6;
/// The highest price of one call, in units of its currency: sums of prices stay in range.
const HIGHEST: u64 = 1_000_000;

/// A currency by its code in ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why a text is no currency or no amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrice {
    /// The currency.
    #[error("{0:?} is no currency: it has three letters, as USD")]
    Currency(String),
    /// The amount.
    #[error(
        "{0:?} is no amount: a decimal number with six decimals at most, and not above {HIGHEST}"
    )]
    Amount(String),
}

impl Currency {
    /// Its code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = InvalidPrice;

    /// Carriers write it in either case.
    fn from_str(text: &str) -> Result<Self, InvalidPrice> {
        let code = <[u8; 3]>::try_from(text.as_bytes()).ok();
        code.filter(|code| code.iter().all(u8::is_ascii_alphabetic))
            .map(|code| Self(code.map(|letter| letter.to_ascii_uppercase())))
            .ok_or_else(|| InvalidPrice::Currency(text.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An amount of a currency, in millionths of its unit. What is charged is above zero, what is given back below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price {
    /// The currency, in which alone it may be added up.
    pub currency: Currency,
    /// Millionths of the currency's unit.
    pub millionths: i64,
}

impl Price {
    /// The price that a decimal number writes, such as `0.01400`.
    ///
    /// # Errors
    /// [`InvalidPrice`]: nothing is rounded, so that what has more than six decimals is refused.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, InvalidPrice> {
        let refused = || InvalidPrice::Amount(amount.to_owned());
        Ok(Self {
            currency: currency.parse()?,
            millionths: millionths(amount).ok_or_else(refused)?,
        })
    }

    /// The same amount the other way: carriers write what they charge below zero.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self {
            millionths: self.millionths.saturating_neg(),
            ..self
        }
    }

    /// The amount without its currency: two decimals, and as many more as it needs.
    pub fn amount(&self) -> String {
        let parts = self.millionths.unsigned_abs();
        let sign = if self.millionths < 0 { "-" } else { "" };
        let mut text = format!("{sign}{}.{:06}", parts / PARTS, parts % PARTS);
        let shortest = text.len() - (DECIMALS - 2);
        while text.len() > shortest && text.ends_with('0') {
            text.pop();
        }
        text
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        PriceText {
            amount: self.amount(),
            currency: self.currency.to_string(),
        }
        .serialize(to)
    }
}

/// A price as JSON has it: its amount as a decimal number in text, which no reader rounds.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Price))]
pub struct PriceText {
    /// The amount in the currency's unit.
    #[cfg_attr(feature = "schema", schema(example = "0.014"))]
    amount: String,
    /// The currency's code in ISO 4217.
    #[cfg_attr(feature = "schema", schema(example = "USD"))]
    currency: String,
}

fn millionths(amount: &str) -> Option<i64> {
    let (is_negative, digits) = match amount.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, amount),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = decimals.trim_end_matches('0');
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
        return None;
    }
    let units: u64 = whole.parse().ok()?;
    let parts: u64 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
    let all = units.checked_mul(PARTS)?.checked_add(parts)?;
    let all = i64::try_from(all).ok().filter(|_| all <= HIGHEST * PARTS)?;
    Some(if is_negative { -all } else { all })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        for (text, expected) in [
            ("-0.01400", Some(-14_000)),
            ("0.0085", Some(8_500)),
            ("0", Some(0)),
            ("-0.00000", Some(0)),
            ("12", Some(12_000_000)),
            ("1.", Some(1_000_000)),
            ("0.000001", Some(1)),
            ("0.00000100000", Some(1)),
            ("0.0000001", None),
            ("1000000", Some(1_000_000_000_000)),
            ("1000000.000001", None),
            ("99999999999999999999", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("1,5", None),
            ("+1", None),
            ("--1", None),
            ("1.-5", None),
            ("1e3", None),
            ("NaN", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }

    #[test]
    fn a_currency_has_three_letters_in_either_case() {
        for (text, expected) in [
            ("USD", Some("USD")),
            ("eur", Some("EUR")),
            ("", None),
            ("US", None),
            ("US1", None),
            ("€", None),
        ] {
            let read = text.parse::<Currency>().ok();
            assert_eq!(read.map(|it| it.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_amount_is_written_with_the_decimals_that_it_needs() {
        for (text, expected) in [
            ("0", "0.00 USD"),
            ("1.5", "1.50 USD"),
            ("0.014", "0.014 USD"),
            ("-0.000001", "-0.000001 USD"),
            ("1000", "1000.00 USD"),
        ] {
            let price = Price::parse(text, "usd").unwrap();
            assert_eq!(price.to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(parts in -1_000_000_000_000_i64..=1_000_000_000_000) {
            let currency = "USD".parse().unwrap();
            let price = Price { currency, millionths: parts };
            prop_assert_eq!(Price::parse(&price.amount(), "USD"), Ok(price));
            prop_assert_eq!(price.negated().negated(), price);
        }
    }
}
