//! The country that a row gives for its phone numbers, as people write it in a column of its own.

use ringonce_domain::number::Region;

/// The region of a value: `DE`, `+49`, `0049`, `49`, `49.0`; none when it is none of these.
pub(crate) fn read(value: &str) -> Option<Region> {
    let value = value.trim();
    if value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()) {
        return match value.to_ascii_uppercase().as_str() {
            "UK" => "GB".parse().ok(),
            code => code.parse().ok(),
        };
    }
    let digits = value.strip_suffix(".0").unwrap_or(value);
    let digits = digits
        .trim_start_matches(['+', '(', ' '])
        .trim_end_matches([')', ' ']);
    let digits = digits.trim_start_matches('0');
    let is_code = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| Region::of_calling_code(digits.parse().ok()?))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_letters_or_its_code() {
        for (value, region) in [
            ("DE", "DE"),
            ("uk", "GB"),
            ("+49", "DE"),
            ("0044", "GB"),
            ("(1)", "US"),
            ("44.0", "GB"),
        ] {
            assert_eq!(read(value).unwrap().to_string(), region, "{value}");
        }
        for value in ["", "Germany", "ZZ", "999", "12345"] {
            assert!(read(value).is_none(), "{value}");
        }
    }
}
