//! What the rig did and saw, and when: a file to read beside the logs, with the same clock as the carrier's
//! log.

use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use ringonce_domain::{Number, Timestamp};

use crate::stopwatch::Stopwatch;
use crate::time_of_day::now;

/// A file to which several threads append.
pub(super) struct Timeline {
    path: PathBuf,
    file: Mutex<File>,
    watch: Stopwatch,
}

impl Timeline {
    pub(super) fn begin(path: PathBuf) -> Result<Self> {
        let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self {
            path,
            file: Mutex::new(file),
            watch: Stopwatch::start(),
        })
    }

    /// The time since the beginning.
    pub(super) fn elapsed(&self) -> Duration {
        self.watch.elapsed()
    }

    /// Notes an event of this moment.
    pub(super) fn note(&self, what: impl AsRef<str>) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // A timeline that cannot be written is no reason to stop the run.
        let _ = writeln!(
            file,
            "{} +{:8.3} s  {}",
            now().as_millis(),
            self.elapsed().as_secs_f64(),
            what.as_ref()
        );
    }
}

/// Every line of a carrier's log and of the timeline about a number, in order of time.
pub(super) fn story(number: Number, log: &Path, timeline: &Timeline) -> Result<String> {
    /// The time before and after each line of the log for which the rig's own actions are shown.
    const AROUND: i64 = 15_000;
    let of_number = format!("\"number\":\"{number}\"");
    let mut told: Vec<(i64, String)> = Vec::new();
    for line in BufReader::new(File::open(log)?).lines() {
        let line = line?;
        if line.contains(&of_number)
            && let Some(at) = instant_of(&line)
        {
            told.push((at, format!("carrier  {line}")));
        }
    }
    let instants: Vec<i64> = told.iter().map(|(at, _)| *at).collect();
    for line in BufReader::new(File::open(&timeline.path)?).lines() {
        let line = line?;
        let at = line
            .split(' ')
            .next()
            .and_then(|at| at.parse::<i64>().ok())
            .unwrap_or_default();
        if instants.iter().any(|word| (at - word).abs() < AROUND) {
            told.push((at, format!("rig      {line}")));
        }
    }
    told.sort_by_key(|(at, _)| *at);
    let lines: Vec<String> = told.into_iter().map(|(_, line)| line).collect();
    Ok(lines.join("\n"))
}

fn instant_of(line: &str) -> Option<i64> {
    let rest = line.split_once("\"at\":")?.1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let at = Timestamp::from_millis(digits.parse().ok()?);
    Some(at.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torture::evidence::written::{log, number};

    #[test]
    fn a_story_tells_what_happened_to_one_number_and_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let carrier = folder.path().join("carrier.log");
        std::fs::write(
            &carrier,
            log(&[(1, 1, 0, 9, "busy"), (1, 2, 0, 9, "answered")]),
        )
        .unwrap();
        let timeline = Timeline::begin(folder.path().join("timeline.txt")).unwrap();
        timeline.note("a year later");
        let near = crate::torture::evidence::written::at(3).as_millis();
        std::fs::write(
            folder.path().join("timeline.txt"),
            format!("{near} + 3 s  instance killed\n1 + 0 s  long ago\n"),
        )
        .unwrap();
        let story = story(number(1), &carrier, &timeline).unwrap();
        let lines: Vec<&str> = story.lines().collect();
        assert_eq!(lines.len(), 4, "{story}");
        assert!(lines[0].contains("placed"), "{story}");
        assert!(lines[2].contains("instance killed"), "{story}");
        assert!(lines[3].contains("\"end\""), "{story}");
    }
}
