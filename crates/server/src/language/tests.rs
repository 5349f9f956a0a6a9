//! The catalogues are complete: the same messages with the same arguments in every language, and
//! none that a page names is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::*;

/// The messages of a language with the names of their arguments.
fn messages(texts: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for text in texts {
        let resource = FluentResource::try_new((*text).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("{errors:?} in {text}"));
        drop(resource);
        let mut id = String::new();
        for line in text.lines() {
            let head = line.split(" =").next().unwrap_or_default();
            if line.contains(" =") && head.starts_with(|first: char| first.is_ascii_lowercase()) {
                id = head.to_owned();
                let before = found.insert(id.clone(), BTreeSet::new());
                assert!(before.is_none(), "`{id}` is there twice");
            }
            for part in line.split('$').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                found.entry(id.clone()).or_default().insert(name);
            }
        }
    }
    found
}

#[test]
fn every_message_is_there_in_every_language_with_the_same_arguments() {
    let (english, spanish) = (messages(ENGLISH), messages(SPANISH));
    for (id, arguments) in &english {
        assert_eq!(spanish.get(id), Some(arguments), "`{id}` in Spanish");
    }
    for id in spanish.keys() {
        assert!(english.contains_key(id), "`{id}` is in Spanish alone");
    }
}

#[test]
fn no_message_that_is_named_in_a_template_is_missing() {
    let english = messages(ENGLISH);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut named = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for call in ["say(\"", "say1(\"", "say_all(\""] {
            for part in text.split(call).skip(1) {
                let id = part.split('"').next().unwrap();
                assert!(english.contains_key(id), "`{id}` in {}", path.display());
                named += 1;
            }
        }
    }
    assert!(named > 50, "{named} messages are named in templates");
}

#[test]
fn numbers_are_written_as_the_language_writes_them() {
    for (n, english, spanish) in [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_000, "1,000", "1000"),
        (12_345, "12,345", "12.345"),
        (1_234_567, "1,234,567", "1.234.567"),
    ] {
        assert_eq!(Language::English.number(n), english);
        assert_eq!(Language::Spanish.number(n), spanish);
    }
}

#[test]
fn a_browser_gets_the_first_of_its_languages_that_there_is() {
    for (wish, language) in [
        ("", Language::English),
        ("es", Language::Spanish),
        ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
        ("fr-FR, es;q=0.5", Language::Spanish),
        ("en-GB,es", Language::English),
        ("fr", Language::English),
        ("*", Language::English),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, wish.parse().unwrap());
        assert_eq!(wanted(&headers), language, "{wish}");
    }
}
