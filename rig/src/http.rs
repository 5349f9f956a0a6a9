//! A minimal HTTP client: one request, one connection, one answer.
//!
//! It speaks to servers that the rig has started, over the loopback interface, and gives up soon: a server
//! under fire may be frozen, and the rig must not freeze with it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;

/// Separates the fields of a form. No list of the rig contains it.
const BOUNDARY: &str = "ringonce-rig-7d1f";

/// A server and the client's token.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    token: String,
    patience: Duration,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Client {
    /// A client of the server at this address, which waits for each answer no longer than this.
    pub(crate) fn new(address: SocketAddr, token: &str, patience: Duration) -> Self {
        Self {
            address,
            token: token.to_owned(),
            patience,
        }
    }

    /// Its API token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The JSON at a path of the API.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.ask("GET", path, "", "")?.read()
    }

    /// Sends JSON, or nothing.
    pub(crate) fn post(&self, path: &str, json: &str) -> Result<Answer> {
        self.ask("POST", path, "Content-Type: application/json\r\n", json)
    }

    /// Changes something, by JSON.
    pub(crate) fn patch(&self, path: &str, json: &str) -> Result<Answer> {
        self.ask("PATCH", path, "Content-Type: application/json\r\n", json)
    }

    /// Sends a form with one file, under a key that makes a repetition harmless.
    pub(crate) fn post_file(
        &self,
        path: &str,
        key: &str,
        fields: &[(&str, &str)],
        (name, content): (&str, &str),
    ) -> Result<Answer> {
        let mut body = String::new();
        for (field, value) in fields {
            body.extend([
                "--",
                BOUNDARY,
                "\r\nContent-Disposition: form-data; name=\"",
                field,
                "\"\r\n\r\n",
                value,
                "\r\n",
            ]);
        }
        body.extend([
            "--",
            BOUNDARY,
            "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
            name,
            "\"\r\nContent-Type: text/csv\r\n\r\n",
            content,
            "\r\n--",
            BOUNDARY,
            "--\r\n",
        ]);
        let head = format!(
            "Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nIdempotency-Key: {key}\r\n"
        );
        self.ask("POST", path, &head, &body)
    }

    /// The answer, whatever its status; fails when none comes.
    pub(crate) fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> Result<Answer> {
        let asked = || format!("{method} {path} at {}", self.address);
        let mut stream =
            TcpStream::connect_timeout(&self.address, self.patience).with_context(asked)?;
        stream.set_read_timeout(Some(self.patience))?;
        stream.set_write_timeout(Some(self.patience))?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Connection: close\r\n{head}Content-Length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).with_context(asked)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).with_context(asked)?;
        Answer::parse(&bytes).with_context(asked)
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").context("no whole answer")?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .context("no HTTP answer")?;
        let mut length = None;
        for line in head.lines() {
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse::<usize>().ok();
            }
            ensure!(
                !line.starts_with("transfer-encoding:"),
                "an answer in chunks is not understood here"
            );
        }
        if length.is_some_and(|length| length > body.len()) {
            bail!("the answer broke off");
        }
        Ok(Self {
            status,
            body: body.to_owned(),
        })
    }

    /// Whether the request was granted.
    pub(crate) const fn is_granted(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The JSON of an answer that grants the request.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T> {
        ensure!(self.is_granted(), "answered {}: {}", self.status, self.body);
        serde_json::from_str(&self.body)
            .with_context(|| format!("reading the answer {}", self.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_or_an_error() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
        let answer = Answer::parse(whole).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "{}"));
        assert!(Answer::parse(&whole[..whole.len() - 1]).is_err());
        assert!(Answer::parse(b"").is_err());
    }

    #[test]
    fn a_refusal_is_no_result() {
        let refusal = Answer {
            status: 409,
            body: "{\"detail\":\"not a draft\"}".into(),
        };
        let error = refusal.read::<serde_json::Value>().unwrap_err();
        assert!(error.to_string().contains("not a draft"), "{error}");
    }
}
