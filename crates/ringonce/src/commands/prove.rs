//! `prove`: why a number was rung as often as it was, and that no number was rung against the rules
//! (promise A12). The ledger and the carrier's log are judged separately.

use std::fmt::Write as _;
use std::path::PathBuf;

use ringonce_carrier::simulator::log::Entry;
use ringonce_carrier::simulator::truth::Truth;
use ringonce_domain::proof::{Violation, violations};
use ringonce_domain::{CampaignId, Settings};
use ringonce_store::model::Proof;
use serde_json::{Value, json};

use crate::Context;
use crate::commands::evidence::{self, CarrierWord, Rules};
use crate::commands::{calls, carrier, numbers};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::{Output, count, grouped, table};

/// Prove that no number was rung against the rules: one number in full, or all of them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce prove +12025550123
  ringonce prove --all
  ringonce prove --all --log kept/simulator.log

With a number: every attempt, every decision to call or not to call with the rule and its inputs,
and the carrier's own evidence. With --all: the count of numbers rung against the rules, computed
twice, from the ledger and from the carrier's log, or from the own lists of the real carriers that are
configured; the exit code is 5 unless both are 0. Where no list can be read the second is left out, with
the reason.")]
pub(crate) struct Args {
    #[command(flatten)]
    number: Option<numbers::Which>,
    /// Every number, and the audit trail's chain
    #[arg(long, conflicts_with = "number", required_unless_present = "number")]
    all: bool,
    /// The simulated carrier's own log, when it is not in the data folder
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Runs the proof, or fails with [`Exit::RungTwice`].
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let mut ledger = Ledger::existing(&context.config).await?;
    if let Some(log) = args.log {
        ledger.judge_by(log)?;
    }
    match args.number {
        Some(which) => prove_number(&which, &ledger, context.out).await,
        None => prove_all(&ledger, context).await,
    }
}

/// The column beside the ledger's.
struct Second {
    title: String,
    truth: Truth,
    document: Value,
    /// What is to be said of it below the table.
    notes: Vec<String>,
}

/// What the carrier says: a simulated one by its log, real ones by their lists; none where no list can be read,
/// with the reason.
async fn second(ledger: &Ledger, context: &Context) -> Result<Result<Second, String>, Failure> {
    if !ledger.is_real().await? {
        let truth = evidence::judge_log(ledger).await?;
        return Ok(Ok(Second {
            title: "carrier's log".into(),
            document: json!(truth),
            truth,
            notes: Vec::new(),
        }));
    }
    let carriers = carrier::opened(context)?;
    Ok(match evidence::judge_lists(ledger, &carriers).await? {
        CarrierWord::LeftOut(why) => Err(why),
        CarrierWord::Judged {
            carriers,
            truth,
            unknown,
        } => {
            let mut document = json!(truth);
            document["lists_of"] = json!(carriers);
            document["not_in_the_ledger"] = json!(unknown);
            let mut notes = Vec::new();
            if unknown > 0 {
                notes.push(format!(
                    "The list has {} from numbers of ours that the ledger does not know: `ringonce carrier compare` names them.",
                    count(unknown, "call")
                ));
            }
            Ok(Second {
                title: format!("{}'s list", carriers.join(", ")),
                truth,
                document,
                notes,
            })
        }
    })
}

async fn prove_all(ledger: &Ledger, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    let proof = evidence::judge_ledger(ledger).await?;
    let second = second(ledger, context).await?;
    let audit = ledger.store.verify_audit().await?;
    let twice = evidence::rung_twice(&proof);
    out.document(&json!({
        "ledger": { "numbers": proof.numbers, "rings": proof.rings, "numbers_rung_twice": twice, "violations": proof.violations },
        "carrier": match &second {
            Ok(second) => second.document.clone(),
            Err(why) => json!({ "left_out": why }),
        },
        "audit": match audit {
            Ok(entries) => json!({ "entries": entries, "unbroken": true }),
            Err(first_wrong) => json!({ "first_wrong": first_wrong, "unbroken": false }),
        },
    }));
    show_columns(&proof, twice, second.as_ref(), out);
    match audit {
        Ok(entries) => out.line(format!("audit trail: {}, unbroken", entries_of(entries))),
        Err(seq) => out.line(format!("audit trail: entry {seq} is not what was written")),
    }
    let theirs = second.map_or(0, |second| second.truth.numbers_rung_twice);
    verdict(twice.max(theirs))?;
    match audit {
        Ok(_) => Ok(()),
        Err(seq) => Err(Failure::new(
            Exit::Ledger,
            format!("the audit trail was changed at entry {seq}"),
        )
        .help("compare with a backup to see what was there")),
    }
}

