//! What is no phone number, though its digits could be dialled as one: dates, times, amounts,
//! bank accounts, postcodes, addresses of computers and of places.
//!
//! Many numbering plans have numbers of any length from five digits on, so that `12/20/2555` is a
//! number of Austria to a parser. How a text is punctuated says what it is; a text that could be
//! either is refused, because a row that is left out can be mended and a ring cannot.

use std::fmt;

use crate::text::fold;

/// What a text is in place of a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookalike {
    /// A day, or a day with a time.
    Date,
    /// A time of day.
    Time,
    /// A sum of money, or a number with decimals or thousands.
    Amount,
    /// An international bank account number.
    Iban,
    /// A postcode of the United States with its extension, `12345-6789`.
    Postcode,
    /// An Internet address such as `192.0.2.17`.
    InternetAddress,
    /// A latitude and a longitude.
    Coordinates,
}

impl Lookalike {
    /// What the text is, if it is anything but a phone number, in ASCII digits and trimmed.
    pub fn of(text: &str) -> Option<Self> {
        // `*31.12.1985`, `31.12.1985 (1)`: a mark before it, a note behind it.
        let text = text.trim_start_matches(['*', ' ']);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        if is_iban(text) {
            return Some(Self::Iban);
        }
        if let Some(before) = before_time(text) {
            return match before.trim_end_matches([' ', ',', 'T', 't']) {
                "" => Some(Self::Time),
                before => is_date(before).then_some(Self::Date),
            };
        }
        if is_time_with_stops(text) {
            return Some(Self::Time);
        }
        if is_date(text) || is_range_of_dates(text) || are_years(text) || holds_a_date(text) {
            return Some(Self::Date);
        }
        if text.contains('$') || is_amount(text) || has_currency(text) {
            return Some(Self::Amount);
        }
        if is_postcode(text) {
            return Some(Self::Postcode);
        }
        if is_internet_address(text) {
            return Some(Self::InternetAddress);
        }
        is_position(text).then_some(Self::Coordinates)
    }
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Date => "a date",
            Self::Time => "a time of day",
            Self::Amount => "an amount or a number with decimals",
            Self::Iban => "a bank account number (IBAN)",
            Self::Postcode => "a postcode",
            Self::InternetAddress => "an Internet address",
            Self::Coordinates => "a position on the map",
        })
    }
}

/// Whether the text is a day in any usual writing: `31.12.2024`, `12/31/24`, `2024-01-31`,
/// `31 Dec 2024`, `2024年1月31日`, `12/2024`.
fn is_date(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',', ' ']);
    if text.chars().any(char::is_alphabetic) {
        return is_date_in_words(text);
    }
    let groups: Vec<&str> = text.split(['.', '/', '-', ' ']).collect();
    let groups: Vec<&str> = groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .collect();
    let separator = |c: &char| matches!(c, '.' | '/' | '-');
    let mut separators = text.chars().filter(separator);
    let first = separators.next();
    if separators.any(|c| Some(c) != first) || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let Some(numbers) = numbers(&groups) else {
        return false;
    };
    match (&groups[..], &numbers[..]) {
        ([a, b, c], &[x, y, z]) => match (a.len(), b.len(), c.len()) {
            (1..=2, 1..=2, 4) => is_year(z) && is_day_and_month(x, y),
            (4, 1..=2, 1..=2) => is_year(x) && is_day_and_month(y, z),
            (1..=2, 1..=2, 2) => {
                first.is_some() && (is_day_and_month(x, y) || is_day_and_month(y, z))
            }
            _ => false,
        },
        ([a, b], &[x, y]) => {
            let is_month = |month: u32| (1..=12).contains(&month);
            let is_near = |year: u32| (1900..=2099).contains(&year);
            first.is_some()
                && match (a.len(), b.len()) {
                    (1..=2, 4) => is_month(x) && is_near(y),
                    (4, 2) => is_near(x) && is_month(y),
                    _ => false,
                }
        }
        _ => false,
    }
}

