//! Finds the columns of phone numbers, and the order in which a good number is searched in them.

use std::cmp::Reverse;

use super::wishes::find_title;
use super::{Survey, looks_like_a_number};
use crate::headers::{self, PhoneHeader};
use crate::marks;
use crate::{ImportError, Limits, Use};

/// Percent of valid numbers from which a column counts as one of phone numbers.
const VALID: usize = 60;
/// Percent of values that look like numbers without a country code, where no region is known.
const PLAUSIBLE: usize = 80;

/// How many of a column's values are valid or look like phone numbers, in percent of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shares {
    valid: usize,
    plausible: usize,
}

impl Survey<'_> {
    /// The columns of phone numbers in the order in which a good number is searched, and whether a
    /// header named the first.
    pub(super) fn phone_columns(
        &self,
        limits: &Limits,
    ) -> Result<(Vec<usize>, bool, Vec<String>), ImportError> {
        let titles = match self.header {
            Some(_) => self.titles(limits),
            None => self.likely_titles(limits),
        };
        let wished: Vec<usize> = self
            .wishes
            .named(Use::Phone)
            .map(|wish| find_title(&titles, self.width, wish))
            .collect::<Result<_, _>>()?;
        if !wished.is_empty() {
            return Ok((wished, true, Vec::new()));
        }
        let said: Vec<usize> = self
            .said()
            .filter(|(_, use_)| *use_ == Use::Phone)
            .map(|(column, _)| column)
            .collect();
        if !said.is_empty() {
            return Ok((said, true, Vec::new()));
        }
        // A column with another use given by the caller is no candidate. Without a header the caller
        // can name it only by its place, which the titles contain as well.
        let elsewhere = self.asked(&self.titles(limits)).unwrap_or_default();
        let is_free = |column: &usize| elsewhere.use_of(*column).is_none();
        let shares: Vec<Shares> = (0..self.width).map(|column| self.shares(column)).collect();
        let header_of = |column: usize| headers::phone_header(self.header_cell(column));
        // A column that forbids phoning holds no numbers, and a machine hears no voice.
        let may_be_called = |column: &usize| {
            let header = titles.get(*column).map_or("", String::as_str);
            !marks::speaks_of_permission(header) && !headers::is_of_a_machine(header)
        };
        let is_own = |column: usize| !headers::is_of_another(self.header_cell(column));
        let named: Vec<usize> = (0..self.width)
            .filter(|&c| header_of(c) >= Some(PhoneHeader::Part) || self.says_which(c))
            .filter(is_free)
            .filter(may_be_called)
            .collect();
        let rank = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            (
                valid + plausible > 0,
                is_own(column),
                header_of(column),
                Reverse(column),
            )
        };
        if let Some(best) = named.iter().copied().max_by_key(rank) {
            let mut others: Vec<usize> = named.iter().copied().filter(|&c| c != best).collect();
            others.sort_by_key(|&column| (Reverse(header_of(column)), column));
            let (next, left): (Vec<usize>, Vec<usize>) = others
                .into_iter()
                .partition(|&column| is_own(column) || !is_own(best));
            let phones: Vec<usize> = [best].into_iter().chain(next).collect();
            let mut notes = note_on_phones(&phones, &left, &titles);
            if !is_own(best) {
                notes.push(format!(
                    "{:?} may hold the numbers of other people: choose another column if it does.",
                    titles[best]
                ));
            }
            return Ok((phones, shares[best] != Shares::default(), notes));
        }
        let holds_numbers = |&column: &usize| {
            let Shares { valid, plausible } = shares[column];
            valid >= VALID || (valid == 0 && plausible >= PLAUSIBLE)
        };
        (0..self.width)
            .filter(is_free)
            .filter(may_be_called)
            .filter(holds_numbers)
            .max_by_key(|&column| {
                (
                    !headers::is_of_another(&titles[column]),
                    shares[column].valid,
                    header_of(column),
                    shares[column].plausible,
                    Reverse(column),
                )
            })
            .map(|best| (vec![best], false, Vec::new()))
            .ok_or_else(|| ImportError::NoPhoneColumn {
                columns: titles[..self.width].to_vec(),
            })
    }

    /// A header such as `Home` or `Work`, over values of which half are phone numbers.
    fn says_which(&self, column: usize) -> bool {
        if !headers::says_which_number(self.header_cell(column)) {
            return false;
        }
        let (mut filled, mut valid) = (0, 0);
        for value in self.filled(column) {
            filled += 1;
            valid += usize::from(self.is_valid(value));
        }
        filled > 0 && valid * 2 >= filled
    }

    fn shares(&self, column: usize) -> Shares {
        let (mut rows, mut valid, mut plausible) = (0, 0, 0);
        for row in self.data() {
            rows += 1;
            let value = row.get(column);
            if looks_like_a_number(value) {
                plausible += 1;
                valid += usize::from(self.is_valid(value));
            }
        }
        let percent = |count: usize| (count * 100).checked_div(rows).unwrap_or(0);
        Shares {
            valid: percent(valid),
            plausible: percent(plausible),
        }
    }
}

fn note_on_phones(phones: &[usize], left: &[usize], titles: &[String]) -> Vec<String> {
    let names = |columns: &[usize]| {
        let quoted: Vec<String> = columns
            .iter()
            .map(|&c| format!("{:?}", titles[c]))
            .collect();
        quoted.join(", ")
    };
    let mut notes = Vec::new();
    if let [first, others @ ..] = phones
        && !others.is_empty()
    {
        notes.push(format!(
            "The phone numbers are taken from {:?}; where it holds no good number, from {}. The other \
             numbers are kept.",
            titles[*first],
            names(others)
        ));
    }
    if !left.is_empty() {
        notes.push(format!(
            "{} may belong to another person or to a machine; no number is taken from there unless you \
             choose so.",
            names(left)
        ));
    }
    notes
}
