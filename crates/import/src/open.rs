//! Opens a file: determines its format, and how it will be read.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use crate::columns::Choice;
use crate::contact::{self, Interpreter};
use crate::delimited::Splitter;
use crate::dialect::Dialect;
use crate::encoding::{self, Decoded};
use crate::format::{Content, Format, recognise};
use crate::progress::{Counted, Progress};
use crate::reader::{BATCH_BYTES, Opened, SAMPLE_ROWS, Source};
use crate::records::Records;
use crate::{Columns, ImportError, Layout, Options, Reader, columns, sheet};

/// Bytes of text that are examined to find the delimiter.
const SAMPLE_BYTES: usize = 64 << 10;

/// Examines a file and decides how to read it. Reads a text file through once, for its encoding.
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
    let mut opened = match recognise(&head)? {
        Content::Text => open_text(file, name, bytes, options)?,
        Content::Xlsx => open_workbook(file, name, bytes, Format::Xlsx, options)?,
        Content::Xls => open_workbook(file, name, bytes, Format::Xls, options)?,
    };
    opened.layout.notes.extend(wrong_extension(&opened.layout));
    Ok(Reader::new(opened, options.limits.clone()))
}

fn open_text(
    file: File,
    name: String,
    bytes: u64,
    options: &Options,
) -> Result<Opened, ImportError> {
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
            Requested::Delimiter(delimiter) => Dialect::asked(delimiter, sample, whole, &limits),
            Requested::Lines => Dialect::LINES,
            Requested::Nothing => Dialect::of(sample, whole, &limits),
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
    let dialect = splitter.dialect();
    let format = text_format(dialect, &name, &records, options)?;
    let mut layout = Layout {
        file: name,
        format,
        encoding: Some(encoding.name()),
        delimiter: None,
        sheet: None,
        header: None,
        columns: Columns::default(),
        sheets: Vec::new(),
        samples: Vec::new(),
        first_lines: Vec::new(),
        notes: Vec::new(),
    };
    let (interpreter, skip) = if format == Format::Txt {
        let skip = columns::header_rows(&records, options.wishes())?;
        layout.columns = columns_of_lines(options)?;
        layout.header = (skip > 0).then(|| records.get(skip - 1).line);
        (Interpreter::of_lines(options), skip)
    } else {
        let choice = columns::choose(&records, options.wishes(), &options.limits)?;
        layout.delimiter = Some(dialect.delimiter.unwrap_or(b',').into());
        layout.show(&choice);
        (Interpreter::of_table(&choice, options), choice.skip)
    };
    Ok(Opened {
        layout,
        source: Source::Text(Box::new(splitter)),
        interpreter,
        progress,
        total_bytes: bytes,
        sample: Some((records, skip)),
    })
}

fn open_workbook(
    file: File,
    name: String,
    bytes: u64,
    format: Format,
    options: &Options,
) -> Result<Opened, ImportError> {
    if let Some(wanted) = options.format.filter(|wanted| *wanted != format) {
        return Err(ImportError::WrongFormat {
            wanted,
            found: format,
        });
    }
    let progress = Progress::default();
    let chosen = sheet::choose(file, format, progress.clone(), options)?;
    let mut layout = Layout {
        file: name,
        format,
        encoding: None,
        delimiter: None,
        sheet: Some(chosen.sheet.clone()),
        header: None,
        columns: Columns::default(),
        sheets: chosen.sheets.clone(),
        samples: Vec::new(),
        first_lines: Vec::new(),
        notes: Vec::new(),
    };
    layout.show(&chosen.choice);
    layout.notes.extend(chosen.note_on_sheets());
    let interpreter = Interpreter::of_table(&chosen.choice, options);
    progress.restart();
    let source = Source::Sheet(chosen.stream(options.limits.clone(), options.hidden_rows));
    Ok(Opened {
        layout,
        source,
        interpreter,
        progress,
        total_bytes: bytes,
        sample: None,
    })
}

impl Layout {
    /// Records the choice for a table in the layout.
    fn show(&mut self, choice: &Choice) {
        self.header = choice.header;
        self.columns = choice.columns();
        self.samples = choice.samples();
        self.first_lines.clone_from(&choice.first_lines);
        self.notes.clone_from(&choice.notes);
    }
}

/// The columns of a file of lines: the number and the text around it, which can have no other use.
fn columns_of_lines(options: &Options) -> Result<Columns, ImportError> {
    let known = [contact::LINE_PHONE, contact::LINE_NAME].map(str::to_owned);
    let unknown = options.uses.iter().find(|(name, _)| !known.contains(name));
    if let Some((name, _)) = unknown {
        return Err(ImportError::NoSuchColumn {
            name: name.clone(),
            columns: known.to_vec(),
        });
    }
    let [phone, name] = known;
    Ok(Columns {
        phone: vec![phone],
        name: vec![name],
        ..Columns::default()
    })
}

#[derive(Clone, Copy)]
enum Requested {
    Nothing,
    Delimiter(u8),
    Lines,
}

fn asked_dialect(options: &Options) -> Result<Requested, ImportError> {
    match (options.delimiter, options.format) {
        (Some(b), _) if !b.is_ascii() || b.is_ascii_alphanumeric() || b"\"\r\n\0".contains(&b) => {
            Err(ImportError::BadDelimiter(char::from(b)))
        }
        (Some(delimiter), _) => Ok(Requested::Delimiter(delimiter)),
        (None, Some(Format::Txt)) => Ok(Requested::Lines),
        (None, _) => Ok(Requested::Nothing),
    }
}

/// Text without columns is still a CSV of one column when its header or its name says so.
fn text_format(
    dialect: Dialect,
    name: &str,
    rows: &Records,
    options: &Options,
) -> Result<Format, ImportError> {
    // A header that the caller gives says nothing about the rows below.
    let has_header = options.header.is_none() && columns::header_rows(rows, options.wishes())? > 0;
    let promised = || Format::promised_by(Path::new(name)) == Some(Format::Csv);
    Ok(match options.format {
        Some(format) => format,
        None if dialect.delimiter.is_some() => Format::Csv,
        None if columns::has_words(rows) => Format::Txt,
        None if has_header || promised() => Format::Csv,
        None => Format::Txt,
    })
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
