//! The measures: every bench of every crate and of the whole program, in one table with baseline,
//! ratio and target.
//!
//! # How a bench tells its figures
//! One line per measure on standard output, seven fields separated by tabs:
//! ```text
//! measure⇥<name>⇥<figure>⇥<baseline>⇥<ratio>⇥<target>⇥<met>
//! ```
//! Figures carry their units (`1.2 µs`, `14,200/s`, `180 MB`). A baseline is what the same run
//! measured on the same machine, so that the ratio means something anywhere; `ratio` is how the
//! figure compares with it, `target` what was promised, `met` is `yes` or `no`. A field that does
//! not apply is `-`. A plain line such as `number: look up its zones   85 ns` is a figure without a
//! target. Every other line is shown as it comes.
//!
//! A target that is missed is shown, not an error: a figure depends on the machine, and a person
//! judges it. A bench that cannot run is an error.

mod crates;
mod import;
mod in_flight;
mod process;
mod serve;
mod takeover;
mod web;
mod webhooks;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use anyhow::{Result, bail};
use comfy_table::{Table, presets};
use regex::Regex;

/// The benches to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of benches; all when none is given.
    names: Vec<String>,
    /// A tenth of the size: for a first impression, not for the record.
    #[arg(long)]
    quick: bool,
    /// Only list the benches.
    #[arg(long)]
    list: bool,
}

/// A figure and its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    name: String,
    figure: String,
    baseline: String,
    ratio: String,
    target: String,
    met: String,
}

/// The size of a bench.
#[derive(Clone, Copy)]
struct Size {
    quick: bool,
}

/// A bench.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(Size) -> Result<Vec<Measure>>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "number",
        about: "parse, validate and format a phone number",
        run: |size| crates::run("ringonce-domain", "number", size),
    },
    Bench {
        name: "hours",
        about: "whether a phone may ring",
        run: |size| crates::run("ringonce-domain", "hours", size),
    },
    Bench {
        name: "lifecycle",
        about: "claim, dial, settle with 64 in flight, against bare rusqlite",
        run: |size| crates::run("ringonce-store", "lifecycle", size),
    },
    Bench {
        name: "claim_scaling",
        about: "one claim and one settlement at 10 k, 1 M and 10 M contacts",
        run: |size| crates::run("ringonce-store", "claim_scaling", size),
    },
    Bench {
        name: "start",
        about: "start of a campaign, against one bare SQL statement",
        run: |size| crates::run("ringonce-store", "start", size),
    },
    Bench {
        name: "insert",
        about: "storing contacts, against a bare loop of inserts",
        run: |size| crates::run("ringonce-store", "import", size),
    },
    Bench {
        name: "import",
        about: "a CSV of a million rows into SQLite, against pandas + phonenumbers + executemany; memory",
        run: import::csv,
    },
    Bench {
        name: "import_bare",
        about: "the same, against a bare program that parses, drops duplicates and inserts",
        run: |size| crates::run("ringonce-engine", "import", size),
    },
    Bench {
        name: "xlsx",
        about: "an XLSX of 200,000 rows, against pandas + openpyxl",
        run: import::xlsx,
    },
    Bench {
        name: "postgres_lifecycle",
        about: "claim, dial, settle on PostgreSQL, one instance and three, against pgbench",
        run: |size| crates::run_on_postgres("ringonce-store", "postgres_lifecycle", size),
    },
    Bench {
        name: "postgres_import",
        about: "storing contacts on PostgreSQL, against one raw COPY",
        run: |size| crates::run_on_postgres("ringonce-store", "postgres_import", size),
    },
    Bench {
        name: "postgres_claim_scaling",
        about: "one claim and one settlement on PostgreSQL at 10 k, 1 M and 10 M contacts",
        run: |size| crates::run_on_postgres("ringonce-store", "postgres_claim_scaling", size),
    },
    Bench {
        name: "serve",
        about: "an idle server with a million contacts: memory, time until it answers",
        run: serve::idle,
    },
    Bench {
        name: "web",
        about: "the pages: first byte at 10 k and 1 M contacts, weight of a first visit",
        run: web::pages_at_size,
    },
    Bench {
        name: "web_live",
        about: "200 who watch a campaign at 50 calls a second: how soon they see what happened",
        run: web::live_updates,
    },
    Bench {
        name: "web_lighthouse",
        about: "Lighthouse on every page, in the local Chromium",
        run: web::lighthouse,
    },
    Bench {
        name: "webhooks",
        about: "what a carrier tells, signed and durable, against FastAPI with SQLAlchemy and with asyncpg",
        run: webhooks::run,
    },
    Bench {
        name: "takeover",
        about: "kill -9 of an instance that leads campaigns: time to their next call",
        run: takeover::run,
    },
    Bench {
        name: "in_flight",
        about: "10,000 live calls on one instance, on SQLite and on PostgreSQL: memory, pace",
        run: in_flight::run,
    },
];

