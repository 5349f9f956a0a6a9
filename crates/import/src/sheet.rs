//! Workbooks: chooses the sheet, and reads it on a thread of its own.
//!
//! The thread is there because a reader of cells borrows its workbook, and so that unpacking and
//! interpreting run in parallel. It ends when the stream is dropped.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::cells::RowWriter;
use crate::columns::{self, Choice};
use crate::progress::{Progress, counted};
use crate::reader::{BATCH_BYTES, BATCH_ROWS, SAMPLE_ROWS};
use crate::records::Records;
use crate::{Format, ImportError, Limits, Options, xls, xlsx};

/// Sheets among which one with a phone column is searched.
const MOST_SHEETS: usize = 1_000;
/// Chunks of rows that may wait for the reader.
const CHUNKS_AHEAD: usize = 1;

/// A workbook of either format.
enum Workbook {
    Xlsx(Box<xlsx::Workbook>),
    Xls(xls::Workbook),
}

/// The sheet that will be read.
pub(crate) struct Chosen {
    workbook: Workbook,
    pub(crate) sheet: String,
    pub(crate) choice: Choice,
    others: usize,
    /// All sheets that the caller can choose.
    pub(crate) sheets: Vec<String>,
}

/// Opens a workbook and finds its sheet: the one that the caller names, else the first with a header
/// that names a phone column, else the first with a phone column at all.
pub(crate) fn choose(
    file: File,
    format: Format,
    progress: Progress,
    options: &Options,
) -> Result<Chosen, ImportError> {
    guarded(format, || {
        let limits = &options.limits;
        let mut workbook = match format {
            Format::Xls => Workbook::Xls(xls::Workbook::open(file, limits)?),
            _ => Workbook::Xlsx(Box::new(xlsx::Workbook::open(
                counted(file, progress),
                limits,
            )?)),
        };
        let all = workbook.all_sheets();
        let sheets = workbook.candidates(options)?;
        let others = sheets.len() - 1;
        let mut best: Option<(String, Choice)> = None;
        let mut failure = ImportError::Empty;
        for sheet in sheets {
            let sample = workbook.sample(&sheet, limits, options.hidden_rows)?;
            match columns::choose(&sample, options.wishes(), limits) {
                Ok(choice) if choice.sure => {
                    best = Some((sheet, choice));
                    break;
                }
                Ok(choice) => best = best.or(Some((sheet, choice))),
                Err(ImportError::Empty) => {}
                Err(err) => failure = err,
            }
        }
        let (sheet, choice) = best.ok_or(failure)?;
        Ok(Chosen {
            workbook,
            sheet,
            choice,
            others,
            sheets: all,
        })
    })
}

impl Workbook {
    fn all_sheets(&self) -> Vec<String> {
        match self {
            Self::Xlsx(workbook) => workbook.all_sheets(),
            Self::Xls(workbook) => workbook.all_sheets(),
        }
    }

    fn candidates(&self, options: &Options) -> Result<Vec<String>, ImportError> {
        let mut seen = match self {
            Self::Xlsx(workbook) => workbook.sheets(),
            Self::Xls(workbook) => workbook.sheets(),
        };
        let all = self.all_sheets();
        if let Some(wish) = &options.sheet {
            let named = all
                .iter()
                .find(|name| name.to_lowercase() == wish.trim().to_lowercase());
            let Some(named) = named else {
                return Err(ImportError::NoSuchSheet {
                    name: wish.clone(),
                    sheets: all,
                });
            };
            return Ok(vec![named.clone()]);
        }
        seen.truncate(MOST_SHEETS);
        if seen.is_empty() {
            Err(ImportError::Empty)
        } else {
            Ok(seen)
        }
    }

    fn sample(
        &mut self,
        sheet: &str,
        limits: &Limits,
        with_hidden: bool,
    ) -> Result<Records, ImportError> {
        let mut rows = Records::default();
        let writer = RowWriter::new(limits, with_hidden);
        self.read(sheet, writer, &mut rows, |rows| {
            rows.len() < SAMPLE_ROWS && rows.text_bytes() < BATCH_BYTES
        })?;
        Ok(rows)
    }

