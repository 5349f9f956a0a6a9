//! The book for users and operators of Ringonce: built as pages, with every link in them followed.
//!
//! `cargo xtask tidy` checks the links in the book's source. Here it is those of the pages: a chapter that is
//! missing in the list of chapters becomes no page, and nothing can link to it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Result, ensure};
use regex::Regex;

use crate::crates_io::Program;
use crate::workspace::{program, root, run, target};

const MDBOOK: Program = Program {
    package: "mdbook",
    version: "0.5.4",
    features: &["search"],
};

#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<(?:a|img)\b[^>]*?\s(?:href|src)="([^"]+)""#).unwrap());
#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
static ANCHOR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\sid="([^"]+)""#).unwrap());

/// Builds the book. Returns how many pages it has.
pub(crate) fn build() -> Result<u64> {
    let to = target().join("book");
    run(program(MDBOOK.ready()?)
        .arg("build")
        .arg("docs/book")
        .arg("--dest-dir")
        .arg(&to))?;
    every_chapter_is_named()?;
    let pages = pages(&to)?;
    let broken: Vec<String> = pages.iter().flat_map(Page::broken_links).collect();
    ensure!(broken.is_empty(), "the book:\n{}", broken.join("\n"));
    println!("the book: {} pages in {}", pages.len(), to.display());
    Ok(pages.len() as u64)
}

/// A file that the list of chapters leaves out is not in the book.
fn every_chapter_is_named() -> Result<()> {
    let folder = root().join("docs/book/src");
    let list = fs::read_to_string(folder.join("SUMMARY.md"))?;
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_chapter = Path::new(&name)
            .extension()
            .is_some_and(|kind| kind == "md");
        let is_chapter = is_chapter && name != "SUMMARY.md";
        ensure!(
            !is_chapter || list.contains(&format!("({name})")),
            "docs/book/src/SUMMARY.md does not list {name}"
        );
    }
    Ok(())
}

/// A built page.
struct Page {
    path: PathBuf,
    html: String,
}

fn pages(folder: &Path) -> Result<Vec<Page>> {
    // The page of everything repeats the others, and the one for missing pages has links of its own.
    const APART: [&str; 3] = ["print.html", "404.html", "toc.html"];
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let apart = path
            .file_name()
            .is_some_and(|name| APART.iter().any(|apart| name == *apart));
        if path.extension().is_some_and(|kind| kind == "html") && !apart {
            let html = fs::read_to_string(&path)?;
            pages.push(Page { path, html });
        }
    }
    Ok(pages)
}

impl Page {
    fn broken_links(&self) -> Vec<String> {
        let links = LINK
            .captures_iter(&self.html)
            .map(|found| found[1].to_owned());
        links
            .filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
            .filter(|link| !self.leads_somewhere(link))
            .map(|link| format!("{}: link to {link} leads nowhere", self.path.display()))
            .collect()
    }

    fn leads_somewhere(&self, link: &str) -> bool {
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let file = match (path, self.path.parent()) {
            ("", _) => self.path.clone(),
            (path, Some(folder)) => folder.join(path),
            (_, None) => return false,
        };
        if anchor.is_empty() {
            return file.exists();
        }
        fs::read_to_string(file).is_ok_and(|html| anchors(&html).contains(anchor))
    }
}

fn anchors(html: &str) -> HashSet<&str> {
    ANCHOR
        .captures_iter(html)
        .filter_map(|found| Some(found.get(1)?.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.html");
        let html = "<h2 id=\"here\">x</h2><a class=\"y\" href=\"#here\">1</a><a href=\"#gone\">2</a>\
                    <a href=\"b.html\">3</a><img src=\"a.html\"><a href=\"https://example.com\">4</a>";
        fs::write(&path, html).unwrap();
        let html = html.to_owned();
        let broken = Page { path, html }.broken_links();
        assert_eq!(broken.len(), 2, "{broken:?}");
        assert!(broken[0].contains("#gone") && broken[1].contains("b.html"));
    }
}
