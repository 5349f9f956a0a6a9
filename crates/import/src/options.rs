//! What the caller may decide about the reading of a file.

use ringonce_domain::number::Region;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::columns::Wishes;
use crate::{Format, Limits};

/// What a column of a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// The phone numbers; exactly one column.
    Phone,
    /// The name, or a part of it.
    Name,
    /// The callee's own time zone; at most one column. Its words are kept with the metadata too.
    Zone,
    /// Kept with the contact.
    Metadata,
    /// Not read.
    Ignored,
}

impl Use {
    /// Every use, in the order in which people read them.
    pub const ALL: [Self; 5] = [
        Self::Phone,
        Self::Name,
        Self::Zone,
        Self::Metadata,
        Self::Ignored,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Zone => "zone",
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
            format!("{word:?} is no use of a column; use phone, name, zone, metadata or ignored")
        })
    }
}

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
    /// What columns are for, by their header or their place (`column_2` is the second); what is not
    /// named is found out. Once one column is a name, only those named make up the name, in order.
    pub uses: Vec<(String, Use)>,
    /// What people call the file, when it lies under another name, as uploads do.
    pub file_name: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

impl Options {
    pub(crate) fn wishes(&self) -> Wishes<'_> {
        Wishes {
            region: self.region,
            uses: &self.uses,
        }
    }
}
