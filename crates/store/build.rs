//! Makes a constant of each statement in `sql/*.sql`, for both databases.
//!
//! A statement begins with `-- name: NAME`; its header comment becomes the constant's documentation.
//! Columns that several statements list stand once, after `-- columns: NAME`, and a statement names them:
//! `{NAME}`.
//!
//! One text serves both databases, written as PostgreSQL reads it. A few things are translated, and a text
//! that needs more has a block for each database (`-- sqlite:`, `-- postgres:`):
//!
//! * placeholders: `$1` is `?1` in SQLite;
//! * arrays: SQLite has them as JSON, so `= ANY ($1::bigint[])` is `IN (SELECT value FROM json_each(?1))` and
//!   `unnest($1::bigint[]) AS n (value)` is `json_each(?1) AS n`;
//! * rows of a query in an array, which PostgreSQL never joins over a whole table: `= ANY (ARRAY(SELECT …))` is
//!   `IN (SELECT …)`;
//! * truth values are 0 and 1 in SQLite: `= true` is `= 1`, as in the conditions of its indexes;
//! * UUIDs are bytes in SQLite: `id::uuid::text` is `lower(hex(id))`;
//! * what only PostgreSQL has: casts (`::bigint[]`) and row locks (`FOR UPDATE …`) are left out for SQLite;
//! * what only SQLite has: hints (`INDEXED BY contacts_due`, `NOT INDEXED`) are left out for PostgreSQL.
//!
//! A statement with a block for one database alone is empty for the other, which refuses to run it.
#![expect(
    clippy::expect_used,
    reason = "a build that cannot go on says so and stops"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A statement as it stands in its file.
#[derive(Default)]
struct Statement {
    name: String,
    /// Whether it is a list of columns that statements name.
    columns: bool,
    header: Vec<String>,
    shared: String,
    sqlite: String,
    postgres: String,
}

