//! Recordings of calls, as a carrier keeps them: found, fetched, removed.

use async_trait::async_trait;
use bytes::Bytes;
use ringonce_domain::Timestamp;

use crate::http;

/// A recording at a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The carrier's name for it.
    pub id: String,
    /// The carrier's name for its call.
    pub call_id: String,
    /// Whether it can be fetched; until then it is still being made.
    pub ready: bool,
    /// How long it is, in seconds.
    pub seconds: Option<u32>,
    /// When it was made.
    pub made_at: Option<Timestamp>,
}

/// In which form a recording is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it was made: a WAV file.
    Wav,
    /// A tenth of that.
    Mp3,
}

impl Format {
    /// The ending of a file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
        }
    }
}

/// The bytes of a recording, as they come. The caller bounds them.
#[derive(Debug)]
pub struct Download {
    answer: reqwest::Response,
}

impl Download {
    /// The body of an answer.
    pub(crate) fn of(answer: reqwest::Response) -> Self {
        Self { answer }
    }

    /// How many bytes are left to come, if the carrier said how many there are: all, before the first.
    pub fn length(&self) -> Option<u64> {
        self.answer.content_length()
    }

    /// The next bytes; `None` after the last.
    ///
    /// # Errors
    /// Why they do not come.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        self.answer.chunk().await.map_err(http::words)
    }
}

/// A carrier's recordings.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// The recordings of a call.
    async fn of_call(&self, call_id: &str) -> Result<Vec<Recording>, String>;

    /// Begins to fetch one; `None` when the carrier does not have it.
    async fn fetch(&self, id: &str, format: Format) -> Result<Option<Download>, String>;

    /// Removes one at the carrier; one that is gone is no error.
    async fn remove(&self, id: &str) -> Result<(), String>;
}
