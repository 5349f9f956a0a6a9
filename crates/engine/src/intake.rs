//! Intake: a file becomes a campaign, and a campaign is started.
//!
//! One thread reads the file while the ledger writes what was read before; what is in flight
//! between them is bounded, so memory does not grow with the file. A campaign whose import fails
//! is taken back whole.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringonce_carrier::Clock;
use ringonce_domain::agent::FieldReport;
use ringonce_domain::{CampaignEvent, CampaignId, InvalidSetting, ListId, Settings, UserId};
use ringonce_import::{Batch, ImportError, Layout, Options};
use ringonce_store::model::{
    Actor, DuplicateRow, HeldKey, ImportTotals, NewCampaign, NewList, RowProblem, Started,
};
use ringonce_store::{Store, StoreError};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

mod chunk;

use self::chunk::Chunk;
use crate::fields;
use crate::zone_column::RowZones;

/// Chunks read ahead of the ledger.
const READ_AHEAD: usize = 2;
/// How many duplicates and bad rows an [`Intake`] shows; all of them are in the ledger.
pub const SHOWN: usize = 100;

/// A file to be made into a campaign.
#[derive(Clone, Debug)]
pub struct IntakeRequest {
    /// What people will call the campaign.
    pub name: String,
    /// Its settings.
    pub settings: Settings,
    /// Where the file is.
    pub path: PathBuf,
    /// What the person calls the file, without folders.
    pub file_name: String,
    /// How to read it.
    pub options: Options,
    /// Whose the campaign will be.
    pub owner: Option<UserId>,
    /// The key under which it was asked for, if that may be asked for again: its holder alone makes a
    /// campaign.
    pub key: Option<HeldKey>,
    /// Whether it will be started at once: then what would keep it from starting keeps it from being
    /// made.
    pub starts: bool,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct IntakeProgress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Rows read and stored.
    pub rows: u64,
}

/// What was imported.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The draft campaign.
    pub campaign: CampaignId,
    /// What was detected in the file.
    pub layout: Layout,
    /// The figures.
    pub totals: ImportTotals,
    /// The first [`SHOWN`] rows whose number stood in the file before.
    pub duplicates: Vec<DuplicateRow>,
    /// The first [`SHOWN`] rows that could not be used.
    pub rejected: Vec<RowProblem>,
    /// What the contacts have of the fields that the agent says.
    pub fields: FieldReport,
}

/// How a campaign was started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StartedCampaign {
    /// The figures.
    #[serde(flatten)]
    pub started: Started,
    /// What the contacts that are called have of the fields that the agent says.
    pub fields: FieldReport,
}

/// Why a file did not become a campaign. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] ImportError),
    /// A setting cannot be used.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    /// The ledger refused.
    #[error(transparent)]
    Ledger(#[from] StoreError),
    /// No row has a number that can be called.
    #[error("none of the {rows} rows has a number that can be called; the first: {first}")]
    NoContacts {
        /// Rows read.
        rows: u64,
        /// What is wrong with the first.
        first: String,
        /// The first [`SHOWN`] of them.
        rejected: Vec<RowProblem>,
    },
}

/// SHA-256 of a file's content in lowercase hexadecimal: by it a file is known again, whatever its
/// name. Blocks.
pub fn fingerprint(path: &Path) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    std::io::copy(
        &mut std::fs::File::open(path)?,
        &mut HashWriter(&mut hasher),
    )?;
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        for nibble in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    Ok(hex)
}

struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a file into a draft campaign.
///
/// # Errors
/// When the file, a setting or the ledger does not allow it; the ledger is then as before.
pub async fn create_from_file(
    store: &Arc<dyn Store>,
    clock: &dyn Clock,
    request: IntakeRequest,
    by: Actor,
    progress: &(dyn Fn(IntakeProgress) + Send + Sync),
) -> Result<Intake, IntakeError> {
    request.settings.validate()?;
    request.settings.validate_start(clock.now())?;
    let mut file = FileReader::open(request.path, request.options).await?;
    let (layout, fingerprint) = (file.layout.clone(), file.fingerprint.clone());
    let agent = request.settings.agent.clone();
    let new = NewCampaign {
        name: request.name,
        settings: request.settings,
        fingerprint,
        owner: request.owner,
    };
    let campaign = store.create(new, by.clone(), clock.now()).await?;
    let list = NewList {
        file_name: request.file_name,
        layout: serde_json::to_string(&layout).unwrap_or_else(|_| "{}".into()),
    };
    let imported = async {
        let filled = fill(store, clock, campaign, list, &mut file, progress).await?;
        let fields = fields::survey(store, campaign, &agent).await?;
        if let (true, Some(refusal)) = (request.starts, fields.refusal()) {
            return Err(refusal.into());
        }
        let (list, rows) = (filled.list, filled.rows);
        let now = clock.now();
        let totals = match request.key {
            Some(key) => store.finish_import_under(key, list, rows, by, now).await?,
            None => store.finish_import(list, rows, by, now).await?,
        };
        Ok((totals, filled, fields))
    };
    match imported.await {
        Ok((totals, filled, fields)) => Ok(Intake {
            campaign,
            layout,
            totals,
            duplicates: filled.duplicates,
            rejected: filled.rejected,
            fields,
        }),
        Err(error) => {
            if let Err(left) = store.discard_import(campaign).await {
                tracing::warn!(%campaign, %left, "a failed import is taken back at the next start");
            }
            Err(error)
        }
    }
}