/// `16.08.-01.09.2015`, `03/2015 - 03/2016`, `24/12-05/01`, `24.12/05.01`.
fn is_range_of_dates(text: &str) -> bool {
    let mut cuts = text.match_indices(['-', '/']);
    cuts.any(|(cut, _)| {
        let (from, to) = (text[..cut].trim(), text[cut + 1..].trim());
        let part = |text: &str| -> Option<Vec<u32>> {
            let text = text.trim_end_matches('.');
            let groups: Vec<&str> = text.split(['.', '/']).collect();
            groups
                .iter()
                .all(|group| group.len() <= 2)
                .then(|| numbers(&groups))?
        };
        let is_day =
            |text: &str| matches!(part(text).as_deref(), Some([a, b]) if is_day_and_month(*a, *b));
        let is_month = |text: &str| matches!(part(text).as_deref(), Some([1..=12, 0..=99]));
        let starts =
            is_date(from) || is_day(from) || matches!(part(from).as_deref(), Some([1..=31]));
        is_date(to) && starts || (is_day(to) || is_month(to)) && (is_day(from) || is_month(from))
    })
}

/// A day with its year among the words of a text: `31/12/24 14.30`, `1 31.12.1985`.
fn holds_a_date(text: &str) -> bool {
    let mut words = text.split([' ', '(', ')']).filter(|word| !word.is_empty());
    let is_whole_date = |word: &str| {
        let separators = word.matches(['.', '/']).count();
        separators >= 2 && is_date(word)
    };
    text.contains(' ') && !text.starts_with('+') && words.any(is_whole_date)
}

/// `2023/2024`, `2019/2020/2021`, `2023/24`.
fn are_years(text: &str) -> bool {
    let groups: Vec<&str> = text.split(['/', '-']).map(str::trim).collect();
    let (Some(years), false) = (numbers(&groups), groups.len() < 2) else {
        return false;
    };
    let is_near = |year: &u32| (1900..=2099).contains(year);
    let all_in_full = groups.iter().all(|group| group.len() == 4) && years.iter().all(is_near);
    let is_short = matches!((&groups[..], &years[..]), ([a, b], [first, second])
        if a.len() == 4 && b.len() == 2 && is_near(first) && (first + 1) % 100 == *second);
    let is_apart = text.contains('/') || text.contains(" - ");
    is_apart && (all_in_full || is_short)
}

/// `08.00 - 12.00`, `09.00/17.00`, `0800 - 1700`, `14-30-00`: hours without a colon.
fn is_time_with_stops(text: &str) -> bool {
    let time = |word: &str| {
        let (hour, minute) = match word.split_once('.') {
            Some((hour, minute)) => (hour, minute),
            None if word.len() == 4 && word.is_ascii() => word.split_at(2),
            None => return false,
        };
        let fits = |text: &str, most: u32| text.parse::<u32>().is_ok_and(|value| value <= most);
        let quarter = minute.parse::<u32>().is_ok_and(|minute| minute % 5 == 0);
        (1..=2).contains(&hour.len())
            && minute.len() == 2
            && fits(hour, 24)
            && fits(minute, 59)
            && quarter
    };
    let parts: Vec<&str> = text.split(['-', '/']).map(str::trim).collect();
    match parts[..] {
        [from, to] => {
            let has_stops = from.contains('.') && to.contains('.');
            (has_stops || text.contains(" - ")) && time(from) && time(to)
        }
        [hour, minute, "00"] => {
            text.matches('-').count() == 2
                && hour.len() == 2
                && minute.len() == 2
                && time(&format!("{hour}.{minute}"))
        }
        _ => false,
    }
}

fn numbers(groups: &[&str]) -> Option<Vec<u32>> {
    let read = |group: &&str| {
        let is_number = group.len() <= 4 && group.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| group.parse().ok()).flatten()
    };
    groups.iter().map(read).collect()
}

/// Calendars of Buddhists and of the Islamic world included.
fn is_year(year: u32) -> bool {
    (1000..=2999).contains(&year)
}

