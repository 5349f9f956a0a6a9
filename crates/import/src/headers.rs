//! The meaning of a column's header, in any language and spelling.

use ringonce_domain::number::labels::{self, LANDLINE, PHONE, PHONE_WORDS};
use ringonce_domain::text::without_accent;

use crate::words;

/// How clearly a header names a phone number; clearer is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PhoneHeader {
    /// Possibly: `Number`, `Phone type`. Its values must confirm it.
    Perhaps,
    /// Phone among other things: `Work phone (mobile)`.
    Part,
    /// Phone number and nothing else.
    Exact,
}

/// What a header says about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameHeader {
    /// The full name.
    Full,
    /// The full name, or the missing part beside a first or last name.
    Either,
    /// The first name.
    First,
    /// The last name.
    Last,
}

/// A longer text is a sentence, not a header.
const MOST_WORDS: usize = 7;
const MOST_BYTES: usize = 200;

/// How clearly the header names a phone number, if at all.
pub(crate) fn phone_header(header: &str) -> Option<PhoneHeader> {
    if header.len() > MOST_BYTES {
        return None;
    }
    let words = words_of(header);
    if words.len() > MOST_WORDS {
        return None;
    }
    let joined = words.concat();
    if PHONE.contains(&joined.as_str()) {
        return Some(PhoneHeader::Exact);
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if LANDLINE.contains(&joined.as_str()) || has(LANDLINE) {
        return Some(PhoneHeader::Part);
    }
    let says_phone =
        words::PHONE_PARTS.iter().any(|part| joined.contains(part)) || has(PHONE_WORDS);
    match (says_phone, has(words::ABOUT_PHONE)) {
        (true, false) => Some(PhoneHeader::Part),
        (true, true) => Some(PhoneHeader::Perhaps),
        (false, _) => has(words::PERHAPS_PHONE).then_some(PhoneHeader::Perhaps),
    }
}

/// What the header says about a name, if anything.
pub(crate) fn name_header(header: &str) -> Option<NameHeader> {
    let joined = words_of(header).concat();
    let says = |list: &[&str]| list.contains(&joined.as_str());
    Some(match () {
        () if says(words::FULL_NAME) => NameHeader::Full,
        () if says(words::NAME) => NameHeader::Either,
        () if says(words::FIRST_NAME) => NameHeader::First,
        () if says(words::LAST_NAME) => NameHeader::Last,
        () => return None,
    })
}

/// Whether the header belongs to another person's phone, the caller's own, or a machine's.
pub(crate) fn is_of_another(header: &str) -> bool {
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(words::OF_ANOTHER) || words::OF_ANOTHER_PARTS.contains(&words.concat().as_str())
}

/// Whether the header only says where or with whom a phone rings: `Home`, `Work`.
pub(crate) fn says_which_number(header: &str) -> bool {
    let joined = words_of(header).concat();
    labels::says_which(&joined) && !words::NUMBERS.contains(&joined.as_str())
}

/// Whether the header says that a machine answers at its numbers.
pub(crate) fn is_of_a_machine(header: &str) -> bool {
    let words = words_of(header);
    words.iter().any(|word| labels::is_of_a_machine(word))
}

/// Whether the header belongs to the column that says which number is in this one: `Phone 1 - Type` for
/// `Phone 1 - Value`, `Phone type` for `Phone`.
pub(crate) fn says_kind_of(header: &str, phone: &str) -> bool {
    let without = |header: &str, words: &[&str]| {
        let mut kept = words_of(header);
        let before = kept.len();
        kept.retain(|word| !words.contains(&word.as_str()));
        let is_shorter = kept.len() < before;
        (kept.concat(), is_shorter)
    };
    let (of, says_kind) = without(header, &["type", "label", "kind", "typ", "tipo", "art"]);
    let (phone, _) = without(phone, &["value", "number", "no", "nr"]);
    let (of, _) = without(&of, &["number"]);
    says_kind && of == phone
}

/// Whether the header names a country, or the calling code of a country.
pub(crate) fn says_country(header: &str) -> bool {
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    words::COUNTRY.contains(&words.concat().as_str())
        || words.len() <= 3
            && has(words::COUNTRY_WORDS)
            && !has(&["origin", "birth", "citizenship", "nationality"])
}

/// Whether the header names a time zone.
pub(crate) fn says_zone(header: &str) -> bool {
    let joined = words_of(header).concat();
    matches!(joined.as_str(), "tz" | "tzname" | "tzid" | "zone")
        || words::ZONES.iter().any(|zone| joined.contains(zone))
}

/// Whether the header names an area code.
pub(crate) fn says_area_code(header: &str) -> bool {
    words::AREA_CODE.contains(&words_of(header).concat().as_str())
}

/// Lower-case words without accents, split at other characters and where `camelCase` goes up.
pub(crate) fn words_of(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in header.chars() {
        let cut = !is_part_of_word(letter) || (letter.is_uppercase() && after_small);
        if cut && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        after_small = letter.is_lowercase();
        if let (true, Some(word)) = (is_part_of_word(letter), words.last_mut()) {
            word.extend(letter.to_lowercase().filter_map(without_accent));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Letters, digits, and the marks that Indian and Thai letters are written with.
fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '\u{300}'..='\u{36F}' | '\u{900}'..='\u{D7F}' | '\u{E00}'..='\u{E7F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_headers_are_known_in_many_languages_and_spellings() {
        for header in [
            "Phone",
            "PHONE",
            "phone_number",
            "PhoneNumber",
            "Phone #",
            " Phone No. ",
            "Telephone",
            "Mobile",
            "Cell",
            "cell-phone",
            "Tel.",
            "número",
            "Número de teléfono",
            "Teléfono",
            "telefon",
            "Handy",
            "Rufnummer",
            "Telefonnummer",
            "téléphone",
            "N° de téléphone",
            "telefone",
            "Celular",
            "numero",
            "telefono",
            "Cellulare",
            "电话",
            "手机",
            "電話",
            "手机号码",
            "携帯電話",
            "전화번호",
            "Телефон",
            "Номер телефона",
            "фон",
            "फ़ोन",
            "फोन नंबर",
            "هاتف",
            "رقم الهاتف",
            "telefoon",
            "puhelin",
            "Puhelinnumero",
            "Điện thoại",
            "โทรศัพท์",
            "Τηλέφωνο",
            "טלפון",
            "Telefon numarası",
            "No HP",
            "Nr telefonu",
        ] {
            assert!(phone_header(header).is_some(), "{header}");
        }
    }

    #[test]
    fn a_clear_phone_header_beats_one_that_only_mentions_a_phone() {
        for (header, expected) in [
            ("Mobile", Some(PhoneHeader::Exact)),
            ("Home phone", Some(PhoneHeader::Part)),
            ("Phone (evening)", Some(PhoneHeader::Part)),
            ("Phone type", Some(PhoneHeader::Perhaps)),
            ("Phone number with country code", Some(PhoneHeader::Perhaps)),
            ("Number", Some(PhoneHeader::Perhaps)),
            ("Hotel", None),
            ("Cancelled", None),
            ("Comment", None),
            ("", None),
        ] {
            assert_eq!(phone_header(header), expected, "{header:?}");
        }
    }

    #[test]
    fn name_headers_are_known_in_many_languages() {
        for (header, expected) in [
            ("Name", Some(NameHeader::Either)),
            ("Full Name", Some(NameHeader::Full)),
            ("Contact name", Some(NameHeader::Full)),
            ("FirstName", Some(NameHeader::First)),
            ("Vorname", Some(NameHeader::First)),
            ("Prénom", Some(NameHeader::First)),
            ("Surname", Some(NameHeader::Last)),
            ("Apellidos", Some(NameHeader::Last)),
            ("Фамилия", Some(NameHeader::Last)),
            ("姓名", Some(NameHeader::Full)),
            ("Company name", None),
            ("City", None),
        ] {
            assert_eq!(name_header(header), expected, "{header:?}");
        }
    }
}
