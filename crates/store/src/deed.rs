//! Who did something, and when: what every steering command says of itself.

use ringonce_domain::Timestamp;

use crate::model::Actor;

/// Who did what, when.
#[derive(Clone, Copy)]
pub(crate) struct Deed<'a> {
    pub(crate) by: &'a Actor,
    pub(crate) now: Timestamp,
}
