//! The stories, each a file.

mod first_run;

use super::Story;

/// All of them.
pub(super) const STORIES: &[Story] = &[Story {
    name: "first-run",
    tell: first_run::tell,
}];
