//! Uploaded files that are checked before a campaign is made of them.
//!
//! They stay in this instance's folder for a day, under ids that cannot be guessed, each for the caller who
//! sent it alone. Another instance does not have them, and a restart removes them: the caller sends the file
//! again.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::Timestamp;
use tempfile::TempPath;

use crate::api::reading::Reading;
use crate::api::uploads::UploadView;
use crate::limits;
use crate::problem::Problem;

/// A file that was sent; it is deleted with the last of these.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) path: Arc<TempPath>,
    /// The file's own name, without folders.
    pub(crate) file_name: String,
    /// SHA-256 of the file in lowercase hexadecimal.
    pub(crate) fingerprint: String,
    pub(crate) bytes: u64,
}

impl Sent {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The files that are kept, by id.
#[derive(Debug, Default)]
pub(crate) struct Staged(Mutex<HashMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    owner: Arc<str>,
    sent: Sent,
    at: Timestamp,
    /// How it was read last, and what came of it.
    reading: Reading,
    view: Arc<UploadView>,
}

impl Staged {
    /// Keeps a file for its owner, whose oldest gives way when there are too many.
    ///
    /// # Errors
    /// When the files of all callers are as large as may be.
    pub(crate) fn keep(
        &self,
        id: String,
        owner: &Arc<str>,
        sent: Sent,
        (reading, view): (Reading, Arc<UploadView>),
        now: Timestamp,
    ) -> Result<(), Problem> {
        let mut kept = self.swept(now);
        while kept.values().filter(|file| file.owner == *owner).count() >= limits::STAGED_EACH {
            let own = kept.iter().filter(|(_, file)| file.owner == *owner);
            let oldest = own.min_by_key(|(_, file)| file.at);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            kept.remove(&oldest);
        }
        let bytes: u64 = kept.values().map(|file| file.sent.bytes).sum();
        if bytes + sent.bytes > limits::STAGED_BYTES {
            return Err(Problem::too_many(
                "too many large files wait to become campaigns; try again when some have",
            )
            .retry_after(60));
        }
        kept.insert(
            id,
            Kept {
                owner: Arc::clone(owner),
                sent,
                at: now,
                reading,
                view,
            },
        );
        Ok(())
    }

    /// A file and how it was read last.
    ///
    /// # Errors
    /// *Not found* for other callers, as for an id that does not exist.
    pub(crate) fn find(
        &self,
        id: &str,
        owner: &Arc<str>,
        now: Timestamp,
    ) -> Result<(Sent, Reading), Problem> {
        let kept = self.swept(now);
        let found = kept.get(id).filter(|file| file.owner == *owner);
        found
            .map(|file| (file.sent.clone(), file.reading.clone()))
            .ok_or_else(gone)
    }

    /// What was understood of a file when it was read last.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) fn view(
        &self,
        id: &str,
        owner: &Arc<str>,
        now: Timestamp,
    ) -> Result<(Arc<UploadView>, Reading), Problem> {
        let kept = self.swept(now);
        let found = kept.get(id).filter(|file| file.owner == *owner);
        found
            .map(|file| (Arc::clone(&file.view), file.reading.clone()))
            .ok_or_else(gone)
    }

    /// Notes how a file is read from here on, and what came of it.
    pub(crate) fn read_as(&self, id: &str, reading: Reading, view: Arc<UploadView>) {
        if let Some(file) = self.lock().get_mut(id) {
            (file.reading, file.view) = (reading, view);
        }
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) fn forget(&self, id: &str, owner: &Arc<str>) -> Result<(), Problem> {
        let mut kept = self.lock();
        if kept.get(id).is_none_or(|file| file.owner != *owner) {
            return Err(gone());
        }
        kept.remove(id);
        Ok(())
    }

    fn swept(&self, now: Timestamp) -> MutexGuard<'_, HashMap<String, Kept>> {
        let mut kept = self.lock();
        kept.retain(|_, file| file.at + limits::STAGED_KEPT > now);
        kept
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gone() -> Problem {
    Problem::not_found("this upload is not here, or no longer: choose the file again")
        .in_field("upload")
}