    fn read(
        &mut self,
        sheet: &str,
        writer: RowWriter<'_>,
        rows: &mut Records,
        goes_on: impl FnMut(&mut Records) -> bool,
    ) -> Result<(), ImportError> {
        match self {
            Self::Xlsx(workbook) => workbook.read_sheet(sheet, writer, rows, goes_on),
            Self::Xls(workbook) => workbook.read_sheet(sheet, writer, rows, goes_on),
        }
    }

    fn format(&self) -> Format {
        match self {
            Self::Xlsx(_) => Format::Xlsx,
            Self::Xls(_) => Format::Xls,
        }
    }
}

impl Chosen {
    /// Which sheet was read, when there are others.
    pub(crate) fn note_on_sheets(&self) -> Option<String> {
        (self.others > 0).then(|| {
            format!(
                "The contacts were read from the sheet {:?}; {} more {} not read.",
                self.sheet,
                self.others,
                if self.others == 1 { "was" } else { "were" }
            )
        })
    }

    /// Starts reading, after the header.
    pub(crate) fn stream(self, limits: Limits, with_hidden: bool) -> SheetStream {
        let (send, chunks) = sync_channel(CHUNKS_AHEAD);
        let (spare, empty) = sync_channel(CHUNKS_AHEAD + 2);
        let format = self.workbook.format();
        let Self {
            mut workbook,
            sheet,
            choice,
            ..
        } = self;
        thread::spawn(move || {
            let result = guarded(format, || {
                let mut chunker = Chunker {
                    skip: choice.skip,
                    send: &send,
                    empty,
                };
                let mut rows = Records::default();
                let writer = RowWriter::new(&limits, with_hidden);
                workbook.read(&sheet, writer, &mut rows, |rows| {
                    chunker.pass_on(rows, false)
                })?;
                chunker.pass_on(&mut rows, true);
                Ok(())
            });
            if let Err(err) = result {
                // The stream may have been dropped: then no reader waits for the error.
                let _ = send.send(Err(err));
            }
        });
        SheetStream { chunks, spare }
    }
}

/// Passes rows on in chunks and takes empty buffers back.
struct Chunker<'a> {
    skip: usize,
    send: &'a SyncSender<Result<Records, ImportError>>,
    empty: Receiver<Records>,
}

impl Chunker<'_> {
    /// False when the stream has been dropped.
    fn pass_on(&mut self, rows: &mut Records, is_last: bool) -> bool {
        if self.skip > 0 && rows.len() >= self.skip {
            rows.clear();
            self.skip = 0;
        }
        let is_full = rows.len() >= BATCH_ROWS || rows.text_bytes() >= BATCH_BYTES;
        if self.skip > 0 || !(is_full || is_last) {
            return true;
        }
        let mut next = self.empty.try_recv().unwrap_or_default();
        next.clear();
        self.send.send(Ok(std::mem::replace(rows, next))).is_ok()
    }
}

/// Rows of a sheet, read ahead by another thread.
#[derive(Debug)]
pub(crate) struct SheetStream {
    chunks: Receiver<Result<Records, ImportError>>,
    spare: SyncSender<Records>,
}

impl SheetStream {
    /// Replaces `rows` by the next ones. False at the end.
    pub(crate) fn next(&mut self, rows: &mut Records) -> Result<bool, ImportError> {
        let Ok(chunk) = self.chunks.recv() else {
            return Ok(false);
        };
        // A full queue of spare buffers, or a thread that has ended, needs no more of them.
        let _ = self.spare.try_send(std::mem::replace(rows, chunk?));
        Ok(true)
    }
}

/// Runs the reading of a workbook; a panic inside a foreign parser is reported as a damaged file.
fn guarded<T>(
    format: Format,
    read: impl FnOnce() -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(ImportError::Damaged {
            format,
            detail: "its parts contradict each other".to_owned(),
        })
    })
}
