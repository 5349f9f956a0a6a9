//! A new campaign: a file is dropped, what was understood is shown and corrected, and a draft is made
//! of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_import::check::{Contact, FirstRow, Rejection, Remark};
use ringonce_import::{Layout, LeaveOut, Use};
use serde::Deserialize;

use crate::api::reading::Reading;
use crate::api::uploads::UploadView;
use crate::extract::Query;
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "new.html")]
struct New {
    frame: Frame,
    region: String,
    understood: Option<Understood>,
    /// Set when this instance does not have the upload.
    is_gone: bool,
}

/// A file as it was read.
struct Understood {
    id: String,
    file: String,
    name: String,
    size: String,
    sheets: Vec<Sheet>,
    headers: Vec<HeaderLine>,
    /// Whether a person may have hidden rows of it.
    is_workbook: bool,
    hidden_rows: bool,
    /// Why it cannot be read so.
    problem: Option<String>,
    columns: Vec<Column>,
    /// The phone columns in the order in which a good number is looked for, when there are several.
    phones: Vec<String>,
    left_out: LeftOut,
    contacts: String,
    rows: String,
    duplicates: u64,
    duplicates_shown: String,
    rejected: u64,
    rejected_shown: String,
    can_be_made: bool,
    notes: Vec<String>,
    first: Vec<Row>,
    remarks: Vec<Remark>,
    remarked: u64,
    bad: Vec<Rejection>,
    doubles: Vec<Double>,
}

/// Which rows are left out.
struct LeftOut {
    rules: Vec<LeaveOut>,
    /// Whether rows that are marked as not to be called are called.
    call_marked: bool,
    /// Whether numbers that no plan assigns are called.
    insist: bool,
}

struct Sheet {
    name: String,
    is_read: bool,
}

/// A line that could be the header.
struct HeaderLine {
    line: u32,
    words: String,
    is_chosen: bool,
}

struct Column {
    title: String,
    /// Its values, one after the other.
    values: String,
    uses: Vec<Choice>,
}

struct Choice {
    word: &'static str,
    words: String,
    is_chosen: bool,
}

/// One of the first rows.
struct Row {
    line: u32,
    number: String,
    name: String,
    others: String,
    problem: Option<String>,
}

struct Double {
    line: u32,
    number: String,
    first_line: u32,
}

/// Which upload.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    upload: Option<String>,
}

/// `GET /campaigns/new`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Campaigns, "new-campaign");
    let id = which.upload.as_deref().filter(|id| !id.is_empty());
    let now = state.wall_clock();
    let found = id.map(|id| state.staged.view(id, frame.caller.key(), now));
    let found = found.transpose();
    let is_gone = found.is_err();
    let usual = state.store.usual_region().await?;
    let usual = usual.map(|region| region.to_string()).unwrap_or_default();
    let (understood, region) = match found.ok().flatten() {
        Some((view, reading)) => {
            let region = reading.region.clone().unwrap_or(usual);
            (Some(Understood::new(&view, &reading, &frame)), region)
        }
        None => (None, usual),
    };
    Ok(render(&New {
        frame,
        region,
        understood,
        is_gone,
    }))
}

