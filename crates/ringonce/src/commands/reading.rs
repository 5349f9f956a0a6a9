//! How a file is read, and what was read: the same options and the same words for `check`, `dial` and
//! `campaign create`.

use ringonce_domain::Region;
use ringonce_engine::intake::Intake;
use ringonce_import::check::Remark;
use ringonce_import::{Format, Layout, LeaveOut, Options, Use};
use ringonce_store::model::{DuplicateRow, RowProblem};

use crate::output::{Output, count, table};

/// Duplicates and bad rows shown to people; all of them are in the JSON document.
const SHOWN: usize = 10;

/// Options for reading a file. All are optional: what is not given is determined from the file.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Reading the file")]
pub(crate) struct ReadArgs {
    /// Region of numbers without a country code, two letters, such as US, GB or DE
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<Region>,
    /// Sheet of a workbook [default: the first with a phone column]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Line of the file with the header, a workbook's row; 0 when there is none [default: found]
    #[arg(long, value_name = "N")]
    header_line: Option<u32>,
    /// Read rows that are hidden in a workbook too, by a filter or by hand
    #[arg(long)]
    hidden_rows: bool,
    /// Columns with phone numbers, comma-separated: the first that holds a good number is called;
    /// by their headers, `column_2` where there is none
    #[arg(
        long,
        alias = "phone-column",
        value_name = "HEADERS",
        value_delimiter = ','
    )]
    phone_columns: Option<Vec<String>>,
    /// Columns that make up the name, in order, comma-separated
    #[arg(long, value_name = "HEADERS", value_delimiter = ',')]
    name_columns: Option<Vec<String>>,
    /// Column with the callees' own time zones, as Europe/Berlin [default: one called `time_zone`]
    #[arg(long, value_name = "HEADER")]
    zone_column: Option<String>,
    /// Column with the country of the numbers, as DE or +49
    #[arg(long, value_name = "HEADER")]
    country_column: Option<String>,
    /// Column with the area code that the numbers lack
    #[arg(long, value_name = "HEADER")]
    area_code_column: Option<String>,
    /// Columns that mark rows which are not to be called, comma-separated
    #[arg(long, value_name = "HEADERS", value_delimiter = ',')]
    do_not_call_columns: Option<Vec<String>>,
    /// Call rows that are marked as not to be called all the same
    #[arg(long)]
    call_marked: bool,
    /// Call numbers whose area code is not known here, if their length is right; they are marked
    #[arg(long)]
    insist: bool,
    /// Leave out rows with this value in this column; may be given several times
    #[arg(long, value_name = "COLUMN=VALUE")]
    leave_out: Vec<LeaveOut>,
    /// Columns that are not read, comma-separated
    #[arg(long, value_name = "HEADERS", value_delimiter = ',')]
    ignore_columns: Option<Vec<String>>,
    /// The delimiter between the columns: , ; | or tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,
    /// Insist on a format: csv, txt, xlsx or xls
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
}

impl ReadArgs {
    /// The reader's options.
    pub(crate) fn options(&self, region: Option<Region>) -> Options {
        Options {
            region: self.region.or(region),
            format: self.format,
            delimiter: self.delimiter,
            sheet: self.sheet.clone(),
            header: self.header_line,
            hidden_rows: self.hidden_rows,
            uses: self.uses(),
            leave_out: self.leave_out.clone(),
            marked: self.call_marked,
            insist: self.insist,
            ..Options::default()
        }
    }

    fn uses(&self) -> Vec<(String, Use)> {
        let one = |name: &Option<String>| name.clone().map(|name| vec![name]);
        let named = [
            (self.phone_columns.clone(), Use::Phone),
            (self.name_columns.clone(), Use::Name),
            (one(&self.zone_column), Use::Zone),
            (one(&self.country_column), Use::Country),
            (one(&self.area_code_column), Use::AreaCode),
            (self.do_not_call_columns.clone(), Use::DoNotCall),
            (self.ignore_columns.clone(), Use::Ignored),
        ];
        let each = |(names, use_): (Option<Vec<String>>, Use)| {
            let each = names.into_iter().flatten();
            each.map(move |name| (name, use_))
        };
        named.into_iter().flat_map(each).collect()
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" | "\t" => Ok(b'\t'),
        "," | ";" | "|" => Ok(text.as_bytes()[0]),
        _ => Err("use one of , ; | or tab".into()),
    }
}

fn format(text: &str) -> Result<Format, String> {
    match text.to_ascii_lowercase().as_str() {
        "csv" => Ok(Format::Csv),
        "txt" => Ok(Format::Txt),
        "xlsx" => Ok(Format::Xlsx),
        "xls" => Ok(Format::Xls),
        _ => Err("use one of csv, txt, xlsx, xls".into()),
    }
}

