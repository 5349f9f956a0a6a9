//! XLSX workbooks (ECMA-376), cell by cell.
//!
//! Read here rather than with a general reader of workbooks, which reports neither that a row is hidden
//! nor the text of a number in the file: `0212345678` is a phone number only as long as it keeps its
//! zero.

mod package;
mod sheet;
mod text;
mod xml;

use std::fs::File;
use std::io::BufReader;

use self::package::Package;
use crate::cells::RowWriter;
use crate::number_formats::{Shown, is_built_in_date};
use crate::progress::Counted;
use crate::records::Records;
use crate::strings::Strings;
use crate::{Format, ImportError, Limits, archive};

/// An XLSX, open.
pub(crate) struct Workbook {
    package: Package<BufReader<Counted<File>>>,
    shared: Shared,
    sheets: Vec<Sheet>,
}

/// What the sheets of a workbook share.
#[derive(Default)]
struct Shared {
    strings: Strings,
    /// How each cell format shows numbers.
    formats: Vec<Shown>,
    is_1904: bool,
}

struct Sheet {
    name: String,
    /// Its path in the package.
    part: String,
    /// Whether it has cells; charts are sheets too.
    has_cells: bool,
    /// Whether the sheet is visible.
    is_seen: bool,
}

impl Workbook {
    pub(crate) fn open(
        mut file: BufReader<Counted<File>>,
        limits: &Limits,
    ) -> Result<Self, ImportError> {
        archive::inspect(&mut file, limits)?;
        let mut package = Package::open(file)?;
        let main = package.main_part()?;
        let related = package.related(&main)?;
        let mut shared = Shared::default();
        let mut sheets = Vec::new();
        package.each_element(&main, |element| match element.name() {
            "workbookPr" => {
                // An element of the same name in an extension says nothing about dates.
                shared.is_1904 |= element.is("date1904");
            }
            "sheet" => {
                let id = element.attribute("id").unwrap_or_default();
                let Some(part) = related.iter().find(|part| part.id == id) else {
                    return;
                };
                sheets.push(Sheet {
                    name: element.text("name").unwrap_or_default(),
                    part: part.target.clone(),
                    has_cells: part.kind == "worksheet",
                    is_seen: element
                        .attribute("state")
                        .is_none_or(|state| state == "visible"),
                });
            }
            _ => {}
        })?;
        // Programs that omit the relation put the part in its usual place.
        let part_of = |kind: &str| {
            let named = related.iter().find(|part| part.kind == kind);
            named.map_or_else(|| format!("xl/{kind}.xml"), |part| part.target.clone())
        };
        let (strings, styles) = (part_of("sharedStrings"), part_of("styles"));
        if package.has(&strings) {
            shared.strings = package.strings(&strings)?;
        }
        if package.has(&styles) {
            shared.formats = number_formats(&mut package, &styles)?;
        }
        Ok(Self {
            package,
            shared,
            sheets,
        })
    }

    /// Names of the visible sheets with cells, in order.
    pub(crate) fn sheets(&self) -> Vec<String> {
        self.sheets
            .iter()
            .filter(|sheet| sheet.has_cells && sheet.is_seen)
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Names of all sheets, in order.
    pub(crate) fn all_sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }

    /// Reads the rows of a sheet; `goes_on` is called after each and may empty the rows, or end the
    /// reading with false.
    pub(crate) fn read_sheet(
        &mut self,
        sheet: &str,
        writer: RowWriter<'_>,
        rows: &mut Records,
        goes_on: impl FnMut(&mut Records) -> bool,
    ) -> Result<(), ImportError> {
        let found = self.sheets.iter().find(|known| known.name == sheet);
        let Some(found) = found.filter(|sheet| sheet.has_cells) else {
            return Err(damaged(format!("the sheet {sheet:?} has no cells")));
        };
        let mut xml = self.package.read(&found.part)?;
        sheet::read(&mut xml, &self.shared, writer, rows, goes_on)
    }
}

/// How each cell format shows numbers, in the order of the formats.
fn number_formats(
    package: &mut Package<BufReader<Counted<File>>>,
    part: &str,
) -> Result<Vec<Shown>, ImportError> {
    let mut own = std::collections::HashMap::new();
    let mut formats = Vec::new();
    let mut within = false;
    package.each_element(part, |element| match element.name() {
        "numFmt" => {
            let id = element.number("numFmtId");
            let code = element.text("formatCode");
            own.extend(id.zip(code.map(|code| Shown::of(&code))));
        }
        "cellXfs" => within = true,
        "cellStyles" | "dxfs" => within = false,
        "xf" if within => {
            let id = element.number("numFmtId").unwrap_or(0);
            let is_date = || u16::try_from(id).is_ok_and(is_built_in_date);
            let built_in = || {
                if is_date() {
                    Shown::Date
                } else {
                    Shown::Number
                }
            };
            formats.push(own.get(&id).cloned().unwrap_or_else(built_in));
        }
        _ => {}
    })?;
    Ok(formats)
}

fn damaged(detail: impl std::fmt::Display) -> ImportError {
    ImportError::Damaged {
        format: Format::Xlsx,
        detail: detail.to_string(),
    }
}