impl Understood {
    fn new(view: &Arc<UploadView>, reading: &Reading, frame: &Frame) -> Self {
        let stem = view
            .file
            .rsplit_once('.')
            .map_or(&*view.file, |(stem, _)| stem);
        let mut found = Self {
            id: view.id.clone(),
            file: view.file.clone(),
            name: stem.to_owned(),
            size: size(frame, view.bytes),
            sheets: Vec::new(),
            headers: Vec::new(),
            is_workbook: false,
            hidden_rows: reading.reads_hidden_rows(),
            problem: view
                .problem
                .as_ref()
                .map(|problem| problem.detail().to_owned()),
            columns: view
                .columns
                .iter()
                .map(|title| Column::new(frame, title, &[], Use::Metadata))
                .collect(),
            phones: Vec::new(),
            left_out: LeftOut {
                rules: reading.leave_out.clone(),
                call_marked: reading.call_marked,
                insist: reading.insist,
            },
            contacts: String::new(),
            rows: String::new(),
            duplicates: 0,
            duplicates_shown: String::new(),
            rejected: 0,
            rejected_shown: String::new(),
            can_be_made: false,
            notes: Vec::new(),
            first: Vec::new(),
            remarks: Vec::new(),
            remarked: 0,
            bad: Vec::new(),
            doubles: Vec::new(),
        };
        let Some(check) = &view.report else {
            return found;
        };
        let report = &check.report;
        found.sheets = report
            .sheets
            .iter()
            .map(|name| Sheet {
                name: name.clone(),
                is_read: report.layout.sheet.as_ref() == Some(name),
            })
            .collect();
        found.headers = headers(&report.layout, frame);
        found.is_workbook = report.layout.sheet.is_some();
        found.columns = report
            .samples
            .iter()
            .map(|column| Column::new(frame, &column.title, &column.values, column.use_))
            .collect();
        if report.layout.columns.phone.len() > 1 {
            found.phones.clone_from(&report.layout.columns.phone);
        }
        let remarks = report.remarks.iter().take(limits::ROWS_PREVIEWED);
        found.remarks = remarks.cloned().collect();
        found.remarked = report.remarked;
        found.contacts = frame.number(report.accepted());
        found.can_be_made = report.accepted() > 0;
        found.rows = frame.number(report.rows);
        found.duplicates = check.duplicates_total as u64;
        found.rejected = check.rejected_total as u64;
        found.duplicates_shown = frame.number(found.duplicates);
        found.rejected_shown = frame.number(found.rejected);
        found.notes.clone_from(&report.notes);
        found.first = report.first.iter().map(Row::new).collect();
        found.bad = report
            .rejected
            .iter()
            .take(limits::ROWS_PREVIEWED)
            .cloned()
            .collect();
        let doubles = report.duplicates.iter().take(limits::ROWS_PREVIEWED);
        found.doubles = doubles
            .map(|double| Double {
                line: double.line,
                number: double.number.international(),
                first_line: double.first_line,
            })
            .collect();
        found
    }
}

/// The lines of which one is the header, and none of them; nothing for a file without columns.
fn headers(layout: &Layout, frame: &Frame) -> Vec<HeaderLine> {
    if layout.first_lines.is_empty() {
        return Vec::new();
    }
    let none = HeaderLine {
        line: 0,
        words: frame.say("header-none"),
        is_chosen: layout.header.is_none(),
    };
    let lines = layout.first_lines.iter().map(|first| HeaderLine {
        line: first.line,
        words: format!("{}: {}", first.line, first.cells.join(" · ")),
        is_chosen: layout.header == Some(first.line),
    });
    // A header that was set further down is not among the first lines.
    let is_shown = |line: u32| layout.first_lines.iter().any(|first| first.line == line);
    let far = layout.header.filter(|line| !is_shown(*line));
    let far = far.map(|line| HeaderLine {
        line,
        words: line.to_string(),
        is_chosen: true,
    });
    std::iter::once(none).chain(lines).chain(far).collect()
}

impl Column {
    fn new(frame: &Frame, title: &str, values: &[String], use_: Use) -> Self {
        Self {
            title: title.to_owned(),
            values: values.join(" · "),
            uses: Use::ALL
                .iter()
                .map(|word| Choice {
                    word: word.as_str(),
                    words: frame.word("use", word.as_str()),
                    is_chosen: *word == use_,
                })
                .collect(),
        }
    }
}

impl Row {
    fn new(row: &FirstRow) -> Self {
        match row {
            FirstRow::Contact(contact) => Self {
                line: contact.line,
                number: contact.number.international(),
                name: contact.name.clone(),
                others: others(contact),
                problem: None,
            },
            FirstRow::Rejected(bad) => Self {
                line: bad.line,
                number: bad.value.clone(),
                name: String::new(),
                others: String::new(),
                problem: Some(bad.reason.clone()),
            },
        }
    }
}

/// The other columns of a contact: `City: Rome · Plan: basic`.
fn others(contact: &Contact) -> String {
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(contact.metadata.get()).unwrap_or_default();
    let fields = fields
        .iter()
        .map(|(title, value)| format!("{title}: {}", value.as_str().unwrap_or_default()));
    fields.collect::<Vec<_>>().join(" · ")
}

/// `1.5 MB`, `12 kB`.
fn size(frame: &Frame, bytes: u64) -> String {
    match bytes {
        0..1_000 => frame.say1("size-bytes", "n", bytes),
        1_000..1_000_000 => frame.say1("size-kilobytes", "n", bytes / 1_000),
        _ => frame.say1("size-megabytes", "n", bytes / 1_000_000),
    }
}
