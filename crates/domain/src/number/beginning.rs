//! Searches for numbers by their first digits.

use super::{MAX_DIGITS, Number, Region};

impl Number {
    /// The first digits, country code included, of the numbers that a search for `raw` means: a
    /// whole number or its beginning, in international form or as people of `region` write it. None
    /// when it is not the beginning of any number.
    pub fn beginnings(raw: &str, region: Option<Region>) -> Vec<u64> {
        let is_written = |c: char| c.is_ascii_digit() || " +-./()\u{a0}".contains(c);
        let written = raw.trim();
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        if digits.len() < 2
            || digits.len() > MAX_DIGITS as usize
            || !written.chars().all(is_written)
        {
            return Vec::new();
        }
        if let Ok(parsed) = Self::parse(raw, region) {
            return vec![parsed.number.digits()];
        }
        let world = if written.starts_with('+') {
            Some(digits.clone())
        } else {
            digits.strip_prefix("00").map(str::to_owned)
        };
        let beginnings: Vec<String> = if let Some(world) = world {
            vec![world]
        } else {
            let home = region.and_then(Region::country_code);
            let home = home.map(|code| format!("{code}{}", digits.trim_start_matches('0')));
            home.into_iter().chain([digits]).collect()
        };
        let beginnings = beginnings.iter().filter_map(|digits| digits.parse().ok());
        beginnings.filter(|digits| *digits > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_looks_for_begins_a_number_in_every_spelling() {
        let us: Region = "US".parse().unwrap();
        for (written, region, expected) in [
            ("+1 202 555-0123", None, vec![12_025_550_123]),
            ("(202) 555-0123", Some(us), vec![12_025_550_123]),
            ("+1 (202) 5", None, vec![12_025]),
            ("001202", Some(us), vec![1_202]),
            ("202 55", Some(us), vec![120_255, 20_255]),
            ("0202", Some(us), vec![1_202, 202]),
            ("20255", None, vec![20_255]),
            ("2", Some(us), vec![]),
            ("Ann 12", Some(us), vec![]),
            ("", None, vec![]),
        ] {
            assert_eq!(Number::beginnings(written, region), expected, "{written}");
        }
    }
}
