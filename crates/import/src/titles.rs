//! Column titles of a CSV that Ringonce wrote, so that it can be read again with the same meaning.
//!
//! Such a file begins with [`LINE`]. Ringonce's notes about a row are in columns whose titles begin
//! with `ringonce_`: they are not read. The columns of the list have their own titles; where a title
//! alone would be read with another meaning, a [`Use`] follows it, as in `Name (field)`. A title that
//! already ends so gets one more, so that the last is always ours.

use std::borrow::Cow;

use crate::headers::{self, PhoneHeader};
use crate::{Columns, Use};

/// The line of the file that the row came from; always the first column.
pub const LINE: &str = "ringonce_line";
/// A contact's number.
pub const NUMBER: &str = "number";
/// A contact's name.
pub const NAME: &str = "name";
/// The state of a contact; tells a file of contacts from one of problems.
pub const STATE: &str = "ringonce_state";
/// What is noted about a row that was not taken besides its line, in this order.
pub const OF_PROBLEMS: [&str; 3] = ["ringonce_column", "ringonce_value", "ringonce_reason"];

/// The suffix of a title that would be read with another meaning.
const MARKS: [(&str, Use); 8] = [
    (" (field)", Use::Metadata),
    (" (time zone)", Use::Zone),
    (" (phone number)", Use::Phone),
    (" (name)", Use::Name),
    (" (country)", Use::Country),
    (" (area code)", Use::AreaCode),
    (" (do not call)", Use::DoNotCall),
    (" (not read)", Use::Ignored),
];

/// Whether a header says that its column gives the callee's own time zone.
pub(crate) fn says_zone(title: &str) -> bool {
    headers::says_zone(title)
}

/// Whether the title is that of one of Ringonce's notes.
fn is_note(title: &str) -> bool {
    title.starts_with("ringonce_") && !MARKS.iter().any(|(mark, _)| title.ends_with(mark))
}

/// Whether these are the titles of a file that Ringonce wrote.
pub(crate) fn are_ours<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    cells.any(|cell| cell.trim() == LINE)
}

/// The delimiter of a text that Ringonce wrote, whichever program has saved it since.
pub(crate) fn delimiter(text: &str) -> Option<u8> {
    let text = text.trim_start_matches('\u{feff}');
    let rest = text.strip_prefix(LINE).or_else(|| {
        text.strip_prefix('"')?
            .strip_prefix(LINE)?
            .strip_prefix('"')
    })?;
    let delimiter = *rest.as_bytes().first()?;
    matches!(delimiter, b',' | b';' | b'\t' | b'|').then_some(delimiter)
}

/// Whether a column of a file that Ringonce wrote is not one of the list's.
pub(crate) fn is_ours(cell: &str, holds_contacts: bool) -> bool {
    is_note(cell) || (holds_contacts && matches!(cell, NUMBER | NAME))
}

/// The title that a column of the list had, and its use where the header states it: of a file that
/// Ringonce wrote, holding contacts if `holds_contacts`, else problems.
pub(crate) fn read(cell: &str, holds_contacts: bool) -> (&str, Option<Use>) {
    if is_note(cell) {
        return (cell, Some(Use::Ignored));
    }
    match cell {
        NUMBER if holds_contacts => return (cell, Some(Use::Phone)),
        NAME if holds_contacts => return (cell, Some(Use::Name)),
        _ => {}
    }
    let marked = MARKS
        .iter()
        .find_map(|(mark, use_)| Some((cell.strip_suffix(mark)?, *use_)));
    match marked {
        Some((title, use_)) if !title.is_empty() => (title, Some(use_)),
        _ => (cell, None),
    }
}

/// The header of a column of the list; its use follows the title when `is_said`, or when the title
/// already ends that way.
fn written(title: &str, use_: Use, is_said: bool) -> Cow<'_, str> {
    let ends_so = MARKS.iter().any(|(mark, _)| title.ends_with(mark));
    let mark = MARKS.iter().find(|(_, of)| *of == use_);
    match mark {
        Some((mark, _)) if is_said || ends_so => Cow::Owned(format!("{title}{mark}")),
        _ => Cow::Borrowed(title),
    }
}

/// The header of a field of the contacts of a list whose time zones are in `zone`.
pub fn of_field<'a>(title: &'a str, zone: Option<&str>) -> Cow<'a, str> {
    if zone == Some(title) {
        return written(title, Use::Zone, !says_zone(title));
    }
    let is_taken = |ours: &str| title.eq_ignore_ascii_case(ours);
    let taken = is_taken(NUMBER) || is_taken(NAME) || is_note(&title.to_ascii_lowercase());
    written(title, Use::Metadata, taken || says_zone(title))
}

/// The headers of the columns of rejected rows: a title of the list gets a suffix where it would not be
/// read with its use by itself.
#[derive(Debug)]
pub struct ProblemTitles<'a> {
    columns: &'a Columns,
    says_phone: bool,
    says_names: bool,
}

