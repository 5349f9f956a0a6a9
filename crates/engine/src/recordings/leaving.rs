//! A recording leaves its carrier: only once our copy was read again from the archive and is what came.

use ringonce_carrier::recording::Recordings;
use ringonce_store::model::{KeptRecording, RecordingState};
use sha2::{Digest as _, Sha256};

use super::archive::Archive;
use super::{Keeping, Vain};
use crate::engine::Engine;

/// Bytes that are read at a time.
const PIECE: u64 = 4 << 20;

impl Engine {
    /// Removes a recording at its carrier.
    pub(super) async fn leave_carrier(
        &self,
        keeping: &Keeping,
        recordings: &dyn Recordings,
        it: &KeptRecording,
        id: &str,
    ) -> Result<(), Vain> {
        // Of one whose time is over there is no copy to look at.
        if it.state == RecordingState::Stored {
            let path = it.path.as_deref().unwrap_or_default();
            let is_kept = is_kept(keeping.archive.as_ref(), path, it).await;
            if !is_kept.map_err(Vain::Archive)? {
                return Err(Vain::Archive(format!(
                    "`{path}` is gone or not what was kept, so the carrier keeps its own, {id}: restore it"
                )));
            }
        }
        recordings.remove(id).await.map_err(Vain::Carrier)?;
        self.store.recording_left_carrier(it.id).await?;
        Ok(())
    }
}

/// Whether the archive has what the ledger says that it has.
async fn is_kept(archive: &dyn Archive, path: &str, it: &KeptRecording) -> Result<bool, String> {
    let (Some(length), Some(sha256)) = (it.bytes, it.sha256) else {
        return Ok(false);
    };
    let (mut hash, mut at) = (Sha256::new(), 0);
    while at < length {
        // A file that is longer shows by one byte more.
        let piece = archive.read(path, at, PIECE.min(length + 1 - at)).await?;
        let Some(piece) = piece.filter(|it| !it.is_empty()) else {
            return Ok(false);
        };
        hash.update(&piece);
        at += piece.len() as u64;
    }
    Ok(at == length && <[u8; 32]>::from(hash.finalize()) == sha256)
}
