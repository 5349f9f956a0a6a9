//! A viewer of pages, as far as the server can tell: one connection that is kept, requests with a cookie or a
//! token, and the time of each answer's first byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::stopwatch::Stopwatch;

const PATIENCE: Duration = Duration::from_secs(30);

/// One connection and its identity.
pub(super) struct Viewer {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
    identity: String,
}

impl Viewer {
    /// Connects; `identity` is a whole header line.
    pub(super) fn connect(host: SocketAddr, identity: &str) -> Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host,
            identity: identity.to_owned(),
        })
    }

    /// Requests a page as a browser does, reads it to its end, and returns the time to its first byte.
    pub(super) fn look(&mut self, path: &str) -> Result<Duration> {
        let watch = Stopwatch::start();
        self.ask(path, "text/html")?;
        self.stream.fill_buf()?;
        let first = watch.elapsed();
        self.read_answer().with_context(|| format!("GET {path}"))?;
        Ok(first)
    }

    /// Opens the stream of events; `self` has no other use afterwards.
    pub(super) fn listen(mut self) -> Result<impl Iterator<Item = std::io::Result<String>>> {
        self.ask("/api/v1/events", "text/event-stream")?;
        let mut status = String::new();
        self.stream.read_line(&mut status)?;
        ensure!(status.contains(" 200 "), "the events are refused: {status}");
        Ok(self.stream.lines())
    }

    fn ask(&mut self, path: &str, accept: &str) -> Result<()> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n{}\r\nAccept: {accept}\r\nAccept-Encoding: gzip\r\n\r\n",
            self.host, self.identity
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        Ok(())
    }

    fn read_answer(&mut self) -> Result<()> {
        let status = self.line()?;
        // Some pages only redirect.
        let is_good = status.contains(" 200 ") || status.contains(" 303 ");
        ensure!(is_good, "answered {status}");
        let (mut length, mut chunked) = (None, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = Some(value.trim().parse::<usize>()?);
            }
            chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        if chunked {
            while self.chunk()? > 0 {}
            return Ok(());
        }
        self.skip(length.context("an answer without a length")?)
    }

    /// Reads one chunk, and returns its length.
    fn chunk(&mut self) -> Result<usize> {
        let size = self.line()?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
        self.skip(size)?;
        self.line()?;
        Ok(size)
    }

    fn skip(&mut self, bytes: usize) -> Result<()> {
        let mut body = vec![0; bytes];
        self.stream.read_exact(&mut body)?;
        Ok(())
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line)?;
        ensure!(read > 0, "the connection ended");
        Ok(line.trim_end().to_owned())
    }
}
