//! The table of prefixes and their zones: Google's, with our corrections, read once.
//!
//! Google's table lists some exchanges of an area code and gives the rest to one zone. That rest
//! gives wrong hours, so an entry with others beneath it stands for the zones of all of them. A
//! listed exchange must never be narrower than at Google, except where `corrections.tsv` says why.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::hours::Zone;

/// Google's table.
pub(super) const PREFIXES: &str = include_str!("prefixes.tsv");
/// Corrections to it.
pub(super) const CORRECTIONS: &str = include_str!("corrections.tsv");

/// Length of `1` and an area code of North America.
const AREA_CODE: usize = 4;
/// Length of the same with the exchange.
const EXCHANGE: usize = 7;

/// Zones by prefix.
pub(super) struct Table {
    /// Prefix and index of its list, in ascending order. No prefix begins with a zero, so prefixes
    /// of different lengths are different integers.
    prefixes: Vec<(u64, usize)>,
    lists: Vec<List>,
}

/// Zones that share prefixes; loaded on first use, because a campaign needs only a few lists.
struct List {
    names: Names,
    zones: OnceLock<Vec<Zone>>,
}

/// In alphabetical order, each once.
type Names = Vec<&'static str>;
/// By the text of the prefix: longer prefixes follow the one they begin with.
type Entries = BTreeMap<&'static str, Names>;

impl Table {
    /// Google's table with the corrections; lines of another form are skipped.
    pub(super) fn read(prefixes: &'static str, corrections: &'static str) -> Self {
        let mut entries = listed(prefixes);
        for correction in lines(corrections).filter_map(Correction::read) {
            correction.apply(&mut entries);
        }
        Self::of(&widened(&entries))
    }

    fn of(entries: &Entries) -> Self {
        let mut known: HashMap<&Names, usize> = HashMap::new();
        let mut table = Self {
            prefixes: Vec::with_capacity(entries.len()),
            lists: Vec::new(),
        };
        for (prefix, names) in entries {
            let list = *known.entry(names).or_insert_with(|| {
                table.lists.push(List {
                    names: names.clone(),
                    zones: OnceLock::new(),
                });
                table.lists.len() - 1
            });
            table
                .prefixes
                .extend(prefix.parse().map(|prefix: u64| (prefix, list)));
        }
        table.prefixes.sort_unstable();
        table
    }

    /// The zones of the longest prefix that the digits begin with.
    pub(super) fn longest_match(&self, digits: u64) -> &[Zone] {
        let mut prefix = digits;
        while prefix > 0 {
            if let Ok(found) = self
                .prefixes
                .binary_search_by_key(&prefix, |(known, _)| *known)
            {
                return self.lists[self.prefixes[found].1].zones();
            }
            prefix /= 10;
        }
        &[]
    }
}

impl List {
    fn zones(&self) -> &[Zone] {
        self.zones.get_or_init(|| {
            let zones = self.names.iter().filter_map(|name| name.parse().ok());
            zones.collect()
        })
    }
}

/// One line of `corrections.tsv`.
struct Correction {
    rule: Rule,
    zones: Names,
    prefixes: &'static str,
}

#[derive(Clone, Copy)]
enum Rule {
    /// These zones and no others.
    Whole,
    /// These zones too.
    Also,
}

