//! Columns of names: which hold them, in which order parts are joined, and which column is not a part.

use std::collections::HashSet;

use super::wishes::Requested;
use super::{Survey, digits};
use crate::Use;
use crate::headers::{self, NameHeader};

impl Survey<'_> {
    pub(super) fn name_columns(&self, phones: &[usize], asked: &Requested) -> Vec<usize> {
        let wished = asked.columns(Use::Name);
        if !wished.is_empty() {
            return if asked.follows_the_file(self.width) {
                self.first_before_last(&wished)
            } else {
                wished
            };
        }
        let is_free = |column: usize| !phones.contains(&column) && asked.use_of(column).is_none();
        if self.header.is_none() {
            let is_name = |&column: &usize| is_free(column) && self.holds_names(column);
            return (0..self.width).find(is_name).into_iter().collect();
        }
        let says = |role: NameHeader| {
            (0..self.width).find(|&column| {
                is_free(column) && headers::name_header(self.header_cell(column)) == Some(role)
            })
        };
        let (mut full, either) = (says(NameHeader::Full), says(NameHeader::Either));
        // A `name` that contains the `first name` beside it is not a part of a name.
        let halves = [says(NameHeader::First), says(NameHeader::Last)];
        if halves
            .iter()
            .flatten()
            .any(|half| self.holds(either, *half))
        {
            full = full.or(either);
        }
        let parts = match (says(NameHeader::First), says(NameHeader::Last)) {
            (Some(first), Some(last)) if full.is_none() && either.is_none() => {
                [Some(first), Some(last)]
            }
            (Some(first), None) if full.is_none() => [Some(first), either],
            (None, Some(last)) if full.is_none() => [either, Some(last)],
            _ => [full.or(either), None],
        };
        parts.into_iter().flatten().collect()
    }

    /// The same columns; first names come before last names, in the places of both.
    pub(super) fn first_before_last(&self, columns: &[usize]) -> Vec<usize> {
        let role = |column: &usize| headers::name_header(self.header_cell(*column));
        let as_first = |column: &&usize| role(column) == Some(NameHeader::First);
        let as_last = |column: &&usize| role(column) == Some(NameHeader::Last);
        let firsts = columns.iter().filter(as_first);
        let mut in_order = firsts.chain(columns.iter().filter(as_last));
        let placed = columns.iter().map(|column| {
            let is_half = as_first(&column) || as_last(&column);
            let next = if is_half { in_order.next() } else { None };
            *next.unwrap_or(column)
        });
        placed.collect()
    }

    /// Whether most values of `whole` contain the words of `part` in the same row.
    pub(super) fn holds(&self, whole: Option<usize>, part: usize) -> bool {
        let Some(whole) = whole else { return false };
        let (mut both, mut held) = (0, 0);
        for row in self.data() {
            let (whole, part) = (row.get(whole).trim(), row.get(part).trim());
            if !whole.is_empty() && !part.is_empty() {
                both += 1;
                let words: Vec<&str> = whole.split_whitespace().collect();
                held += usize::from(part.split_whitespace().all(|word| words.contains(&word)));
            }
        }
        held * 2 > both
    }

    /// Whether most values are one to five words without digits, and differ.
    pub(super) fn holds_names(&self, column: usize) -> bool {
        let is_name = |value: &&str| {
            let words = value.split_whitespace().count();
            let has_letters = value.chars().any(char::is_alphabetic);
            (1..=5).contains(&words) && has_letters && !value.contains('@') && digits(value) == 0
        };
        let values: Vec<&str> = self.data().map(|row| row.get(column)).collect();
        let names: HashSet<&str> = values.iter().copied().filter(is_name).collect();
        !names.is_empty() && names.len() * 2 >= values.len()
    }
}