/// Runs the benches asked for and prints one table.
pub(crate) fn run(args: &Args) -> Result<()> {
    if args.list {
        for bench in BENCHES {
            println!("{:22} {}", bench.name, bench.about);
        }
        return Ok(());
    }
    let size = Size { quick: args.quick };
    let mut measures = Vec::new();
    let mut broken = Vec::new();
    for bench in chosen(&args.names)? {
        println!("\n== {}: {}", bench.name, bench.about);
        match (bench.run)(size) {
            Ok(found) => measures.extend(found),
            Err(error) => {
                println!("error: {error:#}");
                broken.push(bench.name);
            }
        }
    }
    println!("\n{}", table(&measures));
    if args.quick {
        println!("a tenth of the size: not for the record");
    }
    if !broken.is_empty() {
        bail!("could not be measured: {}", broken.join(", "));
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Bench>> {
    if names.is_empty() {
        return Ok(BENCHES.iter().collect());
    }
    let find = |name: &String| match BENCHES.iter().find(|bench| bench.name == name) {
        Some(bench) => Ok(bench),
        None => bail!("there is no bench `{name}`; `cargo xtask bench --list` names them"),
    };
    names.iter().map(find).collect()
}

fn table(measures: &[Measure]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_header(["measure", "figure", "baseline", "ratio", "target", "met?"]);
    for m in measures {
        table.add_row([&m.name, &m.figure, &m.baseline, &m.ratio, &m.target, &m.met]);
    }
    table
}

impl Measure {
    /// A field that does not apply.
    fn nothing() -> Self {
        let none = || "-".to_owned();
        Self {
            name: none(),
            figure: none(),
            baseline: none(),
            ratio: none(),
            target: none(),
            met: none(),
        }
    }

    /// A figure that has to be at least `factor` times the baseline.
    fn at_least(name: &str, unit: &str, figure: f64, baseline: f64, factor: f64) -> Self {
        let ratio = figure / baseline;
        Self {
            name: name.to_owned(),
            figure: format!("{} {unit}", grouped(figure)),
            baseline: format!("{} {unit}", grouped(baseline)),
            ratio: format!("{ratio:.1}×"),
            target: format!("≥ {factor}×"),
            met: yes_or_no(ratio >= factor),
        }
    }

    /// A figure that has to be at most `factor` times the baseline.
    fn at_most(name: &str, unit: &str, figure: f64, baseline: f64, factor: f64) -> Self {
        let ratio = figure / baseline;
        Self {
            target: format!("≤ {factor}×"),
            met: yes_or_no(ratio <= factor),
            ratio: format!("{ratio:.2}×"),
            ..Self::at_least(name, unit, figure, baseline, factor)
        }
    }

    /// A figure that may differ from the baseline by a share of it.
    fn within(name: &str, unit: &str, figure: f64, baseline: f64, share: f64) -> Self {
        let off = figure / baseline - 1.0;
        Self {
            figure: format!("{figure:.2} {unit}"),
            ratio: format!("{:+.2} %", off * 100.0),
            target: format!("± {} %", share * 100.0),
            met: yes_or_no(off.abs() <= share),
            ..Self::at_least(name, unit, figure, baseline, 1.0)
        }
    }

    /// A figure that has to stay below a limit.
    fn below(name: &str, unit: &str, figure: f64, limit: f64) -> Self {
        Self {
            name: name.to_owned(),
            figure: format!("{} {unit}", grouped(figure)),
            baseline: "-".to_owned(),
            ratio: "-".to_owned(),
            target: format!("< {} {unit}", grouped(limit)),
            met: yes_or_no(figure < limit),
        }
    }
}

fn yes_or_no(met: bool) -> String {
    if met { "yes" } else { "no" }.to_owned()
}

/// A count with separators, or a small figure with a digit after the point.
fn grouped(figure: f64) -> String {
    if figure < 100.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A line that is no measure.
#[derive(Debug)]
pub(crate) struct NoMeasure;

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by this file's tests"
)]
static PLAIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\w+: .*?)\s+(\d[\d.,]* [nµm]?s\b.*)$").unwrap());

