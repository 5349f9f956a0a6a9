//! A row of text to a contact or a rejection: the innermost loop of an import.

use std::fmt::Write;

use ringonce_domain::number::{Number, Parsed, Region};

use crate::batch::Segment;
use crate::columns::{self, Choice};
use crate::excel;
use crate::lines;
use crate::records::{Record, Records};

/// Characters of a rejected value that are kept.
const VALUE_CHARS: usize = 200;

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
    phone: usize,
    phone_title: String,
    names: Vec<usize>,
    /// `"title":` of each column that goes to the metadata, none for the others.
    keys: Vec<Option<String>>,
    /// The same for the extension of the number.
    extension_key: String,
    /// The same for a phone field of which only a part was used.
    phone_key: String,
}

impl Interpreter {
    pub(crate) fn of_lines(region: Option<Region>) -> Self {
        Self {
            region,
            shape: Shape::Lines,
        }
    }

    pub(crate) fn of_table(choice: &Choice, region: Option<Region>) -> Self {
        let is_used = |column| {
            column == choice.phone
                || choice.names.contains(&column)
                || choice.ignored.contains(&column)
        };
        let keys = choice
            .titles
            .iter()
            .enumerate()
            .map(|(column, title)| (!is_used(column)).then(|| key(title)))
            .collect();
        let extension = columns::unique("extension", |name| {
            choice.titles.iter().all(|title| title != name)
        });
        let table = Table {
            phone: choice.phone,
            phone_title: choice.titles[choice.phone].clone(),
            names: choice.names.clone(),
            keys,
            extension_key: key(&extension),
            phone_key: key(&choice.titles[choice.phone]),
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
                (_, Some(fault)) => {
                    out.rejected(row.line, "", |t| keep(row.get(0), t), |t| show(fault, t));
                }
                (_, None) if row.is_blank() => {}
                (Shape::Lines, None) => self.read_line(row, out),
                (Shape::Table(table), None) => self.read_row(table, row, out),
            }
        }
    }

    fn read_row(&self, table: &Table, row: Record<'_>, out: &mut Segment) {
        let value = row.get(table.phone);
        match self.number(value) {
            Ok(Phone { parsed, is_part }) => out.contact(
                row.line,
                parsed.number,
                |text| table.write_name(row, text),
                |text| {
                    let extension = parsed.extension.as_deref();
                    table.write_metadata(row, is_part.then_some(value), extension, text);
                },
            ),
            Err(reason) => out.rejected(
                row.line,
                &table.phone_title,
                |text| keep(value, text),
                |text| text.push_str(&reason),
            ),
        }
    }

    fn number(&self, value: &str) -> Result<Phone, String> {
        let text = excel::repair(value).map_err(|damage| damage.to_string())?;
        match Number::parse(&text, self.region) {
            Ok(parsed) => Ok(Phone {
                parsed,
                is_part: false,
            }),
            Err(refusal) => self
                .first_of_several(&text)
                .ok_or_else(|| refusal.to_string()),
        }
    }

    /// The first valid number of a field with several, such as `202-555-0123 / 202-555-0124`.
    fn first_of_several(&self, text: &str) -> Option<Phone> {
        let parts = text
            .split([';', '|', '\n', '/', ','])
            .flat_map(|part| part.split(" or "));
        let mut parts = parts.filter(|part| part.len() < text.len());
        let parsed = parts.find_map(|part| Number::parse(part, self.region).ok())?;
        Some(Phone {
            parsed,
            is_part: true,
        })
    }

    fn read_line(&self, row: Record<'_>, out: &mut Segment) {
        let line = row.get(0);
        match lines::find_number(line, self.region) {
            Ok(found) => out.contact(
                row.line,
                found.parsed.number,
                |text| {
                    keep_all(found.before, text);
                    if !found.before.is_empty() && !found.after.is_empty() {
                        text.push(' ');
                    }
                    keep_all(found.after, text);
                },
                |text| {
                    let mut object = Object::open(text);
                    if let Some(extension) = &found.parsed.extension {
                        object.add("\"extension\":", extension);
                    }
                    object.close();
                },
            ),
            Err(reason) => out.rejected(
                row.line,
                LINE_PHONE,
                |text| keep(line, text),
                |text| text.push_str(&reason),
            ),
        }
    }
}

/// What the columns of a file of lines are called.
pub(crate) const LINE_PHONE: &str = "number";
pub(crate) const LINE_NAME: &str = "name";

struct Phone {
    parsed: Parsed,
    /// The field says more than this number.
    is_part: bool,
}

impl Table {
    fn write_name(&self, row: Record<'_>, text: &mut String) {
        let from = text.len();
        for &column in &self.names {
            let part = row.get(column).trim();
            if !part.is_empty() && text.len() > from {
                text.push(' ');
            }
            keep_all(part, text);
        }
    }

    fn write_metadata(
        &self,
        row: Record<'_>,
        whole_phone: Option<&str>,
        extension: Option<&str>,
        text: &mut String,
    ) {
        let mut object = Object::open(text);
        for (value, key) in row.fields().zip(&self.keys) {
            if let (Some(key), false) = (key, value.trim_ascii().is_empty()) {
                object.add(key, value);
            }
        }
        if let Some(phone) = whole_phone {
            object.add(&self.phone_key, phone);
        }
        if let Some(extension) = extension {
            object.add(&self.extension_key, extension);
        }
        object.close();
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
    text: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    fn open(text: &'a mut String) -> Self {
        text.push('{');
        Self {
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
