//! Statements in files of their own, one each, under `sql/<database>`: the same names for both
//! databases.

/// The statement after its header comment: caches of prepared statements look them up by text.
pub(crate) const fn statement(file: &'static str) -> &'static str {
    let mut rest = file;
    while let [b'-', b'-', ..] = rest.as_bytes() {
        let bytes = rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() && bytes[end] != b'\n' {
            end += 1;
        }
        let past = if end < bytes.len() { end + 1 } else { end };
        rest = rest.split_at(past).1;
    }
    rest
}

/// A constant for each statement of a database, and the list of all.
macro_rules! statements {
    ($database:literal; $($name:ident = $file:literal),+ $(,)?) => {
        $(pub(super) const $name: &str = $crate::statement::statement(include_str!(concat!(
            "../../sql/", $database, "/", $file, ".sql"
        )));)+

        /// Every statement with the name of its file.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$(($file, $name)),+];
    };
}

pub(crate) use statements;