impl Correction {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let rule = match fields.next()? {
            "whole" => Rule::Whole,
            "also" => Rule::Also,
            _ => return None,
        };
        Some(Self {
            rule,
            zones: fields.next()?.split(',').collect(),
            prefixes: fields.next()?,
        })
    }

    fn apply(&self, entries: &mut Entries) {
        for prefix in self.prefixes.split(',') {
            match self.rule {
                Rule::Whole => {
                    entries.retain(|known, _| !known.starts_with(prefix));
                    entries.insert(prefix, self.zones.clone());
                }
                Rule::Also => {
                    if !entries.contains_key(prefix) {
                        entries.insert(prefix, nearest(entries, prefix));
                    }
                    let beneath = entries
                        .iter_mut()
                        .filter(|entry| entry.0.starts_with(prefix));
                    for (_, names) in beneath {
                        *names = union([&*names, &self.zones]);
                    }
                }
            }
        }
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

fn listed(prefixes: &'static str) -> Entries {
    let lines = lines(prefixes).filter_map(|line| line.split_once('\t'));
    let entries = lines.flat_map(|(names, prefixes)| {
        let names: Names = names.split(',').collect();
        prefixes
            .split(',')
            .map(move |prefix| (prefix, names.clone()))
    });
    entries.collect()
}

/// The zones of a missing entry: those of the longest prefix of it that has one.
fn nearest(entries: &Entries, prefix: &str) -> Names {
    let shorter = (1..prefix.len()).rev().map(|length| &prefix[..length]);
    let mut found = shorter.filter_map(|shorter| entries.get(shorter));
    found.next().cloned().unwrap_or_default()
}

/// Every entry with the zones of all that are beneath it.
///
/// In North America an entry shorter than an exchange counts for the whole area code: `1208 3` is
/// not known better than `1208`.
fn widened(entries: &Entries) -> Entries {
    let mut wide = Entries::new();
    for prefix in entries.keys().copied() {
        let prefix = match prefix.len() {
            AREA_CODE..EXCHANGE if prefix.starts_with('1') => &prefix[..AREA_CODE],
            length if length >= EXCHANGE && prefix.starts_with('1') => {
                let area = &prefix[..AREA_CODE];
                wide.entry(area).or_insert_with(|| beneath(entries, area));
                prefix
            }
            _ => prefix,
        };
        wide.entry(prefix)
            .or_insert_with(|| beneath(entries, prefix));
    }
    wide
}

fn beneath(entries: &Entries, prefix: &'static str) -> Names {
    let all = entries.range(prefix..);
    let all = all.take_while(|(known, _)| known.starts_with(prefix));
    union(all.map(|(_, names)| names))
}

fn union<'a>(lists: impl IntoIterator<Item = &'a Names>) -> Names {
    let names: BTreeSet<&'static str> = lists.into_iter().flatten().copied().collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_the_table_is_known_and_every_prefix_is_read() {
        let google = Table::read(PREFIXES, "");
        let corrected = Table::read(PREFIXES, CORRECTIONS);
        for list in google.lists.iter().chain(&corrected.lists) {
            for name in &list.names {
                assert!(
                    name.parse::<Zone>().is_ok(),
                    "{name} is not in the bundled database"
                );
            }
        }
        let written: usize = lines(PREFIXES)
            .map(|line| line.split('\t').nth(1).unwrap().split(',').count())
            .sum();
        assert_eq!(listed(PREFIXES).len(), written, "a prefix is doubled");
        assert!(written > 3_000, "{written}");
    }

    #[test]
    fn every_correction_is_read_and_says_why() {
        let written: Vec<&str> = lines(CORRECTIONS).collect();
        assert!(written.len() > 60, "{}", written.len());
        for line in written {
            assert_eq!(line.split('\t').count(), 4, "{line}");
            let correction = Correction::read(line).unwrap_or_else(|| panic!("{line}"));
            for zone in correction.zones {
                assert!(zone.parse::<Zone>().is_ok(), "{line}");
            }
            for prefix in correction.prefixes.split(',') {
                assert!(prefix.parse::<u64>().is_ok(), "{line}");
            }
        }
    }

    #[test]
    fn no_prefix_loses_a_zone_of_googles_but_where_it_is_corrected() {
        let table = Table::read(PREFIXES, CORRECTIONS);
        let corrections: Vec<Correction> =
            lines(CORRECTIONS).filter_map(Correction::read).collect();
        let is_corrected = |prefix: &str| {
            let mut whole = corrections.iter().flat_map(|one| one.prefixes.split(','));
            whole.any(|corrected| prefix.starts_with(corrected))
        };
        let mut compared = 0;
        for (prefix, names) in listed(PREFIXES) {
            if !is_corrected(prefix) {
                compared += 1;
                let ours = table.longest_match(prefix.parse().unwrap());
                for name in names {
                    assert!(
                        ours.iter().any(|zone| zone.name() == name),
                        "{prefix} is not in {name}: {ours:?}"
                    );
                }
            }
        }
        assert!(compared > 2_000, "{compared}");
    }

    #[test]
    fn a_correction_changes_what_it_names_and_nothing_else() {
        let corrected = |corrections| {
            let table = Table::read("Europe/Berlin\t49,4930\nEurope/Paris\t4930123", corrections);
            let zones = |digits| {
                let zones: Vec<&str> = table.longest_match(digits).iter().map(Zone::name).collect();
                zones.join(" ")
            };
            [zones(499), zones(4930), zones(4_930_123)]
        };
        let both = "Europe/Berlin Europe/Paris";
        assert_eq!(corrected(""), [both, both, "Europe/Paris"]);
        assert_eq!(
            corrected("whole\tEurope/Rome\t4930\twhy"),
            ["Europe/Berlin Europe/Rome", "Europe/Rome", "Europe/Rome"]
        );
        assert_eq!(
            corrected("also\tEurope/Rome\t493012\twhy"),
            [
                "Europe/Berlin Europe/Paris Europe/Rome",
                "Europe/Berlin Europe/Paris Europe/Rome",
                "Europe/Paris Europe/Rome"
            ]
        );
    }
}