impl FromStr for Measure {
    type Err = NoMeasure;

    fn from_str(line: &str) -> Result<Self, NoMeasure> {
        if let Some(plain) = PLAIN.captures(line) {
            return Ok(Self {
                name: plain[1].to_owned(),
                figure: plain[2].to_owned(),
                ..Self::nothing()
            });
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let ["measure", name, figure, baseline, ratio, target, met] = fields[..] else {
            return Err(NoMeasure);
        };
        Ok(Self {
            name: name.to_owned(),
            figure: figure.to_owned(),
            baseline: baseline.to_owned(),
            ratio: ratio.to_owned(),
            target: target.to_owned(),
            met: met.to_owned(),
        })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.figure)?;
        for (label, field) in [
            ("baseline", &self.baseline),
            ("ratio", &self.ratio),
            ("target", &self.target),
        ] {
            if field != "-" {
                write!(f, ", {label} {field}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_a_line_of_seven_fields() {
        let line = "measure\tlifecycle\t9,000/s\t14,000/s\t0.64×\t≥ 0.5×\tyes";
        let measure: Measure = line.parse().unwrap();
        assert_eq!(measure.name, "lifecycle");
        assert_eq!(measure.met, "yes");
        let plain: Measure = "hours: two zones, open      412 ns".parse().unwrap();
        assert_eq!(
            (plain.name.as_str(), plain.figure.as_str()),
            ("hours: two zones, open", "412 ns")
        );
        for other in ["", "measure\tlifecycle\t1", "lifecycle: 9,000/s"] {
            assert!(other.parse::<Measure>().is_err(), "{other}");
        }
    }

    #[test]
    fn a_target_is_met_or_it_is_not() {
        assert_eq!(
            Measure::at_least("a", "rows/s", 150.0, 10.0, 15.0).met,
            "yes"
        );
        assert_eq!(
            Measure::at_least("a", "rows/s", 149.0, 10.0, 15.0).met,
            "no"
        );
        assert_eq!(Measure::at_most("a", "MB", 120.0, 100.0, 1.2).met, "yes");
        assert_eq!(Measure::at_most("a", "MB", 121.0, 100.0, 1.2).met, "no");
        for (rate, met) in [(98.0, "yes"), (102.0, "yes"), (97.9, "no"), (102.1, "no")] {
            assert_eq!(
                Measure::within("a", "calls/s", rate, 100.0, 0.02001).met,
                met
            );
        }
        assert_eq!(Measure::below("a", "MB", 199.9, 200.0).met, "yes");
        assert_eq!(Measure::below("a", "MB", 200.0, 200.0).met, "no");
    }

    #[test]
    fn figures_are_written_as_people_read_them() {
        for (figure, text) in [(1.25, "1.2"), (999.0, "999"), (1_234_567.8, "1,234,568")] {
            assert_eq!(grouped(figure), text);
        }
    }
}
