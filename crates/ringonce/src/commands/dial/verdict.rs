//! The result of `dial`: the contacts' outcomes, by the ledger; and the numbers that were rung, by the
//! carrier's own log.

use ringonce_domain::contact::Reason;
use ringonce_domain::{ContactState, Outcome};
use ringonce_store::model::CampaignDetail;
use serde_json::json;

use super::Prepared;
use super::pilot::End;
use crate::commands::{evidence, prove};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::{Output, count, grouped, table};

/// Width of a full bar.
const BAR: u64 = 24;

/// Shows it; an error unless the campaign is over and no number was rung against the rules.
pub(super) async fn show(
    prepared: &Prepared,
    end: &End,
    rings_before: u64,
    ledger: &Ledger,
    out: Output,
) -> Result<(), Failure> {
    let campaign = end.campaign();
    let truth = evidence::judge_log(ledger).await?;
    let rings = truth.rings.saturating_sub(rings_before);
    out.document(&json!({
        "campaign": campaign,
        "file": prepared.intake.as_ref().map(|intake| &intake.layout),
        "import": prepared.intake.as_ref().map(|intake| &intake.totals),
        "duplicates": prepared.intake.as_ref().map(|intake| &intake.duplicates),
        "rejected": prepared.intake.as_ref().map(|intake| &intake.rejected),
        "continued": prepared.intake.is_none(),
        "started": prepared.started,
        "rings_in_this_run": rings,
        "carrier": truth,
    }));
    out.line("");
    show_outcomes(campaign, out);
    out.line("");
    out.line(if rings == 0 {
        "Nobody was rung in this run".to_owned()
    } else {
        format!("{} in this run", count(rings, "ring"))
    });
    out.line(format!(
        "{} rung, {}, {} rung twice",
        count(truth.numbers, "number"),
        count(truth.rings, "ring"),
        count(truth.numbers_rung_twice, "number"),
    ));
    out.line(format!(
        "  by the carrier's own log, {}; rung again only as the retry policy says",
        ledger.simulator_log().display()
    ));
    prove::show_violations(truth.violations.iter(), out);
    ledger.close().await?;
    prove::verdict(truth.numbers_rung_twice)?;
    conclude(end)
}

fn conclude(end: &End) -> Result<(), Failure> {
    let campaign = end.campaign();
    match end {
        End::Over(campaign) if campaign.contacts.remaining() == 0 => Ok(()),
        End::Over(campaign) => {
            let reason = campaign.state_reason.as_deref().map_or("no reason is known", Reason::tell);
            Err(Failure::new(Exit::Failed, format!("campaign {} has {}: {reason}", campaign.id, campaign.state)))
        }
        End::Interrupted(_) => Err(Failure::new(
            Exit::Interrupted,
            format!(
                "interrupted: {} of {} contacts are done",
                grouped(campaign.contacts.total() - campaign.contacts.remaining()),
                grouped(campaign.contacts.total())
            ),
        )
        .help("run the same command again to continue")),
        End::Held(campaign, what) => Err(Failure::new(Exit::Failed, what.clone()).help(
            if campaign.state == ringonce_domain::CampaignState::Paused {
                format!("to go on: ringonce campaign resume {}, then run the same command again", campaign.id)
            } else {
                "when it is safe again: ringonce resume-all --reason '…', then run the same command again".to_owned()
            },
        )),
    }
}

/// Shows the contacts' outcomes.
fn show_outcomes(campaign: &CampaignDetail, out: Output) {
    let total = campaign.contacts.total().max(1);
    let mut rows = table(["outcome", "contacts ", "share ", ""]);
    for (label, state) in ROWS {
        let n = campaign.contacts.get(state);
        if n > 0 {
            let bar = "█".repeat(usize::try_from((n * BAR).div_ceil(total)).unwrap_or_default());
            rows.add_row([
                label.to_owned(),
                grouped(n),
                format!("{} %", (n * 100 + total / 2) / total),
                bar,
            ]);
        }
    }
    out.table(&rows);
    let calls: u64 = campaign.outcomes.iter().map(|(_, n)| n).sum();
    let answered = campaign
        .outcomes
        .iter()
        .find(|(outcome, _)| *outcome == Outcome::Answered)
        .map_or(0, |(_, n)| *n);
    if calls > 0 {
        out.line(format!(
            "{}, {} answered",
            count(calls, "call"),
            grouped(answered)
        ));
    }
}

/// Contact states as outcomes, in the order in which people read them.
const ROWS: [(&str, ContactState); 9] = [
    ("answered", ContactState::Completed),
    ("no answer", ContactState::NoAnswer),
    ("busy", ContactState::Busy),
    ("failed", ContactState::Failed),
    ("bad number", ContactState::BadNumber),
    ("skipped", ContactState::Skipped),
    ("waiting", ContactState::Pending),
    ("calling", ContactState::Calling),
    ("connected", ContactState::Connected),
];
