//! `campaign`: create, list, show, start, pause, resume, delete, export. It works on the ledger itself,
//! also while a server runs campaigns on it.

use std::path::PathBuf;

use clap::Subcommand;
use ringonce_carrier::simulator;
use ringonce_domain::agent::FieldReport;
use ringonce_domain::contact::Reason;
use ringonce_domain::{CampaignEvent, CampaignId, CampaignState, Settings};
use ringonce_engine::intake::{IntakeRequest, StartedCampaign, create_from_file, start_campaign};
use ringonce_store::model::{CampaignDetail, Page, Visible};
use serde_json::json;

use crate::Context;
use crate::carriers;
use crate::commands::export;
use crate::commands::reading::{ReadArgs, Reading};
use crate::commands::settings::SettingsArgs;
use crate::failure::Failure;
use crate::ledger::{Ledger, actor};
use crate::output::{Output, count, grouped, table};
use crate::times;

/// Campaigns listed at most.
const LISTED: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a draft campaign from a file
    #[command(after_help = "Example:
  ringonce campaign create contacts.xlsx --name Renewals --settings renewals.json --start")]
    Create(Box<Create>),
    /// List campaigns, the latest first
    List {
        /// Only campaigns in this state: draft, pending, running, paused, completed or failed
        #[arg(long)]
        state: Option<CampaignState>,
    },
    /// Show one campaign with its figures
    Show(Id),
    /// Start a draft: contacts that were called before are skipped
    Start(Id),
    /// Hold a running campaign; calls under way are settled
    Pause {
        #[command(flatten)]
        id: Id,
        /// Why, for the audit trail and all users
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let a paused campaign go on
    Resume(Id),
    /// Delete a campaign that is not running; its calls stay in the ledger
    Delete(Id),
    /// Write a campaign's contacts or calls as CSV
    Export(export::Args),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Id {
    /// The campaign's number, as `campaign list` shows it
    #[arg(value_name = "CAMPAIGN")]
    id: CampaignId,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    /// CSV, XLSX, XLS or TXT file
    file: PathBuf,
    /// The campaign's name [default: the file's name]
    #[arg(long)]
    name: Option<String>,
    /// Start it at once
    #[arg(long)]
    start: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    match command {
        Command::Create(args) => create(*args, context).await,
        Command::List { state } => {
            let ledger = Ledger::existing(&context.config).await?;
            let page = Page {
                after: None,
                limit: LISTED,
            };
            list(
                &ledger
                    .store
                    .campaigns(state, Visible::Everything, page)
                    .await?,
                out,
            );
            Ok(())
        }
        Command::Show(Id { id }) => {
            let ledger = Ledger::existing(&context.config).await?;
            show(&ledger.store.campaign(id).await?, out);
            Ok(())
        }
        Command::Start(Id { id }) => {
            let ledger = Ledger::existing(&context.config).await?;
            can_call(id, &ledger, context).await?;
            let started =
                start_campaign(&ledger.store, &ledger.clock().await?, id, actor(), &|_| {}).await?;
            show_started(&started, out);
            out.document(&started);
            Ok(())
        }
        Command::Pause {
            id: Id { id },
            reason,
        } => steer(id, CampaignEvent::Pause, reason, context).await,
        Command::Resume(Id { id }) => steer(id, CampaignEvent::Resume, None, context).await,
        Command::Delete(Id { id }) => {
            let ledger = Ledger::existing(&context.config).await?;
            ledger
                .store
                .delete(id, actor(), ledger.now().await?)
                .await?;
            out.line(format!(
                "Campaign {id} is deleted; its calls stay in the ledger"
            ));
            out.document(&json!({ "campaign": id, "deleted": true }));
            Ok(())
        }
        Command::Export(args) => export::run(args, context).await,
    }
}

async fn create(args: Create, context: &Context) -> Result<(), Failure> {
    let region = Ledger::usual_region(&context.config).await?;
    let usual = Settings {
        carrier: carriers::usual(&context.config),
        region,
        ..Settings::default()
    };
    let settings = args.settings.settings(args.read.region, region, usual)?;
    if args.start {
        carriers::must_be_configured(&context.config, &settings.carrier)?;
    }
    let ledger = Ledger::open(&context.config).await?;
    let clock = ledger.clock().await?;
    let request = IntakeRequest {
        key: None,
        owner: None,
        name: args.name.unwrap_or_else(|| file_name(&args.file)),
        options: args.read.options(settings.region),
        settings,
        file_name: file_name(&args.file),
        path: args.file.clone(),
        starts: args.start,
    };
    let intake = create_from_file(&ledger.store, &clock, request, actor(), &|_| {})
        .await
        .map_err(|error| Failure::of_intake(&args.file, error))?;
    Reading::of_intake(&intake).show(context.out);
    context.out.line(format!(
        "Campaign {} is created, as a draft",
        intake.campaign
    ));
    let started = if args.start {
        let started =
            start_campaign(&ledger.store, &clock, intake.campaign, actor(), &|_| {}).await?;
        show_started(&started, context.out);
        Some(started)
    } else {
        show_fields(&intake.fields, context.out);
        context.out.line(format!(
            "Start it with: ringonce campaign start {}",
            intake.campaign
        ));
        None
    };
    context.out.document(&json!({
        "campaign": intake.campaign,
        "file": intake.layout,
        "import": intake.totals,
        "duplicates": intake.duplicates,
        "rejected": intake.rejected,
        "fields": intake.fields,
        "started": started,
    }));
    Ok(())
}

/// The wording of promise A1.
pub(crate) fn show_started(StartedCampaign { started, fields }: &StartedCampaign, out: Output) {
    out.line(format!(
        "Campaign started with {} calls (skipped {} duplicates)",
        started.calls, started.skipped
    ));
    if started.skipped > 0 {
        out.line(format!(
            "skipped {}: {}",
            started.skipped,
            Reason::ALREADY_CALLED.words()
        ));
    }
    show_fields(fields, out);
}

/// The contacts that lack fields of the agent, and what would keep a draft from starting.
fn show_fields(fields: &FieldReport, out: Output) {
    for lacking in &fields.lacking {
        out.line(&lacking.text);
    }
    if let Some(refusal) = fields.refusal() {
        out.line(format!("It cannot be started yet: {refusal}"));
    }
}

/// The file's own name, without folders.
pub(crate) fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Refuses to start or resume a campaign whose carrier is not configured.
async fn can_call(id: CampaignId, ledger: &Ledger, context: &Context) -> Result<(), Failure> {
    match ledger.store.settings(id).await? {
        Some(settings) => carriers::must_be_configured(&context.config, &settings.carrier),
        None => Ok(()),
    }
}

async fn steer(
    id: CampaignId,
    event: CampaignEvent,
    reason: Option<String>,
    context: &Context,
) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    if event == CampaignEvent::Resume {
        can_call(id, &ledger, context).await?;
    }
    let now = ledger.now().await?;
    let state = ledger
        .store
        .transition(id, event, actor(), reason, now)
        .await?;
    context.out.line(format!("Campaign {id} is {state}"));
    context
        .out
        .document(&json!({ "campaign": id, "state": state }));
    Ok(())
}

