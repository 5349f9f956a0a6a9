//! Runs the real program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A folder in which the program is run.
pub(crate) struct Folder(TempDir);

/// The result of a run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Runs `ringonce` with these words to its end.
    pub(crate) fn run(&self, words: &str) -> Ran {
        Ran::of(&self.command(words).output().unwrap())
    }

    /// Runs it, and insists that it succeeds.
    pub(crate) fn ok(&self, words: &str) -> Ran {
        let ran = self.run(words);
        assert_eq!(
            ran.code, 0,
            "ringonce {words}\n{}\n{}",
            ran.stdout, ran.stderr
        );
        ran
    }

    /// The JSON document that it prints.
    pub(crate) fn json(&self, words: &str) -> Value {
        let ran = self.ok(&format!("{words} --json"));
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
    }

    /// Starts it and returns at once.
    pub(crate) fn start(&self, words: &str) -> Child {
        let mut command = self.command(words);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringonce"));
        command
            .args(words.split_whitespace())
            .current_dir(&self.0)
            .stdin(Stdio::null());
        for name in [
            "RINGONCE_DATA",
            "RINGONCE_CONFIG",
            "RINGONCE_DATABASE",
            "RINGONCE_LISTEN",
            "RINGONCE_LOG",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Waits until a file has this many lines.
    pub(crate) fn wait_for_lines(&self, name: &str, lines: usize) {
        for _ in 0..6_000 {
            if self.read(name).lines().count() >= lines {
                return;
            }
            pause();
        }
        panic!(
            "{name} has {} lines, not {lines}",
            self.read(name).lines().count()
        );
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A moment for another process.
#[expect(
    clippy::disallowed_methods,
    reason = "waits for another process, which has no clock of ours"
)]
pub(crate) fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}

/// Sends a signal to a process that a test started.
pub(crate) fn signal(name: &str, process: &Child) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(process.id().to_string())
        .status();
    assert!(sent.unwrap().success());
}

/// The list that the README dials.
pub(crate) fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/contacts.csv");
    std::fs::read_to_string(path).unwrap()
}

/// A list of so many contacts, at most 2,000, with fictitious numbers.
pub(crate) fn list(contacts: u32) -> String {
    let areas = [
        201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224,
        225, 228,
    ];
    let numbers = areas
        .iter()
        .flat_map(|area| (0..100).map(move |last| format!("+1{area}55501{last:02}")));
    let rows = (1..=contacts)
        .zip(numbers)
        .map(|(n, number)| format!("Contact {n},{number}\n"));
    std::iter::once("name,phone\n".to_owned())
        .chain(rows)
        .collect()
}
