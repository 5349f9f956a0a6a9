//! Rules about SQL: every file says what it is for, and a statement of its own name ends with the next.

use super::source::{File, Finding};

/// A file opens with a comment: what it is for, which index serves it, what was measured.
pub(super) fn header(file: &File) -> Vec<Finding> {
    if file.extension() != "sql" || file.text.starts_with("-- ") {
        return Vec::new();
    }
    vec![file.finding(
        1,
        "open the file with `-- `: what it is for, and which index serves it",
    )]
}

/// A name stands for one statement, which can be prepared by itself: no `;` divides it. Migrations hold as
/// many as they need.
pub(super) fn one_statement(file: &File) -> Vec<Finding> {
    if file.extension() != "sql" || !file.path.contains("/sql/") {
        return Vec::new();
    }
    match statements(&file.text) {
        1 => Vec::new(),
        _ => vec![file.finding(
            0,
            "a `;`: give each statement a line `-- name: NAME`".to_owned(),
        )],
    }
}

/// Statements in a text without triggers: pieces between semicolons that hold anything besides
/// comments. Quoted text is skipped whole.
fn statements(text: &str) -> usize {
    let mut count = 0;
    let mut holds_anything = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '-' if rest.peek() == Some(&'-') => {
                rest.by_ref().find(|c| *c == '\n');
            }
            '\'' | '"' => {
                holds_anything = true;
                rest.by_ref().find(|closing| *closing == c);
            }
            ';' => {
                count += usize::from(holds_anything);
                holds_anything = false;
            }
            c => holds_anything |= !c.is_whitespace(),
        }
    }
    count + usize::from(holds_anything)
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        assert_eq!(lines_found(header, "a/sql/b.sql", "SELECT 1;\n"), [1]);
        assert!(lines_found(header, "a/sql/b.sql", "-- One row.\nSELECT 1;\n").is_empty());
    }

    #[test]
    fn statements_are_counted_without_comments_and_quoted_semicolons() {
        for (text, expected) in [
            ("-- a; b\nSELECT 1;\n", 1),
            ("SELECT ';--', \"a;b\" FROM t", 1),
            ("SELECT 1; SELECT 2;", 2),
            ("-- nothing\n", 0),
        ] {
            assert_eq!(statements(text), expected, "{text}");
        }
    }

    #[test]
    fn only_migrations_hold_several_statements() {
        let two = "-- Two.\nSELECT 1; SELECT 2;\n";
        assert_eq!(
            lines_found(one_statement, "crates/store/sql/a.sql", two),
            [0]
        );
        assert!(lines_found(one_statement, "crates/store/migrations/sqlite/1.sql", two).is_empty());
    }
}
