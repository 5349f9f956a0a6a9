//! What the rows of a list say about where callees are: a column of it, and numbers that no plan assigns.
//!
//! What a text means depends on the number beside it only by the number's country and zones, so
//! each text is understood once for those and not once a row.

use std::collections::HashMap;

use ringonce_domain::zones::words::{Said, of_words};
use ringonce_domain::zones::{zones_of, zones_of_country};
use ringonce_domain::{Number, Region};
use serde_json::{Map, Value};

/// Meanings that are remembered; a list with more different texts begins again.
const REMEMBERED: usize = 10_000;

/// What decides the meaning of a text: itself, the number's country, and which list of zones the
/// number has.
type Question = (String, Option<Region>, usize);

/// What contacts keep of where their callees are.
pub(crate) struct RowZones {
    column: Option<ZoneColumn>,
    insists: bool,
}

impl RowZones {
    /// Of a list with or without a column of time zones. Numbers that no plan assigns stand in it only when
    /// a person `insists` on them.
    pub(crate) fn new(column: Option<String>, insists: bool) -> Self {
        Self {
            column: column.map(ZoneColumn::new),
            insists,
        }
    }

    /// What a contact keeps of its row; none when the zones of the number hold.
    pub(crate) fn of(&mut self, metadata: &str, number: Number) -> Option<String> {
        let said = self.column.as_mut();
        said.and_then(|column| column.read(metadata, number))
            .or_else(|| self.insists.then(|| of_unassigned(number)).flatten())
    }
}

/// Reads one column of time zones.
struct ZoneColumn {
    title: String,
    known: HashMap<Question, Option<String>>,
}

impl ZoneColumn {
    /// The column that is called `title` in the metadata of contacts.
    fn new(title: String) -> Self {
        Self {
            title,
            known: HashMap::new(),
        }
    }

    /// What a contact keeps of its row's time zone; none when the zones of the number hold.
    fn read(&mut self, metadata: &str, number: Number) -> Option<String> {
        let fields: Map<String, Value> = serde_json::from_str(metadata).ok()?;
        let text = fields.get(&self.title)?.as_str()?;
        let question = (
            text.to_owned(),
            number.region(),
            zones_of(number).as_ptr().addr(),
        );
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        let meaning = self.known.entry(question);
        meaning
            .or_insert_with(|| of_words(text, number).stored())
            .clone()
    }
}

/// What a contact keeps whose number no plan assigns, and no column says more: every zone of its country
/// code holds. A number that a plan assigns has zones, or no country.
fn of_unassigned(number: Number) -> Option<String> {
    let is_unassigned = zones_of(number).is_empty() && !zones_of_country(number).is_empty();
    Said::Unclear(Vec::new()).stored().filter(|_| is_unassigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_beside_its_number_each_time() {
        let mut column = ZoneColumn::new("Zone".into());
        for (text, e164, kept) in [
            ("CST", "+12125550123", Some("America/Chicago")),
            ("CST", "+8613812345678", Some("Asia/Shanghai")),
            ("CST", "+12125550199", Some("America/Chicago")),
            (
                "mst",
                "+12125550123",
                Some("America/Denver,America/Phoenix"),
            ),
            ("Mars/Olympus", "+12125550123", Some("Etc/Unknown")),
            (" ", "+12125550123", None),
        ] {
            let metadata = format!(r#"{{"City":"x","Zone":"{text}"}}"#);
            let found = column.read(&metadata, e164.parse().unwrap());
            assert_eq!(found.as_deref(), kept, "{text:?} beside {e164}");
        }
        assert_eq!(column.read("{}", "+12125550123".parse().unwrap()), None);
    }
}
