//! The house rules that no compiler checks, as code: each rule says what it found and what to do.
//!
//! Rules read the repository's files as git sees them and decide by text; none runs anything or
//! changes a file. `docs/decisions` and CONTRIBUTING.md say why the rules are as they are.

mod docs;
mod hosts;
mod manifests;
mod one_build;
mod phones;
mod rust;
mod source;
mod sql;
mod text;
mod words;

use anyhow::{Result, bail};

use crate::workspace;
use source::{File, Finding, Repository};

/// A rule about single files.
struct Rule {
    /// What it is called in findings.
    name: &'static str,
    /// Judges one file.
    check: fn(&File) -> Vec<Finding>,
}

const FILE_RULES: &[Rule] = &[
    Rule {
        name: "opens-with-docs",
        check: rust::opens_with_docs,
    },
    Rule {
        name: "module-name",
        check: rust::module_name,
    },
    Rule {
        name: "one-idea",
        check: rust::one_idea,
    },
    Rule {
        name: "no-allow",
        check: rust::no_allow,
    },
    Rule {
        name: "nothing-unfinished",
        check: text::nothing_unfinished,
    },
    Rule {
        name: "no-history",
        check: text::no_history,
    },
    Rule {
        name: "clean-lines",
        check: text::clean_lines,
    },
    Rule {
        name: "no-machine-paths",
        check: text::no_machine_paths,
    },
    Rule {
        name: "known-hosts",
        check: hosts::known_hosts,
    },
    Rule {
        name: "fictitious-numbers",
        check: phones::fictitious_numbers,
    },
    Rule {
        name: "words-of-the-field",
        check: words::words_of_the_field,
    },
    Rule {
        name: "sql-header",
        check: sql::header,
    },
    Rule {
        name: "sql-one-statement",
        check: sql::one_statement,
    },
];

/// A rule about the repository as a whole.
struct WholeRule {
    name: &'static str,
    check: fn(&Repository) -> Result<Vec<Finding>>,
}

const WHOLE_RULES: &[WholeRule] = &[
    WholeRule {
        name: "links-resolve",
        check: |repository| Ok(docs::links_resolve(repository)),
    },
    WholeRule {
        name: "decisions-numbered",
        check: |repository| Ok(docs::decisions_numbered(repository)),
    },
    WholeRule {
        name: "crates-know",
        check: manifests::crates_know,
    },
    WholeRule {
        name: "one-build",
        check: one_build::features_agree,
    },
    WholeRule {
        name: "licences",
        check: manifests::licences,
    },
    WholeRule {
        name: "sources",
        check: manifests::sources,
    },
];

/// Checks every rule over every file of the repository.
pub fn run() -> Result<()> {
    let repository = Repository::read(&workspace::root())?;
    let mut broken = 0_usize;
    let mut report = |rule: &str, findings: Vec<Finding>| {
        broken += findings.len();
        for finding in findings {
            println!("{finding} [{rule}]");
        }
    };
    for rule in FILE_RULES {
        for file in &repository.files {
            report(rule.name, (rule.check)(file));
        }
    }
    for rule in WHOLE_RULES {
        report(rule.name, (rule.check)(&repository)?);
    }
    let rules = FILE_RULES.len() + WHOLE_RULES.len();
    if broken > 0 {
        bail!(
            "{broken} findings by {rules} rules over {} files",
            repository.files.len()
        );
    }
    println!("tidy: {} files keep {rules} rules", repository.files.len());
    Ok(())
}
