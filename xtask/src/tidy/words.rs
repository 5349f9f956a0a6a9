//! Rules about names: one word for one idea, the field's own.

use std::sync::LazyLock;

use regex::Regex;

use super::source::{File, Finding};

/// Names that a reader had to be told the meaning of, and what says it.
const WORDS: &[(&str, &str)] = &[
    ("Asked", "Statement"),
    ("Crier", "Notifier"),
    ("Crowd", "Load"),
    ("Deed", "AuditContext"),
    ("Desk", "Transaction"),
    ("Door", "Route"),
    ("Doors", "Routes"),
    ("Ears", "EventSender"),
    ("Face", "Audience"),
    ("Gather", "Batcher"),
    ("Ground", "fixtures"),
    (
        "Heard",
        "what was received: VerifiedWebhook, PreviewStep, Delivery",
    ),
    ("Here", "LocalInstances"),
    ("Keeper", "EventWriter"),
    ("Look", "Reader"),
    ("Occasion", "AuditContext"),
    ("Office", "Operators"),
    ("Siege", "FaultInjector"),
    ("Sight", "CallStatus"),
    ("Sought", "CallQuery"),
    ("Standing", "InstanceStatus"),
    ("Subject", "Resource"),
    ("Told", "what was told: CarrierEvent, StatusCallback"),
    ("World", "a name that says which"),
    ("doors", "routes"),
    ("foresight", "skip_preview"),
    ("ground", "fixtures"),
    ("looking", "duplicate_scan"),
    ("office", "operators"),
    ("roll", "instances"),
    ("seam", "store_impl"),
    ("shared", "page_cache"),
    ("siege", "fault_injector"),
    ("sight", "visibility"),
    ("sleepy", "stalled"),
    ("trail", "audit"),
];

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by this file's tests"
)]
static DECLARED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(?:struct|enum|trait|type|mod|macro_rules!)\s+(\w+)").unwrap());

/// No type, module or macro is called by a word that the glossary has replaced.
pub(super) fn words_of_the_field(file: &File) -> Vec<Finding> {
    if file.extension() != "rs" || file.is_a_rule() {
        return Vec::new();
    }
    let replaced = |line: &str| {
        let names = DECLARED
            .captures_iter(line)
            .map(|found| found[1].to_owned());
        names
            .into_iter()
            .find_map(|name| WORDS.iter().find(|(old, _)| *old == name))
    };
    let lines = file.text.lines().enumerate();
    let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.filter_map(|(nth, line)| {
        let (old, new) = replaced(line)?;
        Some(file.finding(nth + 1, format!("`{old}` says not what it is; say {new}")))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn a_name_that_was_replaced_is_found_where_it_is_declared() {
        for (text, lines) in [
            ("//! A.\npub(crate) struct Deed<'a> {}\n", &[2][..]),
            ("//! A.\nmod roll;\nmod seam;\n", &[2, 3]),
            (
                "//! A.\n// struct Deed\nstruct Deeds;\nlet told = Told;\n",
                &[],
            ),
        ] {
            assert_eq!(
                lines_found(words_of_the_field, "crates/a/src/b.rs", text),
                lines,
                "{text}"
            );
        }
    }
}
