//! A rule about features: the program and the rig, built alone, and the tests of everything have every
//! package built alike. What differs in one feature is built twice, with all that depends on it.

use std::collections::BTreeSet;

use anyhow::Result;

use super::source::{Finding, Repository};
use crate::workspace::{cargo, output};

/// No package has other features when the rig is built than when tests are.
pub(super) fn features_agree(_: &Repository) -> Result<Vec<Finding>> {
    let rig = features(&[
        "--package",
        "ringonce",
        "--package",
        "rig",
        "--edges",
        "normal,build",
    ])?;
    let tests = features(&["--workspace", "--edges", "normal,build,dev"])?;
    Ok(differing(&rig, &tests)
        .into_iter()
        .map(|package| Finding {
            path: "rig/Cargo.toml".to_owned(),
            line: 0,
            advice: format!("{package}: tests have it with other features; name those there"),
        })
        .collect())
}

/// A line for each package with the features that this choice of packages gives it.
fn features(choice: &[&str]) -> Result<String> {
    output(
        cargo()
            .args(["tree", "--prefix", "none", "--format", "{p} [{f}]"])
            .args(choice),
    )
}

fn differing<'a>(rig: &'a str, tests: &str) -> BTreeSet<&'a str> {
    let seen_before = " (*)";
    let tests: BTreeSet<&str> = tests
        .lines()
        .map(|line| line.trim_end_matches(seen_before))
        .collect();
    rig.lines()
        .map(|line| line.trim_end_matches(seen_before))
        .filter(|line| !tests.contains(line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_with_fewer_features_is_found_and_one_that_only_tests_have_is_not() {
        let rig = "a v1.0.0 [std]\nb v1.0.0 []\na v1.0.0 [std] (*)\n\n";
        let tests = "a v1.0.0 [std]\nb v1.0.0 [std]\nc v1.0.0 []\n\n";
        assert_eq!(differing(rig, tests), BTreeSet::from(["b v1.0.0 []"]));
    }
}
