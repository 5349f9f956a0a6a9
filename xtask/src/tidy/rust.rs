//! Rules about Rust files as wholes: that each says what it is, is named for what it knows, and
//! holds one idea.

use std::path::Path;

use super::source::{File, Finding};

/// The most lines that a file has without its tests; more is a sign of a second idea.
const MAX_LINES: usize = 450;

/// Names that say nothing about what a module knows.
const EMPTY_NAMES: [&str; 8] = [
    "util", "utils", "helper", "helpers", "common", "manager", "managers", "misc",
];

/// A Rust file opens with what it is, why, and what it must never do.
pub(super) fn opens_with_docs(file: &File) -> Vec<Finding> {
    if !file.is_rust() || file.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![file.finding(
        1,
        "open the file with `//!`: what it is, why, what it must never do",
    )]
}

/// A module is named for what it knows.
pub(super) fn module_name(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let without_extension = Path::new(&file.path).with_extension("");
    without_extension
        .iter()
        .filter_map(|part| part.to_str())
        .find(|part| EMPTY_NAMES.contains(part))
        .map(|name| {
            file.finding(
                0,
                format!("`{name}` says nothing; name it for what it knows"),
            )
        })
        .into_iter()
        .collect()
}

/// A file holds one idea.
pub(super) fn one_idea(file: &File) -> Vec<Finding> {
    if !file.is_rust() || is_test(&file.path) {
        return Vec::new();
    }
    let lines = lines_without_tests(&file.text);
    if lines <= MAX_LINES {
        return Vec::new();
    }
    vec![file.finding(
        0,
        format!("{lines} lines, the limit is {MAX_LINES}: look for the second idea"),
    )]
}

/// Exceptions to lints are expected, with a reason, so that they vanish when they are not needed.
pub(super) fn no_allow(file: &File) -> Vec<Finding> {
    if !file.is_rust() || file.is_a_rule() {
        return Vec::new();
    }
    file.lines()
        .filter(|(_, line)| line.contains("#[allow(") || line.contains("#![allow("))
        .map(|(n, _)| file.finding(n, "use `#[expect(…, reason = \"…\")]`"))
        .collect()
}

/// The conformance suite is tests that stores run.
fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.starts_with("crates/conformance/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
}

/// Lines before the test module at the end.
fn lines_without_tests(text: &str) -> usize {
    text.find("#[cfg(test)]\nmod ")
        .map_or(text, |at| &text[..at])
        .lines()
        .count()
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn a_rust_file_without_a_header_is_found() {
        assert_eq!(lines_found(opens_with_docs, "a/b.rs", "use x;\n"), [1]);
        assert!(lines_found(opens_with_docs, "a/b.rs", "//! Numbers.\nuse x;\n").is_empty());
        assert!(lines_found(opens_with_docs, "a/b.py", "import x\n").is_empty());
    }

    #[test]
    fn modules_and_folders_that_say_nothing_are_found() {
        for path in ["a/src/utils.rs", "a/src/common/parse.rs", "manager.rs"] {
            assert_eq!(lines_found(module_name, path, ""), [0], "{path}");
        }
        assert!(lines_found(module_name, "a/src/common_cause.rs", "").is_empty());
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = "x\n".repeat(MAX_LINES + 1);
        assert_eq!(lines_found(one_idea, "a/src/b.rs", &long), [0]);
        assert!(lines_found(one_idea, "a/tests/b.rs", &long).is_empty());
        let tested = format!(
            "{}#[cfg(test)]\nmod tests {{\n{long}}}\n",
            "x\n".repeat(MAX_LINES)
        );
        assert!(lines_found(one_idea, "a/src/b.rs", &tested).is_empty());
    }

    #[test]
    fn a_lint_that_is_allowed_is_found_and_one_that_is_expected_is_not() {
        let text =
            "#[allow(dead_code)]\nfn a() {}\n#[expect(dead_code, reason = \"r\")]\nfn b() {}\n";
        assert_eq!(lines_found(no_allow, "a/b.rs", text), [1]);
    }
}
