//! The cost of a first visit to each page, as the browser counts it: bytes on the wire with an empty cache,
//! and requests to other hosts than the server.

use anyhow::{Context, Result};

use super::super::Measure;
use super::House;

/// The target, in kilobytes.
const MOST: f64 = 150.0;
/// Bytes of a page and of everything that it fetched, and hosts other than the server.
const COUNT: &str = "const all = [...performance.getEntriesByType('navigation'),\
                       ...performance.getEntriesByType('resource')];\
                     return { bytes: all.reduce((sum, one) => sum + one.transferSize, 0),\
                       strangers: all.filter((one) => new URL(one.name).host !== location.host).length };";

/// The heaviest page, and every request to another host.
pub(super) fn measure(house: &House<'_>) -> Result<Vec<Measure>> {
    let (mut heaviest, mut name, mut strangers) = (0.0, String::new(), 0.0);
    for route in &house.routes {
        house.page.forget_everything_cached()?;
        house.page.open(&route.path)?;
        house.page.holds(
            "the page to be complete",
            "document.readyState === 'complete'",
        )?;
        let counted = house.page.script(COUNT, Vec::new())?;
        let figure = |key: &str| counted[key].as_f64().context("a figure");
        let kilobytes = figure("bytes")? / 1_000.0;
        println!("{}: {kilobytes:.1} KB", route.path);
        strangers += figure("strangers")?;
        if kilobytes > heaviest {
            (heaviest, name) = (kilobytes, route.path.clone());
        }
    }
    Ok(vec![
        Measure::below(
            &format!("first visit, compressed, heaviest page ({name})"),
            "KB",
            heaviest,
            MOST,
        ),
        Measure::below("requests to third parties, all pages", "", strangers, 1.0),
    ])
}
