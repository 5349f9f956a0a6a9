//! Which column holds the phone number, which the name, and where the header is.
//!
//! A header that says phone number wins over content, so that a column of account numbers is not
//! dialled because the phone column is damaged. Among several such headers the clearest wins,
//! then the one with more valid numbers, then the first. Only without any such header the values
//! decide.

use std::cmp::Reverse;
use std::collections::HashSet;

use ringonce_domain::number::{Number, Region};

use crate::headers::{self, NameHeader, PhoneHeader};
use crate::records::{Fault, Record, Records};
use crate::{Columns, ImportError, Limits, excel};

/// Rows among which a header is looked for; titles and dates may stand above it.
const HEADER_WITHIN: usize = 10;
/// Percent of valid numbers that make a column one of phone numbers.
const VALID: usize = 60;
/// Percent of values that look like numbers without a country code, where no region is known.
const PLAUSIBLE: usize = 80;

/// What the caller wants to decide.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes<'a> {
    pub(crate) region: Option<Region>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) names: Option<&'a [String]>,
}

/// The use of the columns of a file.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Name of every column that a row may have, unique.
    pub(crate) titles: Vec<String>,
    /// How many of them the file has.
    pub(crate) width: usize,
    pub(crate) phone: usize,
    pub(crate) names: Vec<usize>,
    /// How many rows of the sample come before the data, the header included.
    pub(crate) skip: usize,
    /// Whether a header named the phone column and its values do not contradict.
    pub(crate) sure: bool,
    pub(crate) notes: Vec<String>,
}

impl Choice {
    pub(crate) fn columns(&self) -> Columns {
        let title = |column: usize| self.titles[column].clone();
        let is_used = |column: &usize| *column == self.phone || self.names.contains(column);
        Columns {
            phone: title(self.phone),
            name: self.names.iter().copied().map(title).collect(),
            metadata: (0..self.width)
                .filter(|column| !is_used(column))
                .map(title)
                .collect(),
        }
    }
}

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
    };
    survey.header = survey.find_header();
    let (phone, sure, mut notes) = survey.phone_column(limits)?;
    if survey.header.is_none() && survey.begins_with_a_title(phone) {
        survey.header = Some(0);
    }
    let titles = survey.titles(limits);
    let names = survey.name_columns(phone, &titles)?;
    notes.extend(survey.note_on_header(&titles[phone]));
    let skip = survey.header.map_or(0, |header| header + 1);
    Ok(Choice {
        titles,
        width,
        phone,
        names,
        skip,
        sure,
        notes,
    })
}

