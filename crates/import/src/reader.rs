//! Opening a file and reading it batch by batch.
//!
//! Rows are split from the text on the caller's thread (or, for workbooks, on one of their own)
//! and understood on all cores: phone numbers are where the time goes. The order of the file is
//! kept, and no more than one batch is in memory.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::num::NonZero;
use std::path::Path;
use std::thread;

use ringonce_domain::number::Region;

use crate::batch::{Batch, Row};
use crate::columns::{self, Choice, Wishes};
use crate::contact::{self, Interpreter};
use crate::delimited::Splitter;
use crate::dialect::Dialect;
use crate::encoding::{self, Decoded};
use crate::format::{Content, Format, recognise};
use crate::progress::{Counted, Progress};
use crate::records::Records;
use crate::sheet::SheetStream;
use crate::{Columns, ImportError, Layout, Limits, sheet};

/// Rows that are looked at to decide what each column is for.
pub(crate) const SAMPLE_ROWS: usize = 200;
/// Bytes of text that are looked at to find the delimiter.
const SAMPLE_BYTES: usize = 64 << 10;
/// A batch ends at so many rows or bytes of text, whichever comes first.
pub(crate) const BATCH_ROWS: usize = 8_192;
pub(crate) const BATCH_BYTES: usize = 2 << 20;
/// Rows that are worth a thread.
const ROWS_PER_THREAD: usize = 512;
const MOST_THREADS: usize = 8;

/// What the caller knows better than the file, all optional.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where numbers without a country code belong.
    pub region: Option<Region>,
    /// Insist on a format.
    pub format: Option<Format>,
    /// Insist on a delimiter, one ASCII character.
    pub delimiter: Option<u8>,
    /// The sheet of a workbook; otherwise the first with a phone column.
    pub sheet: Option<String>,
    /// The column with the phone numbers, by its header (`column_2` where there is none).
    pub phone_column: Option<String>,
    /// The columns that make up the name, in order; may be empty.
    pub name_columns: Option<Vec<String>>,
    /// What people call the file, when it lies under another name, as uploads do.
    pub file_name: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

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
    /// The line and reason of the first row, as long as every row was rejected.
    only_rejected: Option<(u32, String)>,
    limits: Limits,
    ended: bool,
}

enum Source {
    Text(Box<Splitter<Counted<File>>>),
    Sheet(SheetStream),
}

/// Looks at a file and decides how to read it. Reads a text file through once, for its encoding.
pub fn open(path: &Path, options: &Options) -> Result<Reader, ImportError> {
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    if bytes > options.limits.file_bytes {
        return Err(ImportError::TooLarge {
            bytes,
            limit: options.limits.file_bytes,
        });
    }
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    file.rewind()?;
    if bytes == 0 {
        return Err(ImportError::Empty);
    }
    let name = options
        .file_name
        .clone()
        .unwrap_or_else(|| path.display().to_string());
    let mut reader = match recognise(&head)? {
        Content::Text => open_text(file, name, bytes, options)?,
        Content::Xlsx => open_workbook(file, name, bytes, Format::Xlsx, options)?,
        Content::Xls => open_workbook(file, name, bytes, Format::Xls, options)?,
    };
    reader.layout.notes.extend(wrong_extension(&reader.layout));
    Ok(reader)
}

fn open_text(
    file: File,
    name: String,
    bytes: u64,
    options: &Options,
) -> Result<Reader, ImportError> {
    if let Some(wanted @ (Format::Xlsx | Format::Xls)) = options.format {
        let found = Format::Csv;
        return Err(ImportError::WrongFormat { wanted, found });
    }
    let mut file = file;
    let encoding = encoding::detect(&mut file, options.region)?;
    let progress = Progress::default();
    let text = Decoded::new(Counted::new(file, progress.clone()), encoding)?;
    let limits = options.limits.clone();
    let asked = asked_dialect(options)?;
    let mut splitter = Splitter::new(
        text,
        SAMPLE_BYTES,
        limits.clone(),
        |sample, whole| match asked {
            Asked::Delimiter(delimiter) => Dialect::asked(delimiter, sample),
            Asked::Lines => Dialect::of_lines(sample),
            Asked::Nothing => Dialect::of(sample, whole, &limits),
        },
    )?;
    let mut records = Records::default();
    while records.len() < SAMPLE_ROWS && records.text_bytes() < BATCH_BYTES {
        if !splitter.read_row(&mut records)? {
            break;
        }
    }
    if records.len() == 0 {
        return Err(ImportError::Empty);
    }
    let dialect = *splitter.dialect();
    let format = text_format(&dialect, &name, &records, options);
    let (columns, interpreter, skip, notes) = if format == Format::Txt {
        let columns = Columns {
            phone: contact::LINE_PHONE.to_owned(),
            name: vec![contact::LINE_NAME.to_owned()],
            metadata: Vec::new(),
        };
        (
            columns,
            Interpreter::of_lines(options.region),
            0,
            Vec::new(),
        )
    } else {
        let choice = columns::choose(&records, wishes(options), &options.limits)?;
        let interpreter = Interpreter::of_table(&choice, options.region);
        (choice.columns(), interpreter, choice.skip, choice.notes)
    };
    let delimiter = (format == Format::Csv).then(|| dialect.delimiter.unwrap_or(b',').into());
    let layout = Layout {
        file: name,
        format,
        encoding: Some(encoding.name()),
        delimiter,
        sheet: None,
        columns,
        notes,
    };
    let source = Source::Text(Box::new(splitter));
    Ok(Reader::new(
        layout,
        source,
        interpreter,
        progress,
        bytes,
        records,
        Some(skip),
        options,
    ))
}

