//! The rows of a table: the use of its columns, what is kept of them, and which rows are left out.

use ringonce_domain::number::Region;
use ringonce_domain::text::fold;

use super::{Found, ROW_BYTES, Refusal, keep_all, remark_on, says_more, show};
use crate::columns::{self, Choice};
use crate::country::{self, Country};
use crate::guard;
use crate::json::{Object, key};
use crate::marks::{self, Says};
use crate::records::Record;

/// The names of a number's parts in the metadata.
const EXTENSION: &str = "extension";
const LABEL: &str = "phone label";
const INSISTED: &str = "unassigned number";

#[derive(Debug)]
pub(super) struct Table {
    pub(super) titles: Vec<String>,
    /// In the order in which a good number is searched.
    pub(super) phones: Vec<usize>,
    /// For each phone column, the column that says which number it holds.
    pub(super) kinds: Vec<Option<usize>>,
    names: Vec<usize>,
    country: Option<usize>,
    pub(super) area_code: Option<usize>,
    marks: Vec<(usize, Says)>,
    leave_out: Vec<(usize, String)>,
    /// Whether each column holds names; a remark counts there only if it is the whole cell.
    of_names: Vec<bool>,
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
    /// The same for a number that no plan assigns.
    insisted_key: String,
}

impl Table {
    /// The table of a file with these columns.
    pub(super) fn new(choice: &Choice) -> Self {
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
        Self {
            titles: choice.titles.clone(),
            phones: choice.phones.clone(),
            kinds: choice.kinds.clone(),
            names: choice.names.clone(),
            country: choice.country,
            area_code: choice.area_code,
            marks: choice.marks.clone(),
            leave_out: choice.leave_out.clone(),
            of_names: choice
                .titles
                .iter()
                .map(|title| marks::holds_names(title))
                .collect(),
            marked: choice.marked,
            is_guarded: choice.origin != columns::Origin::Elsewhere,
            keys,
            all_keys,
            extension_key: unique(EXTENSION),
            label_key: unique(LABEL),
            insisted_key: unique(INSISTED),
        }
    }

    pub(super) fn write_name(&self, row: Record<'_>, text: &mut String) {
        let from = text.len();
        for &column in &self.names {
            let part = self.cell(row.get(column).trim());
            if !part.is_empty() && text.len() > from {
                text.push(' ');
            }
            keep_all(part, text);
        }
    }

    /// The value of a cell.
    pub(super) fn cell<'a>(&self, cell: &'a str) -> &'a str {
        if self.is_guarded {
            guard::restored(cell)
        } else {
            cell
        }
    }

    /// All fields of a row.
    pub(super) fn write_fields(&self, row: Record<'_>, text: &mut String) {
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

    pub(super) fn write_metadata(&self, row: Record<'_>, found: &Found, text: &mut String) {
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
        if parsed.is_insisted {
            object.add(&self.insisted_key, "called because a person insisted");
        }
        match &parsed.label {
            Some(label) => object.add(&self.label_key, label),
            None if self.phones.len() > 1 => {
                object.add(&self.label_key, &self.titles[found.column]);
            }
            None => {}
        }
        object.close();
    }

    pub(super) fn write_remark(&self, row: Record<'_>, found: &Found, text: &mut String) {
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

    /// Whether the row, or the caller, says that it is not to be called.
    pub(super) fn left_out(&self, row: Record<'_>) -> Option<Refusal> {
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
        let mut cells = row.fields().enumerate();
        let (column, _) = cells.find(|(column, cell)| {
            let is_of_names = self.of_names.get(*column).copied().unwrap_or_default();
            marks::is_remark(cell, is_of_names)
        })?;
        Some(Refusal {
            column: column.min(self.titles.len() - 1),
            reason: "left out: the row says that it is not to be called".to_owned(),
        })
    }

    /// The region of the row's numbers; when the row's country is unknown, the refusal for numbers
    /// without a country code.
    pub(super) fn region(
        &self,
        row: Record<'_>,
        usual: Option<Region>,
    ) -> Result<Option<Region>, Refusal> {
        let Some(column) = self.country else {
            return Ok(usual);
        };
        match country::read(row.get(column)) {
            Country::Is(region) => Ok(Some(region)),
            Country::Nothing => Ok(usual),
            Country::Unknown => Err(Refusal {
                column,
                reason: "this is no country that is known: write two letters as in DE, a calling code as in \
                         +49, or the number with its country code"
                    .to_owned(),
            }),
        }
    }
}
