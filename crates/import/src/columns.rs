//! Which column holds the phone number, which the name, and where the header is.
//!
//! A header that says phone number wins over content, so that a column of account numbers is not
//! dialled because the phone column is damaged. Among several such headers the clearest wins,
//! then the one with more valid numbers, then the first. Only without any such header the values
//! decide.

mod choice;
mod header;
mod names;
mod wishes;

use std::cmp::Reverse;
use std::collections::HashSet;

use ringonce_domain::number::{Lookalike, Number};
use ringonce_domain::text::fold;

pub(crate) use self::choice::Choice;
use self::header::{HEADER_WITHIN, is_word, known};
pub(crate) use self::wishes::Wishes;
use self::wishes::{Asked, find_title};
use crate::headers::{self, NameHeader, PhoneHeader};
use crate::marks::Says;
use crate::records::{Fault, Record, Records};
use crate::{ImportError, Limits, Use, country, excel, guard, titles};

/// Values of a column that people see, and how much of each.
const VALUES: usize = 3;
const VALUE_CHARS: usize = 80;
/// Percent of valid numbers that make a column one of phone numbers.
const VALID: usize = 60;
/// Percent of values that look like numbers without a country code, where no region is known.
const PLAUSIBLE: usize = 80;

/// Decides by the first rows of a file.
pub(crate) fn choose(
    sample: &Records,
    wishes: Wishes<'_>,
    limits: &Limits,
) -> Result<Choice, ImportError> {
    let rows: Vec<Record<'_>> = sample.iter().collect();
    match rows.first() {
        None => return Err(ImportError::Empty),
        Some(row) if matches!(row.fault, Some(Fault::TooManyFields(_))) => {
            return Err(ImportError::TooManyColumns {
                limit: limits.columns,
            });
        }
        Some(_) => {}
    }
    let width = rows.iter().map(filled_width).max().unwrap_or(1).max(1);
    let mut survey = Survey {
        rows: &rows,
        width,
        wishes,
        header: None,
        ours: None,
    };
    survey.ours = survey.find_ours();
    survey.header = match survey.ours {
        Some(ours) => Some(ours.row),
        None => survey
            .find_header()?
            .or_else(|| survey.words_above_numbers()),
    };
    let (phones, sure, mut notes) = survey.phone_columns(limits)?;
    let is_open = survey.header.is_none() && wishes.header.is_none();
    if is_open && survey.begins_with_a_title(phones[0]) {
        survey.header = Some(0);
    }
    let titles = survey.titles(limits);
    let asked = survey.asked(&titles)?;
    let names = survey.name_columns(&phones, &asked);
    let is_taken = |column: usize| phones.contains(&column) || names.contains(&column);
    let zone = survey.zone_column(&titles, &asked, is_taken)?;
    let country = survey.single(Use::Country, "country", &titles, &asked, |column| {
        !is_taken(column) && survey.holds_countries(column)
    })?;
    let area_code = survey.single(Use::AreaCode, "area code", &titles, &asked, |column| {
        !is_taken(column) && Some(column) != country && survey.holds_area_codes(column, phones[0])
    })?;
    let marks = survey.marks(&asked, is_taken);
    let leave_out = wishes.leave_out.iter().map(|rule| {
        Ok((
            find_title(&titles, width, &rule.column)?,
            fold(rule.value.trim()),
        ))
    });
    let leave_out = leave_out.collect::<Result<_, ImportError>>()?;
    let ignored = asked.columns(Use::Ignored);
    let values = (0..width).map(|column| survey.values(column)).collect();
    notes.extend(survey.note_on_header(&titles[phones[0]]));
    notes.extend(note_on_marks(&marks, &titles));
    notes.extend(survey.note_on_hidden_rows());
    let skip = survey.header.map_or(0, |header| header + 1);
    Ok(Choice {
        header: survey.header.map(|header| rows[header].line),
        first_lines: survey.first_lines(),
        titles,
        width,
        phones,
        names,
        zone,
        country,
        area_code,
        marks,
        leave_out,
        marked: wishes.marked,
        ignored,
        is_ours: survey.ours.is_some(),
        values,
        skip,
        sure,
        notes,
    })
}

