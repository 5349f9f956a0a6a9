//! `numbers`: everything known about a number, and blocking one for good.

use clap::Subcommand;
use ringonce_domain::number::{Basis, Meaning, NumberError, Readings};
use ringonce_domain::{Language, Number, Region};
use ringonce_engine::columns::OF_CONTACTS;
use ringonce_store::model::NumberDetail;
use serde_json::json;

use crate::Context;
use crate::commands::calls::show_calls;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::output::{self, Output, count, grouped, table_of};
use crate::times;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a number: whether it is blocked, its contacts and its calls
    Show(Which),
    /// Block a number for good; this cannot be undone. Shows its country and its calls first
    #[command(after_help = "Example:
  ringonce numbers block +12025550123 --reason 'asked not to be called'")]
    Block {
        #[command(flatten)]
        which: Which,
        /// Why, for the audit trail
        #[arg(long)]
        reason: String,
        /// Do not ask, even where the number has no country code and was read in the usual region
        #[arg(long, short)]
        yes: bool,
    },
}

/// A number as a person writes it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Which {
    /// The number, such as +12025550123. Without a country code it is the one that the ledger holds, or
    /// else the one of the usual region
    #[arg(allow_hyphen_values = true)]
    number: String,
    /// Region of a number without a country code, two letters, such as US
    #[arg(long, value_name = "CODE")]
    region: Option<Region>,
}

/// The number that was meant.
struct Meant {
    number: Number,
    /// What the ledger holds of it.
    detail: Option<NumberDetail>,
    /// Why it is that number, when the text did not give its country.
    assumed: Option<Basis>,
}

impl Which {
    /// Refuses a text that is a number in no country, before the ledger is opened.
    fn check(&self) -> Result<(), Failure> {
        let has_zeros = self.number.trim_start().starts_with("00");
        match Number::readings(&self.number, self.region) {
            Err(error) if !has_zeros => Err(self.refused(&error)),
            _ => Ok(()),
        }
    }

    /// Everything about a number in the ledger; tells how it was read where that is not obvious.
    pub(crate) async fn known(
        &self,
        ledger: &Ledger,
        out: Output,
    ) -> Result<NumberDetail, Failure> {
        let meant = self.find(ledger).await?;
        meant.tell(out);
        let number = meant.number;
        meant.detail.ok_or_else(|| {
            let what = format!("{number} was never on a list and never called");
            Failure::new(Exit::Failed, what)
        })
    }

    /// Determines which number is meant.
    async fn find(&self, ledger: &Ledger) -> Result<Meant, Failure> {
        let usual = match self.region {
            Some(region) => Some(region),
            None => ledger.store.usual_region().await?,
        };
        let readings =
            Number::readings(&self.number, usual).map_err(|error| self.refused(&error))?;
        let mut held = Vec::new();
        // With a region given, the ledger is not needed to choose a country.
        if let (Some(_), Readings::Local { usual, .. }) = (self.region, &readings) {
            let number = usual.ok_or_else(|| self.unclear(&readings.all()))?;
            return Meant::new(number, None, ledger).await;
        }
        for number in readings.to_look_up() {
            if ledger.store.number(number).await?.is_some() {
                held.push(number);
            }
        }
        match readings.meaning(&held) {
            Meaning::One(number, Basis::CountryCode) => Meant::new(number, None, ledger).await,
            Meaning::One(number, ground) => Meant::new(number, Some(ground), ledger).await,
            Meaning::Several(all) => Err(self.unclear(&all)),
        }
    }

    fn refused(&self, error: &NumberError) -> Failure {
        let text = error.to_string();
        let (what, advice) = text.split_once(": ").unwrap_or((&text, ""));
        Failure::new(Exit::Usage, format!("{:?}: {what}", self.number)).help(advice)
    }

    /// A text that can mean several numbers.
    fn unclear(&self, readings: &[Number]) -> Failure {
        let named = readings.iter().take(READINGS_NAMED);
        let mut named: Vec<_> = named.map(|number| shown(*number)).collect();
        if readings.len() > READINGS_NAMED {
            named.push(format!("{} others", readings.len() - READINGS_NAMED));
        }
        let what = format!(
            "{:?} has no country code, and can be {}",
            self.number,
            named.join(", or ")
        );
        Failure::new(Exit::Usage, what)
            .help("write it with + and its country code, or give --region")
    }
}

/// The most readings of a text that are listed for a person to choose from.
const READINGS_NAMED: usize = 4;

