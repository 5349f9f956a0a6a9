//! How a file will be read, for people to see before anything is stored.

use serde::{Deserialize, Serialize};

use crate::{Format, Use};

/// What was determined about a file; serialises as `{file, format, encoding, delimiter, sheet, header,
/// columns: {phone, name, zone, country, area_code, do_not_call, metadata, ignored}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Layout {
    /// The file, as the caller names it.
    pub file: String,
    /// The format of its content.
    pub format: Format,
    /// The encoding of a text file by its name on the web, such as `UTF-8` or `windows-1252`.
    pub encoding: Option<&'static str>,
    /// What separates the columns of a CSV.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
    pub delimiter: Option<char>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The line of the file, or the row of the sheet, with the header; none when there is none.
    pub header: Option<u32>,
    /// What each column is for.
    pub columns: Columns,
    /// Every sheet of the workbook that can be chosen.
    #[serde(skip)]
    pub sheets: Vec<String>,
    /// Every column in the order of the file, with sample values; none for a file of lines.
    #[serde(skip)]
    pub samples: Vec<Sample>,
    /// The first lines, one of which could be the header; none for a file of lines.
    #[serde(skip)]
    pub first_lines: Vec<FirstLine>,
    /// Decisions that a person may want to know or change, one sentence each.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// The columns by their headers, made unique; `column_3` where there is no header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Columns {
    /// The phone numbers, in the order in which a row's first good one is searched.
    pub phone: Vec<String>,
    /// The parts of the name, in the order they are joined.
    pub name: Vec<String>,
    /// The callees' own time zones, when the file has them.
    pub zone: Option<String>,
    /// The country of the numbers, when the file has it.
    pub country: Option<String>,
    /// The area code that the numbers lack, when the file has it in a column of its own.
    pub area_code: Option<String>,
    /// The columns that mark rows not to be called.
    pub do_not_call: Vec<String>,
    /// Everything else that is kept.
    pub metadata: Vec<String>,
    /// The columns that are not read.
    pub ignored: Vec<String>,
}

/// One of the first lines of a file, by which people recognise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstLine {
    /// Its number, from 1.
    pub line: u32,
    /// The first of its cells that are not empty, shortened if long.
    pub cells: Vec<String>,
}

impl Columns {
    /// The columns whose values are kept with a contact beside its number and name; of several phone
    /// columns, those that were not called.
    pub fn kept(&self) -> impl Iterator<Item = &String> {
        let phones = if self.phone.len() > 1 {
            &self.phone[..]
        } else {
            &[]
        };
        let single = [&self.zone, &self.country, &self.area_code]
            .into_iter()
            .flatten();
        phones
            .iter()
            .chain(single)
            .chain(&self.do_not_call)
            .chain(&self.metadata)
    }

    /// Every column, by its use.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        let phone = if self.phone.len() > 1 {
            &[]
        } else {
            &self.phone[..]
        };
        let used = phone.iter().chain(&self.name);
        used.chain(self.kept()).chain(&self.ignored)
    }
}

/// A column with sample values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sample {
    /// Its title, by which it can be given another use.
    pub title: String,
    /// What it is used for.
    #[serde(rename = "use")]
    pub use_: Use,
    /// Its first few distinct values, shortened if long.
    pub values: Vec<String>,
}