/// How many rows of a list in one column come before its data: its header and what is above.
pub(crate) fn header_rows(sample: &Records, wishes: Wishes<'_>) -> Result<usize, ImportError> {
    let rows: Vec<Record<'_>> = sample.iter().collect();
    let survey = Survey {
        rows: &rows,
        width: 1,
        wishes,
        header: None,
        ours: None,
    };
    let may_say_phone = |header: &usize| headers::phone_header(rows[*header].get(0)).is_some();
    let words = || survey.words_above_numbers().filter(may_say_phone);
    let header = survey.find_header()?.or_else(words);
    Ok(header.map_or(0, |header| header + 1))
}

/// Whether most rows hold words, and not only a number.
pub(crate) fn has_words(sample: &Records) -> bool {
    let has_words = |row: &Record<'_>| row.get(0).chars().filter(|c| c.is_alphabetic()).count() > 3;
    sample.iter().filter(has_words).count() * 2 > sample.len()
}

/// The first rows, looked at column by column.
struct Survey<'a> {
    rows: &'a [Record<'a>],
    width: usize,
    wishes: Wishes<'a>,
    header: Option<usize>,
    /// The header of a file that Ringonce wrote.
    ours: Option<Ours>,
}

/// The header of a file that Ringonce wrote, which says what each column is for.
#[derive(Clone, Copy, Debug)]
struct Ours {
    row: usize,
    holds_contacts: bool,
}

/// How many of a column's values are valid or look like phone numbers, in percent of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shares {
    valid: usize,
    plausible: usize,
}