/// What of a file is in the ledger and not visible yet.
struct Filled {
    list: ListId,
    rows: u64,
    duplicates: Vec<DuplicateRow>,
    rejected: Vec<RowProblem>,
}

async fn fill(
    store: &Arc<dyn Store>,
    clock: &dyn Clock,
    campaign: CampaignId,
    list: NewList,
    file: &mut FileReader,
    progress: &(dyn Fn(IntakeProgress) + Send + Sync),
) -> Result<Filled, IntakeError> {
    let list = store.begin_import(campaign, list, clock.now()).await?;
    let (mut rows, mut accepted) = (0, 0);
    let (mut duplicates, mut rejected) = (Vec::new(), Vec::new());
    while let Some(chunk) = file.chunks.recv().await {
        let Chunk {
            contacts,
            problems,
            bytes,
            total_bytes,
            ..
        } = chunk?;
        rows += (contacts.len() + problems.len()) as u64;
        accepted += contacts.len();
        rejected.extend(
            problems
                .iter()
                .take(SHOWN.saturating_sub(rejected.len()))
                .cloned(),
        );
        let found = store.add_contacts(list, contacts, problems).await?;
        duplicates.extend(
            found
                .into_iter()
                .take(SHOWN.saturating_sub(duplicates.len())),
        );
        progress(IntakeProgress {
            bytes,
            total_bytes,
            rows,
        });
    }
    if accepted == 0 {
        let first = rejected.first().map_or_else(
            || "the file has a header and no rows".to_owned(),
            |problem| format!("line {}: {}", problem.line, problem.reason),
        );
        return Err(IntakeError::NoContacts {
            rows,
            first,
            rejected,
        });
    }
    Ok(Filled {
        list,
        rows,
        duplicates,
        rejected,
    })
}

/// Marks the contacts whose number was called before, and starts the campaign. `progress` receives
/// how many contacts have been skipped so far.
///
/// What its agent says is asked of its contacts first: a start that is refused has changed nothing.
///
/// # Errors
/// [`StoreError::Setting`] when no contact has a field that the agent says; when the campaign is not
/// a draft, or the ledger fails. Starting again goes on where it stopped.
pub async fn start_campaign(
    store: &Arc<dyn Store>,
    clock: &dyn Clock,
    campaign: CampaignId,
    by: Actor,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<StartedCampaign, StoreError> {
    let draft = store.campaign(campaign).await?;
    // A campaign that cannot be started is not looked through.
    draft.state.on(CampaignEvent::Start)?;
    let fields = fields::survey(store, campaign, &draft.settings.agent).await?;
    if let Some(refusal) = fields.refusal() {
        return Err(refusal.into());
    }
    let (mut from, mut skipped) = (None, 0);
    loop {
        let marked = store
            .mark_called(campaign, from, by.clone(), clock.now())
            .await?;
        skipped += marked.skipped;
        progress(skipped);
        match marked.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    let started = store.start(campaign, by, clock.now()).await?;
    Ok(StartedCampaign { started, fields })
}

/// A file that a thread of its own reads ahead.
struct FileReader {
    layout: Layout,
    fingerprint: String,
    chunks: mpsc::Receiver<Result<Chunk, ImportError>>,
}

impl FileReader {
    async fn open(path: PathBuf, options: Options) -> Result<Self, ImportError> {
        let (opened, ready) = tokio::sync::oneshot::channel();
        let (sender, chunks) = mpsc::channel(READ_AHEAD);
        tokio::task::spawn_blocking(move || read_file(&path, &options, opened, &sender));
        let (layout, fingerprint) = ready.await.unwrap_or_else(|_| {
            Err(ImportError::from(std::io::Error::other(
                "the thread that reads the file has ended",
            )))
        })?;
        Ok(Self {
            layout,
            fingerprint,
            chunks,
        })
    }
}

type Opened = Result<(Layout, String), ImportError>;

fn read_file(
    path: &Path,
    options: &Options,
    opened: tokio::sync::oneshot::Sender<Opened>,
    chunks: &mpsc::Sender<Result<Chunk, ImportError>>,
) {
    let reader = ringonce_import::open(path, options)
        .and_then(|reader| Ok((fingerprint(path).map_err(ImportError::from)?, reader)));
    let mut reader = match reader {
        Ok((fingerprint, reader)) => {
            if opened
                .send(Ok((reader.layout().clone(), fingerprint)))
                .is_err()
            {
                return;
            }
            reader
        }
        Err(error) => {
            // The importer that has gone away needs no answer.
            let _ = opened.send(Err(error));
            return;
        }
    };
    let zone = reader.layout().columns.zone.clone();
    let mut zones = RowZones::new(zone, options.insist);
    let mut batch = Batch::new();
    let mut chunk = Chunk::default();
    loop {
        let more = match reader.next_batch(&mut batch) {
            Ok(more) => more,
            Err(error) => {
                let _ = chunks.blocking_send(Err(error));
                return;
            }
        };
        for row in batch.rows() {
            chunk.push(&row, &mut zones);
            if chunk.is_full()
                && chunks
                    .blocking_send(Ok(std::mem::take(&mut chunk)))
                    .is_err()
            {
                return;
            }
        }
        (chunk.bytes, chunk.total_bytes) = reader.progress();
        if !more {
            break;
        }
    }
    if chunk.len() > 0 {
        let _ = chunks.blocking_send(Ok(chunk));
    }
}