/// The rows that were read from a file.
pub(crate) struct Reading<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) rows: u64,
    pub(crate) accepted: u64,
    /// How many there are; `duplicates` may hold only the first.
    pub(crate) duplicate_rows: u64,
    pub(crate) duplicates: &'a [DuplicateRow],
    /// How many there are; `remarks` may hold only the first.
    pub(crate) remarked: u64,
    pub(crate) remarks: &'a [Remark],
    /// How many there are; `rejected` may hold only the first.
    pub(crate) rejected_rows: u64,
    pub(crate) rejected: &'a [RowProblem],
}

impl<'a> Reading<'a> {
    /// The rows that an import has read.
    pub(crate) fn of_intake(intake: &'a Intake) -> Self {
        Self {
            layout: &intake.layout,
            rows: intake.totals.rows,
            accepted: intake.totals.accepted,
            duplicate_rows: intake.totals.duplicates,
            duplicates: &intake.duplicates,
            remarked: 0,
            remarks: &[],
            rejected_rows: intake.totals.rejected,
            rejected: &intake.rejected,
        }
    }

    /// Shows them to a person.
    pub(crate) fn show(&self, out: Output) {
        out.line(self.headline());
        let columns = &self.layout.columns;
        let mut lines = table(["", ""]);
        lines.set_header(Vec::<&str>::new());
        lines.add_row(["  phone number", &columns.phone.join(", else ")]);
        lines.add_row(["  name", &or_dash(&columns.name.join(" + "))]);
        if let Some(zone) = &columns.zone {
            lines.add_row(["  time zone", zone]);
        }
        if let Some(country) = &columns.country {
            lines.add_row(["  country", country]);
        }
        if let Some(area_code) = &columns.area_code {
            lines.add_row(["  area code", area_code]);
        }
        if !columns.do_not_call.is_empty() {
            lines.add_row(["  do not call", &columns.do_not_call.join(", ")]);
        }
        lines.add_row(["  metadata", &or_dash(&columns.metadata.join(", "))]);
        for line in lines.trim_fmt().lines().filter(|line| !line.is_empty()) {
            out.line(line);
        }
        for note in &self.layout.notes {
            out.line(format!("  {note}"));
        }
        out.line(format!(
            "{}: {}, {}, {}",
            count(self.rows, "row"),
            count(self.accepted, "contact"),
            count(self.duplicate_rows, "duplicate"),
            count(self.rejected_rows, "bad row"),
        ));
        for row in self.duplicates.iter().take(SHOWN) {
            out.line(format!(
                "  line {}: {} is in line {} already",
                row.line, row.number, row.first_line
            ));
        }
        rest(out, self.duplicate_rows, self.duplicates.len(), "duplicate");
        for row in self.remarks.iter().take(SHOWN) {
            out.line(format!("  line {}: {}", row.line, row.remark));
        }
        rest(out, self.remarked, self.remarks.len(), "remark");
        for row in self.rejected.iter().take(SHOWN) {
            out.line(format!(
                "  line {}: {}{:?}: {}",
                row.line,
                column(&row.column),
                row.value,
                row.reason
            ));
        }
        rest(out, self.rejected_rows, self.rejected.len(), "bad row");
    }

    fn headline(&self) -> String {
        let Layout {
            file,
            format,
            encoding,
            delimiter,
            sheet,
            ..
        } = self.layout;
        let mut parts = vec![format!("{file}: {format}")];
        parts.extend(encoding.map(str::to_owned));
        parts.extend(delimiter.map(|delimiter| match delimiter {
            '\t' => "columns separated by tabs".to_owned(),
            other => format!("columns separated by `{other}`"),
        }));
        parts.extend(sheet.as_ref().map(|sheet| format!("sheet `{sheet}`")));
        parts.join(", ")
    }
}

fn rest(out: Output, all: u64, known: usize, noun: &str) {
    let rest = all.saturating_sub(known.min(SHOWN) as u64);
    if rest > 0 {
        out.line(format!("  … and {} more", count(rest, noun)));
    }
}

fn column(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else {
        format!("{name} ")
    }
}

fn or_dash(text: &str) -> String {
    if text.is_empty() {
        "–".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_have_names() {
        for (text, byte) in [(",", b','), ("tab", b'\t'), ("\\t", b'\t'), ("|", b'|')] {
            assert_eq!(delimiter(text), Ok(byte));
        }
        assert!(delimiter("x").is_err());
        assert!(delimiter("").is_err());
    }
}
