//! `carrier`: which carriers are configured, and whether calls can be made with them.

use std::sync::Arc;

use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::{Carrier, CarrierSummary, Check, Clock as _, Verdict};
use ringonce_domain::{Millis, Timestamp};
use ringonce_engine::comparison;
use ringonce_store::model::Difference;
use serde_json::json;

use crate::Context;
use crate::carriers::configured;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::{count, table};

/// What to do with carriers.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the carriers that are configured; secrets are not shown
    List,
    /// Check credentials, caller ids, the public address and limits; no call is made
    #[command(after_help = "Examples:
  ringonce carrier test
  ringonce carrier test twilio --json

It asks the carrier with the configured credentials, and this server at its public address, and says of
each thing whether it is right and else what to do. It ends with an error when calls cannot be made.")]
    Test {
        /// Which; all that are configured when none is named
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Hold our calls of a UTC day against the carrier's own list
    #[command(after_help = "Examples:
  ringonce carrier compare twilio
  ringonce carrier compare twilio --day 2026-11-20 --json

A running server compares each day by itself, three hours after its end, and tells when anything differs.
This looks at once, keeps nothing, and ends with an error when a call is known to one side alone. Calls that
show a number which was never a caller id here count as another application's.")]
    Compare {
        /// Which carrier
        #[arg(value_name = "NAME")]
        name: String,
        /// The day; yesterday when none is given
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
        day: Option<Timestamp>,
    },
}

/// The first instant of a UTC day.
fn day(text: &str) -> Result<Timestamp, String> {
    let date: jiff::civil::Date = text
        .parse()
        .map_err(|_| "write the day as 2026-11-20".to_owned())?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC);
    let midnight = midnight.map_err(|error| error.to_string())?;
    Ok(Timestamp::from_millis(
        midnight.timestamp().as_millisecond(),
    ))
}

/// Carries it out.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let carriers = opened(context)?;
    match command {
        Command::List => {
            list(&carriers, context);
            Ok(())
        }
        Command::Test { name } => test(carriers, name.as_deref(), context).await,
        Command::Compare { name, day } => compare(&carriers, &name, day, context).await,
    }
}

/// The carriers that are configured. They are asked about the account alone, and no event comes back to be
/// told from a forged one, so the ledger's secret is not needed.
pub(crate) fn opened(context: &Context) -> Result<Vec<Arc<dyn Carrier>>, Failure> {
    let configured = configured(&context.config)?.into_iter();
    configured
        .map(|it| it.open("", Arc::new(SystemClock)))
        .collect()
}

fn list(carriers: &[Arc<dyn Carrier>], context: &Context) {
    let out = context.out;
    let each = || carriers.iter().filter_map(|it| Some((it, it.summary()?)));
    let documents: Vec<_> = each()
        .map(|(it, summary)| document(it.as_ref(), &summary))
        .collect();
    out.document(&documents);
    if documents.is_empty() {
        out.line("No carrier is configured: calls are simulated. `ringonce config` prints how to configure one");
        return;
    }
    let mut rows = table([
        "carrier",
        "account",
        "calls per second",
        "at once",
        "caller ids",
    ]);
    for (carrier, summary) in each() {
        let ids = carrier.caller_ids().iter().map(|id| id.international());
        rows.add_row([
            carrier.name().to_owned(),
            summary.account,
            summary.calls_per_second.to_string(),
            summary.calls_at_once.to_string(),
            ids.collect::<Vec<_>>().join(", "),
        ]);
    }
    out.table(&rows);
}

fn document(carrier: &dyn Carrier, summary: &CarrierSummary) -> serde_json::Value {
    json!({
        "name": carrier.name(),
        "account": summary.account,
        "public_url": summary.public_url,
        "calls_per_second": summary.calls_per_second,
        "calls_at_once": summary.calls_at_once,
        "caller_ids": carrier.caller_ids(),
    })
}

async fn test(
    carriers: Vec<Arc<dyn Carrier>>,
    name: Option<&str>,
    context: &Context,
) -> Result<(), Failure> {
    let wanted: Vec<_> = carriers
        .into_iter()
        .filter(|carrier| name.is_none_or(|name| name == carrier.name()))
        .collect();
    if wanted.is_empty() {
        let what = match name {
            Some(name) => format!("no carrier `{name}` is configured"),
            None => "no carrier is configured".to_owned(),
        };
        return Err(Failure::new(Exit::Input, what)
            .help("`ringonce carrier list` names those that are; `ringonce config` prints how to configure one"));
    }
    let (mut documents, mut failed) = (Vec::new(), false);
    for carrier in wanted {
        let name = carrier.name();
        let checks = carrier.check().await;
        failed |= checks.iter().any(|check| check.verdict == Verdict::Fail);
        show(name, &checks, context);
        documents.push(json!({ "name": name, "checks": checks }));
    }
    context.out.document(&documents);
    if failed {
        return Err(
            Failure::new(Exit::Failed, "calls cannot be made as it is configured")
                .help("mend what failed, and test again"),
        );
    }
    Ok(())
}

fn show(name: &str, checks: &[Check], context: &Context) {
    let mut rows = table(["", name, ""]);
    for check in checks {
        rows.add_row([check.verdict.as_str(), &check.name, &check.words]);
    }
    context.out.table(&rows);
}

async fn compare(
    carriers: &[Arc<dyn Carrier>],
    name: &str,
    day: Option<Timestamp>,
    context: &Context,
) -> Result<(), Failure> {
    let carrier = carriers.iter().find(|it| it.name() == name);
    let carrier = carrier.ok_or_else(|| {
        Failure::new(Exit::Input, format!("no carrier `{name}` is configured"))
            .help("`ringonce carrier list` names those that are")
    })?;
    let ledger = Ledger::existing(&context.config).await?;
    let now = SystemClock.now();
    let day = day.unwrap_or_else(|| now - Millis::from_days(1));
    let compared = comparison::compare(ledger.store.as_ref(), carrier.as_ref(), day, now).await;
    let compared = compared.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    ledger.close().await?;
    let out = context.out;
    let (day, differences) = (&compared.comparison, &compared.differences);
    out.line(format!(
        "{}: {} in the ledger, {} of ours in the list of {name}, {} in it by others",
        day.day,
        count(day.ours, "call"),
        day.theirs,
        day.others
    ));
    for difference in differences {
        out.line(format!("  {}", told(difference)));
    }
    let mut document = json!(day);
    document["differences"] = json!(differences);
    document["differences_found"] = json!(day.differences);
    out.document(&document);
    if day.differences == 0 {
        return Ok(());
    }
    let many = count(day.differences, "difference");
    Err(
        Failure::new(Exit::Failed, format!("{many} between the two"))
            .help("`ringonce prove NUMBER` shows what the ledger knows of a number"),
    )
}

fn told(difference: &Difference) -> String {
    match difference {
        Difference::NotOurs {
            call_id,
            to,
            status,
        } => {
            format!("{call_id} to {to}, {status}: no attempt of ours")
        }
        Difference::NotTheirs { attempt, call_id } => format!(
            "attempt {attempt}, {}: not in the carrier's list",
            call_id.as_deref().unwrap_or("unnamed")
        ),
        Difference::OtherOutcome {
            attempt,
            call_id,
            ours,
            theirs,
        } => {
            format!("attempt {attempt}, {call_id}: {ours} here, {theirs} there")
        }
    }
}
