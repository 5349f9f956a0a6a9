//! How a caller wants a file to be read: its region, its sheet, its header, what its columns are for, and
//! which rows are left out.

use ringonce_domain::Region;
use ringonce_import::{LeaveOut, Options, Use};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::limits;
use crate::problem::Problem;
use crate::upload::Upload;

/// What the caller says; everything that is left out is found out.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reading {
    /// Two letters: where numbers without a country code belong; the usual region when absent, none when
    /// empty.
    pub(crate) region: Option<String>,
    /// The sheet of a workbook to read; otherwise the first with a phone column.
    sheet: Option<String>,
    /// The line of the file, or the row of the sheet, with the header, from 1; 0 when there is none.
    /// It is found when you leave it out.
    header_line: Option<u32>,
    /// `true` reads rows that are hidden in a workbook, by a filter or by hand, like all others;
    /// otherwise each is a bad row.
    hidden_rows: Option<bool>,
    /// What columns are for, by their titles or places: `{"Mobile": "phone", "column_2": "ignored"}`. Of
    /// several phone columns the first that holds a good number is called; the use of a column that is
    /// not named is found.
    #[schema(value_type = Option<BTreeMap<String, Use>>, default = json!(null))]
    columns: Option<InOrder>,
    /// Rows to leave out: `[{"column": "Status", "value": "closed"}]`.
    pub(crate) leave_out: Vec<LeaveOut>,
    /// `true` calls rows that are marked as not to be called all the same.
    pub(crate) call_marked: bool,
    /// Whether numbers that no plan known here assigns, though their length is right, are called: an area
    /// code may be newer than the plan.
    pub(crate) insist: bool,
}

impl Reading {
    /// The parts of a form that say it.
    pub(crate) const PARTS: [&str; 8] = [
        "region",
        "sheet",
        "header_line",
        "hidden_rows",
        "columns",
        "leave_out",
        "call_marked",
        "insist",
    ];

    /// What the parts of a form say.
    pub(crate) fn of(upload: &Upload) -> Result<Self, Problem> {
        let columns = upload.field("columns").map(|json| {
            serde_json::from_str(json).map_err(|_| {
                let advice = "give a JSON object such as {\"Mobile\": \"phone\"}";
                Problem::invalid(advice).in_field("columns")
            })
        });
        let leave_out = upload.field("leave_out").map(|json| {
            serde_json::from_str(json).map_err(|_| {
                let advice =
                    "give a JSON array such as [{\"column\": \"Status\", \"value\": \"closed\"}]";
                Problem::invalid(advice).in_field("leave_out")
            })
        });
        let header_line = upload.field("header_line").map(|line| {
            line.parse().map_err(|_| {
                let advice = "give the number of a line, or 0 if there is no header";
                Problem::invalid(advice).in_field("header_line")
            })
        });
        Ok(Self {
            leave_out: leave_out.transpose()?.unwrap_or_default(),
            call_marked: upload.flag("call_marked")?,
            insist: upload.flag("insist")?,
            region: upload.text("region").map(str::to_owned),
            sheet: upload.field("sheet").map(str::to_owned),
            header_line: header_line.transpose()?,
            hidden_rows: Some(upload.flag("hidden_rows")?),
            columns: columns.transpose()?,
        })
    }

    /// Whether rows that a workbook hides are read like all others.
    pub(crate) fn reads_hidden_rows(&self) -> bool {
        self.hidden_rows.unwrap_or(false)
    }

    /// The reader's options for a file that people call so; the `usual` region is that of a caller who
    /// names none. An empty one says that there is none.
    pub(crate) fn options(
        &self,
        file_name: &str,
        usual: Option<Region>,
    ) -> Result<Options, Problem> {
        let region = match self.region.as_deref().map(str::trim) {
            None => usual,
            Some("") => None,
            Some(code) => Some(
                code.parse::<Region>()
                    .map_err(|error| Problem::invalid(error.to_string()).in_field("region"))?,
            ),
        };
        let uses = self.columns.as_ref().map_or(Ok(Vec::new()), uses)?;
        if self.leave_out.len() > limits::COLUMNS_NAMED {
            let most = limits::COLUMNS_NAMED;
            let words = format!("has more than {most} rules");
            return Err(Problem::invalid(words).in_field("leave_out"));
        }
        Ok(Options {
            leave_out: self.leave_out.clone(),
            marked: self.call_marked,
            insist: self.insist,
            region,
            sheet: self.sheet.clone().filter(|sheet| !sheet.is_empty()),
            header: self.header_line,
            hidden_rows: self.reads_hidden_rows(),
            uses,
            file_name: Some(file_name.to_owned()),
            ..Options::default()
        })
    }
}

fn uses(InOrder(fields): &InOrder) -> Result<Vec<(String, Use)>, Problem> {
    let wrong = |words: String| Problem::invalid(words).in_field("columns");
    if fields.len() > limits::COLUMNS_NAMED {
        let most = limits::COLUMNS_NAMED;
        return Err(wrong(format!("names more than {most} columns")));
    }
    let read = |(title, use_): &(String, String)| Ok((title.clone(), use_.parse().map_err(wrong)?));
    fields.iter().map(read).collect()
}

/// The fields of a JSON object in the order in which they stand there: parts of a name are joined in
/// the order in which they were given.
#[derive(Clone, Debug)]
struct InOrder(Vec<(String, String)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = InOrder;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts such as {\"Mobile\": \"phone\"}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(InOrder(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}
