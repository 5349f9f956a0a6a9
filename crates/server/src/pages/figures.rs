//! Figures as people read them.

use ringonce_domain::{ContactCounts, ContactState};

use crate::language::{Language, Speech as _};

/// A part of a progress bar, in percent of its width.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Segment {
    /// The contact state, for its colour.
    pub(crate) state: &'static str,
    /// The state in words.
    pub(crate) words: String,
    /// How many contacts.
    pub(crate) count: String,
    /// Where it begins.
    pub(crate) from: String,
    /// How long it is.
    pub(crate) width: String,
}

/// The order in which contact states stand in a bar: reached first, waiting last.
const ORDER: [ContactState; 9] = [
    ContactState::Completed,
    ContactState::Connected,
    ContactState::Calling,
    ContactState::NoAnswer,
    ContactState::Busy,
    ContactState::Failed,
    ContactState::BadNumber,
    ContactState::Skipped,
    ContactState::Pending,
];

/// The bar of a campaign: one segment for each state that any contact is in.
pub(crate) fn bar(language: Language, counts: &ContactCounts) -> Vec<Segment> {
    let total = counts.total();
    let mut before = 0;
    let mut segments = Vec::new();
    for state in ORDER.into_iter().filter(|state| counts.get(*state) > 0) {
        let count = counts.get(state);
        segments.push(Segment {
            state: state.as_str(),
            words: language.word("contact", state.as_str()),
            count: language.number(count),
            from: percent(before, total),
            width: percent(count, total),
        });
        before += count;
    }
    segments
}

/// Thousandths of a percent are exact enough for a bar that is some thousand dots wide.
fn percent(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 100_000 / u128::from(whole.max(1));
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_and_shows_only_what_there_is() {
        let mut counts = ContactCounts::default();
        counts.set(ContactState::Completed, 1);
        counts.set(ContactState::Pending, 3);
        let bar = bar(Language::English, &counts);
        let shown: Vec<_> = bar
            .iter()
            .map(|s| (s.state, s.from.as_str(), s.width.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("completed", "0.000%", "25.000%"),
                ("pending", "25.000%", "75.000%")
            ]
        );
        assert_eq!(super::bar(Language::English, &ContactCounts::default()), []);
    }

    #[test]
    fn every_contact_state_has_its_place_in_the_bar() {
        for state in ContactState::ALL {
            assert!(ORDER.contains(state), "{state}");
        }
    }
}