impl<'a> Survey<'a> {
    fn data(&self) -> impl Iterator<Item = &Record<'a>> {
        let from = self.header.map_or(0, |header| header + 1);
        self.rows[from..]
            .iter()
            .filter(|row| row.fault.is_none() && !row.is_blank() && !row.hidden)
    }

    fn header_cell(&self, column: usize) -> &'a str {
        self.header_says(column).0
    }

    /// The title of a column, and its use where the header says it.
    fn header_says(&self, column: usize) -> (&'a str, Option<Use>) {
        let cell = self
            .header
            .map_or("", |header| self.rows[header].get(column));
        match self.ours {
            Some(ours) => titles::read(guard::restored(cell.trim()), ours.holds_contacts),
            None => (cell.trim(), None),
        }
    }

    /// Whether a column of a file that Ringonce wrote is none of the list's.
    fn is_ours(&self, column: usize) -> bool {
        let ours = self
            .ours
            .map(|ours| (ours, self.rows[ours.row].get(column)));
        ours.is_some_and(|(ours, cell)| titles::is_ours(cell.trim(), ours.holds_contacts))
    }

    fn find_ours(&self) -> Option<Ours> {
        let near_top = self.rows.iter().take(HEADER_WITHIN);
        let row = near_top
            .clone()
            .position(|row| titles::are_ours(row.fields()))?;
        let holds_contacts = self.rows[row]
            .fields()
            .any(|cell| cell.trim() == titles::STATE);
        Some(Ours {
            row,
            holds_contacts,
        })
    }

    /// What the header of a file of ours says, where the caller says nothing else.
    fn said(&self) -> impl Iterator<Item = (usize, Use)> {
        let says = |column| Some((column, self.header_says(column).1?));
        let is_open = |use_: Use| self.wishes.named(use_).next().is_none();
        (0..self.width)
            .filter_map(says)
            .filter(move |(_, use_)| matches!(use_, Use::Metadata | Use::Ignored) || is_open(*use_))
    }

    fn note_on_hidden_rows(&self) -> Option<String> {
        let from = self.header.map_or(0, |header| header + 1);
        let rows = &self.rows[from..];
        let hidden = rows.iter().filter(|row| row.hidden && !row.is_blank());
        let hidden = hidden.count();
        (hidden > 0).then(|| {
            format!(
                "Rows that are hidden in the spreadsheet are left out: {hidden} of the first {}. \
                 Include hidden rows if these people are to be called too.",
                rows.len()
            )
        })
    }

    fn note_on_header(&self, phone: &str) -> Option<String> {
        match self.header {
            None if self.width > 1 && self.wishes.header.is_none() => Some(format!(
                "No header was found: the first row was read as data, and the phone numbers were \
                 taken from {phone}."
            )),
            Some(header) if header > 0 => Some(format!(
                "The header was found in line {}; what stands above it was passed over.",
                self.rows[header].line
            )),
            Some(header) if known(&self.rows[header]) == 0 && self.wishes.header.is_none() => {
                let cells: Vec<&str> = self.rows[header].fields().map(str::trim).collect();
                Some(format!(
                    "The first row was read as the header, not as a contact: {}.",
                    cells.join(", ")
                ))
            }
            _ => None,
        }
    }

    /// Without a known header: the first row is one when it has words where the numbers are.
    fn begins_with_a_title(&self, phone: usize) -> bool {
        self.rows.len() > 1 && is_word(self.rows[0].get(phone))
    }

    /// The columns of phone numbers in the order in which a good number is looked for, and whether a
    /// header named the first.
    fn phone_columns(
        &self,
        limits: &Limits,
    ) -> Result<(Vec<usize>, bool, Vec<String>), ImportError> {
        let titles = match self.header {
            Some(_) => self.titles(limits),
            None => self.likely_titles(limits),
        };
        let wished: Vec<usize> = self
            .wishes
            .named(Use::Phone)
            .map(|wish| find_title(&titles, self.width, wish))
            .collect::<Result<_, _>>()?;
        if !wished.is_empty() {
            return Ok((wished, true, Vec::new()));
        }
        let said: Vec<usize> = self
            .said()
            .filter(|(_, use_)| *use_ == Use::Phone)
            .map(|(column, _)| column)
            .collect();
        if !said.is_empty() {
            return Ok((said, true, Vec::new()));
        }
        // What was asked to be something else is no candidate. Without a header nobody could name
        // it but by its place, which titles tell as well.
        let elsewhere = self.asked(&self.titles(limits)).unwrap_or_default();
        let is_free = |column: &usize| elsewhere.use_of(*column).is_none();
        let shares: Vec<Shares> = (0..self.width).map(|column| self.shares(column)).collect();
        let header_of = |column: usize| headers::phone_header(self.header_cell(column));
        let is_own = |column: usize| !headers::is_of_another(self.header_cell(column));
        let named: Vec<usize> = (0..self.width)
            .filter(|&c| header_of(c) >= Some(PhoneHeader::Part) || self.says_which(c))
            .filter(is_free)
            .collect();
        let rank = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            (
                valid + plausible > 0,
                is_own(column),
                header_of(column),
                Reverse(column),
            )
        };
        if let Some(best) = named.iter().copied().max_by_key(rank) {
            let mut others: Vec<usize> = named.iter().copied().filter(|&c| c != best).collect();
            others.sort_by_key(|&column| (Reverse(header_of(column)), column));
            let (next, left): (Vec<usize>, Vec<usize>) = others
                .into_iter()
                .partition(|&column| is_own(column) || !is_own(best));
            let phones: Vec<usize> = [best].into_iter().chain(next).collect();
            let notes = note_on_phones(&phones, &left, &titles);
            return Ok((phones, shares[best] != Shares::default(), notes));
        }
        let holds_numbers = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            valid >= VALID || (valid == 0 && plausible >= PLAUSIBLE)
        };
        (0..self.width)
            .filter(is_free)
            .filter(holds_numbers)
            .max_by_key(|&column| {
                (
                    !headers::is_of_another(&titles[column]),
                    shares[column].valid,
                    header_of(column),
                    shares[column].plausible,
                    Reverse(column),
                )
            })
            .map(|best| (vec![best], false, Vec::new()))
            .ok_or_else(|| ImportError::NoPhoneColumn {
                columns: titles[..self.width].to_vec(),
            })
    }

    /// A header such as `Home` or `Work`, over values of which half are phone numbers.
    fn says_which(&self, column: usize) -> bool {
        if !headers::says_which_number(self.header_cell(column)) {
            return false;
        }
        let (mut filled, mut valid) = (0, 0);
        for value in self.filled(column) {
            filled += 1;
            valid += usize::from(self.is_valid(value));
        }
        filled > 0 && valid * 2 >= filled
    }

    /// What a person would take for the headers.
    fn likely_titles(&self, limits: &Limits) -> Vec<String> {
        let header = self.header.or_else(|| {
            let first = &self.rows[0];
            let is_word = |cell: &str| digits(cell) == 0 && !cell.trim().is_empty();
            first.fields().all(is_word).then_some(0)
        });
        Survey { header, ..*self }.titles(limits)[..self.width].to_vec()
    }

    fn shares(&self, column: usize) -> Shares {
        let (mut rows, mut valid, mut plausible) = (0, 0, 0);
        for row in self.data() {
            rows += 1;
            let value = row.get(column);
            if looks_like_a_number(value) {
                plausible += 1;
                valid += usize::from(self.is_valid(value));
            }
        }
        let percent = |count: usize| (count * 100).checked_div(rows).unwrap_or(0);
        Shares {
            valid: percent(valid),
            plausible: percent(plausible),
        }
    }

    fn is_valid(&self, value: &str) -> bool {
        digits(value) >= 5
            && excel::repair(value)
                .is_ok_and(|text| Number::read(&text, self.wishes.region).is_ok())
    }

    /// The columns of which the caller says what they are for.
    fn asked(&self, titles: &[String]) -> Result<Asked, ImportError> {
        let find =
            |(wish, use_): &(String, Use)| Ok((find_title(titles, self.width, wish)?, *use_));
        let asked: Result<Vec<_>, ImportError> = self.wishes.uses.iter().map(find).collect();
        let mut asked = Asked(asked?);
        for (column, use_) in self.said() {
            if asked.use_of(column).is_none() {
                asked.0.push((column, use_));
            }
        }
        Ok(asked)
    }

    /// The one column that was asked for as this, else the first whose header and values say so.
    fn single(
        &self,
        wanted: Use,
        what: &'static str,
        titles: &[String],
        asked: &Asked,
        says: impl Fn(usize) -> bool,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(wish) = self.wishes.only(wanted, what)? {
            return find_title(titles, self.width, wish).map(Some);
        }
        let is_free = |column: &usize| asked.use_of(*column).is_none();
        Ok((0..self.width).filter(is_free).find(|column| says(*column)))
    }

    /// A header that says country and no value that is none.
    fn holds_countries(&self, column: usize) -> bool {
        let says = headers::says_country(self.header_cell(column));
        let mut values = self.filled(column).peekable();
        says && values.peek().is_some() && values.all(|value| country::read(value).is_some())
    }

    /// A header that says area code, and numbers of the other column that lack one.
    fn holds_area_codes(&self, column: usize, phone: usize) -> bool {
        let says = headers::says_area_code(self.header_cell(column));
        let mut values = self.filled(column).peekable();
        let is_short = |value: &str| {
            digits(value) <= 6
                && value
                    .chars()
                    .all(|c| c.is_ascii_digit() || "+ ()-".contains(c))
        };
        let lacks_one = |row: &Record<'_>| !row.get(phone).trim_start().starts_with(['+', '0']);
        says && values.peek().is_some() && values.all(is_short) && self.data().any(lacks_one)
    }

    fn filled(&self, column: usize) -> impl Iterator<Item = &str> {
        self.data()
            .map(move |row| row.get(column).trim())
            .filter(|value| !value.is_empty())
    }

    /// The columns that say which rows are not to be called.
    fn marks(&self, asked: &Asked, is_taken: impl Fn(usize) -> bool) -> Vec<(usize, Says)> {
        let says = |column: usize| {
            let found = Says::of(self.header_cell(column));
            match asked.use_of(column) {
                Some(Use::DoNotCall) => Some(found.unwrap_or(Says::DoNotCall)),
                Some(_) => None,
                None => found.filter(|_| !is_taken(column) && !self.wishes.marked),
            }
        };
        let columns = 0..self.width;
        columns
            .filter_map(|column| says(column).map(|says| (column, says)))
            .collect()
    }

    fn zone_column(
        &self,
        titles: &[String],
        asked: &Asked,
        is_taken: impl Fn(usize) -> bool,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(wish) = self.wishes.only(Use::Zone, "time zone")? {
            return find_title(titles, self.width, wish).map(Some);
        }
        if let Some(zone) = asked.columns(Use::Zone).first() {
            return Ok(Some(*zone));
        }
        let says_zone = |column: &usize| {
            let is_free = asked.use_of(*column).is_none() && !is_taken(*column);
            is_free && titles::says_zone(&titles[*column])
        };
        Ok((0..self.width).find(says_zone))
    }

    /// The first values of a column that differ, for people to know it by.
    fn values(&self, column: usize) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for row in self.data() {
            let value = row.get(column).trim();
            let shown: String = value
                .chars()
                .take(VALUE_CHARS)
                .filter(|c| *c != '\0')
                .collect();
            if !shown.is_empty() && !values.contains(&shown) {
                values.push(shown);
            }
            if values.len() == VALUES {
                break;
            }
        }
        values
    }

    fn name_columns(&self, phones: &[usize], asked: &Asked) -> Vec<usize> {
        let wished = asked.columns(Use::Name);
        if !wished.is_empty() {
            return if asked.follows_the_file(self.width) {
                self.first_before_last(&wished)
            } else {
                wished
            };
        }
        let is_free = |column: usize| !phones.contains(&column) && asked.use_of(column).is_none();
        if self.header.is_none() {
            let is_name = |&column: &usize| is_free(column) && self.holds_names(column);
            return (0..self.width).find(is_name).into_iter().collect();
        }
        let says = |role: NameHeader| {
            (0..self.width).find(|&column| {
                is_free(column) && headers::name_header(self.header_cell(column)) == Some(role)
            })
        };
        let (mut full, either) = (says(NameHeader::Full), says(NameHeader::Either));
        // A `name` that holds the `first name` beside it is no half of a name.
        let halves = [says(NameHeader::First), says(NameHeader::Last)];
        if halves
            .iter()
            .flatten()
            .any(|half| self.holds(either, *half))
        {
            full = full.or(either);
        }
        let parts = match (says(NameHeader::First), says(NameHeader::Last)) {
            (Some(first), Some(last)) if full.is_none() && either.is_none() => {
                [Some(first), Some(last)]
            }
            (Some(first), None) if full.is_none() => [Some(first), either],
            (None, Some(last)) if full.is_none() => [either, Some(last)],
            _ => [full.or(either), None],
        };
        parts.into_iter().flatten().collect()
    }

    /// A unique title for every column that a row may have.
    fn titles(&self, limits: &Limits) -> Vec<String> {
        let mut taken = HashSet::new();
        let headers: HashSet<&str> = (0..self.width)
            .map(|column| self.header_cell(column))
            .collect();
        // A title that the list shares with a column of ours is the list's.
        let all = 0..limits.columns.max(self.width);
        let (ours, lists): (Vec<usize>, Vec<usize>) = all.partition(|column| self.is_ours(*column));
        let mut titles = vec![String::new(); ours.len() + lists.len()];
        for column in lists.into_iter().chain(ours) {
            let header = if column < self.width {
                self.header_cell(column)
            } else {
                ""
            };
            let title = if header.is_empty() {
                format!("column_{}", column + 1)
            } else {
                header.to_owned()
            };
            titles[column] = unique(&title, |name| {
                !taken.contains(name) && (name == header || !headers.contains(name))
            });
            taken.insert(titles[column].clone());
        }
        titles
    }
}

