//! Searches contacts by any filter in any order, at a bounded cost.
//!
//! # How
//! Each index of contacts is a row of *ranges*, in an order of its own: those in a state by id, those with
//! an outcome by id, those whose number or name begins so by number or name, and all in each order. A
//! search chooses the ranges that its filter names, most telling first. When their order is the one that is
//! asked for, they are merged. When it is not, and they hold few contacts, these are gathered and sorted.
//! When they hold many, everything is walked in the order that is asked for.
//!
//! # Bound
//! Filters that the ranges do not express are checked on each contact. After [`CONTACTS_LOOKED_AT`] contacts
//! the search ends with what it has found, and says where to go on.
//!
//! A search names the rows that it needs ([`Search::next`]) and takes them ([`Search::take`]).

use std::collections::VecDeque;

use ringonce_domain::{CampaignId, ContactId};

use super::range::{Place, Walk, What, names_from, numbers_from};
use super::{details, name_key};
use crate::Result;
use crate::ledger::campaigns::{contacts_of, require_there};
use crate::listing::limit;
use crate::model::{
    Beginning, CONTACTS_LOOKED_AT, ContactOrder, ContactSearch, ContactsFound, Page,
};
use crate::sql;
use crate::transaction::{Reader, values};

/// Contacts that are gathered and sorted at most.
const GATHERED: usize = 2_000;
/// Contacts read at once at most.
const CHUNK: usize = 2_000;

/// See [`crate::Contacts::find_contacts`].
pub(crate) async fn find<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
    wanted: ContactSearch,
    page: &Page<ContactId>,
) -> Result<ContactsFound, L::Failure> {
    require_there(reader, campaign).await?;
    let after = match page.after {
        Some(id) => reader.row(sql::CONTACT_PLACE, values![id]).await?,
        None => None,
    };
    let after = after.as_ref().map(Place::read).transpose()?;
    let back = wanted.descending;
    let mut search = Search::new(campaign, wanted, limit(page), after);
    while let Some((walk, rows)) = search.next() {
        let (statement, given) = walk.asked(campaign, rows, back);
        let read = reader.rows(statement, given).await?;
        search.take(read.iter().map(Place::read).collect::<Result<_>>()?);
    }
    let (ids, next) = search.found();
    let rows = reader
        .rows(sql::CONTACTS_BY_ID, values![ids.clone()])
        .await?;
    let mut contacts = details(&rows)?;
    contacts.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id.0));
    Ok(ContactsFound { contacts, next })
}

/// A range of an index that is being walked.
struct Range {
    what: What,
    /// Rows that were read and not yet looked at.
    read: VecDeque<Place>,
    chunk: usize,
    done: bool,
}

/// A search that is under way.
struct Search {
    campaign: CampaignId,
    wanted: ContactSearch,
    limit: usize,
    after: Option<Place>,
    ranges: Vec<Range>,
    /// The ranges have another order than the requested one.
    gathers: bool,
    /// The range that was read last.
    asked: usize,
    looked_at: usize,
    looked_last: Option<i64>,
    found: Vec<Place>,
    next: Option<i64>,
    ended: bool,
}

impl Search {
    /// A search for up to `limit` contacts after one.
    fn new(
        campaign: CampaignId,
        mut wanted: ContactSearch,
        limit: u32,
        after: Option<Place>,
    ) -> Self {
        if let Some(Beginning::Name(name)) = &mut wanted.beginning {
            *name = name_key(name);
        }
        wanted.states.sort_unstable();
        wanted.states.dedup();
        wanted.outcomes.sort_unstable();
        wanted.outcomes.dedup();
        let mut search = Self {
            campaign,
            limit: limit as usize,
            gathers: false,
            ranges: Vec::new(),
            asked: 0,
            looked_at: 0,
            looked_last: None,
            found: Vec::new(),
            next: None,
            ended: false,
            after,
            wanted,
        };
        let (whats, natural) = search.telling();
        search.gathers = natural != search.wanted.order;
        search.walk(whats);
        search
    }

    /// The ranges that the filter names, and their order.
    fn telling(&self) -> (Vec<What>, ContactOrder) {
        let (low, high) = contacts_of(self.campaign);
        match &self.wanted.beginning {
            Some(Beginning::Number(beginnings)) => {
                let ranges = beginnings.iter().flat_map(|digits| numbers_from(*digits));
                return (ranges.collect(), ContactOrder::Number);
            }
            Some(Beginning::Name(name)) => {
                let names = names_from(name, self.wanted.descending);
                return (vec![names], ContactOrder::Name);
            }
            None => {}
        }
        let ranges: Vec<What> = if !self.wanted.outcomes.is_empty() {
            let outcomes = self.wanted.outcomes.iter();
            outcomes
                .map(|word| What::Outcome(*word, low, high))
                .collect()
        } else if !self.wanted.states.is_empty() {
            let states = self.wanted.states.iter();
            states
                .map(|word| What::Ids(Some(*word), low, high))
                .collect()
        } else {
            return (vec![self.everything()], self.wanted.order);
        };
        (ranges, ContactOrder::File)
    }

    /// All contacts in the requested order.
    fn everything(&self) -> What {
        let (low, high) = contacts_of(self.campaign);
        match self.wanted.order {
            ContactOrder::File => What::Ids(None, low, high),
            ContactOrder::Number => What::Number(0, i64::MAX),
            ContactOrder::Name => names_from("", self.wanted.descending),
        }
    }

