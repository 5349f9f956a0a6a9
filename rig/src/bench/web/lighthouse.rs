//! Lighthouse's scores of every page, on its phone with a slow network.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::Measure;
use super::House;
use crate::browser::{Browser, Chromium};
use crate::node;
use crate::workspace::{output, target};

/// The target in each category, of 100.
const LEAST: f64 = 95.0;
const CATEGORIES: [&str; 3] = ["performance", "accessibility", "best-practices"];

/// The scores of every page.
pub(super) fn measure(browser: &Browser, house: &House<'_>) -> Result<Vec<Measure>> {
    let program = node::modules("tools/web-judge")?.join("lighthouse/cli/index.js");
    let mut measures = Vec::new();
    for route in &house.routes {
        let mut headers = json!({});
        if !route.open {
            headers["Cookie"] = json!(house.cookie);
        }
        let mut command = Command::new("node");
        browser.chromium().lend(&mut command);
        command
            .arg(&program)
            .arg(house.address(route))
            .args(["--quiet", "--output=json"])
            .arg(format!("--only-categories={}", CATEGORIES.join(",")))
            .arg(format!("--extra-headers={headers}"))
            .arg(format!("--chrome-flags={}", Chromium::flags()))
            .env("CHROME_PATH", &browser.chromium().program)
            .current_dir(target());
        let report: Value =
            serde_json::from_str(&output(&mut command)?).context("Lighthouse's report")?;
        for category in CATEGORIES {
            let score = report["categories"][category]["score"].as_f64();
            let score =
                score.with_context(|| format!("{}: no score for {category}", route.path))?;
            let name = format!("Lighthouse {category}: {}", route.path);
            measures.push(Measure::at_least(
                &name,
                "of 100",
                score * 100.0,
                LEAST,
                1.0,
            ));
        }
        tell_what_is_amiss(&route.path, &report);
    }
    Ok(measures)
}

/// Every audit that cost points.
fn tell_what_is_amiss(path: &str, report: &Value) {
    let Some(audits) = report["audits"].as_object() else {
        return;
    };
    for category in CATEGORIES {
        let references = report["categories"][category]["auditRefs"].as_array();
        for reference in references.into_iter().flatten() {
            let id = reference["id"].as_str().unwrap_or_default();
            let weighs = reference["weight"]
                .as_f64()
                .is_some_and(|weight| weight > 0.0);
            let score = audits.get(id).and_then(|audit| audit["score"].as_f64());
            if weighs && score.is_some_and(|score| score < 0.9) {
                println!(
                    "{path}: {category}: {id} {score:?} {}",
                    audits[id]["details"]["items"][0]["node"]["snippet"]
                );
            }
        }
    }
}
