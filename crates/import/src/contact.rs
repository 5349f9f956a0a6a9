//! Converts a row of text to a contact or a rejection: the innermost loop of an import.

use std::fmt::Write;

use ringonce_domain::number::{Number, NumberError, Reading, Region};

mod table;

use self::table::Table;
use crate::Options;
use crate::batch::Segment;
use crate::columns::Choice;
use crate::json::Object;
use crate::lines;
use crate::records::{Record, Records};
use crate::{excel, headers};

/// Characters of a rejected value that are kept.
const VALUE_CHARS: usize = 200;
/// Bytes of a rejected row's fields that are kept, so that it can be corrected: more than any row that
/// people write, and little for each row of a file that is rejected whole.
const ROW_BYTES: usize = 16 << 10;

/// Why a hidden row of a workbook is left out.
const HIDDEN: &str = "this row is hidden in the spreadsheet (by a filter or by hand): unhide it, or \
                      include hidden rows";

/// How rows are interpreted; made once per file and shared by the threads.
#[derive(Debug)]
pub(crate) struct Interpreter {
    region: Option<Region>,
    /// Whether numbers that no plan assigns are called.
    insist: bool,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    /// Each row is one line with a number in it.
    Lines,
    Table(Box<Table>),
}

impl Interpreter {
    pub(crate) fn of_lines(options: &Options) -> Self {
        Self {
            region: options.region,
            insist: options.insist,
            shape: Shape::Lines,
        }
    }

    pub(crate) fn of_table(choice: &Choice, options: &Options) -> Self {
        Self {
            region: options.region,
            insist: options.insist,
            shape: Shape::Table(Box::new(Table::new(choice))),
        }
    }

    /// Interprets some of the rows; blank ones are skipped.
    pub(crate) fn read(&self, rows: &Records, from: usize, to: usize, out: &mut Segment) {
        for row in (from..to).map(|index| rows.get(index)) {
            match (&self.shape, row.fault) {
                _ if row.hidden => {
                    if !row.is_blank() {
                        out.rejected(
                            row.line,
                            "",
                            |t| keep(self.value(row), t),
                            |t| t.push_str(HIDDEN),
                            |t| self.write_row(row, t),
                        );
                    }
                }
                (_, Some(fault)) => {
                    let nothing = |t: &mut String| Object::open(t).close();
                    let excerpt = |t: &mut String| keep(row.get(0), t);
                    out.rejected(row.line, "", excerpt, |t| show(fault, t), nothing);
                }
                (_, None) if row.is_blank() => {}
                (Shape::Lines, None) => self.read_line(row, out),
                (Shape::Table(table), None) => self.read_row(table, row, out),
            }
        }
    }

    /// All fields of a row.
    fn write_row(&self, row: Record<'_>, text: &mut String) {
        match &self.shape {
            Shape::Lines => write_line(row.get(0), text),
            Shape::Table(table) => table.write_fields(row, text),
        }
    }

    /// The field by which people recognise a row.
    fn value<'a>(&self, row: Record<'a>) -> &'a str {
        match &self.shape {
            Shape::Lines => row.get(0),
            Shape::Table(table) => row.get(table.phones[0]),
        }
    }

    fn read_row(&self, table: &Table, row: Record<'_>, out: &mut Segment) {
        let found = match table.left_out(row) {
            Some(left_out) => Err(left_out),
            None => self.first_number(table, row),
        };
        match found {
            Ok(found) => out.contact(
                row.line,
                found.reading.first.number,
                |text| table.write_name(row, text),
                |text| table.write_metadata(row, &found, text),
                |text| table.write_remark(row, &found, text),
            ),
            Err(Refusal { column, reason }) => out.rejected(
                row.line,
                &table.titles[column],
                |text| keep(row.get(column), text),
                |text| text.push_str(&reason),
                |text| table.write_fields(row, text),
            ),
        }
    }

    /// The first good number of the row's phone columns.
    fn first_number(&self, table: &Table, row: Record<'_>) -> Result<Found, Refusal> {
        // Where the country is unknown, a number counts only if it has its own country code.
        let (region, unknown) = match table.region(row, self.region) {
            Ok(region) => (region, None),
            Err(unknown) => (None, Some(unknown)),
        };
        let mut refusal: Option<Refusal> = unknown;
        for (&column, kind) in table.phones.iter().zip(&table.kinds) {
            let value = table.cell(row.get(column));
            if table.phones.len() > 1 && value.trim_ascii().is_empty() {
                continue;
            }
            if kind.is_some_and(|kind| headers::is_of_a_machine(row.get(kind))) {
                let reason = NumberError::Fax.to_string();
                refusal = refusal.or(Some(Refusal { column, reason }));
                continue;
            }
            let area_code = table.area_code.map_or("", |column| row.get(column));
            match number(value, area_code, region, self.insist) {
                Ok(reading) => {
                    return Ok(Found {
                        column,
                        reading,
                        passed_over: refusal.filter(|refusal| {
                            refusal.column != column && table.phones.contains(&refusal.column)
                        }),
                    });
                }
                Err(reason) => refusal = refusal.or(Some(Refusal { column, reason })),
            }
        }
        Err(refusal.unwrap_or_else(|| Refusal {
            column: table.phones[0],
            reason: NumberError::Empty.to_string(),
        }))
    }

    fn read_line(&self, row: Record<'_>, out: &mut Segment) {
        let line = row.get(0);
        match lines::find_number(line, self.region) {
            Ok(found) => out.contact(
                row.line,
                found.reading.first.number,
                |text| keep_all(&found.name, text),
                |text| {
                    let mut object = Object::open(text);
                    if says_more(&found.reading) {
                        object.add("\"line\":", line);
                    }
                    if let Some(extension) = &found.reading.first.extension {
                        object.add("\"extension\":", extension);
                    }
                    if let Some(label) = &found.reading.first.label {
                        object.add("\"phone label\":", label);
                    }
                    object.close();
                },
                |text| remark_on(&found.reading, line, text),
            ),
            Err(reason) => out.rejected(
                row.line,
                LINE_PHONE,
                |text| keep(line, text),
                |text| text.push_str(&reason),
                |text| write_line(line, text),
            ),
        }
    }
}

