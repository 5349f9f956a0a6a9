//! The caller's options for reading a file.

use ringonce_domain::number::Region;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::columns::Wishes;
use crate::{Format, Limits};

/// What a column of a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ColumnUse))]
pub enum Use {
    /// Phone numbers; of several such columns the first that holds a good number is called.
    Phone,
    /// The name, or a part of it.
    Name,
    /// The callee's own time zone; at most one column. Its words are kept with the metadata too.
    Zone,
    /// The country of the phone numbers: a region's two letters or a calling code. It is kept too.
    Country,
    /// The area code, where the phone numbers lack it. It is kept too.
    AreaCode,
    /// Whether a row may be called: a marked row is left out. Its words are kept too.
    DoNotCall,
    /// Kept with the contact.
    Metadata,
    /// Not read.
    Ignored,
}

impl Use {
    /// Every use, in the order in which people read them.
    pub const ALL: [Self; 8] = [
        Self::Phone,
        Self::Name,
        Self::Zone,
        Self::Country,
        Self::AreaCode,
        Self::DoNotCall,
        Self::Metadata,
        Self::Ignored,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Zone => "zone",
            Self::Country => "country",
            Self::AreaCode => "area_code",
            Self::DoNotCall => "do_not_call",
            Self::Metadata => "metadata",
            Self::Ignored => "ignored",
        }
    }
}

impl FromStr for Use {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|use_| use_.as_str() == word);
        known.ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.into_iter().map(Self::as_str).collect();
            format!(
                "{word:?} is no use of a column; use one of {}",
                words.join(", ")
            )
        })
    }
}

/// Rows to leave out: those with a value in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeaveOut {
    /// The column, by its header or its place.
    pub column: String,
    /// The value, in any case; the empty text leaves out rows in which the column is empty.
    pub value: String,
}

impl FromStr for LeaveOut {
    type Err = String;

    /// Reads `COLUMN=VALUE`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (column, value) = text
            .split_once('=')
            .filter(|(column, _)| !column.trim().is_empty())
            .ok_or_else(|| {
                format!("{text:?} names no rows; write COLUMN=VALUE, as in Status=closed")
            })?;
        let [column, value] = [column, value].map(|part| part.trim().to_owned());
        Ok(Self { column, value })
    }
}

/// The caller's decisions, all optional.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The region of numbers without a country code.
    pub region: Option<Region>,
    /// Insist on a format.
    pub format: Option<Format>,
    /// Insist on a delimiter, one ASCII character.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; otherwise the first with a phone column.
    pub sheet: Option<String>,
    /// The line of the file (of a workbook: the row of the sheet) with the header, from 1; 0 when there
    /// is no header and the first row is a contact. Otherwise it is searched. Rows above it are
    /// skipped.
    pub header: Option<u32>,
    /// Read the rows that are hidden in a workbook, by a filter or by hand, like all others; otherwise
    /// each is rejected as hidden.
    pub hidden_rows: bool,
    /// The uses of columns, by their header or their place (`column_2` is the second); the others are
    /// determined. Once one column is a name, only those named make up the name, in order.
    pub uses: Vec<(String, Use)>,
    /// Rows to leave out.
    pub leave_out: Vec<LeaveOut>,
    /// Whether rows whose cells say that they are not to be called are called all the same.
    pub marked: bool,
    /// Whether numbers that no plan known here assigns, though their length is right, are called.
    pub insist: bool,
    /// The file's name for people, when it is stored under another, as uploads are.
    pub file_name: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

impl Options {
    pub(crate) fn wishes(&self) -> Wishes<'_> {
        Wishes {
            region: self.region,
            uses: &self.uses,
            leave_out: &self.leave_out,
            marked: self.marked,
            header: self.header,
        }
    }
}
