//! `dial`: the main job in one command. A list is imported and called through the simulated carrier,
//! and the carrier's own log proves that no number was rung twice.
//!
//! Running it again on the same file continues an unfinished campaign, or starts another that skips
//! contacts that were called. It never resumes what a person has paused or stopped.

mod display;
mod pilot;
mod verdict;

use std::path::PathBuf;

use ringonce_carrier::simulator;
use ringonce_domain::hours::Zone;
use ringonce_domain::{CampaignId, CampaignState, Pacing, Region, Settings};
use ringonce_engine::intake::{
    Intake, IntakeRequest, StartedCampaign, create_from_file, fingerprint, start_campaign,
};
use ringonce_store::model::CampaignDetail;

use crate::Context;
use crate::commands::campaign::{file_name, show_started};
use crate::commands::check::reading_bar;
use crate::commands::evidence;
use crate::commands::reading::{ReadArgs, Reading};
use crate::commands::settings::SettingsArgs;
use crate::commands::simulation;
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::{Kind, Ledger, actor};
use crate::output::{self, Output};

/// States of a campaign that is not finished.
const UNFINISHED: [CampaignState; 4] = [
    CampaignState::Draft,
    CampaignState::Pending,
    CampaignState::Running,
    CampaignState::Paused,
];

/// Import a list, call everyone on it through the simulated carrier, and prove the result
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce dial examples/contacts.csv
  ringonce dial contacts.xlsx --region GB --time-zone Europe/London
  ringonce dial contacts.csv --settings campaign.json --speed 1000

No phone rings: the carrier is simulated, and so is the time. Without --settings a campaign calls
8 at once without delay, on working days from 9 to 17 in --time-zone, and only between 8 and 21
where the callee is; who was not reached is tried again after 1, 4 and 24 hours. Hours in which
nothing is due are skipped.

Run it again to continue what Ctrl-C or a crash has interrupted. On a file whose campaign is
finished it starts another one, which skips everybody who was called before.")]
pub(crate) struct Args {
    /// CSV, XLSX, XLS or TXT file
    file: PathBuf,
    /// The campaign's name [default: the file's name]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(flatten)]
    read: ReadArgs,
    /// Simulated seconds per second
    #[arg(long, default_value_t = 120.0, value_parser = simulation::speed, help_heading = "The simulated world")]
    speed: f64,
    /// Seed that decides how calls are answered, and when
    #[arg(long, default_value_t = 1, help_heading = "The simulated world")]
    seed: u64,
}

/// What `dial` uses where neither an option nor a settings file says otherwise.
fn defaults(usual: Option<Region>) -> Settings {
    Settings {
        time_zone: "America/New_York".parse().unwrap_or_else(|_| Zone::utc()),
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_at_once: 8,
            ..Pacing::default()
        },
        region: usual.or_else(|| "US".parse().ok()),
        ..Settings::default()
    }
}

/// The campaign to be run, and how it was found or made.
struct Prepared {
    campaign: CampaignId,
    /// None when an unfinished campaign of the file was found.
    intake: Option<Intake>,
    /// None when the campaign had been started before.
    started: Option<StartedCampaign>,
}

/// Imports, calls, proves.
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    let database = Database::of(&context.config)?;
    if database.file().is_none() {
        return Err(needs_a_file(&database));
    }
    let usual = Ledger::usual_region(&context.config).await?;
    let settings = args
        .settings
        .settings(args.read.region, usual, defaults(usual))?;
    if settings.carrier != simulator::NAME {
        let what = format!(
            "`dial` rings no phone, and the settings name the carrier `{}`",
            settings.carrier
        );
        return Err(Failure::new(Exit::Input, what).help(
            "leave `carrier` out of the settings, or call with `ringonce campaign create --start`",
        ));
    }
    let print = fingerprint(&args.file).map_err(|error| Failure::of_file(&args.file, &error))?;
    let ledger = Ledger::open(&context.config).await?;
    let _lock = ledger.lock_engine()?;
    ledger.claim_for(Kind::Simulator).await?;
    simulation::take_over(&ledger).await?;
    refuse_if_stopped(&ledger).await?;
    let rings_before = evidence::rings_so_far(&ledger)?;
    let clock = simulation::clock(&ledger, args.speed).await?;

    let unfinished = ledger.store.campaign_of_file(&print, &UNFINISHED).await?;
    let prepared = match unfinished {
        Some(campaign) => go_on(campaign, &args, &settings, &ledger, clock.as_ref(), out).await?,
        None => begin(&args, settings, &ledger, clock.as_ref(), out).await?,
    };
    let config = simulator::Config {
        seed: args.seed,
        ..simulator::Config::default()
    };
    let carrier = simulation::carrier(config, &ledger, &clock)?;
    let end = pilot::fly(
        prepared.campaign,
        &ledger,
        carrier,
        clock,
        args.speed,
        context,
    )
    .await?;
    verdict::show(&prepared, &end, rings_before, &ledger, out).await
}

