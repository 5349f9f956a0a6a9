//! A row of text to a contact or a rejection: the innermost loop of an import.

use std::fmt::Write;

use ringonce_domain::number::{Number, NumberError, Reading, Region};
use ringonce_domain::text::fold;

use crate::batch::Segment;
use crate::columns::{self, Choice};
use crate::lines;
use crate::marks::{self, Says};
use crate::records::{Record, Records};
use crate::{country, excel, guard};

/// Characters of a rejected value that are kept.
const VALUE_CHARS: usize = 200;
/// Bytes of a rejected row's fields that are kept, so that it can be mended: more than any row that
/// people make, and little for each row of a file that is rejected whole.
const ROW_BYTES: usize = 16 << 10;

/// Why a row of a workbook that people do not see is left out.
const HIDDEN: &str = "this row is hidden in the spreadsheet (by a filter or by hand): unhide it, or \
                      include hidden rows";

/// How rows are understood; made once per file and shared by the threads.
#[derive(Debug)]
pub(crate) struct Interpreter {
    region: Option<Region>,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    /// Each row is one line with a number in it.
    Lines,
    Table(Table),
}

#[derive(Debug)]
struct Table {
    titles: Vec<String>,
    /// In the order in which a good number is looked for.
    phones: Vec<usize>,
    names: Vec<usize>,
    country: Option<usize>,
    area_code: Option<usize>,
    marks: Vec<(usize, Says)>,
    leave_out: Vec<(usize, String)>,
    /// Whether rows with a remark that they are not to be called are called.
    marked: bool,
    /// Whether cells have the guard against formulas of a file that Ringonce wrote.
    is_guarded: bool,
    /// `"title":` of each column that goes to the metadata, none for the others.
    keys: Vec<Option<String>>,
    /// `"title":` of every column.
    all_keys: Vec<String>,
    /// The same for the extension of the number.
    extension_key: String,
    /// The same for which of the person's numbers it is.
    label_key: String,
}

impl Interpreter {
    pub(crate) fn of_lines(region: Option<Region>) -> Self {
        Self {
            region,
            shape: Shape::Lines,
        }
    }

    pub(crate) fn of_table(choice: &Choice, region: Option<Region>) -> Self {
        let is_used = |column| choice.is_the_name(column) || choice.ignored.contains(&column);
        let keys = choice
            .titles
            .iter()
            .enumerate()
            .map(|(column, title)| (!is_used(column)).then(|| key(title)))
            .collect();
        let unique = |name: &str| {
            let is_free = |name: &str| choice.titles.iter().all(|title| title != name);
            key(&columns::unique(name, is_free))
        };
        let all_keys = choice.titles.iter().map(|title| key(title)).collect();
        let table = Table {
            titles: choice.titles.clone(),
            phones: choice.phones.clone(),
            names: choice.names.clone(),
            country: choice.country,
            area_code: choice.area_code,
            marks: choice.marks.clone(),
            leave_out: choice.leave_out.clone(),
            marked: choice.marked,
            is_guarded: choice.is_ours,
            keys,
            all_keys,
            extension_key: unique(EXTENSION),
            label_key: unique(LABEL),
        };
        Self {
            region,
            shape: Shape::Table(table),
        }
    }

    /// Understands some of the rows; blank ones are passed over.
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

    /// All that stands in a row.
    fn write_row(&self, row: Record<'_>, text: &mut String) {
        match &self.shape {
            Shape::Lines => write_line(row.get(0), text),
            Shape::Table(table) => table.write_fields(row, text),
        }
    }