    /// Begins to walk ranges, after the last contact of the page before unless they are gathered.
    fn walk(&mut self, whats: Vec<What>) {
        let exact = !self.gathers && self.is_told_by_ranges();
        let chunk = if exact {
            self.limit + 1
        } else {
            CHUNK.min(4 * self.limit + 100)
        };
        self.ranges = whats
            .into_iter()
            .map(|what| Range {
                what,
                read: VecDeque::new(),
                chunk: chunk.min(CHUNK),
                done: false,
            })
            .collect();
        if !self.gathers
            && let Some(after) = &self.after
        {
            for range in &mut self.ranges {
                range.what.go_after(after, self.wanted.descending);
            }
        }
    }

    /// Whether every contact of the ranges passes.
    fn is_told_by_ranges(&self) -> bool {
        let filters = [
            self.wanted.beginning.is_some(),
            !self.wanted.outcomes.is_empty(),
            !self.wanted.states.is_empty(),
        ];
        filters.into_iter().filter(|is_given| *is_given).count() <= 1
    }

    /// What to read next, and how many rows; `None` when the search is over.
    fn next(&mut self) -> Option<(Walk, usize)> {
        loop {
            if self.ended {
                return None;
            }
            let open = |range: &Range| !range.done && range.read.is_empty();
            if let Some(asked) = self.ranges.iter().position(open) {
                self.asked = asked;
                let range = &self.ranges[asked];
                return Some((range.what.walk(self.wanted.descending), range.chunk));
            }
            if self.gathers {
                self.sort();
            } else {
                self.look();
            }
        }
    }

    /// Takes the rows that were read.
    fn take(&mut self, rows: Vec<Place>) {
        let descending = self.wanted.descending;
        let range = &mut self.ranges[self.asked];
        let whole = rows.len() < range.chunk;
        if let Some(last) = rows.last() {
            range.what.go_after(last, descending);
        }
        if whole {
            range.done = !range.what.leaves_name();
        }
        range.chunk = CHUNK.min(range.chunk * 4);
        if !self.gathers {
            range.read.extend(rows);
            return;
        }
        self.looked_at += rows.len();
        self.found.extend(rows);
        if self.looked_at > GATHERED {
            // Too many to sort: walk all of them in the requested order.
            (self.gathers, self.looked_at) = (false, 0);
            self.found.clear();
            let everything = self.everything();
            self.walk(vec![everything]);
        }
    }

    /// Looks at one contact after the other, the first of all ranges first.
    fn look(&mut self) {
        let (order, descending) = (self.wanted.order, self.wanted.descending);
        while self
            .ranges
            .iter()
            .all(|range| range.done || !range.read.is_empty())
        {
            let heads = self.ranges.iter().enumerate();
            let heads = heads.filter_map(|(i, range)| Some((i, range.read.front()?)));
            let in_order = |a: &(usize, &Place), b: &(usize, &Place)| {
                let forward = a.1.cmp_in(order, b.1);
                if descending {
                    forward.reverse()
                } else {
                    forward
                }
            };
            let Some(first) = heads.min_by(in_order).map(|(i, _)| i) else {
                self.ended = true;
                return;
            };
            let Some(place) = self.ranges[first].read.pop_front() else {
                return;
            };
            let id = place.id;
            if self.looked_last.replace(id) == Some(id) {
                // Ranges of numbers may overlap.
                continue;
            }
            self.looked_at += 1;
            if self.passes(&place) {
                if self.found.len() == self.limit {
                    self.next = self.found.last().map(|place| place.id);
                    self.ended = true;
                    return;
                }
                self.found.push(place);
            }
            if self.looked_at >= CONTACTS_LOOKED_AT {
                (self.next, self.ended) = (Some(id), true);
                return;
            }
        }
    }

    /// Sorts what was gathered, and cuts the page out of it.
    fn sort(&mut self) {
        let (order, descending) = (self.wanted.order, self.wanted.descending);
        let mut all = std::mem::take(&mut self.found);
        all.retain(|place| self.passes(place));
        all.sort_by(|a, b| a.cmp_in(order, b));
        all.dedup_by_key(|place| place.id);
        if descending {
            all.reverse();
        }
        if let Some(after) = &self.after {
            all.retain(|place| {
                let forward = place.cmp_in(order, after);
                if descending {
                    forward.is_lt()
                } else {
                    forward.is_gt()
                }
            });
        }
        let more = all.len() > self.limit;
        all.truncate(self.limit);
        self.next = all.last().map(|place| place.id).filter(|_| more);
        self.found = all;
        self.ended = true;
    }

    fn passes(&self, place: &Place) -> bool {
        let wanted = &self.wanted;
        let begins = match &wanted.beginning {
            None => true,
            Some(Beginning::Name(name)) => place.name.starts_with(name.as_str()),
            Some(Beginning::Number(beginnings)) => {
                let digits = place.number.to_string();
                beginnings
                    .iter()
                    .any(|first| digits.starts_with(&first.to_string()))
            }
        };
        begins
            && (wanted.states.is_empty() || wanted.states.contains(&place.state))
            && (wanted.outcomes.is_empty()
                || place
                    .outcome
                    .is_some_and(|outcome| wanted.outcomes.contains(&outcome)))
    }

    /// The contacts that were found, in order, and the one after which to go on.
    fn found(self) -> (Vec<i64>, Option<ContactId>) {
        let ids = self.found.iter().map(|place| place.id).collect();
        (ids, self.next.map(ContactId))
    }
}
