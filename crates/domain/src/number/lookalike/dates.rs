//! Dates and times of day, alone, as ranges and combined.

use crate::text::fold;

/// Whether the text is a day in any usual writing: `31.12.2024`, `12/31/24`, `2024-01-31`,
/// `31 Dec 2024`, `2024年1月31日`, `12/2024`.
pub(super) fn is_date(text: &str) -> bool {
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
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    match (&lengths[..], &numbers[..]) {
        ([1..=2, 1..=2, 4], &[x, y, year]) | ([4, 1..=2, 1..=2], &[year, x, y]) => {
            is_year(year) && is_day_and_month(x, y)
        }
        ([1..=2, 1..=2, 2], &[x, y, z]) => {
            first.is_some() && (is_day_and_month(x, y) || is_day_and_month(y, z))
        }
        ([1..=2, 4], &[month, year]) | ([4, 2], &[year, month]) => {
            first.is_some() && (1..=12).contains(&month) && (1900..=2099).contains(&year)
        }
        _ => false,
    }
}

/// `16.08.-01.09.2015`, `03/2015 - 03/2016`, `24/12-05/01`, `24.12/05.01`.
pub(super) fn is_range_of_dates(text: &str) -> bool {
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

/// Whether one of the words is a day with its year: `31/12/24 14.30`, `1 31.12.1985`.
pub(super) fn holds_a_date(text: &str) -> bool {
    let mut words = text.split([' ', '(', ')']).filter(|word| !word.is_empty());
    let is_whole_date = |word: &str| {
        let separators = word.matches(['.', '/']).count();
        separators >= 2 && is_date(word)
    };
    text.contains(' ') && !text.starts_with('+') && words.any(is_whole_date)
}

/// `2023/2024`, `2019/2020/2021`, `2023/24`.
pub(super) fn are_years(text: &str) -> bool {
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
pub(super) fn is_time_with_stops(text: &str) -> bool {
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

/// Includes the Buddhist and the Islamic calendars.
fn is_year(year: u32) -> bool {
    (1000..=2999).contains(&year)
}

fn is_day_and_month(a: u32, b: u32) -> bool {
    let fits = |day: u32, month: u32| (1..=31).contains(&day) && (1..=12).contains(&month);
    fits(a, b) || fits(b, a)
}

/// The months in western languages, folded: short and in full.
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
/// Words that accompany the month in a date.
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

/// The text before the first time of day.
pub(super) fn before_time(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let colon = (1..bytes.len()).find(|&at| {
        bytes[at] == b':' && digit(at - 1) && digit(at + 1) && digit(at + 2) && !digit(at + 3)
    })?;
    let from = (0..colon).rev().take_while(|&at| digit(at)).last()?;
    (colon - from <= 2).then(|| &text[..from])
}

#[cfg(test)]
mod tests {
    use super::super::Lookalike;

    #[test]
    fn days_and_ranges_of_days_are_known_in_every_writing() {
        for text in [
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
        ] {
            assert_eq!(Lookalike::of(text), Some(Lookalike::Date), "{text}");
        }
    }

    #[test]
    fn times_of_day_are_known_with_colons_stops_and_without() {
        for text in [
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
        ] {
            assert_eq!(Lookalike::of(text), Some(Lookalike::Time), "{text}");
        }
    }
}