impl<'a> ProblemTitles<'a> {
    /// For a list with these columns; its rows have `titles`.
    pub fn new(columns: &'a Columns, titles: &[String]) -> Self {
        let is_used =
            |title: &&String| columns.phone.contains(title) || columns.name.contains(title);
        let is_other = |title: &&String| !is_used(title);
        let others: Vec<&String> = titles.iter().filter(is_other).collect();
        let is_phone = |title: &str| headers::phone_header(title) >= Some(PhoneHeader::Part);
        let is_name = |title: &str| headers::name_header(title).is_some();
        let only_phone = columns.phone.len() == 1
            && is_phone(&columns.phone[0])
            && !others.iter().any(|title| is_phone(title))
            && !columns.name.iter().any(|title| is_phone(title));
        let only_names = columns.name.iter().all(|title| is_name(title))
            && !others.iter().any(|title| is_name(title))
            && !columns.phone.iter().any(|title| is_name(title));
        Self {
            columns,
            says_phone: !only_phone,
            says_names: !only_names,
        }
    }

    /// The header of a column.
    pub fn of<'t>(&self, title: &'t str) -> Cow<'t, str> {
        let is = |titles: &[String]| titles.iter().any(|it| it == title);
        let Columns {
            phone,
            zone,
            country,
            area_code,
            do_not_call,
            ..
        } = self.columns;
        if is(phone) {
            written(title, Use::Phone, self.says_phone)
        } else if is(&self.columns.name) {
            written(title, Use::Name, self.says_names)
        } else if zone.as_deref() == Some(title) {
            written(title, Use::Zone, !says_zone(title))
        } else if country.as_deref() == Some(title) {
            written(title, Use::Country, true)
        } else if area_code.as_deref() == Some(title) {
            written(title, Use::AreaCode, true)
        } else if is(do_not_call) {
            written(title, Use::DoNotCall, true)
        } else if is(&self.columns.ignored) {
            written(title, Use::Ignored, true)
        } else {
            let is_name = self.says_names && headers::name_header(title).is_some();
            let said = is_name || says_zone(title) || is_note(&title.to_ascii_lowercase());
            written(title, Use::Metadata, said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_comes_back_under_its_own_title_whatever_it_is_called() {
        for (title, zone, header) in [
            ("City", None, "City"),
            ("Name", None, "Name (field)"),
            ("number", None, "number (field)"),
            ("Ringonce_State", None, "Ringonce_State (field)"),
            ("ringonce_line", None, "ringonce_line (field)"),
            ("ringonce_other", None, "ringonce_other (field)"),
            ("ringonce_a (name)", None, "ringonce_a (name) (field)"),
            ("Name (field)", None, "Name (field) (field)"),
            ("Due (name)", None, "Due (name) (field)"),
            ("time_zone", None, "time_zone (field)"),
            ("time_zone", Some("time_zone"), "time_zone"),
            ("Region", Some("Region"), "Region (time zone)"),
            (
                "Home (time zone)",
                Some("Home (time zone)"),
                "Home (time zone) (time zone)",
            ),
            ("TZ", Some("Region"), "TZ (field)"),
        ] {
            assert_eq!(of_field(title, zone), header);
            let (read, use_) = read(header, true);
            assert_eq!(read, title, "{header}");
            let expected = if zone == Some(title) {
                Use::Zone
            } else {
                Use::Metadata
            };
            assert!(
                use_.is_none_or(|use_| use_ == expected),
                "{header}: {use_:?}"
            );
        }
    }

    #[test]
    fn what_separates_the_columns_of_our_own_file_is_known_whichever_program_saved_it() {
        for (text, delimiter) in [
            ("ringonce_line,number", Some(b',')),
            ("\u{feff}ringonce_line;number", Some(b';')),
            ("\"ringonce_line\"\t\"number\"", Some(b'\t')),
            ("ringonce_lines,number", None),
            ("number,ringonce_line", None),
            ("", None),
        ] {
            assert_eq!(super::delimiter(text), delimiter, "{text}");
        }
    }

    #[test]
    fn a_column_says_its_use_only_where_its_title_would_be_misunderstood() {
        let columns = |phone: &str, names: &[&str], metadata: &[&str], ignored: &[&str]| {
            let own = |titles: &[&str]| titles.iter().map(|it| (*it).to_owned()).collect();
            Columns {
                phone: own(&[phone]),
                name: own(names),
                metadata: own(metadata),
                ignored: own(ignored),
                ..Columns::default()
            }
        };
        let headers = |columns: &Columns| -> Vec<String> {
            let all: Vec<String> = columns.all().cloned().collect();
            let titles = ProblemTitles::new(columns, &all);
            all.iter()
                .map(|title| titles.of(title).into_owned())
                .collect()
        };
        assert_eq!(
            headers(&columns(
                "Phone",
                &["First name", "Last name"],
                &["City"],
                &[]
            )),
            ["Phone", "First name", "Last name", "City"]
        );
        assert_eq!(
            headers(&columns(
                "Mobile",
                &["Client"],
                &["Home phone", "Name"],
                &["Notes"]
            )),
            [
                "Mobile (phone number)",
                "Client (name)",
                "Home phone",
                "Name (field)",
                "Notes (not read)"
            ]
        );
    }
}