/// Refuses a server: `dial` runs in simulated time, which no other instance could share.
fn needs_a_file(database: &Database) -> Failure {
    let what = format!(
        "`dial` works on a file of its own, not on {}",
        database.shown()
    );
    Failure::new(Exit::Usage, what).help(
        "`ringonce serve` runs campaigns there, and `ringonce campaign create FILE --start` makes one; or leave out the database",
    )
}

async fn refuse_if_stopped(ledger: &Ledger) -> Result<(), Failure> {
    match ledger.store.safety().await?.stopped {
        None => Ok(()),
        Some(stop) => Err(Failure::new(
            Exit::Failed,
            format!("emergency stop since {}: {stop}", stop.at),
        )
        .help("when it is safe again: ringonce resume-all --reason '…'")),
    }
}

/// Continues an unfinished campaign of the same file.
async fn go_on(
    campaign: CampaignId,
    args: &Args,
    settings: &Settings,
    ledger: &Ledger,
    clock: &dyn ringonce_carrier::Clock,
    out: Output,
) -> Result<Prepared, Failure> {
    let detail = ledger.store.campaign(campaign).await?;
    refuse_if_paused(&detail)?;
    let done = detail.contacts.total() - detail.contacts.remaining();
    out.line(format!(
        "Continuing campaign {campaign} ({}): {done} of {} contacts are done",
        detail.name,
        detail.contacts.total()
    ));
    if !args.settings.is_default() && *detail.settings != *settings {
        output::warn(
            "note: a campaign keeps the settings that it was created with; those given are not used",
        );
    }
    let started = if detail.state == CampaignState::Draft {
        let started = start_campaign(&ledger.store, clock, campaign, actor(), &|_| {}).await?;
        show_started(&started, out);
        Some(started)
    } else {
        None
    };
    Ok(Prepared {
        campaign,
        intake: None,
        started,
    })
}

/// Only a person ends a pause that a person has set.
fn refuse_if_paused(campaign: &CampaignDetail) -> Result<(), Failure> {
    if campaign.state != CampaignState::Paused {
        return Ok(());
    }
    let reason = campaign
        .state_reason
        .as_deref()
        .unwrap_or("no reason was given");
    Err(Failure::new(
        Exit::Failed,
        format!("campaign {} of this file is paused: {reason}", campaign.id),
    )
    .help(format!(
        "to go on: ringonce campaign resume {}, then run the same command again",
        campaign.id
    )))
}

/// Imports the file and starts its campaign.
async fn begin(
    args: &Args,
    settings: Settings,
    ledger: &Ledger,
    clock: &dyn ringonce_carrier::Clock,
    out: Output,
) -> Result<Prepared, Failure> {
    let request = IntakeRequest {
        key: None,
        owner: None,
        name: args.name.clone().unwrap_or_else(|| file_name(&args.file)),
        options: args.read.options(settings.region),
        settings,
        path: args.file.clone(),
        file_name: file_name(&args.file),
        starts: true,
    };
    let bar = reading_bar(out);
    let intake = create_from_file(&ledger.store, clock, request, actor(), &|progress| {
        bar.set_length(progress.total_bytes);
        bar.set_position(progress.bytes);
    })
    .await;
    bar.finish_and_clear();
    let intake = intake.map_err(|error| Failure::of_intake(&args.file, error))?;
    Reading::of_intake(&intake).show(out);
    out.line("");
    let started = start_campaign(&ledger.store, clock, intake.campaign, actor(), &|_| {}).await?;
    show_started(&started, out);
    Ok(Prepared {
        campaign: intake.campaign,
        intake: Some(intake),
        started: Some(started),
    })
}