fn main() {
    let folder = Path::new("sql");
    println!("cargo::rerun-if-changed=sql");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder sql is there")
        .map(|entry| entry.expect("the folder sql can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    let texts = files.iter().flat_map(|file| {
        let text = fs::read_to_string(file).expect("a file of statements can be read");
        statements(&text, file)
    });
    let (columns, statements): (Vec<_>, Vec<_>) = texts.partition(|statement| statement.columns);
    let mut rust = String::new();
    let mut names = Vec::new();
    for mut statement in statements {
        for listed in &columns {
            statement.list(listed);
        }
        write(&mut rust, &statement);
        names.push(statement.name);
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo names a folder"));
    let all: Vec<_> = names
        .iter()
        .map(|name| format!("({name:?}, {name})"))
        .collect();
    writeln!(
        rust,
        "#[cfg(test)]\npub(crate) const ALL: &[(&str, Statement)] = &[{}];",
        all.join(", ")
    )
    .expect("a string takes what is written");
    fs::write(out.join("sql.rs"), rust).expect("the folder that Cargo names can be written");
}

/// The statements of a file.
fn statements(text: &str, file: &Path) -> Vec<Statement> {
    let mut all: Vec<Statement> = Vec::new();
    let mut block = Block::Header;
    for line in text.lines() {
        let columns = line.strip_prefix("-- columns: ");
        if let Some(name) = columns.or_else(|| line.strip_prefix("-- name: ")) {
            all.push(Statement {
                name: name.to_owned(),
                columns: columns.is_some(),
                ..Statement::default()
            });
            block = Block::Header;
            continue;
        }
        let Some(statement) = all.last_mut() else {
            // The file's own comment.
            continue;
        };
        match (line, block) {
            ("-- sqlite:", _) => block = Block::Sqlite,
            ("-- postgres:", _) => block = Block::Postgres,
            (comment, Block::Header) if comment.starts_with("--") => {
                statement.header.push(comment[2..].trim().to_owned());
            }
            (_, Block::Header | Block::Shared) => {
                block = Block::Shared;
                push(&mut statement.shared, line);
            }
            (_, Block::Sqlite) => push(&mut statement.sqlite, line),
            (_, Block::Postgres) => push(&mut statement.postgres, line),
        }
    }
    for statement in &all {
        let name = &statement.name;
        let is = |what: &str, wrong: bool| {
            assert!(!wrong, "{}: the statement {name} {what}", file.display());
        };
        let double = !statement.sqlite.is_empty() || !statement.postgres.is_empty();
        is("says not what it is for", statement.header.is_empty());
        is("has no text", statement.shared.trim().is_empty() && !double);
        is(
            "has a text outside its blocks",
            !statement.shared.trim().is_empty() && double,
        );
    }
    all
}

impl Statement {
    /// Puts columns where the statement names them.
    fn list(&mut self, columns: &Self) {
        let named = format!("{{{}}}", columns.name);
        for text in [&mut self.shared, &mut self.sqlite, &mut self.postgres] {
            *text = text.replace(&named, columns.shared.trim());
        }
    }
}

/// The part of a statement to which a line belongs.
#[derive(Clone, Copy)]
enum Block {
    Header,
    Shared,
    Sqlite,
    Postgres,
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn write(rust: &mut String, statement: &Statement) {
    let (sqlite, postgres) = if statement.shared.trim().is_empty() {
        (&statement.sqlite, &statement.postgres)
    } else {
        (&statement.shared, &statement.shared)
    };
    let sqlite = for_sqlite(sqlite.trim());
    let postgres = for_postgres(postgres.trim());
    for line in &statement.header {
        writeln!(rust, "#[doc = {line:?}]").expect("a string takes what is written");
    }
    let name = &statement.name;
    writeln!(
        rust,
        "pub(crate) const {name}: Statement = Statement {{ sqlite: {sqlite:?}, \
         postgres: {postgres:?} }};"
    )
    .expect("a string takes what is written");
}

/// A text as SQLite reads it: `?1`, JSON for arrays, no casts, no row locks.
fn for_sqlite(text: &str) -> String {
    outside_quotes(text, |piece| {
        let mut piece = uuids(&arrays(&piece.replace('$', "?")));
        cut(&mut piece, "::", |c| {
            c.is_ascii_alphanumeric() || "_[]".contains(c)
        });
        for lock in ["UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"] {
            for before in [' ', '\n'] {
                cut(&mut piece, &format!("{before}FOR {lock}"), |c| {
                    c.is_ascii_alphanumeric() || " _".contains(c)
                });
            }
        }
        piece.replace("= true", "= 1")
    })
}

/// A text with JSON where it had arrays, and a query where it had an array of rows.
fn arrays(text: &str) -> String {
    let mut changed = String::new();
    let mut rest = text;
    while let Some((before, array)) = rest.split_once("= ANY (") {
        let (array, after) = in_parentheses(array);
        let rows = array.strip_prefix("ARRAY(").map(in_parentheses);
        let of_json = || format!("SELECT value FROM json_each({array})");
        let query = rows.map_or_else(of_json, |(query, _)| query.to_owned());
        changed.extend([before, "IN (", &query, ")"]);
        rest = after;
    }
    changed.push_str(rest);
    if changed.contains("unnest(") {
        changed = changed.replace("unnest(", "json_each(");
        changed = changed.replace(" (value)", "");
    }
    changed
}

/// What stands before the parenthesis that closes, and what after it.
fn in_parentheses(text: &str) -> (&str, &str) {
    let mut open = 1;
    let end = text.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    let end = end.expect("what stands in parentheses has no quotes");
    (&text[..end], &text[end + 1..])
}

/// A text with hexadecimal digits where it had UUIDs as text.
fn uuids(text: &str) -> String {
    let mut pieces: Vec<String> = text.split("::uuid::text").map(str::to_owned).collect();
    let last = pieces.len() - 1;
    for piece in &mut pieces[..last] {
        let of_name = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
        let name = piece.trim_end_matches(of_name).len();
        let name = piece.split_off(name);
        piece.extend(["lower(hex(", &name, "))"]);
    }
    pieces.concat()
}

/// A text as PostgreSQL reads it: no hints.
fn for_postgres(text: &str) -> String {
    let mut text = text.replace(" NOT INDEXED", "");
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    cut(&mut text, " INDEXED BY ", of_name);
    text
}

/// Removes every `what`, with the text after it that `belongs` to it.
fn cut(text: &mut String, what: &str, belongs: impl Fn(char) -> bool) {
    while let Some(at) = text.find(what) {
        let rest = &text[at + what.len()..];
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        text.replace_range(at..at + what.len() + end, "");
    }
}

/// Changes the text outside single quotes.
fn outside_quotes(text: &str, change: impl Fn(&str) -> String) -> String {
    let pieces = text.split('\'').enumerate().map(|(nth, piece)| {
        if nth % 2 == 0 {
            change(piece)
        } else {
            piece.to_owned()
        }
    });
    pieces.collect::<Vec<_>>().join("'")
}
