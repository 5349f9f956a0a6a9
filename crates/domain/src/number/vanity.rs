//! Numbers spelled in the letters of the keypad, such as `1-800-FLOWERS`.
//!
//! They are read only in the full form in which a country writes them: a prefix that is known for
//! such numbers, typed in digits, and after it only letters, exactly as many as the number has
//! digits there. A name, a remark or a mask after some digits is never dialled.

use super::{Parsed, Region, labels, resolve};

/// A prefix after which a country writes letters.
struct Prefix {
    country_code: i32,
    /// After the country code, without a trunk zero.
    digits: &'static str,
    /// How many letters complete a number.
    letters: &'static [usize],
}

const fn prefix(country_code: i32, digits: &'static str, letters: &'static [usize]) -> Prefix {
    Prefix {
        country_code,
        digits,
        letters,
    }
}

/// Toll-free codes of North America (FCC, "What Is a Toll-Free Number and How Does it Work?"),
/// smartnumbers of Australia (ACMA), 0800 and 0700 of Germany (Bundesnetzagentur), freephone of the
/// United Kingdom (Ofcom), Austria (RTR), Switzerland (BAKOM), New Zealand (NAD), Ireland (`ComReg`).
const PREFIXES: [Prefix; 21] = [
    prefix(1, "800", &[7]),
    prefix(1, "833", &[7]),
    prefix(1, "844", &[7]),
    prefix(1, "855", &[7]),
    prefix(1, "866", &[7]),
    prefix(1, "877", &[7]),
    prefix(1, "888", &[7]),
    prefix(61, "1800", &[6]),
    prefix(61, "1300", &[6]),
    prefix(61, "13", &[4]),
    prefix(49, "800", &[7]),
    prefix(49, "700", &[8]),
    prefix(44, "800", &[7]),
    prefix(44, "808", &[7]),
    prefix(43, "800", &[6]),
    prefix(41, "800", &[6]),
    prefix(64, "800", &[6, 7]),
    prefix(64, "508", &[6]),
    prefix(353, "1800", &[6]),
    prefix(27, "800", &[6]),
    prefix(27, "860", &[6]),
];

/// Letters that stand for an unknown number.
const PLACEHOLDERS: [&str; 22] = [
    "decline", "refused", "abcdefg", "noanswer", "nothing", "noentry", "company", "contact",
    "todo", "none", "null", "unknown", "missing", "invalid", "pending", "example", "deleted",
    "removed", "private", "blocked", "nonumber", "nophone",
];

/// The number that a text in letters spells; none when it is not written as such numbers are.
pub(super) fn read(text: &str, region: Option<Region>) -> Option<Parsed> {
    let begin = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (head, tail) = text.split_at(begin);
    let is_in_letters = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '.');
    if !tail.chars().all(is_in_letters)
        || !head
            .chars()
            .all(|c| c.is_ascii_digit() || " +-().".contains(c))
    {
        return None;
    }
    let letters: String = tail.chars().filter(char::is_ascii_alphabetic).collect();
    let says_nothing = |word: &str| labels::meaning(word, true) != labels::Word::Unknown;
    let mut words = tail.split([' ', '-', '.']).filter(|word| !word.is_empty());
    if words.all(says_nothing) || is_placeholder(&letters) {
        return None;
    }
    // Without the trunk digit people write it in capitals; small letters are a phrase.
    let is_in_full = head.trim_start().starts_with(['1', '0', '+']);
    if !is_in_full && letters.chars().any(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let digits: String = head.chars().filter(char::is_ascii_digit).collect();
    let spelled = PREFIXES.iter().find(|prefix| {
        prefix.letters.contains(&letters.len())
            && prefix.begins(&digits, head.contains('+'), region)
    })?;
    let dialled: String = letters.chars().filter_map(key).collect();
    let number = format!("+{}{}{dialled}", spelled.country_code, spelled.digits);
    let mut read = resolve(&number, None).ok()?;
    read.is_vanity = true;
    Some(read)
}

impl Prefix {
    /// Whether the digits are this prefix, for the world or as its country writes it.
    fn begins(&self, digits: &str, has_plus: bool, region: Option<Region>) -> bool {
        let code = self.country_code.to_string();
        let for_the_world = digits.strip_prefix(&code) == Some(self.digits);
        if has_plus {
            return for_the_world;
        }
        let is_home = region.and_then(Region::country_code) == Some(self.country_code);
        let trunk = if self.country_code == 1 { "1" } else { "0" };
        let national = digits.strip_prefix(trunk).unwrap_or(digits);
        is_home && (digits == self.digits || national == self.digits)
    }
}

fn is_placeholder(letters: &str) -> bool {
    let letters = letters.to_ascii_lowercase();
    let bytes = letters.as_bytes();
    bytes
        .windows(3)
        .any(|three| three[0] == three[1] && three[1] == three[2])
        || PLACEHOLDERS.contains(&letters.as_str())
}

/// The key of a letter (ITU-T E.161).
fn key(letter: char) -> Option<char> {
    Some(match letter.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str, region: &str) -> Option<String> {
        let read = read(text, region.parse().ok())?;
        Some(read.number.to_string())
    }

    #[test]
    fn a_number_in_letters_is_read_in_the_form_of_its_country() {
        for (text, region, prefix, keys) in [
            ("1-800-FLOWERS", "US", "+1800", 3_569_377),
            ("1 800 flowers", "US", "+1800", 3_569_377),
            ("1-800-JUN-PERS", "US", "+1800", 5_867_377),
            ("(800) BLUE-SKY", "CA", "+1800", 2_583_759),
            ("+1 800 ORA-NGES", "DE", "+1800", 6_726_437),
            ("1800ORANGES", "US", "+1800", 6_726_437),
            ("0800 ORANGES", "GB", "+44800", 6_726_437),
            ("1300 ORANGE", "AU", "+611300", 672_643),
        ] {
            let number = format!("{prefix}{keys}");
            assert_eq!(spelled(text, region), Some(number), "{text}");
        }
    }

    #[test]
    fn letters_behind_other_digits_are_no_number() {
        for (text, region) in [
            ("1-800-FLOWERSXX", "US"),
            ("1-800-FLOWER", "US"),
            ("1-800-FLOWER5", "US"),
            ("1-800-555-NONE", "US"),
            ("800-555-XXXX", "US"),
            ("1-800-XXXXXXX", "US"),
            ("1-800-UNKNOWN", "US"),
            ("1-202-555-HELP", "US"),
            ("202-FLOWERS", "US"),
            ("800-call-now", "US"),
            ("1-800-FLOWERS", "GB"),
            ("030 FLOWERS", "DE"),
            ("0800 555 ANNA", "GB"),
            ("800-555-0123 cell", "US"),
        ] {
            assert_eq!(spelled(text, region), None, "{text}");
        }
    }
}