fn open_workbook(
    file: File,
    name: String,
    bytes: u64,
    format: Format,
    options: &Options,
) -> Result<Reader, ImportError> {
    if let Some(wanted) = options.format.filter(|wanted| *wanted != format) {
        return Err(ImportError::WrongFormat {
            wanted,
            found: format,
        });
    }
    let progress = Progress::default();
    let chosen = sheet::choose(file, format, progress.clone(), options)?;
    let Choice { skip, .. } = chosen.choice;
    let layout = Layout {
        file: name,
        format,
        encoding: None,
        delimiter: None,
        sheet: Some(chosen.sheet.clone()),
        columns: chosen.choice.columns(),
        notes: chosen.notes(),
    };
    let interpreter = Interpreter::of_table(&chosen.choice, options.region);
    progress.restart();
    let source = Source::Sheet(chosen.stream(skip, options.limits.clone()));
    let none = Records::default();
    Ok(Reader::new(
        layout,
        source,
        interpreter,
        progress,
        bytes,
        none,
        None,
        options,
    ))
}

pub(crate) fn wishes(options: &Options) -> Wishes<'_> {
    Wishes {
        region: options.region,
        phone: options.phone_column.as_deref(),
        names: options.name_columns.as_deref(),
    }
}

#[derive(Clone, Copy)]
enum Asked {
    Nothing,
    Delimiter(u8),
    Lines,
}

fn asked_dialect(options: &Options) -> Result<Asked, ImportError> {
    match (options.delimiter, options.format) {
        (Some(b), _) if !b.is_ascii() || b.is_ascii_alphanumeric() || b"\"\r\n\0".contains(&b) => {
            Err(ImportError::BadDelimiter(char::from(b)))
        }
        (Some(delimiter), _) => Ok(Asked::Delimiter(delimiter)),
        (None, Some(Format::Txt)) => Ok(Asked::Lines),
        (None, _) => Ok(Asked::Nothing),
    }
}

/// Text without columns is still a CSV when its name or its header says so.
fn text_format(dialect: &Dialect, name: &str, rows: &Records, options: &Options) -> Format {
    let has_header = || columns::has_phone_header(rows, wishes(options));
    let promised = || Format::promised_by(Path::new(name)) == Some(Format::Csv);
    match options.format {
        Some(format) => format,
        None if dialect.delimiter.is_some() || has_header() => Format::Csv,
        None if promised() && !columns::has_words(rows) => Format::Csv,
        None => Format::Txt,
    }
}

fn wrong_extension(layout: &Layout) -> Option<String> {
    let promised = Format::promised_by(Path::new(&layout.file))?;
    let is_text = |format| matches!(format, Format::Csv | Format::Txt);
    let fits = promised == layout.format || (is_text(promised) && is_text(layout.format));
    (!fits).then(|| {
        format!(
            "The file's name says {promised}, but its content is {}; it was read as {}.",
            layout.format, layout.format
        )
    })
}

impl Reader {
    #[expect(
        clippy::too_many_arguments,
        reason = "one caller per kind of source, in this file"
    )]
    fn new(
        layout: Layout,
        source: Source,
        interpreter: Interpreter,
        progress: Progress,
        total_bytes: u64,
        records: Records,
        pending: Option<usize>,
        options: &Options,
    ) -> Self {
        let limits = options.limits.clone();
        Self {
            layout,
            source,
            interpreter,
            progress,
            total_bytes,
            records,
            pending,
            rows: 0,
            only_rejected: None,
            limits,
            ended: false,
        }
    }

    /// How the file is read.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Bytes read so far, and bytes of the file. Of a workbook, the first are an estimate.
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
    /// What stops the reading of the whole file. The rows handed out before stay good, but the
    /// file as a whole is not: whoever stored them takes them back.
    pub fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, ImportError> {
        batch.restart(0);
        while !self.ended && batch.is_empty() {
            let from = self.fill()?;
            self.interpret(from, batch);
            self.count(batch)?;
        }
        Ok(!batch.is_empty())
    }

    /// Says, once the end is reached, whether the file held a contact at all.
    ///
    /// # Errors
    /// [`ImportError::Empty`] for a header without rows, [`ImportError::NothingToCall`] for
    /// nothing but rejected rows.
    pub fn finish(self) -> Result<(), ImportError> {
        match (self.rows, self.only_rejected) {
            (0, _) => Err(ImportError::Empty),
            (rows, Some((line, reason))) => Err(ImportError::NothingToCall { rows, line, reason }),
            _ => Ok(()),
        }
    }

    /// Reads rows; says at which of them to begin.
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

    /// Understands the rows, each thread an equal share.
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
        if self.rows == 0 || self.only_rejected.is_some() {
            self.only_rejected = self.only_rejected.take().or_else(|| first_rejection(batch));
            if batch.rows().any(|row| matches!(row, Row::Contact { .. })) {
                self.only_rejected = None;
            }
        }
        self.rows += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        Ok(())
    }
}

fn first_rejection(batch: &Batch) -> Option<(u32, String)> {
    batch.rows().find_map(|row| match row {
        Row::Rejected { line, reason, .. } => Some((line, reason.to_owned())),
        Row::Contact { .. } => None,
    })
}

/// A buffered file that counts what is read from it.
pub(crate) fn counted(file: File, progress: Progress) -> BufReader<Counted<File>> {
    BufReader::with_capacity(1 << 16, Counted::new(file, progress))
}
