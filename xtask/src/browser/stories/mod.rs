//! The stories, each a file.

mod emergency_stop;
mod every_page;
mod first_run;
mod keyboard;
mod spanish;

use super::Story;

/// All of them.
pub(super) const STORIES: &[Story] = &[
    Story {
        name: "first-run",
        tell: first_run::tell,
    },
    Story {
        name: "emergency-stop",
        tell: emergency_stop::tell,
    },
    Story {
        name: "every-page",
        tell: every_page::tell,
    },
    Story {
        name: "keyboard",
        tell: keyboard::tell,
    },
    Story {
        name: "spanish",
        tell: spanish::tell,
    },
];