fn is_day_and_month(a: u32, b: u32) -> bool {
    let fits = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    fits(a, b) || fits(b, a)
}

/// The months in languages of the West, folded: short and in full.
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "january", "february", "march", "april", "june", "july", "august", "september", "october",
    "november", "december", "januar", "februar", "marz", "mrz", "mai", "juni", "juli", "oktober",
    "okt", "dezember", "dez", "janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout",
    "septembre", "octobre", "novembre", "decembre", "janv", "fevr", "avr", "juil", "enero",
    "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "setiembre",
    "octubre", "noviembre", "diciembre", "ene", "abr", "ago", "dic", "janeiro", "fevereiro", "marco",
    "maio", "junho", "julho", "setembro", "outubro", "novembro", "dezembro", "fev", "out", "set",
    "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre",
    "novembre", "dicembre", "gen", "mag", "giu", "lug", "ott", "januari", "februari", "maart", "mei",
    "augustus", "augusti", "mrt", "maj", "juni", "marts", "stycznia", "lutego", "marca", "kwietnia",
    "maja", "czerwca", "lipca", "sierpnia", "wrzesnia", "pazdziernika", "listopada", "grudnia",
];
/// Words that stand in a date beside the month.
const IN_DATES: [&str; 9] = ["of", "de", "del", "the", "st", "nd", "rd", "th", "den"];

fn is_date_in_words(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(fold)
        .collect();
    let groups: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let Some(numbers) = numbers(&groups) else {
        return false;
    };
    if words
        .iter()
        .all(|word| matches!(word.as_str(), "年" | "月" | "日" | "년" | "월" | "일"))
    {
        return numbers.len() >= 2;
    }
    let is_month =
        |word: &String| word.len() <= 10 && MONTHS.iter().any(|month| word.starts_with(month));
    let beside = |word: &&String| !is_month(word) && !IN_DATES.contains(&word.as_str());
    let months = words.iter().filter(|word| is_month(word)).count();
    let is_day = |number: u32| (1..=31).contains(&number);
    let is_some_year = |number: u32| number < 100 || is_year(number);
    // A weekday may stand before the day.
    months == 1
        && words.iter().filter(beside).count() <= 1
        && match numbers[..] {
            [one] => is_day(one) || is_year(one),
            [a, b] => is_day(a) && is_some_year(b) || is_some_year(a) && is_day(b),
            _ => false,
        }
}

/// What stands before the first time of day.
fn before_time(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let colon = (1..bytes.len()).find(|&at| {
        bytes[at] == b':' && digit(at - 1) && digit(at + 1) && digit(at + 2) && !digit(at + 3)
    })?;
    let from = (0..colon).rev().take_while(|&at| digit(at)).last()?;
    (colon - from <= 2).then(|| &text[..from])
}

fn is_iban(text: &str) -> bool {
    let text = text.strip_prefix("IBAN").unwrap_or(text);
    let text = text.trim_start_matches([' ', ':']);
    let bytes: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && bytes[4..].iter().filter(|b| b.is_ascii_digit()).count() >= 6
}

/// Codes of money that stand before or behind an amount.
const CURRENCIES: [&str; 14] = [
    "eur", "euro", "euros", "usd", "gbp", "chf", "inr", "jpy", "cad", "aud", "sek", "nok", "dkk",
    "pln",
];

fn has_currency(text: &str) -> bool {
    let mut words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    words.any(|word| CURRENCIES.contains(&word.to_lowercase().as_str()))
}