fn list(campaigns: &[CampaignDetail], out: Output) {
    out.document(&campaigns);
    if campaigns.is_empty() {
        out.line("There is no campaign");
        return;
    }
    let mut rows = table([
        "id ",
        "name",
        "state",
        "contacts ",
        "done ",
        "answered ",
        "live ",
        "created",
    ]);
    for campaign in campaigns {
        let (total, remaining) = (campaign.contacts.total(), campaign.contacts.remaining());
        rows.add_row([
            campaign.id.to_string(),
            campaign.name.clone(),
            campaign.state.to_string(),
            grouped(total),
            grouped(total - remaining),
            grouped(
                campaign
                    .contacts
                    .get(ringonce_domain::ContactState::Completed),
            ),
            campaign.live.to_string(),
            times::utc(campaign.created_at),
        ]);
    }
    out.table(&rows);
}

fn show(campaign: &CampaignDetail, out: Output) {
    out.document(campaign);
    out.line(format!("Campaign {}: {}", campaign.id, campaign.name));
    let reason = campaign
        .state_reason
        .as_ref()
        .map(|reason| format!(" ({})", Reason::tell(reason)))
        .unwrap_or_default();
    let zone = campaign.settings.time_zone.name();
    let moment = |label: &str, at: Option<ringonce_domain::Timestamp>| {
        if let Some(at) = at {
            out.line(format!("  {label:<12} {} {zone}", times::wall(at, zone)));
        }
    };
    out.line(format!("  {:<12} {}{reason}", "state", campaign.state));
    moment("created", Some(campaign.created_at));
    moment("started", campaign.started_at);
    moment("last call", campaign.last_called_at);
    moment("next due", campaign.next_due);
    moment("ended", campaign.ended_at);
    out.line(format!("  {:<12} {} under way", "calls", campaign.live));
    if let Some(price) = price(campaign) {
        out.line(format!("  {:<12} {price}", "price"));
    }
    out.line(format!(
        "  {:<12} {}, {}, {}",
        "file",
        count(campaign.import.rows, "row"),
        count(campaign.import.duplicates, "duplicate"),
        count(campaign.import.rejected, "bad row"),
    ));
    let mut states = table(["contacts", "count "]);
    for state in ringonce_domain::ContactState::ALL {
        states.add_row([state.to_string(), grouped(campaign.contacts.get(*state))]);
    }
    out.table(&states);
    let mut outcomes = table(["calls", "count "]);
    for (outcome, n) in &campaign.outcomes {
        outcomes.add_row([outcome.to_string(), grouped(*n)]);
    }
    out.table(&outcomes);
}

/// What its calls cost as far as that is known; nothing where no phone rings.
fn price(campaign: &CampaignDetail) -> Option<String> {
    let mut parts: Vec<_> = campaign
        .prices
        .iter()
        .map(|it| format!("{} for {}", it.price, count(it.calls, "call")))
        .collect();
    let unpriced = campaign.unpriced();
    if unpriced > 0 && campaign.settings.carrier != simulator::NAME {
        let calls = count(unpriced, "answered call");
        parts.push(format!("not known yet of {calls}"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
