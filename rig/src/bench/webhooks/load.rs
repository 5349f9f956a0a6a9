//! A load of requests that were made beforehand, over connections that are kept, each of which sends its next
//! request after the answer to the one before.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stopwatch::Stopwatch;

/// The longest head of an answer.
const MOST: usize = 16 << 10;

/// The result of a load.
pub(super) struct LoadResult {
    /// How long it took in all.
    pub(super) took: Duration,
    /// How long each answer took, the quickest first.
    pub(super) answers: Vec<Duration>,
}

impl LoadResult {
    /// Answers a second.
    pub(super) fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "some hundred thousand answers")]
        let answers = self.answers.len() as f64;
        answers / self.took.as_secs_f64()
    }

    /// The time within which this share of the answers came, in milliseconds.
    pub(super) fn within(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some hundred thousand answers, and a share of them"
        )]
        let place = (self.answers.len() as f64 * share) as usize;
        let answer = self.answers.get(place.min(self.answers.len() - 1));
        answer.map_or(f64::NAN, |answer| answer.as_secs_f64() * 1_000.0)
    }
}

/// Sends every request once, over `connections`; fails at the first answer that is not 2xx.
pub(super) fn send(
    to: SocketAddr,
    requests: Vec<Vec<u8>>,
    connections: usize,
) -> Result<LoadResult> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let requests = Arc::new(requests);
    let next = Arc::new(AtomicUsize::new(0));
    let watch = Stopwatch::start();
    let answers = runtime.block_on(async {
        let local = tokio::task::LocalSet::new();
        let mut senders = Vec::with_capacity(connections);
        for _ in 0..connections {
            let sender = one(to, Arc::clone(&requests), Arc::clone(&next));
            senders.push(local.spawn_local(sender));
        }
        local
            .run_until(async {
                let mut answers = Vec::with_capacity(requests.len());
                for sender in senders {
                    answers.extend(sender.await??);
                }
                anyhow::Ok(answers)
            })
            .await
    })?;
    let took = watch.elapsed();
    let mut answers: Vec<Duration> = answers;
    ensure!(!answers.is_empty(), "nothing was sent");
    answers.sort_unstable();
    Ok(LoadResult { took, answers })
}

/// One connection.
async fn one(
    to: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicUsize>,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(to).await.context("connecting")?;
    stream.set_nodelay(true)?;
    let mut answers = Vec::new();
    let mut head = Vec::with_capacity(1_024);
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let watch = Stopwatch::start();
        stream.write_all(request).await?;
        answer(&mut stream, &mut head).await?;
        answers.push(watch.elapsed());
    }
    Ok(answers)
}

/// Reads an answer without a body.
async fn answer(stream: &mut TcpStream, head: &mut Vec<u8>) -> Result<()> {
    head.clear();
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(
            stream.read_buf(head).await? > 0,
            "the server closed a connection"
        );
        ensure!(head.len() < MOST, "an answer is too long");
        if !head.starts_with(b"HTTP/1.1 2") && head.len() > 12 {
            let rest = tokio::time::timeout(Duration::from_millis(200), stream.read_buf(head));
            drop(rest.await);
            bail!("an answer is no 2xx:\n{}", String::from_utf8_lossy(head));
        }
    }
    Ok(())
}
