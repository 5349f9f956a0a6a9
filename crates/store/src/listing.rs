//! How many rows a page of a listing has.

use crate::model::Page;

/// Rows of a page at most.
pub(crate) const PAGE_ROWS: u32 = 1_000;

/// The rows that a page may have.
pub(crate) fn limit<K>(page: &Page<K>) -> u32 {
    page.limit.clamp(1, PAGE_ROWS)
}
