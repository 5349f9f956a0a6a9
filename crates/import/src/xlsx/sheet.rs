//! Converts a sheet to rows.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::text::{Text, write_decoded};
use super::xml::Element;
use super::{Shared, damaged};
use crate::ImportError;
use crate::cells::{RowWriter, write_date, write_number};
use crate::number_formats::Shown;
use crate::records::Records;

/// A cell's content, by its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    /// The index of a shared string.
    Shared,
    /// Text, in the cell itself or from a formula.
    Text,
    Truth,
    /// A date in ISO 8601 or an error: as it is written.
    Verbatim,
}

/// A cell that is being read.
struct Cell {
    at: (u32, u32),
    kind: Kind,
    style: usize,
}

/// Reads the rows; `goes_on` is called after each.
pub(super) fn read(
    xml: &mut Reader<impl BufRead>,
    shared: &Shared,
    mut writer: RowWriter<'_>,
    rows: &mut Records,
    mut goes_on: impl FnMut(&mut Records) -> bool,
) -> Result<(), ImportError> {
    let mut buffer = Vec::new();
    let mut text = Text::default();
    let mut next = (0_u32, 0_u32);
    let mut open: Option<Cell> = None;
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(damaged)?;
        if open.is_some() {
            text.take(&event);
        }
        match event {
            Event::Start(start) => match start.local_name().into_inner() {
                "c" => {
                    let cell = Cell::begin(&Element(&start), next);
                    next = (cell.at.0, cell.at.1.saturating_add(1));
                    text.clear();
                    open = Some(cell);
                }
                "row" => {
                    let row = Element(&start);
                    writer.finish(rows);
                    if !goes_on(rows) {
                        return Ok(());
                    }
                    let number = row.number("r").unwrap_or(next.0.saturating_add(1));
                    next = (number.saturating_sub(1), 0);
                    writer.begin_row(is_hidden(&row));
                }
                _ => {}
            },
            Event::End(end) => match end.local_name().into_inner() {
                "c" => {
                    if let Some(cell) = open.take() {
                        let written = cell.value(text.as_str(), shared)?;
                        writer.put(rows, cell.at, written);
                    }
                }
                "row" => next = (next.0.saturating_add(1), 0),
                "sheetData" => break,
                _ => {}
            },
            Event::Eof => return Err(damaged("its sheet breaks off")),
            _ => {}
        }
    }
    writer.finish(rows);
    Ok(())
}

/// Hidden by a filter, by a closed outline or by hand, or with a height of zero.
fn is_hidden(row: &Element<'_>) -> bool {
    let height = || row.attribute("ht").and_then(|ht| ht.parse::<f64>().ok());
    row.is("hidden") || height().is_some_and(|height| height <= 0.0)
}

impl Cell {
    fn begin(element: &Element<'_>, next: (u32, u32)) -> Self {
        let mut cell = Self {
            at: next,
            kind: Kind::Number,
            style: 0,
        };
        for (name, value) in element.attributes() {
            match name {
                "r" => cell.at = position(value).unwrap_or(next),
                "t" => {
                    cell.kind = match value {
                        "n" => Kind::Number,
                        "s" => Kind::Shared,
                        "b" => Kind::Truth,
                        "d" | "e" => Kind::Verbatim,
                        _ => Kind::Text,
                    }
                }
                "s" => cell.style = value.trim_ascii().parse().unwrap_or(0),
                _ => {}
            }
        }
        cell
    }

    /// Writes the value as a person would have typed it.
    fn value<'a>(
        &self,
        text: &'a str,
        shared: &'a Shared,
    ) -> Result<impl FnOnce(&mut String) + use<'a>, ImportError> {
        let kind = self.kind;
        let shown = shared.formats.get(self.style).unwrap_or(&Shown::Number);
        let text = match kind {
            Kind::Shared if text.is_empty() => "",
            Kind::Shared => {
                let index = text.trim_ascii().parse().ok();
                let string = index.and_then(|index| shared.strings.get(index));
                string.ok_or_else(|| damaged("a cell points to a string that is missing"))?
            }
            _ => text,
        };
        Ok(move |out: &mut String| match kind {
            Kind::Number => write_stored(text.trim_ascii(), shown, shared.is_1904, out),
            Kind::Text => write_decoded(text, out),
            Kind::Shared | Kind::Verbatim => out.push_str(text),
            Kind::Truth => out.push_str(match text.trim_ascii() {
                "" => "",
                "0" | "false" | "FALSE" => "false",
                _ => "true",
            }),
        })
    }
}

/// Writes a number as a person would; one that begins with a zero or a plus is more than a number, and
/// stays as it is.
fn write_stored(stored: &str, shown: &Shown, is_1904: bool, out: &mut String) {
    let is_digits = stored.bytes().all(|b| b.is_ascii_digit());
    let more_than_a_number = stored.starts_with('+')
        || matches!(stored.as_bytes(), [b'0', next, ..] if next.is_ascii_digit());
    match stored.parse::<f64>() {
        Ok(value) if value.is_finite() && !more_than_a_number => match shown {
            Shown::Date => write_date(value, is_1904, out),
            Shown::Beside {
                before,
                digits,
                behind,
            } if is_digits => {
                let zeros = digits.saturating_sub(stored.len());
                out.push_str(before);
                out.extend(std::iter::repeat_n('0', zeros));
                out.push_str(stored);
                out.push_str(behind);
            }
            _ if is_digits => out.push_str(stored),
            _ => write_number(value, out),
        },
        _ => out.push_str(stored),
    }
}

/// Row and column, from 0, of a cell name such as `B12`.
fn position(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = name.split_at(letters);
    let row: u32 = row.parse().ok()?;
    let column = column.bytes().try_fold(0_u32, |column, letter| {
        let place = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(place)
    })?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_names() {
        for (name, expected) in [
            ("A1", Some((0, 0))),
            ("b12", Some((11, 1))),
            ("AA1", Some((0, 26))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("12", None),
            ("A", None),
            ("ÄA1", None),
            ("AAAAAAAAAAAA1", None),
        ] {
            assert_eq!(position(name), expected, "{name}");
        }
    }

    #[test]
    fn a_zero_or_a_plus_before_digits_is_kept() {
        for (stored, expected) in [
            ("0212345678", "0212345678"),
            ("00442079460018", "00442079460018"),
            ("+12025550123", "+12025550123"),
            ("12025550123", "12025550123"),
            ("1.2025550123E10", "12025550123"),
            ("0", "0"),
            ("0.5", "0.5"),
            ("4.50", "4.5"),
            ("-3", "-3"),
            ("n/a", "n/a"),
            ("inf", "inf"),
            ("", ""),
        ] {
            let mut out = String::new();
            write_stored(stored, &Shown::Number, false, &mut out);
            assert_eq!(out, expected);
        }
    }
}