/// The number of a field, after its area code if it has none of its own.
fn number(
    value: &str,
    area_code: &str,
    region: Option<Region>,
    insist: bool,
) -> Result<Reading, String> {
    let text = excel::repair(value).map_err(|damage| damage.to_string())?;
    let area_code = area_code.trim();
    let has_its_own = |area_code: &str| {
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        let (number, area) = (digits(&text), digits(area_code));
        let bare = area.trim_start_matches('0');
        text.trim_start().starts_with(['+', '0'])
            || number.starts_with(&area)
            || !bare.is_empty() && number.starts_with(bare)
    };
    let text = if area_code.is_empty() || has_its_own(area_code) {
        text
    } else {
        format!("{area_code} {text}").into()
    };
    let read = match Number::read(&text, region) {
        Err(NumberError::NotInService { .. }) if insist => {
            Number::insist(&text, region).map(Reading::of)
        }
        read => read,
    };
    read.map_err(|refusal| refusal.to_string())
}

/// The number of a row.
struct Found {
    column: usize,
    reading: Reading,
    /// The problem with the field that would have come first.
    passed_over: Option<Refusal>,
}

/// Why a row is not called.
struct Refusal {
    column: usize,
    reason: String,
}

/// Whether the field holds more than the number and the parts of it that the metadata name.
fn says_more(reading: &Reading) -> bool {
    !reading.others.is_empty()
        || reading.first.is_vanity
        || reading.first.is_insisted
        || reading.first.label.is_some()
}

/// The remark on how a field was read.
fn remark_on(reading: &Reading, value: &str, text: &mut String) {
    let number = reading.first.number;
    if reading.first.is_insisted {
        show(
            format_args!("{number} is called because you insist; no plan known here assigns it"),
            text,
        );
    }
    if reading.first.is_vanity {
        show(
            format_args!("{:?} is spelled in letters; it is {number}", value.trim()),
            text,
        );
    }
    if !reading.others.is_empty() {
        let others = reading.others.join(", ");
        show(
            format_args!("more than one number: {number} is called, {others} kept"),
            text,
        );
    }
}

/// The names of the columns in a file of lines.
pub(crate) const LINE_PHONE: &str = "number";
pub(crate) const LINE_NAME: &str = "name";
const LINE_PHONE_KEY: &str = "\"number\":";

fn write_line(line: &str, text: &mut String) {
    let mut object = Object::open(text);
    if line.len() <= ROW_BYTES {
        object.add(LINE_PHONE_KEY, line);
    }
    object.close();
}

/// Text without the NUL character, which databases refuse.
fn keep_all(value: &str, text: &mut String) {
    text.extend(value.split('\0'));
}

/// The beginning of a value that may be long.
fn keep(value: &str, text: &mut String) {
    let value = value.trim();
    match value.char_indices().nth(VALUE_CHARS) {
        None => keep_all(value, text),
        Some((cut, _)) => {
            keep_all(&value[..cut], text);
            text.push('…');
        }
    }
}

fn show(value: impl std::fmt::Display, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}