impl Meant {
    async fn new(number: Number, assumed: Option<Basis>, ledger: &Ledger) -> Result<Self, Failure> {
        let detail = ledger.store.number(number).await?;
        Ok(Self {
            number,
            detail,
            assumed,
        })
    }

    /// Tells how a number was read whose country the text did not give.
    fn tell(&self, out: Output) {
        let why = match self.assumed {
            None | Some(Basis::CountryCode) => return,
            Some(Basis::Ledger) => "which the ledger holds",
            Some(Basis::UsualRegion) => "in the usual region",
        };
        out.note(format!("read as {}, {why}", shown(self.number)));
    }

    /// Its call history: `called 3 times, last on 2026-11-23 10:14:05 UTC`.
    fn history(&self) -> String {
        let Some(detail) = &self.detail else {
            return "never on a list, never called".to_owned();
        };
        let times = match detail.called {
            0 => return "known here, never called".to_owned(),
            1 => "called once".to_owned(),
            n => format!("called {} times", grouped(n)),
        };
        match detail.last_called_at {
            Some(at) => format!("{times}, last on {}", times::utc(at)),
            None => times,
        }
    }

    /// Asks for confirmation at a terminal. Elsewhere a command with the country is accepted; one
    /// without it must confirm the number that was read.
    fn confirm(&self, yes: bool, out: Output) -> Result<(), Failure> {
        if yes {
            return Ok(());
        }
        let number = shown(self.number);
        if output::is_asked_by_a_person() {
            let question = format!("Block {number} for good? Nobody can undo it. [y/N] ");
            if is_yes(&out.ask(&question)) {
                return Ok(());
            }
            return Err(Failure::new(Exit::Failed, "nothing was blocked"));
        }
        if self.assumed.is_none() {
            return Ok(());
        }
        let what = format!("the number has no country code, and was read as {number}");
        let help = format!(
            "write {}, or give --region, or --yes if it is meant",
            self.number
        );
        Err(Failure::new(Exit::Usage, what).help(help))
    }
}

/// `+1 202-555-0123 (United States)`.
fn shown(number: Number) -> String {
    format!("{} ({})", number.international(), country(number))
}

fn country(number: Number) -> &'static str {
    number.region().map_or("of no single country", |region| {
        region.name(Language::English)
    })
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str())
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Show(which) => look_up(&which, context).await,
        Command::Block { which, reason, yes } => block(&which, reason, yes, context).await,
    }
}

async fn look_up(which: &Which, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    which.check()?;
    let ledger = Ledger::existing(&context.config).await?;
    let detail = which.known(&ledger, out).await?;
    out.document(&detail);
    show(&detail, out);
    Ok(())
}

async fn block(which: &Which, reason: String, yes: bool, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    which.check()?;
    let ledger = Ledger::open(&context.config).await?;
    let meant = which.find(&ledger).await?;
    let number = meant.number;
    meant.tell(out);
    out.line(format!("{}: {}", shown(number), meant.history()));
    meant.confirm(yes, out)?;
    let now = ledger.now().await?;
    let newly = ledger.store.block(number, reason, actor(), now).await?;
    let already = if newly { "" } else { " already" };
    out.line(format!(
        "{number} is blocked{already}; it will never be called again"
    ));
    let detail = meant.detail.as_ref();
    out.document(&json!({
        "number": number,
        "region": number.region(),
        "country": number.region().map(|region| region.name(Language::English)),
        "called": detail.map_or(0, |detail| detail.called),
        "last_called_at": detail.and_then(|detail| detail.last_called_at),
        "blocked": true,
        "newly": newly,
    }));
    Ok(())
}

/// Shows the ledger's data about a number.
pub(crate) fn show(detail: &NumberDetail, out: Output) {
    out.line(format!(
        "{} ({}): {}, {} answered",
        detail.number,
        country(detail.number),
        count(detail.called, "call"),
        detail.answered
    ));
    if let Some(block) = &detail.blocked {
        out.line(format!(
            "  blocked since {}: {}",
            times::utc(block.at),
            block.reason
        ));
    }
    if let Some(attempt) = detail.live_attempt {
        out.line(format!("  a call is under way: {attempt}"));
    }
    if !detail.contacts.is_empty() {
        out.table(&table_of(OF_CONTACTS, &detail.contacts));
    }
    show_calls(&detail.calls, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_yes_is_a_yes() {
        for (answer, yes) in [
            ("y\n", true),
            (" YES ", true),
            ("", false),
            ("\n", false),
            ("n", false),
            ("yes please", false),
            ("+12025550123", false),
        ] {
            assert_eq!(is_yes(answer), yes, "{answer:?}");
        }
    }
}
