//! The repository as the rules see it: text files with their paths, and what was found in them.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// A text file of the repository.
pub(super) struct File {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    /// Its content.
    pub(super) text: String,
}

/// Every file that git knows or would add.
pub(super) struct Repository {
    /// The root folder.
    pub(super) root: PathBuf,
    /// The text files, in order of path.
    pub(super) files: Vec<File>,
    /// Every path, binary files included.
    pub(super) paths: Vec<String>,
}

/// Something that a rule does not accept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Which file.
    pub(super) path: String,
    /// Line from 1; 0 when the whole file is meant.
    pub(super) line: usize,
    /// What is wrong and what to do.
    pub(super) advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.advice),
            line => write!(f, "{}:{line}: {}", self.path, self.advice),
        }
    }
}

impl File {
    /// The file name's extension, or the empty string.
    pub(super) fn extension(&self) -> &str {
        Path::new(&self.path)
            .extension()
            .and_then(|text| text.to_str())
            .unwrap_or_default()
    }

    /// Whether it holds Rust.
    pub(super) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    /// Whether it is one of the rules themselves, which quote what they forbid.
    pub(super) fn is_a_rule(&self) -> bool {
        self.path.starts_with("xtask/src/tidy")
    }

    /// Whether a person or a program edits it line by line; data files keep whatever they hold.
    pub(super) fn is_written(&self) -> bool {
        const WRITTEN: [&str; 13] = [
            "rs", "md", "toml", "sql", "py", "sh", "js", "css", "html", "yml", "yaml", "json",
            "txt",
        ];
        let is_script = self.path == ".ci/run" || self.path == ".gitignore";
        is_script || (WRITTEN.contains(&self.extension()) && !self.path.contains("/fixtures/"))
    }

    /// Lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// A finding in a line of this file, or in the whole of it for line 0.
    pub(super) fn finding(&self, line: usize, advice: impl Into<String>) -> Finding {
        Finding {
            path: self.path.clone(),
            line,
            advice: advice.into(),
        }
    }
}

impl Repository {
    /// Reads everything under `root` that git does not ignore.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let listing = workspace::output(workspace::program("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let mut paths: Vec<String> = listing
            .split_terminator('\0')
            .filter(|path| root.join(path).is_file())
            .map(str::to_owned)
            .collect();
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::new();
        for path in &paths {
            let bytes =
                std::fs::read(root.join(path)).with_context(|| format!("reading {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File {
                    path: path.clone(),
                    text,
                });
            }
        }
        Ok(Self {
            root: root.to_owned(),
            files,
            paths,
        })
    }

    /// The file at this path.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// For the rules' tests: the lines in which `check` finds something in a file with this text.
#[cfg(test)]
pub(super) fn lines_found(check: fn(&File) -> Vec<Finding>, path: &str, text: &str) -> Vec<usize> {
    let file = File {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    check(&file)
        .into_iter()
        .map(|finding| finding.line)
        .collect()
}
