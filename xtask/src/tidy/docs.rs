//! Rules about the documents: links lead somewhere, decisions are numbered without gaps.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::source::{File, Finding, Repository};

const DECISIONS: &str = "docs/decisions/";

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by this file's tests"
)]
static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\]\(<?([^)\s>]+)>?\)").unwrap());

/// Every link to a file of the repository, and to a heading in one, leads there.
pub(super) fn links_resolve(repository: &Repository) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in repository
        .files
        .iter()
        .filter(|file| file.extension() == "md")
    {
        for (line, target) in links(file) {
            if let Some(advice) = broken(repository, file, target) {
                found.push(file.finding(line, advice));
            }
        }
    }
    found
}

/// Links outside code blocks, with their lines.
fn links(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    file.lines()
        .filter(move |(_, line)| {
            in_code ^= line.trim_start().starts_with("```");
            !in_code
        })
        .flat_map(|(n, line)| {
            LINK.captures_iter(line)
                .filter_map(move |found| Some((n, found.get(1)?.as_str())))
        })
}

/// What is wrong with a link.
fn broken(repository: &Repository, from: &File, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() {
        from.path.clone()
    } else {
        resolve(&from.path, path)?
    };
    if !repository.root.join(&path).exists() {
        return Some(format!("link to {target}: there is no {path}"));
    }
    let headings = repository.file(&path).map(anchors).unwrap_or_default();
    (!heading.is_empty() && !headings.contains(heading))
        .then(|| format!("link to {target}: {path} has no such heading"))
}

/// The path of `link` in a file at `from`, relative to the root.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut path = PathBuf::new();
    for part in Path::new(from).parent()?.join(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    Some(path.to_str()?.to_owned())
}

/// The anchors of a document's headings, as code hosts derive them.
fn anchors(file: &File) -> HashSet<String> {
    let mut in_code = false;
    file.text
        .lines()
        .filter(move |line| {
            in_code ^= line.trim_start().starts_with("```");
            !in_code && line.starts_with('#')
        })
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Decisions are `NNNN-title.md` from 0001 on without a gap, and the list of documents names each.
pub(super) fn decisions_numbered(repository: &Repository) -> Vec<Finding> {
    let names: Vec<&str> = repository
        .paths
        .iter()
        .filter_map(|path| path.strip_prefix(DECISIONS))
        .collect();
    let index = repository
        .file("docs/README.md")
        .map(|file| file.text.as_str())
        .unwrap_or_default();
    misnumbered(&names)
        .into_iter()
        .map(|advice| (DECISIONS, advice))
        .chain(
            names
                .iter()
                .filter(|name| !index.contains(*name))
                .map(|name| ("docs/README.md", format!("does not list decisions/{name}"))),
        )
        .map(|(path, advice)| Finding {
            path: path.to_owned(),
            line: 0,
            advice,
        })
        .collect()
}

/// What is wrong with the names, given in order.
fn misnumbered(names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (expected, name) in (1..).zip(names) {
        let number = name.split_once('-').map(|(number, _)| number);
        if number != Some(format!("{expected:04}").as_str())
            || name.rsplit_once('.').map(|(_, kind)| kind) != Some("md")
        {
            found.push(format!("{name}: expected {expected:04}-title.md"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(files: &[(&str, &str)]) -> (tempfile::TempDir, Repository) {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<File> = files
            .iter()
            .map(|(path, text)| {
                let full = folder.path().join(path);
                std::fs::create_dir_all(full.parent().unwrap()).unwrap();
                std::fs::write(full, text).unwrap();
                File {
                    path: (*path).to_owned(),
                    text: (*text).to_owned(),
                }
            })
            .collect();
        let paths = files.iter().map(|file| file.path.clone()).collect();
        let root = folder.path().to_owned();
        (folder, Repository { root, files, paths })
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        let (_folder, repository) = repository(&[
            (
                "A.md",
                "[x](docs/b.md)\n[y](docs/c.md)\n[z](docs/b.md#two-words)\n[w](docs/b.md#three)\n",
            ),
            (
                "docs/b.md",
                "# Two `words`\n[up](../A.md)\n```\n[code](nowhere)\n```\n[web](https://example.com)\n",
            ),
        ]);
        let found = links_resolve(&repository);
        let lines: Vec<_> = found.iter().map(|f| (f.path.as_str(), f.line)).collect();
        assert_eq!(lines, [("A.md", 2), ("A.md", 4)]);
    }

    #[test]
    fn a_gap_between_decisions_is_found() {
        assert!(misnumbered(&["0001-a.md", "0002-b.md"]).is_empty());
        assert_eq!(misnumbered(&["0001-a.md", "0003-b.md"]).len(), 1);
        assert_eq!(misnumbered(&["0001-a.txt"]).len(), 1);
    }

    #[test]
    fn a_decision_that_the_list_leaves_out_is_found() {
        let (_folder, repository) = repository(&[
            ("docs/README.md", "[a](decisions/0001-a.md)"),
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0002-b.md", ""),
        ]);
        let found = decisions_numbered(&repository);
        assert_eq!(found.len(), 1);
        assert!(found[0].advice.contains("0002-b.md"), "{}", found[0].advice);
    }
}
