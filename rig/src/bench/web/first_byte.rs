//! The time to the first byte of every page, over a connection that is kept, as for a person who goes from
//! page to page.

use std::time::Duration;

use anyhow::Result;

use super::super::Measure;
use super::House;
use super::viewer::Viewer;
use crate::stopwatch::pause;

/// How often each page is requested.
const LOOKS: usize = 200;
/// A session may make fifty requests a second.
const BETWEEN: Duration = Duration::from_millis(22);
/// The target, in milliseconds.
const MEDIAN: f64 = 20.0;
const SLOWEST_HUNDREDTH: f64 = 60.0;
/// How much longer a page may take with a hundred times as many contacts.
const GROWTH: f64 = 1.5;
/// Medians below this, in milliseconds, are not compared: what differs there is the machine.
const NOISE: f64 = 0.5;

/// The times of one page, in milliseconds.
pub(super) struct Times {
    page: String,
    median: f64,
    slowest_hundredth: f64,
}

/// Requests every page in turn, so that none has warm caches to itself.
pub(super) fn measure(house: &House<'_>) -> Result<Vec<Times>> {
    let mut times = vec![Vec::with_capacity(LOOKS); house.routes.len()];
    let cookie = format!("Cookie: {}", house.cookie);
    for _ in 0..LOOKS {
        for (route, times) in house.routes.iter().zip(&mut times) {
            // A signed-in person is redirected from the pages for those who are not.
            let identity = if route.open { "X-Nobody: 1" } else { &cookie };
            let mut viewer = Viewer::connect(house.server.address, identity)?;
            times.push(viewer.look(&route.path)?.as_secs_f64() * 1_000.0);
            pause(BETWEEN);
        }
    }
    let found = house.routes.iter().zip(times);
    Ok(found
        .map(|(route, mut times)| {
            times.sort_by(f64::total_cmp);
            Times {
                page: route.path.clone(),
                median: times[times.len() / 2],
                slowest_hundredth: times[times.len() * 99 / 100],
            }
        })
        .collect())
}

/// Each page against the target, and against itself on a small list.
pub(super) fn compare(large: &[Times], small: &[Times], rows: u32) -> Vec<Measure> {
    let mut measures = Vec::new();
    for (large, small) in large.iter().zip(small) {
        let name = format!("{} with {rows} contacts, first byte", pattern(&large.page));
        measures.push(Measure::below(
            &format!("{name}, median"),
            "ms",
            large.median,
            MEDIAN,
        ));
        measures.push(Measure::below(
            &format!("{name}, p99"),
            "ms",
            large.slowest_hundredth,
            SLOWEST_HUNDREDTH,
        ));
        measures.push(Measure::at_most(
            &format!("{name}, median against 10000"),
            "ms",
            large.median.max(NOISE),
            small.median.max(NOISE),
            GROWTH,
        ));
    }
    measures
}

/// A path without the id of this run.
fn pattern(path: &str) -> &str {
    path.split_at_checked(30).map_or(path, |(start, _)| start)
}
