//! The README's commands, run as a newcomer would: in order, in an empty folder, each to its end.
//!
//! Every fenced block marked `sh` is run by bash, and all share one folder and one server. A block
//! that serves runs on in the background until the others are through. `cargo run --release --`
//! stands for the binary that the suite has built.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::stopwatch::pause;
use crate::workspace::{self, debug_binary};
use xtask::suite::Tally;

/// Where the README's server listens.
const ADDRESS: &str = "127.0.0.1:8000";

/// Lets the README's commands run the binary that was built.
const PRELUDE: &str = r#"
set -euo pipefail
cargo() {
  while [ "$1" != "--" ]; do shift; done
  shift
  "$RINGONCE" "$@"
}
"#;

/// The output that `dial` must have.
const PROMISES: &[&str] = &["Campaign started with ", "0 numbers rung twice"];
/// The output that `dial` must have on a file whose campaign is over.
const PROMISES_OF_ANOTHER_RUN: &[&str] = &[
    "skipped ",
    "Already called in previous campaign",
    "0 numbers rung twice",
];

/// Runs every block; a `dial` twice, as the README says.
pub(super) fn run() -> Result<Tally> {
    let readme = fs::read_to_string(workspace::root().join("README.md")).context("README.md")?;
    let folder = tempfile::tempdir()?;
    copy_examples(folder.path())?;
    ensure!(
        TcpStream::connect(ADDRESS).is_err(),
        "something listens on {ADDRESS} already; stop it first"
    );

    let blocks = shell_blocks(&readme);
    ensure!(!blocks.is_empty(), "README.md has no block marked `sh`");
    let mut passed = 0;
    let mut server = None;
    for block in &blocks {
        passed += 1;
        if is_server(block) {
            server = Some(Server::start(block, folder.path())?);
            continue;
        }
        keeps_promises(block, &run_block(block, folder.path())?, PROMISES)?;
        if is_dial(block) {
            passed += 1;
            keeps_promises(
                block,
                &run_block(block, folder.path())?,
                PROMISES_OF_ANOTHER_RUN,
            )?;
        }
    }
    drop(server);
    Ok(Tally::passed(passed))
}

fn is_dial(block: &str) -> bool {
    block.contains(" dial ")
}

/// The fenced blocks marked `sh`, in order.
fn shell_blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if line.trim_end() == "```sh" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(block.join("\n"));
        }
    }
    blocks
}

fn is_server(block: &str) -> bool {
    block
        .lines()
        .any(|line| line.trim_end().ends_with(" serve"))
}

fn copy_examples(to: &Path) -> Result<()> {
    let examples = to.join("examples");
    fs::create_dir(&examples)?;
    for entry in fs::read_dir(workspace::root().join("examples")).context("examples")? {
        let entry = entry?;
        fs::copy(entry.path(), examples.join(entry.file_name()))?;
    }
    Ok(())
}

fn bash(block: &str, folder: &Path) -> Command {
    let mut command = Command::new("bash");
    command
        .arg("-c")
        .arg(format!("{PRELUDE}{block}"))
        .current_dir(folder)
        .env("RINGONCE", debug_binary("ringonce"))
        .stdin(Stdio::null());
    command
}

/// Runs a block to its end and returns its output.
fn run_block(block: &str, folder: &Path) -> Result<String> {
    println!("$ {}", block.replace('\n', "\n  "));
    let output = bash(block, folder)
        .output()
        .context("bash is needed to run the README")?;
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    println!("{printed}");
    ensure!(
        output.status.success(),
        "the README's `{block}` fails ({})",
        output.status
    );
    Ok(printed)
}

fn keeps_promises(block: &str, printed: &str, promises: &[&str]) -> Result<()> {
    for promise in promises {
        ensure!(
            !is_dial(block) || printed.contains(promise),
            "`{block}` does not print `{promise}`"
        );
    }
    Ok(())
}

/// The README's server, until it is dropped.
struct Server(Child);

impl Server {
    /// Starts it and waits until it answers; its output goes where the README says.
    fn start(block: &str, folder: &Path) -> Result<Self> {
        println!("$ {block} &");
        let block = block.replace("cargo run --release --", "exec \"$RINGONCE\"");
        let printed = fs::File::create(folder.join("serve.log"))?;
        let mut command = bash(&block, folder);
        command.stdout(printed.try_clone()?).stderr(printed);
        let mut server = Self(
            command
                .spawn()
                .context("bash is needed to run the README")?,
        );
        for _ in 0..600 {
            if TcpStream::connect(ADDRESS).is_ok() {
                return Ok(server);
            }
            if let Some(status) = server.0.try_wait()? {
                let log = fs::read_to_string(folder.join("serve.log"))?;
                bail!("`{block}` ended ({status}):\n{log}");
            }
            pause(Duration::from_millis(100));
        }
        bail!("`{block}` does not listen on {ADDRESS} after a minute")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the server has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_marked_as_shell_are_run() {
        let markdown = "a\n```sh\none\ntwo\n```\n```text\nthree\n```\n```sh\nfour serve\n```\n";
        let blocks = shell_blocks(markdown);
        assert_eq!(blocks, ["one\ntwo", "four serve"]);
        assert!(!is_server(&blocks[0]) && is_server(&blocks[1]));
    }

    #[test]
    fn a_dial_that_does_not_prove_itself_breaks_a_promise() {
        let dial = "cargo run --release -- dial a.csv";
        assert!(keeps_promises(dial, "done", &["0 numbers rung twice"]).is_err());
        assert!(keeps_promises(dial, "0 numbers rung twice", &["0 numbers rung twice"]).is_ok());
        assert!(keeps_promises("curl a", "done", &["0 numbers rung twice"]).is_ok());
    }
}
