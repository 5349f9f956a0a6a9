//! Words for the time on clocks, such as `EST` or `Pacific Time`, each with its meaning in the
//! number's country.
//!
//! They include the summer time of their place: `EST` is New York, in July too.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::offset;

/// What a word means in some countries.
pub(super) struct Meaning {
    /// Minutes ahead of UTC in winter.
    pub(super) winter: i32,
    /// The zones that it usually means; none when the word means this only in its own countries.
    pub(super) zones: Vec<&'static str>,
    regions: &'static str,
}

impl Meaning {
    pub(super) fn is_used_in(&self, region: &str) -> bool {
        self.regions.split(',').any(|used| used == region)
    }

    fn read(line: &'static str) -> Option<(&'static str, Self)> {
        let mut fields = line.split('\t');
        let words = fields.next()?;
        let meaning = Self {
            winter: offset::whole(fields.next()?)?,
            zones: fields
                .next()?
                .split(',')
                .filter(|name| !name.is_empty())
                .collect(),
            regions: fields.next()?,
        };
        Some((words, meaning))
    }
}

/// Every meaning of a word; none when it is not such a word.
pub(super) fn meanings(key: &str) -> Option<&'static [Meaning]> {
    CLOCKS.get(key).map(Vec::as_slice)
}

/// The zone that it usually means.
pub(super) fn city(key: &str) -> Option<&'static str> {
    let mut zones = meanings(key)?.iter().flat_map(|meaning| &meaning.zones);
    zones.next().copied()
}

static CLOCKS: LazyLock<HashMap<&str, Vec<Meaning>>> = LazyLock::new(|| {
    let mut clocks: HashMap<&str, Vec<Meaning>> = HashMap::new();
    for line in lines() {
        for word in line.split('\t').next().unwrap_or_default().split(',') {
            if let Some((_, meaning)) = Meaning::read(line) {
                clocks.entry(word).or_default().push(meaning);
            }
        }
    }
    clocks
});

fn lines() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../clocks.tsv").lines();
    lines.filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::super::{hours_of, key};
    use super::*;
    use crate::hours::Zone;
    use crate::number::Region;

    #[test]
    fn every_line_is_read_and_its_words_can_be_met() {
        for line in lines() {
            let (words, meaning) = Meaning::read(line).unwrap_or_else(|| panic!("{line}"));
            for word in words.split(',') {
                assert_eq!(key(word), word, "{line}");
            }
            for region in meaning.regions.split(',') {
                let is_islands = ["AX", "SJ"].contains(&region);
                assert!(
                    is_islands || region.parse::<Region>().is_ok(),
                    "{region}: {line}"
                );
            }
            for name in &meaning.zones {
                let zone: Zone = name.parse().unwrap();
                // Parts of Canada keep summer time all year.
                let is_exception = matches!(
                    *name,
                    "America/Edmonton" | "America/Winnipeg" | "America/Vancouver"
                );
                assert!(
                    is_exception || hours_of(&zone).winter == meaning.winter,
                    "{name}: {line}"
                );
            }
        }
    }
}
