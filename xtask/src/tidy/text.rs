//! Rules about lines, whatever the language.

use std::sync::LazyLock;

use regex::Regex;

use super::source::{File, Finding};

#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

static UNFINISHED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(TODO|FIXME|XXX)\b|\b(todo|unimplemented|dbg)!\("));

/// A comment that opens with what changed instead of what is.
static HISTORY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(//[/!]?|#|--|\*)\s+((Now|Fixed|Changed|Previously|Formerly|Renamed|Refactored|Updated)\b|New [a-z])",
    )
});

static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(^|[\s"'`(=:])(/home/\w|/root\b|/Users/\w|/work/|/tmp/[\w$]|[A-Z]:\\Users\\)"#)
});

/// Nothing is left for later in silence.
pub(super) fn nothing_unfinished(file: &File) -> Vec<Finding> {
    const CODE: [&str; 7] = ["rs", "sql", "py", "sh", "js", "css", "html"];
    if file.is_a_rule() || !CODE.contains(&file.extension()) {
        return Vec::new();
    }
    find(
        file,
        &UNFINISHED,
        "finish it, or open an issue and leave no trace here",
    )
}

/// Comments tell what is, not what was.
pub(super) fn no_history(file: &File) -> Vec<Finding> {
    const COMMENTED: [&str; 6] = ["rs", "sql", "py", "sh", "js", "toml"];
    if file.is_a_rule() || !COMMENTED.contains(&file.extension()) {
        return Vec::new();
    }
    find(file, &HISTORY, "say what is and why; the history is in git")
}

/// No tabs, no blanks at line ends, no carriage returns, one newline at the end.
pub(super) fn clean_lines(file: &File) -> Vec<Finding> {
    if !file.is_written() {
        return Vec::new();
    }
    let mut found: Vec<_> = file
        .text
        .split('\n')
        .zip(1..)
        .filter(|(line, _)| line.contains(['\t', '\r']) || line.ends_with(' '))
        .map(|(_, n)| file.finding(n, "a tab, a carriage return or a blank at the line's end"))
        .collect();
    if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
        found.push(file.finding(0, "end the file with exactly one newline"));
    }
    found
}

/// Nothing depends on, or tells about, the machine on which it was written.
pub(super) fn no_machine_paths(file: &File) -> Vec<Finding> {
    if file.is_a_rule() {
        return Vec::new();
    }
    find(
        file,
        &MACHINE_PATH,
        "a path of one machine; derive it, or take it as a parameter",
    )
}

fn find(file: &File, pattern: &Regex, advice: &str) -> Vec<Finding> {
    file.lines()
        .filter(|(_, line)| pattern.is_match(line))
        .map(|(n, _)| file.finding(n, advice))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn what_is_left_for_later_is_found_in_code_and_not_in_prose() {
        let text = "let a = 1; // TODO\ntodo!()\nlet todo = 2;\n";
        assert_eq!(lines_found(nothing_unfinished, "a/b.rs", text), [1, 2]);
        assert!(lines_found(nothing_unfinished, "a/b.md", text).is_empty());
    }

    #[test]
    fn comments_that_open_with_history_are_found() {
        let text =
            "// Now faster.\nlet x = 1; // Newest first.\n/// New rows.\n// New York: UTC-5.\n";
        assert_eq!(lines_found(no_history, "a/b.rs", text), [1, 3]);
        assert_eq!(
            lines_found(no_history, "a/b.sql", "-- Fixed order.\nSELECT 1;\n"),
            [1]
        );
    }

    #[test]
    fn tabs_blanks_at_line_ends_and_a_missing_newline_are_found() {
        assert_eq!(
            lines_found(clean_lines, "a.rs", "a\n\tb\nc \nd\r\n"),
            [2, 3, 4]
        );
        assert_eq!(lines_found(clean_lines, "a.rs", "a"), [0]);
        assert_eq!(lines_found(clean_lines, "a.rs", "a\n\n"), [0]);
        assert!(lines_found(clean_lines, "a.rs", "a\n\nb\n").is_empty());
        assert!(
            lines_found(clean_lines, "a.tsv", "a\tb\n").is_empty(),
            "data keeps its tabs"
        );
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for line in [
            "see /home/ada/x",
            "\"/root\"",
            "cd /work/elsewhere",
            "--data /tmp/x",
            "C:\\Users\\a",
        ] {
            assert_eq!(lines_found(no_machine_paths, "a.md", line), [1], "{line}");
        }
        for line in [
            "the web's /home page",
            "`crates/domain/work/x`",
            "/var/lib/ringonce",
        ] {
            assert!(
                lines_found(no_machine_paths, "a.md", line).is_empty(),
                "{line}"
            );
        }
    }
}
