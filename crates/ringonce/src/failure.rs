//! How the program fails: with one line that says what is wrong, one that says what to do, and an
//! exit code that scripts can rely on. Nothing else may end the process with an error.

use std::fmt;

use ringonce_domain::InvalidSetting;
use ringonce_engine::intake::IntakeError;
use ringonce_import::ImportError;
use ringonce_store::StoreError;

/// The exit codes; listed in `docs/book/src/cli.md` and under `ringonce --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command could not be carried out.
    Failed = 1,
    /// The command line is invalid.
    Usage = 2,
    /// A file or a setting cannot be used.
    Input = 3,
    /// The ledger cannot be opened, read or written.
    Ledger = 4,
    /// A number was rung against the rules.
    RungTwice = 5,
    /// Ctrl-C.
    Interrupted = 130,
}

/// The table of exit codes, as the help shows it.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
    0  done
    1  it could not be done
    2  the command line makes no sense
    3  a file or a setting cannot be used
    4  the ledger (the database) cannot be opened, read or written
    5  a number was rung against the rules
  130  interrupted by Ctrl-C; run the same command again to continue";

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do; empty when `what` says it.
    pub(crate) help: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            help: String::new(),
        }
    }

    /// The same failure with advice.
    #[must_use]
    pub(crate) fn help(mut self, advice: impl Into<String>) -> Self {
        self.help = advice.into();
        self
    }

    /// A file that cannot be read or written.
    pub(crate) fn of_file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let failure = Self::new(Exit::Input, format!("{}: {error}", path.display()));
        match error.kind() {
            std::io::ErrorKind::NotFound => failure.help("check the path for a typing mistake"),
            std::io::ErrorKind::PermissionDenied => {
                failure.help("check the owner and mode of the file")
            }
            std::io::ErrorKind::AlreadyExists => {
                failure.help("choose another name, or remove the file first")
            }
            _ => failure,
        }
    }

    /// A file that is not a list of contacts.
    pub(crate) fn of_list(path: &std::path::Path, error: &ImportError) -> Self {
        let text = error.to_string();
        // In each message the problem comes first, the advice after the mark.
        let parts = match error {
            ImportError::Io(error) => return Self::of_file(path, error),
            ImportError::NoSuchSheet { .. }
            | ImportError::NoPhoneColumn { .. }
            | ImportError::NoSuchColumn { .. } => text.rsplit_once("; "),
            _ => text.rsplit_once(": "),
        };
        let (what, advice) = parts.unwrap_or((&text, ""));
        Self::new(Exit::Input, format!("{}: {what}", path.display())).help(advice)
    }

    /// A file that could not be made a campaign.
    pub(crate) fn of_intake(path: &std::path::Path, error: IntakeError) -> Self {
        match error {
            IntakeError::File(error) => Self::of_list(path, &error),
            IntakeError::Setting(error) => error.into(),
            IntakeError::Ledger(error) => error.into(),
            no_contacts @ IntakeError::NoContacts { .. } => Self::new(
                Exit::Input,
                format!("{}: {no_contacts}", path.display()),
            )
            .help(
                "`ringonce check` shows every row; numbers without a country code need `--region`",
            ),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if !self.help.is_empty() {
            write!(f, "\nhelp: {}", self.help)?;
        }
        Ok(())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = error.to_string();
        let exit = match error {
            StoreError::NotFound { .. }
            | StoreError::Illegal(_)
            | StoreError::InUse { .. }
            | StoreError::NotADraft { .. }
            | StoreError::HalfStarted { .. }
            | StoreError::Setting(_)
            | StoreError::EmailTaken { .. }
            | StoreError::LastAdmin { .. }
            | StoreError::TwoFactor { .. }
            | StoreError::TooMany { .. }
            | StoreError::KeyLost => Exit::Failed,
            _ => Exit::Ledger,
        };
        // The problem ends with the last full stop inside, or else with a semicolon; the advice
        // follows.
        match text.rsplit_once(". ").or_else(|| text.split_once("; ")) {
            Some((what, advice)) => Self::new(exit, what).help(advice),
            None => Self::new(exit, text),
        }
    }
}

impl From<InvalidSetting> for Failure {
    fn from(error: InvalidSetting) -> Self {
        Self::new(Exit::Input, error.to_string())
            .help("`docs/book/src/configuration.md` lists every setting of a campaign")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_stands_on_a_line_of_its_own() {
        let full = StoreError::DiskFull {
            path: "ringonce.db".into(),
        };
        let failure = Failure::from(full);
        assert_eq!(failure.exit, Exit::Ledger);
        assert_eq!(failure.help, "Free some space and try again");
        let shown = failure.to_string();
        assert!(
            shown.starts_with(
                "error: the disk that holds ringonce.db is full; nothing was changed\nhelp: "
            ),
            "{shown}"
        );
    }

    #[test]
    fn a_list_that_cannot_be_read_is_bad_input_with_advice() {
        let failure = Failure::of_list("contacts.csv".as_ref(), &ImportError::Empty);
        assert_eq!(failure.exit, Exit::Input);
        assert_eq!(failure.what, "contacts.csv: the file is empty");
        assert_eq!(failure.help, "choose a file with at least one phone number");
    }

    #[test]
    fn the_help_lists_every_exit_code() {
        for exit in [
            Exit::Failed,
            Exit::Usage,
            Exit::Input,
            Exit::Ledger,
            Exit::RungTwice,
            Exit::Interrupted,
        ] {
            let code = format!(" {}  ", exit as u8);
            assert!(EXIT_CODES.contains(&code), "{exit:?}");
        }
    }
}
