//! The `'` before a cell that a spreadsheet would run as a formula: adding and removing it.
//!
//! Values come from the author of the list, and exports are opened in a spreadsheet
//! (<https://owasp.org/www-community/attacks/CSV_Injection>). The guard can be undone exactly: a cell
//! gets one more `'` when it begins with any number of them and then a formula's first character, and
//! loses one under the same condition. So `'tis` and `'` stay unchanged both ways.

use std::borrow::Cow;

/// Whether a formula's first character is at the beginning or after apostrophes.
fn could_run(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet takes for a formula; [`restored`] undoes it.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if could_run(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell without the guard that [`harmless`] put before it.
pub fn restored(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if could_run(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_would_run_are_disarmed_and_come_back() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+12025550123", "'+12025550123"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("'=1", "''=1"),
            ("''-", "'''-"),
            ("a=1", "a=1"),
            ("'tis", "'tis"),
            ("'", "'"),
            ("''", "''"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
            assert_eq!(restored(expected), cell);
        }
    }

    #[test]
    fn a_cell_without_a_guard_stays_as_it_is() {
        for cell in ["=1", "'n Abend", "O'Neill", "+1", "''"] {
            assert_eq!(restored(cell), cell);
        }
    }
}
