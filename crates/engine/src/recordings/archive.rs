//! Where recordings are kept: a folder, or a bucket. The binary brings one.

use async_trait::async_trait;
use bytes::Bytes;

/// Keeps files under names. Names have `/` between their parts.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Begins a file. It cannot be seen before it is finished; dropped before that, it is gone.
    ///
    /// # Errors
    /// Why it cannot be kept.
    async fn begin(&self, name: &str) -> Result<Box<dyn Draft>, String>;

    /// As many bytes of a file as there are, from one on; `None` when there is no such file.
    ///
    /// # Errors
    /// Why it cannot be read.
    async fn read(&self, name: &str, from: u64, length: u64) -> Result<Option<Bytes>, String>;

    /// Removes a file; one that is gone is no error.
    ///
    /// # Errors
    /// Why it cannot be removed.
    async fn remove(&self, name: &str) -> Result<(), String>;
}

/// A file that is being written.
#[async_trait]
pub trait Draft: Send {
    /// Adds bytes.
    ///
    /// # Errors
    /// Why they cannot be kept.
    async fn write(&mut self, bytes: Bytes) -> Result<(), String>;

    /// Makes the file durable and seen, all at once, in place of one of its name.
    ///
    /// # Errors
    /// Why it cannot be kept; then there is none.
    async fn finish(self: Box<Self>) -> Result<(), String>;

    /// Takes it back.
    async fn abandon(self: Box<Self>);
}
