//! Rules about what is built from what: which crate may know which, under which licences others'
//! code comes, and from where. They hold offline, on what cargo has on this machine.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::source::{Finding, Repository};
use crate::workspace;

/// What each crate must not know: a dependency whose name starts so breaks a promise that only a
/// crate boundary can keep.
const MUST_NOT_KNOW: [(&str, &[&str]); 9] = [
    (
        "ringonce-domain",
        &[
            "tokio",
            "async",
            "futures",
            "rusqlite",
            "axum",
            "hyper",
            "reqwest",
            "tracing",
            "log",
            "rand",
            "getrandom",
            "ringonce-",
        ],
    ),
    (
        "ringonce-import",
        &[
            "rusqlite",
            "tokio-postgres",
            "axum",
            "hyper",
            "reqwest",
            "ringonce-store",
            "ringonce-carrier",
            "ringonce-engine",
            "ringonce-server",
        ],
    ),
    (
        "ringonce-store",
        &[
            "axum",
            "hyper",
            "reqwest",
            "ringonce-carrier",
            "ringonce-engine",
            "ringonce-server",
        ],
    ),
    (
        "ringonce-carrier",
        &[
            "rusqlite",
            "tokio-postgres",
            "axum",
            "ringonce-store",
            "ringonce-import",
            "ringonce-engine",
            "ringonce-server",
        ],
    ),
    (
        "ringonce-engine",
        &[
            "rusqlite",
            "tokio-postgres",
            "axum",
            "hyper",
            "tower",
            "ringonce-server",
        ],
    ),
    ("ringonce-server", &["rusqlite", "tokio-postgres", "sqlx"]),
    (
        "ringonce-conformance",
        &[
            "rusqlite",
            "tokio-postgres",
            "ringonce-carrier",
            "ringonce-engine",
            "ringonce-server",
        ],
    ),
    (
        "ringonce-twilio-sim",
        &["rusqlite", "tokio-postgres", "ringonce-"],
    ),
    ("xtask", &["ringonce", "rig", "tokio"]),
];

/// The part of deny.toml that is checked here; cargo-deny reads the whole.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// The definition of a store is for tests alone.
const NEVER_SHIPPED: &str = "ringonce-conformance";

/// No crate depends on what it must not know. Tests may: they look at a crate from outside.
pub(super) fn crates_know(_: &Repository) -> Result<Vec<Finding>> {
    let metadata = workspace::metadata()?;
    let mut found = Vec::new();
    for package in packages(&metadata).filter(|package| package["source"].is_null()) {
        let name = text(package, "name");
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let built = dependencies.filter(|dependency| dependency["kind"].is_null());
        for dependency in built.map(|dependency| text(dependency, "name")) {
            if is_forbidden(name, dependency) {
                found.push(Finding {
                    path: format!("Cargo.toml of {name}"),
                    line: 0,
                    advice: format!("{name} must not know {dependency}; see ARCHITECTURE.md"),
                });
            }
        }
    }
    Ok(found)
}

fn is_forbidden(name: &str, dependency: &str) -> bool {
    dependency == NEVER_SHIPPED
        || MUST_NOT_KNOW.iter().any(|(of, names)| {
            *of == name && names.iter().any(|banned| dependency.starts_with(banned))
        })
}

/// Everything comes under a licence that deny.toml allows.
pub(super) fn licences(repository: &Repository) -> Result<Vec<Finding>> {
    let allowed = deny(repository)?.licenses.allow;
    let metadata = workspace::metadata()?;
    Ok(packages(&metadata)
        .filter(|package| !package["source"].is_null())
        .filter(|package| !is_allowed(text(package, "license"), &allowed))
        .map(|package| Finding {
            path: "deny.toml".to_owned(),
            line: 0,
            advice: format!(
                "{} {} comes under `{}`, which `licenses.allow` does not cover",
                text(package, "name"),
                text(package, "version"),
                text(package, "license")
            ),
        })
        .collect())
}

/// Everything that Cargo.lock names comes from the registry that deny.toml allows.
pub(super) fn sources(repository: &Repository) -> Result<Vec<Finding>> {
    let allowed = deny(repository)?.sources.allow_registry;
    let lock = repository
        .file("Cargo.lock")
        .context("there is no Cargo.lock")?;
    Ok(lock
        .lines()
        .filter_map(|(n, line)| Some((n, line.strip_prefix("source = \"")?.trim_end_matches('"'))))
        .filter(|(_, source)| {
            !source
                .strip_prefix("registry+")
                .is_some_and(|url| allowed.iter().any(|known| known == url))
        })
        .map(|(n, source)| lock.finding(n, format!("{source} is no source that deny.toml allows")))
        .collect())
}

fn deny(repository: &Repository) -> Result<Deny> {
    let file = repository
        .file("deny.toml")
        .context("there is no deny.toml")?;
    toml::from_str(&file.text).context("deny.toml")
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is the old spelling of OR;
/// a licence with an exception counts as the licence, since exceptions only add permissions.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let met = either(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= both(words, allowed);
    }
    met
}

fn both(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut met = licence(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= licence(words, allowed);
    }
    met
}

fn licence(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let met = either(words, allowed);
        return words.next() == Some(")") && met;
    }
    let Some(name) = words.next() else {
        return false;
    };
    if words.next_if_eq(&"WITH").is_some() {
        words.next();
    }
    allowed.iter().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_expression_is_met_by_what_is_allowed() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        for (expression, met) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-2.0 OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("MIT AND OpenSSL", false),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("", false),
            ("MIT Apache-2.0", false),
        ] {
            assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
        }
    }

    #[test]
    fn each_crate_has_what_it_must_not_know() {
        for (name, dependency, forbidden) in [
            ("ringonce-domain", "tokio", true),
            ("ringonce-domain", "ringonce-store", true),
            ("ringonce-domain", "jiff", false),
            ("ringonce-server", "rusqlite", true),
            ("ringonce-store", "rusqlite", false),
            ("ringonce-store", "ringonce-domain", false),
            ("ringonce-carrier", "ringonce-store", true),
            ("ringonce-twilio-sim", "ringonce-carrier", true),
            ("ringonce", "ringonce-conformance", true),
            ("xtask", "ringonce-domain", true),
        ] {
            assert_eq!(
                is_forbidden(name, dependency),
                forbidden,
                "{name} {dependency}"
            );
        }
    }
}
