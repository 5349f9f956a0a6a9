//! Signals to processes that the rig has started, and to their children.
//!
//! Only a process whose id the rig got at its start is ever signalled; nothing goes by name.

use std::fs;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Sends a signal, such as `STOP`, `CONT`, `TERM` or `KILL`.
pub(crate) fn signal(process: u32, name: &str) -> Result<()> {
    let status = kill(&[process], name).context("running `kill`")?;
    ensure!(
        status,
        "SIG{name} could not be sent to process {process}: it is gone"
    );
    Ok(())
}

/// Sends a signal to all of them; one that has ended needs none.
pub(crate) fn signal_all(processes: &[u32], name: &str) {
    let _ = kill(processes, name);
}

fn kill(processes: &[u32], name: &str) -> std::io::Result<bool> {
    if processes.is_empty() {
        return Ok(true);
    }
    let status = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success())
}

/// The children of a process that have not ended.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|(_, of)| of == parent))
        .collect()
}

/// Whether a process exists and has not ended.
pub(crate) fn is_running(process: u32) -> bool {
    stat(process).is_some_and(|(state, _)| state != 'Z')
}

/// A process that ends with this value, and all that it has started.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let mut family = vec![self.0.id()];
        let mut known = 0;
        while let Some(&member) = family.get(known) {
            family.extend(children(member));
            known += 1;
        }
        signal_all(&family, "KILL");
        // Fails only when it is gone already.
        let _ = self.0.wait();
    }
}

/// State and parent of a process.
fn stat(process: u32) -> Option<(char, u32)> {
    of_stat(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// The fields after the name, which is in parentheses and may hold any character.
fn of_stat(text: &str) -> Option<(char, u32)> {
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?.chars().next()?;
    Some((state, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_mislead() {
        assert_eq!(of_stat("12 (a) b) S 7 12 12 0"), Some(('S', 7)));
        assert_eq!(of_stat("12"), None);
    }

    #[test]
    fn a_child_is_found_held_and_ended() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        assert!(children(std::process::id()).contains(&child.id()));
        signal(child.id(), "STOP").unwrap();
        assert!(is_running(child.id()));
        signal(child.id(), "KILL").unwrap();
        child.wait().unwrap();
        assert!(!is_running(child.id()));
        assert!(signal(child.id(), "CONT").is_err());
    }
}
