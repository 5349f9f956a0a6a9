//! The caller's decisions about columns, which outrank what their content suggests.

use ringonce_domain::number::Region;

use crate::{ImportError, LeaveOut, Use};

/// The caller's decisions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes<'a> {
    pub(crate) region: Option<Region>,
    pub(crate) uses: &'a [(String, Use)],
    pub(crate) leave_out: &'a [LeaveOut],
    pub(crate) marked: bool,
    /// The line with the header; 0 when there is none.
    pub(crate) header: Option<u32>,
}

impl<'a> Wishes<'a> {
    /// The columns to which the caller gave this use, in the caller's order.
    pub(super) fn named(&self, wanted: Use) -> impl Iterator<Item = &'a str> {
        let wanted = move |(_, use_): &&(String, Use)| *use_ == wanted;
        self.uses
            .iter()
            .filter(wanted)
            .map(|(name, _)| name.as_str())
    }

    /// The only column to which the caller gave this use.
    pub(super) fn only(
        &self,
        wanted: Use,
        what: &'static str,
    ) -> Result<Option<&'a str>, ImportError> {
        let named: Vec<&str> = self.named(wanted).collect();
        match named[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(ImportError::SeveralColumns {
                what,
                columns: named.into_iter().map(str::to_owned).collect(),
            }),
        }
    }
}

/// The uses that the caller gives to columns, by their place, in the caller's order.
#[derive(Default)]
pub(super) struct Requested(pub(super) Vec<(usize, Use)>);

impl Requested {
    pub(super) fn use_of(&self, column: usize) -> Option<Use> {
        let found = self.0.iter().find(|(place, _)| *place == column);
        found.map(|(_, use_)| *use_)
    }

    /// Whether every column of the file is named once, in the file's own order except for several phone
    /// columns, whose order a person chooses: then the order says nothing about the parts of a name.
    pub(super) fn follows_the_file(&self, width: usize) -> bool {
        let phones = self.columns(Use::Phone).len();
        let is_placed = |use_: Use| use_ != Use::Phone || phones < 2;
        let placed = self.0.iter().filter(|(_, use_)| is_placed(*use_));
        self.0.len() == width && placed.map(|(column, _)| *column).is_sorted()
    }

    pub(super) fn columns(&self, wanted: Use) -> Vec<usize> {
        let wanted = self.0.iter().filter(|(_, use_)| *use_ == wanted);
        wanted.map(|(column, _)| *column).collect()
    }
}

pub(super) fn find_title(
    titles: &[String],
    width: usize,
    wish: &str,
) -> Result<usize, ImportError> {
    let titles = &titles[..width];
    let by_place = || {
        let place: usize = wish.trim().strip_prefix("column_")?.parse().ok()?;
        (1..=width).contains(&place).then(|| place - 1)
    };
    titles
        .iter()
        .position(|title| same(title, wish))
        .or_else(by_place)
        .ok_or_else(|| ImportError::NoSuchColumn {
            name: wish.to_owned(),
            columns: titles.to_vec(),
        })
}

pub(super) fn same(cell: &str, wish: &str) -> bool {
    cell.trim().to_lowercase() == wish.trim().to_lowercase()
}
