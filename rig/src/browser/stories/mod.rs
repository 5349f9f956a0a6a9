//! The stories, each a file.

mod agents;
mod answers;
mod bad_rows;
mod carriers;
mod emergency_stop;
mod every_page;
mod first_run;
mod keyboard;
mod roles;
mod spanish;
mod two_factor;

use super::Story;

/// All of them.
pub(super) const STORIES: &[Story] = &[
    Story {
        name: "first-run",
        tell: first_run::tell,
    },
    Story {
        name: "bad-rows",
        tell: bad_rows::tell,
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
    Story {
        name: "roles",
        tell: roles::tell,
    },
    Story {
        name: "two-factor",
        tell: two_factor::tell,
    },
    Story {
        name: "agents",
        tell: agents::tell,
    },
    Story {
        name: "carriers",
        tell: carriers::tell,
    },
    Story {
        name: "answers",
        tell: answers::tell,
    },
];
