//! Reads a file batch by batch.
//!
//! Rows are split from the text on the caller's thread (or, for workbooks, on one of their own) and
//! interpreted on all cores: phone numbers take most of the time. The order of the file is kept, and no
//! more than one batch is in memory.

use std::fs::File;
use std::num::NonZero;
use std::thread;

use crate::batch::Batch;
use crate::contact::Interpreter;
use crate::delimited::Splitter;
use crate::progress::{Counted, Progress};
use crate::records::Records;
use crate::sheet::SheetStream;
use crate::{ImportError, Layout, Limits};

/// Rows that are examined to decide what each column is for.
pub(crate) const SAMPLE_ROWS: usize = 200;
/// A batch ends at this many rows or bytes of text, whichever comes first.
pub(crate) const BATCH_ROWS: usize = 8_192;
pub(crate) const BATCH_BYTES: usize = 2 << 20;
/// The fewest rows for which a thread pays off.
const ROWS_PER_THREAD: usize = 512;
const MOST_THREADS: usize = 8;

/// Reads contacts from one file, from its first line to its last.
pub struct Reader {
    layout: Layout,
    source: Source,
    interpreter: Interpreter,
    progress: Progress,
    total_bytes: u64,
    records: Records,
    /// Rows of `records` that come before the first contact, while `records` holds the sample.
    pending: Option<usize>,
    rows: u32,
    limits: Limits,
    ended: bool,
}

/// A file that is ready to be read.
pub(crate) struct Opened {
    pub(crate) layout: Layout,
    pub(crate) source: Source,
    pub(crate) interpreter: Interpreter,
    pub(crate) progress: Progress,
    pub(crate) total_bytes: u64,
    /// Rows that were read to find the layout, and how many of them come before the data.
    pub(crate) sample: Option<(Records, usize)>,
}

/// The source of the rows.
pub(crate) enum Source {
    Text(Box<Splitter<Counted<File>>>),
    Sheet(SheetStream),
}

impl Reader {
    pub(crate) fn new(opened: Opened, limits: Limits) -> Self {
        let Opened {
            layout,
            source,
            interpreter,
            progress,
            total_bytes,
            sample,
        } = opened;
        let (records, skip) = sample.unzip();
        Self {
            layout,
            source,
            interpreter,
            progress,
            total_bytes,
            records: records.unwrap_or_default(),
            pending: skip,
            rows: 0,
            limits,
            ended: false,
        }
    }

    /// How the file is read.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Bytes read so far, and bytes of the file. For a workbook the first is an estimate.
    pub fn progress(&self) -> (u64, u64) {
        let read = if self.ended {
            self.total_bytes
        } else {
            self.progress.bytes()
        };
        (read.min(self.total_bytes), self.total_bytes)
    }

    /// Replaces the content of `batch` by the next rows, in the order of the file. False at the
    /// end, with an empty batch.
    ///
    /// # Errors
    /// What stops the reading of the whole file. The rows handed out before stay good, but the file as
    /// a whole is not: a caller who stored them removes them.
    pub fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, ImportError> {
        batch.restart(0);
        while !self.ended && batch.is_empty() {
            let from = self.fill()?;
            self.interpret(from, batch);
            self.count(batch)?;
        }
        Ok(!batch.is_empty())
    }

    /// Reads rows; returns the index of the first one to use.
    fn fill(&mut self) -> Result<usize, ImportError> {
        if let Some(skip) = self.pending.take() {
            return Ok(skip);
        }
        self.records.clear();
        match &mut self.source {
            Source::Text(splitter) => {
                while self.records.len() < BATCH_ROWS && self.records.text_bytes() < BATCH_BYTES {
                    if !splitter.read_row(&mut self.records)? {
                        self.ended = true;
                        break;
                    }
                }
            }
            Source::Sheet(stream) => self.ended = !stream.next(&mut self.records)?,
        }
        Ok(0)
    }

    /// Interprets the rows, each thread an equal share.
    fn interpret(&self, from: usize, batch: &mut Batch) {
        let count = self.records.len().saturating_sub(from);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = (count / ROWS_PER_THREAD).clamp(1, cores.min(MOST_THREADS));
        let share = count.div_ceil(threads).max(1);
        let (records, interpreter) = (&self.records, &self.interpreter);
        thread::scope(|scope| {
            let mut shares = (0..threads)
                .zip(batch.restart(threads))
                .map(|(thread, segment)| {
                    let begin = from + thread * share;
                    (begin, (begin + share).min(from + count), segment)
                });
            let own = shares.next();
            for (begin, end, segment) in shares {
                scope.spawn(move || interpreter.read(records, begin.min(end), end, segment));
            }
            if let Some((begin, end, segment)) = own {
                interpreter.read(records, begin, end, segment);
            }
        });
    }

    fn count(&mut self, batch: &Batch) -> Result<(), ImportError> {
        let left = (self.limits.rows - self.rows) as usize;
        if let Some(row) = batch.rows().nth(left) {
            return Err(ImportError::TooManyRows {
                limit: self.limits.rows,
                line: row.line(),
            });
        }
        self.rows += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_and_its_batches_go_from_thread_to_thread() {
        fn is_send<T: Send>() {}
        is_send::<Reader>();
        is_send::<Batch>();
    }
}
