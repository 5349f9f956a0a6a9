//! Counts how many of a list's numbers a start would skip, in the background.
//!
//! A count of a large list takes seconds, so it runs on its own, and each request is told how far it has
//! come. Nothing is written; the start applies the same rule again.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use ringonce_domain::{CampaignId, ContactState, Number, RepeatRule, Timestamp};
use ringonce_import::{Batch, Options, Row};
use ringonce_store::NUMBERS_FORESEEN;
use ringonce_store::model::{Foreseen, Page};
use tokio::sync::{mpsc, watch};

use crate::problem::Problem;
use crate::{AppState, limits};

/// Whose numbers.
#[derive(Debug)]
pub(crate) enum Source {
    /// The contacts of a draft that wait.
    Draft(CampaignId),
    /// A file that is no campaign yet.
    File(PathBuf, Box<Options>),
}

/// How far a count has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count {
    /// Different numbers looked at.
    pub(crate) numbers: u64,
    /// Those that would be skipped.
    pub(crate) foreseen: Foreseen,
    /// Whether all were looked at.
    pub(crate) done: bool,
    failed: Option<Problem>,
}

/// The counts that go on, or ended a short while ago, by what they count.
#[derive(Debug, Default)]
pub(crate) struct SkipPreview(Mutex<HashMap<String, (watch::Receiver<Count>, Timestamp)>>);

/// How far the count named `key` has come, after it was waited for a little; begins it when there is
/// none or it is old.
pub(crate) async fn ask(
    state: &AppState,
    key: String,
    source: Source,
    repeat: RepeatRule,
) -> Result<Count, Problem> {
    let mut count = begin(state, key.clone(), source, repeat)?;
    let ended = count.wait_for(|count| count.done || count.failed.is_some());
    // A caller that needs the rest asks again, and shows meanwhile how far it is.
    let _ = tokio::time::timeout(limits::FORESIGHT_WAIT, ended).await;
    let count = count.borrow().clone();
    match count.failed {
        Some(problem) => {
            lock(state).remove(&key);
            Err(problem)
        }
        None => Ok(count),
    }
}

fn begin(
    state: &AppState,
    key: String,
    source: Source,
    repeat: RepeatRule,
) -> Result<watch::Receiver<Count>, Problem> {
    let now = state.wall_clock();
    let mut counts = lock(state);
    counts.retain(|_, (count, at)| !count.borrow().done || *at + limits::FORESIGHT_KEPT > now);
    if let Some((count, _)) = counts.get(&key) {
        return Ok(count.clone());
    }
    if counts.len() >= limits::FORESIGHTS {
        return Err(Problem::too_many("too many counts are under way; try again").retry_after(5));
    }
    let (tell, count) = watch::channel(Count::default());
    counts.insert(key, (count.clone(), now));
    tokio::spawn(work(state.clone(), source, repeat, tell));
    Ok(count)
}

fn lock(
    state: &AppState,
) -> std::sync::MutexGuard<'_, HashMap<String, (watch::Receiver<Count>, Timestamp)>> {
    let counts = state.skip_preview.0.lock();
    counts.unwrap_or_else(PoisonError::into_inner)
}

async fn work(state: AppState, source: Source, repeat: RepeatRule, tell: watch::Sender<Count>) {
    let (send, mut batches) = mpsc::channel(2);
    match source {
        Source::Draft(id) => drop(tokio::spawn(pages(state.clone(), id, send))),
        Source::File(path, options) => {
            tokio::task::spawn_blocking(move || rows(&path, &options, &send));
        }
    }
    while let Some(batch) = batches.recv().await {
        let looked = match batch {
            Ok(numbers) => look(&state, numbers, repeat).await,
            Err(problem) => Err(problem),
        };
        match looked {
            Ok((numbers, foreseen)) => tell.send_modify(|count| {
                count.numbers += numbers;
                count.foreseen.called += foreseen.called;
                count.foreseen.blocked += foreseen.blocked;
            }),
            Err(problem) => {
                tell.send_modify(|count| count.failed = Some(problem));
                return;
            }
        }
    }
    tell.send_modify(|count| count.done = true);
}

async fn look(
    state: &AppState,
    numbers: Vec<Number>,
    repeat: RepeatRule,
) -> Result<(u64, Foreseen), Problem> {
    let count = numbers.len() as u64;
    let now = state.clock.now();
    Ok((count, state.store.foresee(numbers, repeat, now).await?))
}

type Batches = mpsc::Sender<Result<Vec<Number>, Problem>>;

/// The contacts of a draft, page by page.
async fn pages(state: AppState, id: CampaignId, send: Batches) {
    let mut after = None;
    loop {
        let limit = limits::MOST_PAGE_ROWS;
        let waiting = Some(ContactState::Pending);
        let page = state.store.contacts(id, waiting, Page { after, limit });
        let page = match page.await {
            Ok(page) => page,
            Err(error) => {
                let _ = send.send(Err(error.into())).await;
                return;
            }
        };
        let Some(last) = page.last() else { return };
        after = Some(last.id);
        let numbers = page.iter().map(|contact| contact.number).collect();
        if send.send(Ok(numbers)).await.is_err() {
            return;
        }
    }
}

/// The different numbers of a file.
fn rows(path: &std::path::Path, options: &Options, send: &Batches) {
    let mut seen = HashSet::new();
    let mut numbers = Vec::new();
    let mut read = || -> Result<(), Problem> {
        let mut reader = ringonce_import::open(path, options)?;
        let mut batch = Batch::new();
        while reader.next_batch(&mut batch)? {
            for row in batch.rows() {
                if let Row::Contact { number, .. } = row
                    && seen.insert(number)
                {
                    numbers.push(number);
                }
                if numbers.len() == NUMBERS_FORESEEN
                    && send
                        .blocking_send(Ok(std::mem::take(&mut numbers)))
                        .is_err()
                {
                    return Ok(());
                }
            }
        }
        // The last of them; a receiver that is gone needs no more.
        let _ = send.blocking_send(Ok(std::mem::take(&mut numbers)));
        Ok(())
    };
    if let Err(problem) = read() {
        let _ = send.blocking_send(Err(problem));
    }
}
