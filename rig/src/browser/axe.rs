//! axe-core on every page that the server's list of routes names, in light and in dark. No violation of any
//! of its rules is accepted.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::furnished::Furnished;
use super::{Browser, Page};
use crate::node;

const RUN: &str = "const done = arguments[arguments.length - 1];\
                   axe.run(document, { resultTypes: ['violations'] })\
                     .then((found) => done(found.violations), (error) => done(String(error)));";

/// Judges every page twice. Returns how many times it found nothing, and how many times something.
pub(crate) fn judge() -> Result<(u64, Vec<String>)> {
    let source = node::modules("tools/web-judge")?.join("axe-core/axe.min.js");
    let source = fs::read_to_string(source).context("axe-core")?;
    let browser = Browser::start()?;
    browser.begin("axe")?;
    let house = Furnished::start(&browser)?;
    let page = house.sign_in(&browser, 1280, 900)?;
    let stranger = browser.page(&house.server, 1280, 900)?;
    let (mut clean, mut not) = (0, Vec::new());
    for route in house.pages()? {
        let page = if route.open { &stranger } else { &page };
        for dark in [false, true] {
            page.darken(dark)?;
            page.open(&route.path)?;
            let violations = look(page, &source).with_context(|| route.path.clone())?;
            if violations.is_empty() {
                clean += 1;
                continue;
            }
            let scheme = if dark { "dark" } else { "light" };
            println!("{} ({scheme}):", route.path);
            not.push(format!(
                "{} ({scheme}): {}",
                route.path,
                violations.join(", ")
            ));
            for violation in violations {
                println!("  {violation}");
            }
        }
    }
    println!("{clean} looks at pages found nothing to object to");
    Ok((clean, not))
}

/// Every violation on a page, with its elements.
fn look(page: &Page<'_>, source: &str) -> Result<Vec<String>> {
    page.script(source, Vec::new())?;
    let found = page.script_later(RUN, Vec::new())?;
    let Value::Array(violations) = found else {
        bail!("axe-core broke: {found}");
    };
    Ok(violations.iter().map(told).collect())
}

fn told(violation: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = violation["nodes"].as_array().cloned().unwrap_or_default();
    let about: Vec<String> = nodes
        .iter()
        .take(4)
        .map(|node| {
            let why = node["any"][0]["message"].as_str().unwrap_or_default();
            format!("{} {why}", node["html"].as_str().unwrap_or_default())
        })
        .collect();
    format!(
        "{}: {}, {} places:\n    {}",
        text(&violation["id"]),
        text(&violation["help"]),
        nodes.len(),
        about.join("\n    ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_told_with_its_rule_and_its_place() {
        let violation = serde_json::json!({
            "id": "color-contrast", "help": "must have sufficient contrast",
            "nodes": [{ "html": "<p>pale</p>", "any": [{ "message": "2.1 instead of 4.5" }] }],
        });
        let told = told(&violation);
        for part in ["color-contrast", "<p>pale</p>", "2.1 instead of 4.5"] {
            assert!(told.contains(part), "{told}");
        }
    }
}
