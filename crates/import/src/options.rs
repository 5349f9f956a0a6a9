//! What the caller may decide about the reading of a file.

use ringonce_domain::number::Region;

use crate::columns::Wishes;
use crate::{Format, Limits};

/// What the caller knows better than the file, all optional.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where numbers without a country code belong.
    pub region: Option<Region>,
    /// Insist on a format.
    pub format: Option<Format>,
    /// Insist on a delimiter, one ASCII character.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; otherwise the first with a phone column.
    pub sheet: Option<String>,
    /// The column with the phone numbers, by its header (`column_2` where there is none).
    pub phone_column: Option<String>,
    /// The columns that make up the name, in order; may be empty.
    pub name_columns: Option<Vec<String>>,
    /// What people call the file, when it lies under another name, as uploads do.
    pub file_name: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

impl Options {
    pub(crate) fn wishes(&self) -> Wishes<'_> {
        Wishes {
            region: self.region,
            phone: self.phone_column.as_deref(),
            names: self.name_columns.as_deref(),
        }
    }
}
