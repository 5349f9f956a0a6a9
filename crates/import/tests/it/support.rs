//! Writes bytes to a file and reads them back as contacts.

use std::io::Write;

use ringonce_import::check::{Accepted, Report, check};
use ringonce_import::{ImportError, Options};

/// Options for lists whose numbers belong to the United States.
pub(crate) fn us() -> Options {
    Options {
        region: "US".parse().ok(),
        ..Options::default()
    }
}

/// Checks a file of this name (its extension is kept) and content, with every contact.
pub(crate) fn check_bytes(
    name: &str,
    bytes: &[u8],
    options: &Options,
) -> Result<Report, ImportError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let options = Options {
        file_name: Some(name.to_owned()),
        ..options.clone()
    };
    check(file.path(), &options, true, |_, _| {})
}

/// The accepted contacts as line, number, name and metadata.
pub(crate) fn contacts(report: &Report) -> Vec<(u32, String, &str, &str)> {
    let Accepted::Contacts(contacts) = &report.accepted else {
        panic!("asked for every contact")
    };
    contacts
        .iter()
        .map(|c| {
            (
                c.line,
                c.number.to_string(),
                c.name.as_str(),
                c.metadata.get(),
            )
        })
        .collect()
}

/// The numbers of the accepted contacts.
pub(crate) fn numbers(report: &Report) -> Vec<String> {
    contacts(report)
        .into_iter()
        .map(|(_, number, ..)| number)
        .collect()
}

/// The rejected rows as line, column and value.
pub(crate) fn rejected(report: &Report) -> Vec<(u32, &str, &str)> {
    report
        .rejected
        .iter()
        .map(|r| (r.line, r.column.as_str(), r.value.as_str()))
        .collect()
}
