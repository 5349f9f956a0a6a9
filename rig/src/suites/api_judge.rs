//! Schemathesis against the API's own description: no input within or beyond the description leads to a fault
//! of the server or to an answer that is not described.
//!
//! Its inputs follow from a seed. The event stream is left out, because it does not end.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::browser::furnish;
use crate::http::Client;
use crate::python;
use crate::served::Served;
use crate::stopwatch::show;
use crate::workspace::{debug_binary, program, root, run as run_to_end, target};
use xtask::suite::Tally;

/// Checks of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";
/// Inputs for each operation.
const EXAMPLES: &str = "25";
const SEED: &str = "1";
/// How long it runs.
const BUDGET: Duration = Duration::from_secs(100);
/// Operations that would end the run: the first never ends by itself, the second revokes the judge's own
/// token.
const APART: [&str; 2] = ["/api/v1/events", "/api/v1/tokens/{id}"];

/// Runs it against a server with history.
pub(super) fn run() -> Result<Tally> {
    let folder = target().join("api-judge");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let server = Served::start(&debug_binary("ringonce"), &folder, &["--speed", "60"])?;
    let client = server.client()?;
    let furnished = furnish(&client)?;
    let mut judge = program(python::environment("tools/api-judge/requirements.txt")?);
    judge
        .args(["-m", "schemathesis.cli", "run"])
        .arg(root().join("docs/openapi.json"))
        .args(["--url", &format!("http://{}", server.address)])
        .args([
            "--header",
            &format!("Authorization: Bearer {}", client.token()),
        ])
        .args(["--checks", CHECKS, "--max-examples", EXAMPLES])
        .args(["--phases", "examples,coverage,fuzzing"])
        .args(["--seed", SEED, "--generation-database", "none"])
        // A made-up token counts as a failed sign-in, after too many of which the server refuses everyone.
        .args(["--generation-with-security-parameters", "false"])
        .args(["--rate-limit", "auto", "--request-timeout", "20"])
        .args(["--continue-on-failure", "--no-color"])
        .args(["--suppress-health-check", "all", "--warnings", "off"])
        .args(["--max-time", &BUDGET.as_secs().to_string()]);
    for path in APART {
        judge.args(["--exclude-path", path]);
    }
    let known = json!({
        "/campaigns/{id}": { "id": 1 },
        "/calls/{id}": { "id": furnished.call },
        "/numbers/{number}": { "number": furnished.number },
    });
    judge
        .env("SCHEMATHESIS_HOOKS", "known")
        .env("PYTHONPATH", root().join("tools/api-judge"))
        // It leaves files in its folder.
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("RINGONCE_KNOWN", known.to_string());
    println!("{} of inputs", show(BUDGET));
    run_to_end(&mut judge)?;
    still_knows_us(&client)?;
    let log = server.printed()?;
    let faults: Vec<&str> = log
        .lines()
        .filter(|line| line.contains(" ERROR ") || line.contains("panicked"))
        // The judge stops everything, and a stop is announced.
        .filter(|line| !line.contains("emergency stop: "))
        .collect();
    ensure!(
        faults.is_empty(),
        "the server's log:\n{}",
        faults.join("\n")
    );
    Ok(Tally::ONE)
}

/// A judge whose token was revoked meanwhile has only seen refusals since.
fn still_knows_us(client: &Client) -> Result<()> {
    client
        .get::<Value>("/api/v1/campaigns")
        .map(drop)
        .context("the judge's token does not work any more; leave out the operation that ended it")
}
