//! How long something took, and how to wait for a process. No figure that a test judges may depend
//! on it.

use std::time::{Duration, Instant};

/// Runs since it was made.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    #[expect(clippy::disallowed_methods, reason = "measures real processes")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Does nothing for a while.
#[expect(clippy::disallowed_methods, reason = "waits for real processes")]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}

/// A duration for a table: `0.4 s`, `12.3 s`, `3 min 05 s`.
pub fn show(duration: Duration) -> String {
    let secs = duration.as_secs();
    if secs < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", secs / 60, secs % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_shown_in_the_unit_that_a_person_would_use() {
        for (millis, text) in [(420, "0.4 s"), (12_340, "12.3 s"), (185_900, "3 min 05 s")] {
            assert_eq!(show(Duration::from_millis(millis)), text);
        }
    }
}