/// How many rows of a list in one column come before its data: its header and what is above.
pub(crate) fn header_rows(sample: &Records, wishes: Wishes<'_>) -> usize {
    let rows: Vec<Record<'_>> = sample.iter().collect();
    let survey = Survey {
        rows: &rows,
        width: 1,
        wishes,
        header: None,
    };
    survey.find_header().map_or(0, |header| header + 1)
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
            .filter(|row| row.fault.is_none() && !row.is_blank())
    }

    fn header_cell(&self, column: usize) -> &'a str {
        self.header
            .map_or("", |header| self.rows[header].get(column))
            .trim()
    }

    /// The row with the column that was asked for, else the first row that names a phone column,
    /// as long as no phone number comes before it.
    fn find_header(&self) -> Option<usize> {
        let near_top = self.rows.iter().take(HEADER_WITHIN);
        if let Some(wish) = self.wishes.phone {
            let named = |row: &Record<'_>| row.fields().any(|cell| same(cell, wish));
            if let Some(row) = near_top.clone().position(named) {
                return Some(row);
            }
        }
        let mut above_numbers = near_top
            .take_while(|row| !self.holds_a_number(row))
            .enumerate();
        above_numbers
            .find(|(index, row)| {
                let filled = row.fields().filter(|cell| !cell.trim().is_empty()).count();
                let is_title = *index > 0 && filled < 2 && self.width > 1;
                let says = |cell| headers::phone_header(cell) >= Some(PhoneHeader::Part);
                row.fault.is_none() && !is_title && row.fields().any(says)
            })
            .map(|(index, _)| index)
    }

    fn holds_a_number(&self, row: &Record<'_>) -> bool {
        row.fields().any(|cell| match self.wishes.region {
            Some(_) => self.is_valid(cell),
            None => self.is_valid(cell) || looks_like_a_number(cell),
        })
    }

    fn note_on_header(&self, phone: &str) -> Option<String> {
        match self.header {
            None if self.width > 1 => Some(format!(
                "No header was found: the first row was read as data, and the phone numbers were \
                 taken from {phone}."
            )),
            Some(header) if header > 0 => Some(format!(
                "The header was found in line {}; what stands above it was passed over.",
                self.rows[header].line
            )),
            _ => None,
        }
    }

    /// Without a known header: the first row is one when it has words where the numbers are.
    fn begins_with_a_title(&self, phone: usize) -> bool {
        let first = self.rows[0].get(phone).trim();
        self.rows.len() > 1
            && !first.is_empty()
            && digits(first) < 5
            && excel::repair(first).is_ok()
    }

    fn phone_column(&self, limits: &Limits) -> Result<(usize, bool, Vec<String>), ImportError> {
        if let Some(wish) = self.wishes.phone {
            let titles = match self.header {
                Some(_) => self.titles(limits),
                None => self.likely_titles(limits),
            };
            return Ok((find_title(&titles, self.width, wish)?, true, Vec::new()));
        }
        let shares: Vec<Shares> = (0..self.width).map(|column| self.shares(column)).collect();
        let header_of = |column: usize| headers::phone_header(self.header_cell(column));
        let named: Vec<usize> = (0..self.width)
            .filter(|&c| header_of(c) >= Some(PhoneHeader::Part))
            .collect();
        let rank = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            (
                valid + plausible > 0,
                header_of(column),
                valid.max(plausible / 2) / 10,
                Reverse(column),
            )
        };
        if let Some(best) = named.iter().copied().max_by_key(rank) {
            let notes = self.other_phone_columns(best, &named).into_iter().collect();
            return Ok((best, shares[best] != Shares::default(), notes));
        }
        let holds_numbers = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            valid >= VALID || (valid == 0 && plausible >= PLAUSIBLE)
        };
        (0..self.width)
            .filter(holds_numbers)
            .max_by_key(|&column| {
                (
                    shares[column].valid,
                    header_of(column),
                    shares[column].plausible,
                    Reverse(column),
                )
            })
            .map(|best| (best, false, Vec::new()))
            .ok_or_else(|| ImportError::NoPhoneColumn {
                columns: self.likely_titles(limits),
            })
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

    fn other_phone_columns(&self, best: usize, named: &[usize]) -> Option<String> {
        let others: Vec<&str> = named
            .iter()
            .filter(|&&c| c != best)
            .map(|&c| self.header_cell(c))
            .collect();
        (!others.is_empty()).then(|| {
            format!(
                "The phone numbers were taken from {:?}; {} went to the metadata.",
                self.header_cell(best),
                others.join(", ")
            )
        })
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
                .is_ok_and(|text| Number::parse(&text, self.wishes.region).is_ok())
    }

    fn name_columns(&self, phone: usize, titles: &[String]) -> Result<Vec<usize>, ImportError> {
        if let Some(wishes) = self.wishes.names {
            return wishes
                .iter()
                .map(|wish| find_title(titles, self.width, wish))
                .collect();
        }
        if self.header.is_none() {
            let is_name = |&column: &usize| column != phone && self.holds_names(column);
            return Ok((0..self.width).find(is_name).into_iter().collect());
        }
        let says = |role: NameHeader| {
            (0..self.width).find(|&column| {
                column != phone && headers::name_header(self.header_cell(column)) == Some(role)
            })
        };
        let (full, either) = (says(NameHeader::Full), says(NameHeader::Either));
        let parts = match (says(NameHeader::First), says(NameHeader::Last)) {
            (Some(first), Some(last)) if full.is_none() && either.is_none() => {
                [Some(first), Some(last)]
            }
            (Some(first), None) if full.is_none() => [Some(first), either],
            (None, Some(last)) if full.is_none() => [either, Some(last)],
            _ => [full.or(either), None],
        };
        Ok(parts.into_iter().flatten().collect())
    }

    /// Most values are one to five words without digits, and they differ.
    fn holds_names(&self, column: usize) -> bool {
        let is_name = |value: &&str| {
            let words = value.split_whitespace().count();
            let has_letters = value.chars().any(char::is_alphabetic);
            (1..=5).contains(&words) && has_letters && !value.contains('@') && digits(value) == 0
        };
        let values: Vec<&str> = self.data().map(|row| row.get(column)).collect();
        let names: HashSet<&str> = values.iter().copied().filter(is_name).collect();
        !names.is_empty() && names.len() * 2 >= values.len()
    }

    /// A unique title for every column that a row may have.
    fn titles(&self, limits: &Limits) -> Vec<String> {
        let mut taken = HashSet::new();
        let headers: HashSet<&str> = (0..self.width)
            .map(|column| self.header_cell(column))
            .collect();
        (0..limits.columns.max(self.width))
            .map(|column| {
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
                let unique = unique(&title, |name| {
                    !taken.contains(name) && (name == header || !headers.contains(name))
                });
                taken.insert(unique.clone());
                unique
            })
            .collect()
    }
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

fn find_title(titles: &[String], width: usize, wish: &str) -> Result<usize, ImportError> {
    let titles = &titles[..width];
    titles
        .iter()
        .position(|title| same(title, wish))
        .ok_or_else(|| ImportError::NoSuchColumn {
            name: wish.to_owned(),
            columns: titles.to_vec(),
        })
}

fn same(cell: &str, wish: &str) -> bool {
    cell.trim().to_lowercase() == wish.trim().to_lowercase()
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
    (7..=20).contains(&digits(&text)) && text.chars().all(fits) && !is_local_date(&text)
}

/// `31.12.2024` or `12/31/2024`.
fn is_local_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    matches!(parts[..], [day, month, year] if
        (1..=2).contains(&day.len()) && (1..=2).contains(&month.len()) && year.len() == 4)
}
