//! The ledger's database, as people name it: a SQLite file, or a PostgreSQL server.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::failure::{Exit, Failure};

/// The ledger's file in the data folder.
const FILE: &str = "ringonce.db";

/// The location of the ledger.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Database {
    /// A SQLite file.
    File(PathBuf),
    /// The URL of a PostgreSQL database, which may hold a password.
    Server(String),
}

impl Database {
    /// The database that the configuration names.
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        match config.database.as_deref() {
            None => Ok(Self::File(config.data.join(FILE))),
            Some(text) => Self::named(text),
        }
    }

    /// The database that a text names.
    pub(crate) fn named(text: &str) -> Result<Self, Failure> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() {
                return Ok(Self::File(PathBuf::from(path)));
            }
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Server(text.to_owned()));
        }
        Err(Failure::new(
            Exit::Input,
            format!("database: `{}` is no database", without_password(text)),
        )
        .help("write `sqlite:PATH` or `postgres://user@host/database`"))
    }

    /// The SQLite file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// The same for people: without password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(url) => without_password(url),
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// A URL without its password and without its query, which may hold one too.
fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(before, _)| before);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    // A password may hold `@` and `/` that are not written as %40 and %2F.
    let Some((user, host)) = rest.rsplit_once('@') else {
        return url.to_owned();
    };
    let user = user.split_once(':').map_or(user, |(user, _)| user);
    format!("{scheme}://{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(database: Option<&str>) -> Result<Database, Failure> {
        let mut config = Config::load(None).unwrap();
        config.data = "data".into();
        config.database = database.map(str::to_owned);
        Database::of(&config)
    }

    #[test]
    fn a_database_is_a_file_or_a_server() {
        let file = |path: &str| Ok(Database::File(path.into()));
        assert_eq!(named(None), file("data/ringonce.db"));
        assert_eq!(named(Some("sqlite:calls.db")), file("calls.db"));
        assert_eq!(named(Some("sqlite:///calls.db")), file("/calls.db"));
        for url in [
            "postgres://ana@localhost/calls",
            "postgresql://localhost/calls",
        ] {
            assert_eq!(named(Some(url)), Ok(Database::Server(url.into())));
        }
        for text in [
            "",
            "sqlite:",
            "calls.db",
            "mysql://localhost/calls",
            "postgres:calls",
        ] {
            let failure = named(Some(text)).expect_err(text);
            assert!(failure.help.contains("postgres://"), "{failure}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            (
                "postgres://ana:s3cret@db.example.com/calls",
                "postgres://ana@db.example.com/calls",
            ),
            (
                "postgres://ana:s3@/cret@localhost:5432/calls",
                "postgres://ana@localhost:5432/calls",
            ),
            (
                "postgres://localhost/calls?password=s3cret",
                "postgres://localhost/calls",
            ),
        ] {
            let database = named(Some(url)).unwrap();
            assert_eq!(database.shown(), shown);
            assert_eq!(format!("{database:?}"), shown);
        }
        let wrong = named(Some("postgre://ana:s3cret@localhost/calls")).unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"), "{wrong}");
    }
}