/// Decimals behind a whole number, or thousands of fewer digits than a phone number has.
fn is_amount(text: &str) -> bool {
    if text.ends_with('%') {
        return true;
    }
    if !text.contains(['.', ',']) {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if let Some((whole, decimals)) = text.rsplit_once(['.', ',']) {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sign = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        let has_decimals = is_number(decimals) && decimals.len() <= 2;
        let are_zeros = decimals.bytes().all(|b| b == b'0');
        // A country code is written in groups with full stops too.
        let has_country = text.starts_with('+') && digits >= 9;
        let in_thousands = !has_country && groups_of_three(sign) > 1;
        if has_decimals && (sign.len() >= 4 && is_number(sign) || in_thousands) {
            return true;
        }
        // `030 123456.0`: the decimals of a spreadsheet behind a number in groups.
        if has_decimals && are_zeros && !whole.contains(['.', ',']) {
            return true;
        }
    }
    digits < 9 && !text.starts_with('0') && groups_of_three(text) > 1
}

/// How many groups the text has when it is written as thousands are, else 0.
fn groups_of_three(text: &str) -> usize {
    let separator = text.find(['.', ',', ' ']).map(|at| text.as_bytes()[at]);
    let Some(separator) = separator else { return 0 };
    let mut groups = text.split(char::from(separator));
    let first = groups.next().unwrap_or_default();
    let is_number = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if !(1..=3).contains(&first.len()) || !is_number(first) {
        return 0;
    }
    let mut count = 1;
    for group in groups {
        if group.len() != 3 || !is_number(group) {
            return 0;
        }
        count += 1;
    }
    count
}

/// The digits of a whole number that is written with commas, as a spreadsheet formats it:
/// `2,025,550,123`, or `2,02,55,50,123` in India.
pub(super) fn without_thousands(text: &str) -> Option<String> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let groups: Vec<&str> = number.split(',').collect();
    let [first, middle @ .., last] = &groups[..] else {
        return None;
    };
    let all = |size: usize| middle.iter().all(|group| group.len() == size);
    let is_number = number.bytes().all(|b| b.is_ascii_digit() || b == b',');
    let fits = is_number
        && !middle.is_empty()
        && last.len() == 3
        && (all(3) && (1..=3).contains(&first.len()) || all(2) && (1..=2).contains(&first.len()));
    fits.then(|| text.replace(',', ""))
}

fn is_postcode(text: &str) -> bool {
    text.split_once('-').is_some_and(|(zip, extension)| {
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        (zip.len(), extension.len()) == (5, 4)
            && is_number(zip)
            && is_number(extension)
            && !zip.starts_with('0')
    })
}

fn is_internet_address(text: &str) -> bool {
    let groups: Vec<&str> = text.split('.').collect();
    let is_part = |group: &&str| {
        let is_short =
            (1..=3).contains(&group.len()) && !(group.len() > 1 && group.starts_with('0'));
        is_short && group.parse::<u8>().is_ok()
    };
    // Eight digits in pairs are how several countries write a phone number.
    groups.len() == 4
        && !text.starts_with('+')
        && groups.iter().all(is_part)
        && groups.iter().any(|group| group.len() != 2)
        && text.bytes().filter(u8::is_ascii_digit).count() < 12
}

/// `45657.60416`, the day and time of a spreadsheet; `52.520008`, a latitude. A number with one full stop
/// begins with a zero, or its area code has three digits.
fn has_decimals(text: &str) -> bool {
    let Some((whole, decimals)) = text.split_once('.') else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_number(whole)
        && is_number(decimals)
        && !whole.starts_with('0')
        && decimals.len() >= 4
        && matches!(whole.len(), 1..=2 | 5)
}