/// What the ledger and the carrier say, side by side.
fn show_columns(proof: &Proof, twice: u64, second: Result<&Second, &String>, out: Output) {
    let truth = second.map(|it| &it.truth);
    let row = |name: &str, ours: u64, theirs: Option<u64>| {
        let theirs = theirs.map(grouped);
        [name.to_owned(), grouped(ours)].into_iter().chain(theirs)
    };
    let title = second.map(|it| it.title.clone() + " ").ok();
    let mut rows = table(["", "ledger "].into_iter().chain(title.as_deref()));
    let of = |figure: fn(&Truth) -> u64| truth.ok().map(figure);
    rows.add_row(row("numbers rung", proof.numbers, of(|it| it.numbers)));
    rows.add_row(row("rings", proof.rings, of(|it| it.rings)));
    rows.add_row(row(
        "numbers rung twice",
        twice,
        of(|it| it.numbers_rung_twice),
    ));
    out.table(&rows);
    match second {
        Ok(second) => {
            if proof.rings > second.truth.rings {
                out.line("The ledger counts every call that may have rung; the carrier, those that did.");
            }
            second.notes.iter().for_each(|note| out.line(note));
        }
        Err(why) => out.line(format!(
            "The carrier's own list is left out: {why}. `ringonce carrier list` names the carriers that are configured."
        )),
    }
    let theirs = truth.iter().flat_map(|truth| &truth.violations);
    show_violations(proof.violations.iter().chain(theirs), out);
}

/// An error if any number was rung against the rules.
pub(crate) fn verdict(numbers: u64) -> Result<(), Failure> {
    if numbers == 0 {
        return Ok(());
    }
    Err(Failure::new(
        Exit::RungTwice,
        format!("{} rung against the rules", count(numbers, "number")),
    )
    .help("`ringonce prove NUMBER` shows how it came about; please report it"))
}

pub(crate) fn show_violations<'a>(violations: impl Iterator<Item = &'a Violation>, out: Output) {
    for violation in violations {
        out.line(format!(
            "  {} at {}, attempt {}: {}",
            violation.number, violation.at, violation.attempt, violation.rule
        ));
    }
}

fn entries_of(n: u64) -> String {
    if n == 1 {
        "1 entry".to_owned()
    } else {
        format!("{} entries", grouped(n))
    }
}

async fn prove_number(which: &numbers::Which, ledger: &Ledger, out: Output) -> Result<(), Failure> {
    let detail = which.known(ledger, out).await?;
    let number = detail.number;
    let timeline = ledger.store.number_timeline(number).await?;
    let carrier = evidence::log_of(ledger, number)?;
    let is_real = ledger.is_real().await?;
    let rings = if is_real {
        evidence::rings_by_ledger(ledger, number).await?
    } else {
        evidence::rings_of(ledger, number)?
    };
    let mut campaigns: Vec<CampaignId> = detail
        .contacts
        .iter()
        .map(|contact| contact.campaign)
        .chain(detail.calls.iter().map(|call| call.campaign))
        .chain(rings.iter().map(|ring| ring.campaign))
        .collect();
    campaigns.sort_unstable();
    campaigns.dedup();
    let mut rules = Rules::default();
    rules
        .learn(ledger.store.as_ref(), campaigns.iter().copied())
        .await?;
    let broken = violations(&rings, |campaign| rules.of(campaign));
    out.document(&json!({
        "number": detail,
        "rules": campaigns.iter().map(|id| json!({ "campaign": id, "settings": rules.of(*id) })).collect::<Vec<Value>>(),
        "decisions": timeline,
        "carrier": carrier,
        "rings": rings.len(),
        "violations": broken,
    }));
    numbers::show(&detail, out);
    out.line("\nRules");
    for id in &campaigns {
        out.line(format!(
            "  campaign {id}: {}",
            rules.of(*id).map_or_else(|| "unknown".into(), in_words)
        ));
    }
    out.line("\nDecisions and events, by the ledger's audit trail");
    calls::show_timeline(&timeline, out);
    let by = if is_real {
        out.line("\nWhat the carrier told stands among the events; `ringonce prove --all` reads its own list");
        "the ledger"
    } else {
        out.line("\nEvidence, by the carrier's own log");
        show_carrier(&carrier, out);
        "the carrier's log"
    };
    out.line(format!(
        "\n{number}: {} by {by}, {} against the rules",
        count(rings.len() as u64, "ring"),
        broken.len()
    ));
    show_violations(broken.iter(), out);
    verdict(u64::from(!broken.is_empty()))
}

/// The rules that decide whether a number may be rung.
fn in_words(settings: &Settings) -> String {
    let value =
        |rule: &dyn Fn() -> serde_json::Result<Value>| rule().unwrap_or_default().to_string();
    let mut text = format!(
        "repeat {}",
        value(&|| serde_json::to_value(settings.repeat))
    );
    let rest = [
        (
            "caps",
            value(&|| serde_json::to_value(settings.caps.as_slice())),
        ),
        ("retry", value(&|| serde_json::to_value(&settings.retry))),
        (
            "business hours",
            value(&|| serde_json::to_value(settings.business_hours)),
        ),
        (
            "callee hours",
            value(&|| serde_json::to_value(settings.callee_hours)),
        ),
    ];
    for (name, rule) in rest {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n    {name} {rule}");
    }
    text
}

fn show_carrier(entries: &[Entry], out: Output) {
    if entries.is_empty() {
        out.line("The carrier never heard of this number");
        return;
    }
    let mut rows = table(["when", "event", "call", "attempt", "outcome", "cause"]);
    for entry in entries {
        rows.add_row([
            entry.at.to_string(),
            format!("{:?}", entry.event).to_lowercase(),
            entry.call_id.map(|id| id.to_string()).unwrap_or_default(),
            entry.attempt.to_string(),
            entry
                .outcome
                .map(|outcome| outcome.to_string())
                .unwrap_or_default(),
            entry.cause.as_deref().unwrap_or_default().to_owned(),
        ]);
    }
    out.table(&rows);
}
