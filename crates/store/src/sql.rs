//! Every statement, by name: made from `sql/*.sql` by the build script, which says how one text serves
//! both databases.

#![expect(
    clippy::doc_markdown,
    reason = "the header of a statement names columns as SQL does"
)]

/// A statement as each database reads it; empty for a database that does not use it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/sql.rs"));
