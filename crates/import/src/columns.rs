//! Decides which column holds the phone number, which the name, and where the header is.
//!
//! A header that names a phone number outranks the values, so that a column of account numbers is not
//! dialled because the phone column is damaged. Among several such headers the clearest wins, then the
//! one with more valid numbers, then the first. Only without any such header do the values decide.

mod beside;
mod choice;
mod header;
mod names;
mod phones;
mod wishes;

use std::collections::HashSet;

use ringonce_domain::number::{Lookalike, Number};
use ringonce_domain::text::fold;

use self::beside::note_on_marks;
pub(crate) use self::choice::{Choice, Origin};
use self::header::{HEADER_WITHIN, is_word, known};
pub(crate) use self::wishes::Wishes;
use self::wishes::{Requested, find_title};
use crate::records::{Fault, Record, Records};
use crate::{ImportError, Limits, Use, excel, guard, headers, titles};

/// How many values of a column are shown, and how much of each.
const VALUES: usize = 3;
const VALUE_CHARS: usize = 80;
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
        kinds: survey.kinds(&phones),
        phones,
        names,
        zone,
        country,
        area_code,
        marks,
        leave_out,
        marked: wishes.marked,
        ignored,
        origin: survey.ours.map_or(Origin::Elsewhere, |ours| {
            if ours.holds_contacts {
                Origin::Contacts
            } else {
                Origin::Problems
            }
        }),
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

/// The first rows, examined column by column.
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

    /// The title of a column, and its use where the header states it.
    fn header_says(&self, column: usize) -> (&'a str, Option<Use>) {
        let cell = self
            .header
            .map_or("", |header| self.rows[header].get(column));
        match self.ours {
            Some(ours) => titles::read(guard::restored(cell.trim()), ours.holds_contacts),
            None => (cell.trim(), None),
        }
    }

    /// Whether a column of a file that Ringonce wrote is not one of the list's.
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

    /// The uses in the header of a file that Ringonce wrote, where the caller gives no other.
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

    /// Without a known header: the first row is a header when it has words in the column of numbers.
    fn begins_with_a_title(&self, phone: usize) -> bool {
        self.rows.len() > 1 && is_word(self.rows[0].get(phone))
    }

    /// The cells that a person would take for the headers.
    fn likely_titles(&self, limits: &Limits) -> Vec<String> {
        let header = self.header.or_else(|| {
            let first = &self.rows[0];
            let is_word = |cell: &str| digits(cell) == 0 && !cell.trim().is_empty();
            first.fields().all(is_word).then_some(0)
        });
        Survey { header, ..*self }.titles(limits)[..self.width].to_vec()
    }

    fn is_valid(&self, value: &str) -> bool {
        digits(value) >= 5
            && excel::repair(value)
                .is_ok_and(|text| Number::read(&text, self.wishes.region).is_ok())
    }

    /// The columns for which the caller gives a use.
    fn asked(&self, titles: &[String]) -> Result<Requested, ImportError> {
        let find =
            |(wish, use_): &(String, Use)| Ok((find_title(titles, self.width, wish)?, *use_));
        let asked: Result<Vec<_>, ImportError> = self.wishes.uses.iter().map(find).collect();
        let mut asked = Requested(asked?);
        for (column, use_) in self.said() {
            if asked.use_of(column).is_none() {
                asked.0.push((column, use_));
            }
        }
        Ok(asked)
    }

    /// The first distinct values of a column, by which people recognise it.
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

    /// A unique title for every column that a row may have.
    fn titles(&self, limits: &Limits) -> Vec<String> {
        let mut taken = HashSet::new();
        let headers: HashSet<&str> = (0..self.width)
            .map(|column| self.header_cell(column))
            .collect();
        // A title that both the list and a column of ours have is the list's.
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

/// The title, with a number after it if it is not free.
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

/// Seven to fifteen digits (more with an extension), and nothing that a phone number cannot have.
fn looks_like_a_number(value: &str) -> bool {
    let Ok(text) = excel::repair(value) else {
        return false;
    };
    let fits = |c: char| {
        c.is_numeric() || c.is_whitespace() || "+-()./–‐‑,#extEXT".contains(c) || c == '\u{202a}'
    };
    (7..=20).contains(&digits(&text)) && text.chars().all(fits) && Lookalike::of(&text).is_none()
}
