//! `campaign export`: a campaign's contacts, bad rows or calls as CSV, safe to open in a spreadsheet: a
//! cell that would run as a formula gets a `'` before it. Contacts and corrected rows can be imported
//! again as a list.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use ringonce_domain::{CampaignId, ContactState, Outcome};
use ringonce_engine::columns::{self, OF_CALLS};
use ringonce_engine::export::{self, ContactTable};
use ringonce_import::errors_csv::{BYTE_ORDER_MARK, csv_to};
use ringonce_store::model::{Beginning, ContactSearch, Page, Visible};

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::count;

/// Rows asked for at once.
const PAGE: u32 = 1_000;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce campaign export 3 > contacts.csv
  ringonce campaign export 3 --state no_answer,busy --search '+1 202' > again.csv
  ringonce campaign export 3 --what problems --to mend.csv
  ringonce campaign export 3 --what calls --to calls.csv

Every column of the list is a column of the contacts; `check` and `campaign create`
read the file as the same contacts. What Ringonce notes (ringonce_...) is not read.")]
pub(crate) struct Args {
    /// The campaign's number, as `campaign list` shows it
    #[arg(value_name = "CAMPAIGN")]
    id: CampaignId,
    /// What to write
    #[arg(long, value_enum, default_value_t = What::Contacts)]
    what: What,
    #[command(flatten)]
    filter: Filter,
    /// Write to a file that must not exist [default: standard output]
    #[arg(long, value_name = "OUT.csv")]
    to: Option<PathBuf>,
    /// Leave out the byte order mark by which spreadsheets recognise UTF-8
    #[arg(long)]
    no_bom: bool,
}

/// Which contacts.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Only contacts in one of these states
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<ContactState>,
    /// Only contacts whose last call had one of these outcomes
    #[arg(long, value_name = "OUTCOME", value_delimiter = ',')]
    outcome: Vec<Outcome>,
    /// Only contacts whose number or name begins with this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// One row for each contact
    Contacts,
    /// One row for each call
    Calls,
    /// One row for each row of the file that was rejected
    Problems,
}

/// Writes the rows.
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    // A campaign that does not exist is an error, not an empty file.
    let campaign = ledger.store.campaign(args.id).await?;
    let Filter {
        state,
        outcome,
        search,
    } = args.filter;
    let wanted = ContactSearch {
        states: state,
        outcomes: outcome,
        beginning: Beginning::of(&search.unwrap_or_default(), campaign.settings.region),
        ..ContactSearch::default()
    };
    if args.what != What::Contacts && wanted != ContactSearch::default() {
        return Err(Failure::new(
            Exit::Usage,
            "--state, --outcome and --search choose contacts; leave them out, or leave --what out",
        ));
    }
    let unwritable = |error: std::io::Error| match &args.to {
        Some(path) => Failure::of_file(path, &error),
        None => Failure::new(Exit::Failed, format!("standard output: {error}")),
    };
    let target: Box<dyn Write + Send> = match &args.to {
        Some(path) => Box::new(
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path)
                .map_err(unwritable)?,
        ),
        None => Box::new(std::io::stdout()),
    };
    let mut out = BufWriter::new(target);
    if !args.no_bom {
        out.write_all(BYTE_ORDER_MARK).map_err(unwritable)?;
    }
    let mut csv = csv_to(out);
    let rows = match args.what {
        What::Contacts => contacts(&ledger, args.id, &wanted, &mut csv).await,
        What::Calls => calls(&ledger, args.id, &mut csv).await,
        What::Problems => problems(&ledger, args.id, &mut csv).await,
    };
    let rows = match rows.and_then(|rows| Ok(csv.flush().map(|()| rows)?)) {
        Ok(rows) => rows,
        Err(Broken::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            return Ok(());
        }
        Err(Broken::Output(error)) => return Err(unwritable(error)),
        Err(Broken::Ledger(failure)) => return Err(failure),
    };
    if let Some(path) = &args.to {
        context.out.note(format!(
            "{} written to {}",
            count(rows, "row"),
            path.display()
        ));
    }
    Ok(())
}

enum Broken {
    Output(std::io::Error),
    Ledger(Failure),
}

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<csv::Error> for Broken {
    fn from(error: csv::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<ringonce_store::StoreError> for Broken {
    fn from(error: ringonce_store::StoreError) -> Self {
        Self::Ledger(error.into())
    }
}

type Csv = csv::Writer<BufWriter<Box<dyn Write + Send>>>;

async fn contacts(
    ledger: &Ledger,
    id: CampaignId,
    wanted: &ContactSearch,
    csv: &mut Csv,
) -> Result<u64, Broken> {
    let table = ContactTable::read(ledger.store.as_ref(), id, PAGE).await?;
    csv.write_record(table.header())?;
    let (mut rows, mut after) = (0, None);
    loop {
        let page = Page { after, limit: PAGE };
        let found = ledger.store.find_contacts(id, wanted.clone(), page).await?;
        rows += found.contacts.len() as u64;
        for contact in &found.contacts {
            csv.write_record(table.cells(contact))?;
        }
        after = found.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

async fn calls(ledger: &Ledger, id: CampaignId, csv: &mut Csv) -> Result<u64, Broken> {
    csv.write_record(columns::titles(OF_CALLS))?;
    let (mut rows, mut after) = (0, None);
    loop {
        let page = ledger
            .store
            .calls(
                Some(id),
                None,
                Visible::Everything,
                Page { after, limit: PAGE },
            )
            .await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(last.id);
        rows += page.len() as u64;
        for call in page {
            csv.write_record(columns::csv(OF_CALLS, &call))?;
        }
    }
}

async fn problems(ledger: &Ledger, id: CampaignId, csv: &mut Csv) -> Result<u64, Broken> {
    let table = export::problem_table(ledger.store.as_ref(), id, PAGE).await?;
    csv.write_record(table.header())?;
    let (mut rows, mut after) = (0, None);
    loop {
        let page = ledger
            .store
            .problems(id, Page { after, limit: PAGE })
            .await?;
        let Some(last) = page.last() else {
            return Ok(rows);
        };
        after = Some(last.line);
        rows += page.len() as u64;
        for problem in &page {
            csv.write_record(export::problem_cells(&table, problem))?;
        }
    }
}