fn is_position(text: &str) -> bool {
    if has_decimals(text) {
        return true;
    }
    let parts: Vec<&str> = text
        .split([',', ' ', ';'])
        .filter(|part| !part.is_empty())
        .collect();
    let is_degree = |part: &&str| {
        part.split_once('.').is_some_and(|(degrees, decimals)| {
            let degrees = degrees.strip_prefix('-').unwrap_or(degrees);
            (1..=3).contains(&degrees.len())
                && decimals.len() >= 3
                && degrees.parse::<u16>().is_ok_and(|degrees| degrees <= 180)
                && decimals.bytes().all(|b| b.is_ascii_digit())
        })
    };
    parts.len() == 2 && parts.iter().all(is_degree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_known_by_its_writing() {
        for (texts, expected) in [
            (
                &[
                    "12/20/2555",
                    "31.12.2024",
                    "31. 12. 2024",
                    "2024/01/31",
                    "2024-01-31",
                    "2024.1.31",
                    "1-2-1980",
                    "31.12.24",
                    "12/31/99",
                    "99-12-31",
                    "31 12 2024",
                    "31 Dec 2024",
                    "Dec 31, 2024",
                    "31st December 2024",
                    "31. Dezember 2024",
                    "31 de diciembre de 2024",
                    "Mon, 31 Dec 2024",
                    "2024年1月31日",
                    "31.12.2024 10:30",
                    "2024-01-31T10:30:00Z",
                    "12/31/2024 9:05 AM",
                    "2024-01-31 10:30:00.000",
                    "12/2024",
                    "2024-01",
                    "31/12/2024,",
                    "31-Dec-24",
                    "16.08.-01.09.2015",
                    "03/2015 - 03/2016",
                    "1.2.2024-3.2.2024",
                    "*31.12.1985",
                    "31.12.1985 (1)",
                    "1 31.12.1985",
                    "04.06.-07.06",
                    "03.07 - 10.07",
                    "24/12-05/01",
                    "24.12/05.01",
                    "12/24-01/25",
                    "31.12./01.01.2025",
                    "31/12/24 14.30",
                    "1/2/24 9.00",
                    "2023/2024",
                    "2023 - 2025",
                    "2019/2020/2021",
                    "2023/24",
                ][..],
                Lookalike::Date,
            ),
            (
                &[
                    "10:30",
                    "9:05:00",
                    "10:30 PM",
                    "23:59 Uhr",
                    "08:30-17:00",
                    "08.00 - 12.00",
                    "8.30 - 17.00",
                    "09.00/17.00",
                    "0800 - 1700",
                    "14-30-00",
                ][..],
                Lookalike::Time,
            ),
            (
                &[
                    "1234.50",
                    "5139000.50",
                    "1,234,567.89",
                    "1.234.567,89",
                    "1,234,567",
                    "$5139000",
                    "5.139.000",
                    "$ 5.139.000",
                    "5139000 EUR",
                    "030 123456.0",
                    "12025550123.00",
                    "50%",
                ][..],
                Lookalike::Amount,
            ),
            (
                &["DE89 3704 0044 0532 0130 00", "IBAN: AT611904300234573201"][..],
                Lookalike::Iban,
            ),
            (&["12345-6789"][..], Lookalike::Postcode),
            (
                &["192.0.2.17", "198.51.100.4"][..],
                Lookalike::InternetAddress,
            ),
            (
                &[
                    "52.5200, 13.4050",
                    "52.520008",
                    "45657.60416",
                    "-33.8688 151.2093",
                ][..],
                Lookalike::Coordinates,
            ),
        ] {
            for text in texts {
                assert_eq!(Lookalike::of(text), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn phone_numbers_are_taken_for_nothing_else() {
        for text in [
            "2025550123",
            "202-555-0123",
            "(202) 555-0123",
            "202.555.0123",
            "01.23.45.67.89",
            "12.34.56.78",
            "12 34 56 78",
            "21 23 45 67",
            "030/23125100",
            "0664/1234567",
            "01 5139000",
            "030 23125-10",
            "2.025.550.123",
            "2,025,550,123",
            "06-12-34-56-78",
            "8 301 123-45-67",
            "020 7946 0018",
            "02134-1234",
            "22 10 20 24",
            "+49 30 123456",
            "1-800-FLOWERS",
            "202-555-0123 (mar)",
            "1-800-GOT-JUNI",
            "08 12 34 56",
            "032 123 45 67",
            "20240131",
            "911-12-3456",
            "06.12345678",
            "202.5550123",
            "12.34-56.78",
            "2123-4500",
            "+92.800.123.45",
            "+61.147.101.234",
        ] {
            assert_eq!(Lookalike::of(text), None, "{text}");
        }
    }
}
