//! Which hosts the repository's text may name: fictitious ones, this machine, and public sources
//! worth citing. A mirror, a proxy or somebody's server is on no list.

use std::sync::LazyLock;

use regex::Regex;

use super::source::{File, Finding};

/// Hosts that may be named, and every name below them.
const KNOWN: [&str; 26] = [
    "example.com",
    "example.org",
    "example.net",
    "localhost",
    "127.0.0.1",
    "0.0.0.0",
    "[::1]",
    "apache.org",
    "github.com",
    "iana.org",
    "keepachangelog.com",
    "learn.microsoft.com",
    // The example of Twilio's documentation, with its signature.
    "mycompany.com",
    "openpyxl.org",
    "opensource.org",
    "owasp.org",
    "rfc-editor.org",
    "schemas.openxmlformats.org",
    "semver.org",
    "signalwire.com",
    "sqlite.org",
    "twilio.com",
    "unicode.org",
    "w3.org",
    "invalid",
    "test",
];

#[expect(
    clippy::unwrap_used,
    reason = "a constant pattern, compiled by this file's tests"
)]
static URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:https?|wss?)://(?:[\w.~%:-]*@)?(\[[0-9a-f:]+\]|[\w.-]+)").unwrap()
});

/// Every URL's host is known. Namespaces of file formats and Cargo.lock's sources have rules of
/// their own.
pub(super) fn known_hosts(file: &File) -> Vec<Finding> {
    if file.is_a_rule() || file.path == "Cargo.lock" || file.path == "deny.toml" {
        return Vec::new();
    }
    file.lines()
        .flat_map(|(n, line)| URL.captures_iter(line).map(move |found| (n, found)))
        .filter(|(_, found)| !is_known(&found[1]))
        .map(|(n, found)| {
            let host = &found[1];
            file.finding(
                n,
                format!("host `{host}`: use example.com, or list it in xtask/src/tidy/hosts.rs"),
            )
        })
        .collect()
}

fn is_known(host: &str) -> bool {
    KNOWN.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|below| below.is_empty() || below.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn a_host_on_no_list_is_found() {
        let text = "https://mirror.internal.acme.io/simple\nhttps://api.example.com/v1\n\
                    http://127.0.0.1:8000\nhttps://notexample.com/\nhttps://user:pass@evil.io/\n";
        assert_eq!(lines_found(known_hosts, "a.md", text), [1, 4, 5]);
    }
}