    /// What a row is known by to people.
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
        let region = table.region(row, self.region)?;
        let mut refusal: Option<Refusal> = None;
        for &column in &table.phones {
            let value = table.cell(row.get(column));
            if table.phones.len() > 1 && value.trim_ascii().is_empty() {
                continue;
            }
            let area_code = table.area_code.map_or("", |column| row.get(column));
            match number(value, area_code, region) {
                Ok(reading) => {
                    return Ok(Found {
                        column,
                        reading,
                        passed_over: refusal,
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

/// The number of a field, behind its area code if it has none of its own.
fn number(value: &str, area_code: &str, region: Option<Region>) -> Result<Reading, String> {
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
    let read = if area_code.is_empty() || has_its_own(area_code) {
        Number::read(&text, region)
    } else {
        Number::read(&format!("{area_code} {text}"), region)
    };
    read.map_err(|refusal| refusal.to_string())
}

/// The number of a row.
struct Found {
    column: usize,
    reading: Reading,
    /// What is wrong with the field that would have come first.
    passed_over: Option<Refusal>,
}

/// Why a row is not called.
struct Refusal {
    column: usize,
    reason: String,
}

/// Whether the field says more than the number and what the metadata name of it.
fn says_more(reading: &Reading) -> bool {
    !reading.others.is_empty() || reading.first.is_vanity || reading.first.label.is_some()
}

/// What a person should know of how a field was read.
fn remark_on(reading: &Reading, value: &str, text: &mut String) {
    let number = reading.first.number;
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

/// What the columns of a file of lines are called.
pub(crate) const LINE_PHONE: &str = "number";
pub(crate) const LINE_NAME: &str = "name";
/// What a number's parts are called in the metadata.
const EXTENSION: &str = "extension";
const LABEL: &str = "phone label";
const LINE_PHONE_KEY: &str = "\"number\":";

fn write_line(line: &str, text: &mut String) {
    let mut object = Object::open(text);
    if line.len() <= ROW_BYTES {
        object.add(LINE_PHONE_KEY, line);
    }
    object.close();
}

impl Table {
    fn write_name(&self, row: Record<'_>, text: &mut String) {
        let from = text.len();
        for &column in &self.names {
            let part = self.cell(row.get(column).trim());
            if !part.is_empty() && text.len() > from {
                text.push(' ');
            }
            keep_all(part, text);
        }
    }

    /// What stands in a cell.
    fn cell<'a>(&self, cell: &'a str) -> &'a str {
        if self.is_guarded {
            guard::restored(cell)
        } else {
            cell
        }
    }

    /// All that stands in a row.
    fn write_fields(&self, row: Record<'_>, text: &mut String) {
        let mut object = Object::open(text);
        for (value, key) in row.fields().zip(&self.all_keys) {
            let value = self.cell(value);
            if value.trim_ascii().is_empty() {
                continue;
            }
            if object.bytes() + key.len() + value.len() > ROW_BYTES {
                break;
            }
            object.add(key, value);
        }
        object.close();
    }

    fn write_metadata(&self, row: Record<'_>, found: &Found, text: &mut String) {
        let parsed = &found.reading.first;
        let is_whole = !says_more(&found.reading);
        let mut object = Object::open(text);
        for (column, (value, key)) in row.fields().zip(&self.keys).enumerate() {
            if is_whole && column == found.column || value.trim_ascii().is_empty() {
                continue;
            }
            if let Some(key) = key {
                object.add(key, self.cell(value));
            }
        }
        if let Some(extension) = &parsed.extension {
            object.add(&self.extension_key, extension);
        }
        match &parsed.label {
            Some(label) => object.add(&self.label_key, label),
            None if self.phones.len() > 1 => {
                object.add(&self.label_key, &self.titles[found.column])
            }
            None => {}
        }
        object.close();
    }

    fn write_remark(&self, row: Record<'_>, found: &Found, text: &mut String) {
        if let Some(Refusal { column, reason }) = &found.passed_over {
            let (first, called) = (&self.titles[*column], &self.titles[found.column]);
            show(
                format_args!("{first:?} is passed over, {called:?} is called: {reason}"),
                text,
            );
        }
        if says_more(&found.reading) {
            let from = text.len();
            remark_on(&found.reading, row.get(found.column), text);
            if from > 0 && text.len() > from {
                text.insert_str(from, "; ");
            }
        }
    }

    /// Whether the row says of itself, or a person of it, that it is not to be called.
    fn left_out(&self, row: Record<'_>) -> Option<Refusal> {
        for (column, value) in &self.leave_out {
            if fold(row.get(*column).trim()) == *value {
                let reason = "left out, as you chose".to_owned();
                return Some(Refusal {
                    column: *column,
                    reason,
                });
            }
        }
        for &(column, says) in &self.marks {
            if says.leaves_out(row.get(column)) {
                let reason = match says {
                    Says::DoNotCall => "left out: this column marks the row as not to be called",
                    Says::MayCall => "left out: this column says that the row may not be called",
                };
                return Some(Refusal {
                    column,
                    reason: reason.to_owned(),
                });
            }
        }
        if self.marked {
            return None;
        }
        let column = row.fields().position(marks::is_remark)?;
        Some(Refusal {
            column: column.min(self.titles.len() - 1),
            reason: "left out: the row says that it is not to be called".to_owned(),
        })
    }

    /// Where the row's numbers belong.
    fn region(&self, row: Record<'_>, usual: Option<Region>) -> Result<Option<Region>, Refusal> {
        let Some(column) = self.country else {
            return Ok(usual);
        };
        let value = row.get(column).trim();
        if value.is_empty() {
            return Ok(usual);
        }
        country::read(value).map(Some).ok_or_else(|| Refusal {
            column,
            reason: "this is no country: write two letters as in DE, or a calling code as in +49"
                .to_owned(),
        })
    }
}

/// Text without the zero character, which databases refuse.
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

/// `"title":` as JSON.
fn key(title: &str) -> String {
    let mut text = String::with_capacity(title.len() + 3);
    write_json_string(title, &mut text);
    text.push(':');
    text
}

/// A JSON object of strings, written without an intermediate form.
struct Object<'a> {
    from: usize,
    text: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    fn open(text: &'a mut String) -> Self {
        text.push('{');
        Self {
            from: text.len(),
            text,
            is_empty: true,
        }
    }

    fn add(&mut self, key: &str, value: &str) {
        if !self.is_empty {
            self.text.push(',');
        }
        self.is_empty = false;
        self.text.push_str(key);
        write_json_string(value, self.text);
    }

    /// How much was added.
    fn bytes(&self) -> usize {
        self.text.len() - self.from
    }

    fn close(self) {
        self.text.push('}');
    }
}

/// As RFC 8259 says, without the zero character, which databases refuse.
fn write_json_string(value: &str, text: &mut String) {
    text.push('"');
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&value[from..at]);
        from = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0 => {}
            _ => show(format_args!("\\u{byte:04x}"), text),
        }
    }
    text.push_str(&value[from..]);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_strings_read_back_as_they_were() {
        for value in [
            "",
            "plain",
            "quote \" and \\",
            "line\nbreak\r\t",
            "\u{1}\u{1f}",
            "żółć 电话 🙂",
        ] {
            let mut text = String::new();
            write_json_string(value, &mut text);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
        }
    }

    #[test]
    fn the_zero_character_is_dropped() {
        let mut text = String::new();
        write_json_string("a\0b", &mut text);
        assert_eq!(text, "\"ab\"");
    }
}
