//! Columns that describe a number or its row: country, area code, time zone, and whether the row may be
//! called.

use super::wishes::{Requested, find_title};
use super::{Survey, digits};
use crate::country::{self, Country};
use crate::marks::Says;
use crate::records::Record;
use crate::{ImportError, Use, headers, titles};

impl Survey<'_> {
    /// The one column to which the caller gave this use, else the first whose header and values have
    /// it.
    pub(super) fn single(
        &self,
        wanted: Use,
        what: &'static str,
        titles: &[String],
        asked: &Requested,
        says: impl Fn(usize) -> bool,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(wish) = self.wishes.only(wanted, what)? {
            return find_title(titles, self.width, wish).map(Some);
        }
        let is_free = |column: &usize| asked.use_of(*column).is_none();
        Ok((0..self.width).filter(is_free).find(|column| says(*column)))
    }

    /// A header that names a country and values that are countries.
    pub(super) fn holds_countries(&self, column: usize) -> bool {
        let is_country = |value: &str| matches!(country::read(value), Country::Is(_));
        headers::says_country(self.header_cell(column)) && self.filled(column).any(is_country)
    }

    /// A header that names an area code, and numbers of the other column that lack one.
    pub(super) fn holds_area_codes(&self, column: usize, phone: usize) -> bool {
        let says = headers::says_area_code(self.header_cell(column));
        let mut values = self.filled(column).peekable();
        let is_short = |value: &str| {
            digits(value) <= 6
                && value
                    .chars()
                    .all(|c| c.is_ascii_digit() || "+ ()-".contains(c))
        };
        let lacks_one = |row: &Record<'_>| !row.get(phone).trim_start().starts_with(['+', '0']);
        says && values.peek().is_some() && values.all(is_short) && self.data().any(lacks_one)
    }

    pub(super) fn filled(&self, column: usize) -> impl Iterator<Item = &str> {
        self.data()
            .map(move |row| row.get(column).trim())
            .filter(|value| !value.is_empty())
    }

    /// For each phone column, the column beside it that says which number it is.
    pub(super) fn kinds(&self, phones: &[usize]) -> Vec<Option<usize>> {
        let kind_of = |phone: &usize| {
            let title = self.header_cell(*phone);
            (0..self.width).find(|column| headers::says_kind_of(self.header_cell(*column), title))
        };
        phones.iter().map(kind_of).collect()
    }

    /// The columns that mark rows not to be called.
    pub(super) fn marks(
        &self,
        asked: &Requested,
        is_taken: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Says)> {
        let says = |column: usize| {
            let found = Says::of(self.header_cell(column));
            match asked.use_of(column) {
                Some(Use::DoNotCall) => Some(found.unwrap_or(Says::DoNotCall)),
                Some(_) => None,
                None => found.filter(|_| !is_taken(column) && !self.wishes.marked),
            }
        };
        let columns = 0..self.width;
        columns
            .filter_map(|column| says(column).map(|says| (column, says)))
            .collect()
    }

    pub(super) fn zone_column(
        &self,
        titles: &[String],
        asked: &Requested,
        is_taken: impl Fn(usize) -> bool,
    ) -> Result<Option<usize>, ImportError> {
        if let Some(wish) = self.wishes.only(Use::Zone, "time zone")? {
            return find_title(titles, self.width, wish).map(Some);
        }
        if let Some(zone) = asked.columns(Use::Zone).first() {
            return Ok(Some(*zone));
        }
        let says_zone = |column: &usize| {
            let is_free = asked.use_of(*column).is_none() && !is_taken(*column);
            is_free && titles::says_zone(&titles[*column])
        };
        Ok((0..self.width).find(says_zone))
    }
}

pub(super) fn note_on_marks(marks: &[(usize, Says)], titles: &[String]) -> Option<String> {
    let names: Vec<String> = marks
        .iter()
        .map(|(c, _)| format!("{:?}", titles[*c]))
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "Rows that {} marks as not to be called are left out.",
            names.join(" or ")
        )
    })
}
