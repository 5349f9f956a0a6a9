//! What the columns of a file are used for, once decided.

use crate::marks::Says;
use crate::{Columns, FirstLine, Sample, Use};

/// The author of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Another program, or a person.
    Elsewhere,
    /// Ringonce: rows that were rejected.
    Problems,
    /// Ringonce: an export of contacts.
    Contacts,
}

/// The use of the columns of a file.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// Name of every column that a row may have, unique.
    pub(crate) titles: Vec<String>,
    /// How many of them the file has.
    pub(crate) width: usize,
    /// In the order in which a good number is looked for; never empty.
    pub(crate) phones: Vec<usize>,
    /// For each phone column, the column that says which number it holds.
    pub(crate) kinds: Vec<Option<usize>>,
    pub(crate) names: Vec<usize>,
    pub(super) zone: Option<usize>,
    pub(crate) country: Option<usize>,
    pub(crate) area_code: Option<usize>,
    pub(crate) marks: Vec<(usize, Says)>,
    /// Columns and the folded values for which a row is left out.
    pub(crate) leave_out: Vec<(usize, String)>,
    /// Whether rows with a remark that they are not to be called are called.
    pub(crate) marked: bool,
    pub(crate) ignored: Vec<usize>,
    /// The author of the file.
    pub(crate) origin: Origin,
    /// Sample values of each column of the file.
    pub(super) values: Vec<Vec<String>>,
    /// The line of the header.
    pub(crate) header: Option<u32>,
    /// The first lines, one of which could be the header.
    pub(crate) first_lines: Vec<FirstLine>,
    /// How many rows of the sample come before the data, the header included.
    pub(crate) skip: usize,
    /// Whether a header named the phone column and its values agree.
    pub(crate) sure: bool,
    pub(crate) notes: Vec<String>,
}

impl Choice {
    pub(crate) fn columns(&self) -> Columns {
        let title = |column: usize| self.titles[column].clone();
        let used_as = |wanted: Use| {
            let is = move |column: &usize| self.use_of(*column) == wanted;
            (0..self.width).filter(is).map(title).collect()
        };
        Columns {
            phone: self.phones.iter().copied().map(title).collect(),
            name: self.names.iter().copied().map(title).collect(),
            zone: self.zone.map(title),
            country: self.country.map(title),
            area_code: self.area_code.map(title),
            do_not_call: self
                .marks
                .iter()
                .map(|(column, _)| title(*column))
                .collect(),
            metadata: used_as(Use::Metadata),
            ignored: used_as(Use::Ignored),
        }
    }

    /// Whether a column holds only the name, so that its title adds nothing: no title, just `Name`, or
    /// the name in an export of contacts. Any other column of the name is also kept under its own
    /// title, because people write `{First name}`, and `{Vorname}`.
    pub(crate) fn is_the_name(&self, column: usize) -> bool {
        let title = &self.titles[column];
        let says_no_more =
            title.eq_ignore_ascii_case("name") || *title == format!("column_{}", column + 1);
        self.names == [column] && (says_no_more || self.origin == Origin::Contacts)
    }

    /// The columns with sample values.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        let columns = self.values.iter().enumerate();
        columns
            .map(|(column, values)| Sample {
                title: self.titles[column].clone(),
                use_: self.use_of(column),
                values: values.clone(),
            })
            .collect()
    }

    fn use_of(&self, column: usize) -> Use {
        if self.phones.contains(&column) {
            Use::Phone
        } else if self.names.contains(&column) {
            Use::Name
        } else if self.zone == Some(column) {
            Use::Zone
        } else if self.country == Some(column) {
            Use::Country
        } else if self.area_code == Some(column) {
            Use::AreaCode
        } else if self.marks.iter().any(|(mark, _)| *mark == column) {
            Use::DoNotCall
        } else if self.ignored.contains(&column) {
            Use::Ignored
        } else {
            Use::Metadata
        }
    }
}
