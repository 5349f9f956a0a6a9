//! `settings`: the settings of the whole deployment, kept in its ledger.

use std::str::FromStr;

use clap::Subcommand;
use ringonce_domain::number::UnknownRegion;
use ringonce_domain::{Language, Region};
use serde_json::json;

use crate::Context;
use crate::failure::Failure;
use crate::ledger::{Ledger, actor};
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the settings
    Show,
    /// Set the region of numbers without a country code where neither a list nor a command gives one
    #[command(after_help = "Examples:
  ringonce settings region DE
  ringonce settings region none")]
    Region {
        /// Two letters, such as US, GB or DE; `none` asks each time
        #[arg(value_name = "CODE")]
        region: Choice,
    },
}

/// A region, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice(Option<Region>);

impl FromStr for Choice {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self(None));
        }
        text.parse().map(Some).map(Self)
    }
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Show => {
            let ledger = Ledger::existing(&context.config).await?;
            show(ledger.store.usual_region().await?, context.out);
        }
        Command::Region {
            region: Choice(region),
        } => {
            let ledger = Ledger::open(&context.config).await?;
            let now = ledger.now().await?;
            let store = &ledger.store;
            store.set_usual_region(region, actor(), now).await?;
            show(region, context.out);
        }
    }
    Ok(())
}

fn show(region: Option<Region>, out: Output) {
    out.line(match region {
        Some(region) => format!(
            "usual region: {region} ({})",
            region.name(Language::English)
        ),
        None => "usual region: none; numbers without a country code are asked about".to_owned(),
    });
    out.document(&json!({ "usual_region": region }));
}