fn note_on_phones(phones: &[usize], left: &[usize], titles: &[String]) -> Vec<String> {
    let names = |columns: &[usize]| {
        let quoted: Vec<String> = columns
            .iter()
            .map(|&c| format!("{:?}", titles[c]))
            .collect();
        quoted.join(", ")
    };
    let mut notes = Vec::new();
    if let [first, others @ ..] = phones
        && !others.is_empty()
    {
        notes.push(format!(
            "The phone numbers are taken from {:?}; where it holds no good number, from {}. The other \
             numbers are kept.",
            titles[*first],
            names(others)
        ));
    }
    if !left.is_empty() {
        notes.push(format!(
            "{} may belong to another person or to a machine; no number is taken from there unless you \
             choose so.",
            names(left)
        ));
    }
    notes
}

fn note_on_marks(marks: &[(usize, Says)], titles: &[String]) -> Option<String> {
    let names: Vec<String> = marks
        .iter()
        .map(|(c, _)| format!("{:?}", titles[*c]))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "Rows that {} marks as not to be called are left out.",
            names.join(" or ")
        )
    })
}

/// The title, with a number behind it if it is not free.
pub(crate) fn unique(title: &str, is_free: impl Fn(&str) -> bool) -> String {
    let mut unique = title.to_owned();
    let mut count = 1;
    while !is_free(&unique) {
        count += 1;
        unique = format!("{title}_{count}");
    }
    unique
}

/// Fields up to the last that is not empty.
fn filled_width(row: &Record<'_>) -> usize {
    let is_filled = |&field: &usize| !row.get(field).trim().is_empty();
    let fields = if row.fault.is_none() { row.len() } else { 0 };
    (0..fields).rev().find(is_filled).map_or(0, |last| last + 1)
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// Seven to fifteen digits (more with an extension), and nothing that no phone number has.
fn looks_like_a_number(value: &str) -> bool {
    let Ok(text) = excel::repair(value) else {
        return false;
    };
    let fits = |c: char| {
        c.is_numeric() || c.is_whitespace() || "+-()./–‐‑,#extEXT".contains(c) || c == '\u{202a}'
    };
    (7..=20).contains(&digits(&text)) && text.chars().all(fits) && Lookalike::of(&text).is_none()
}
