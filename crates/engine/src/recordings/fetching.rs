//! One recording on its way from the carrier to the archive. It is seen there once all of it came and
//! is what the carrier said.

use ringonce_carrier::recording::{Download, Format, Recordings};
use ringonce_domain::ContactId;
use ringonce_domain::hours::date;
use ringonce_store::model::{KeptRecording, Page, StoredRecording};
use sha2::{Digest as _, Sha256};

use super::archive::Draft;
use super::naming::Names;
use super::wave::{HEAD, Wave};
use super::{Keeping, Vain};
use crate::engine::Engine;

/// Bytes of a recording at most: 16 hours of what carriers make.
const MOST: u64 = 1 << 30;
/// By how much a recording may be shorter or longer than the carrier said, which rounds.
const TOLERANCE_MILLIS: u64 = 2_000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// What came.
struct Came {
    bytes: u64,
    sha256: [u8; 32],
    head: Vec<u8>,
}

impl Engine {
    /// Fetches a recording and keeps it.
    pub(super) async fn fetch(
        &self,
        keeping: &Keeping,
        recordings: &dyn Recordings,
        it: &KeptRecording,
        id: &str,
    ) -> Result<(), Vain> {
        let path = self.path(keeping, it).await?;
        let download = recordings.fetch(id, keeping.format).await;
        let download = download.map_err(Vain::Carrier)?;
        let mut download =
            download.ok_or_else(|| Vain::Carrier("the carrier does not have it".into()))?;
        let length = download.length();
        let mut draft = keeping.archive.begin(&path).await.map_err(Vain::Archive)?;
        let came = match receive(&mut download, draft.as_mut()).await {
            Ok(came) => came,
            Err(vain) => {
                draft.abandon().await;
                return Err(vain);
            }
        };
        let seconds = match judge(&came, length, keeping.format, it.wanted.seconds) {
            Ok(seconds) => seconds,
            Err(words) => {
                draft.abandon().await;
                return Err(Vain::Carrier(words));
            }
        };
        draft.finish().await.map_err(Vain::Archive)?;
        let now = self.clock.now();
        let stored = StoredRecording {
            path,
            content_type: content_type(keeping.format).into(),
            bytes: came.bytes,
            sha256: came.sha256,
            seconds,
            remove_there_at: keeping.remove_at_carrier.then_some(now),
        };
        self.store
            .recording_stored(it.id, stored, self.actor.clone(), now)
            .await?;
        Ok(())
    }

    /// Its name in the archive.
    async fn path(&self, keeping: &Keeping, it: &KeptRecording) -> Result<String, Vain> {
        let attempt = self.store.attempt(it.wanted.attempt).await?;
        let attempt =
            attempt.ok_or_else(|| Vain::Carrier("its call is not in the ledger".into()))?;
        let campaign = self.store.campaign(attempt.campaign).await;
        // Of a campaign that was deleted the number is left.
        let campaign = campaign.map_or_else(
            |_| attempt.campaign.to_string(),
            |found| format!("{}-{}", attempt.campaign, found.name),
        );
        let name = if keeping.naming.wants_name() {
            let page = Page {
                after: Some(ContactId(attempt.contact.0 - 1)),
                limit: 1,
            };
            let found = self.store.contacts(attempt.campaign, None, page).await?;
            let found = found.into_iter().find(|it| it.id == attempt.contact);
            found.map_or_else(String::new, |it| it.name)
        } else {
            String::new()
        };
        let day = attempt.claimed_at.as_millis().div_euclid(DAY_MILLIS);
        let named = keeping.naming.name(&Names {
            campaign,
            date: date(i32::try_from(day).unwrap_or(i32::MAX)),
            contact: attempt.contact.to_string(),
            attempt: attempt.id.to_string(),
            number: attempt.number.digits().to_string(),
            name,
        });
        let siblings = self.store.recordings_of(it.wanted.attempt).await?;
        let ending = keeping.format.as_str();
        // A call may have several, of which the first has the bare name.
        Ok(match siblings.first() {
            Some(first) if first.id != it.id => format!("{named}-{}.{ending}", it.id),
            _ => format!("{named}.{ending}"),
        })
    }
}

async fn receive(download: &mut Download, draft: &mut dyn Draft) -> Result<Came, Vain> {
    let (mut bytes, mut hash, mut head) = (0_u64, Sha256::new(), Vec::new());
    while let Some(chunk) = download.chunk().await.map_err(Vain::Carrier)? {
        bytes += chunk.len() as u64;
        if bytes > MOST {
            let words = format!("it is longer than {} MiB", MOST >> 20);
            return Err(Vain::Carrier(words));
        }
        hash.update(&chunk);
        let missing = HEAD.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..missing]);
        draft.write(chunk).await.map_err(Vain::Archive)?;
    }
    Ok(Came {
        bytes,
        sha256: hash.finalize().into(),
        head,
    })
}

/// How many seconds it has; an error when it is not what the carrier said.
fn judge(
    came: &Came,
    length: Option<u64>,
    format: Format,
    told: Option<u32>,
) -> Result<Option<u32>, String> {
    if let Some(length) = length
        && length != came.bytes
    {
        return Err(format!("{} of {length} bytes came", came.bytes));
    }
    if came.bytes == 0 {
        return Err("it is empty".into());
    }
    if format == Format::Mp3 {
        return is_mp3(&came.head)
            .then_some(told)
            .ok_or_else(|| "what came is no MP3 file".into());
    }
    let millis = Wave::read(&came.head)?.millis(came.bytes)?;
    agree(millis, told)?;
    Ok(u32::try_from(millis.div_ceil(1_000)).ok())
}

/// Whether it begins as an MP3 file does: with a tag, or with a frame's eleven bits.
fn is_mp3(head: &[u8]) -> bool {
    head.starts_with(b"ID3") || matches!(head, [0xFF, second, ..] if second & 0xE0 == 0xE0)
}

/// Whether a recording is as long as the carrier said.
fn agree(millis: u64, told: Option<u32>) -> Result<(), String> {
    let Some(told) = told else {
        return Ok(());
    };
    if (u64::from(told) * 1_000).abs_diff(millis) <= TOLERANCE_MILLIS {
        return Ok(());
    }
    Err(format!(
        "it sounds for {} s, and the carrier said {told} s",
        millis / 1_000
    ))
}

const fn content_type(format: Format) -> &'static str {
    match format {
        Format::Wav => "audio/x-wav",
        Format::Mp3 => "audio/mpeg",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_mp3_is_not_taken_for_one() {
        for (bytes, is_one) in [
            (&b"ID3\x04"[..], true),
            (b"\xff\xfb\x14\xc0", true),
            (b"\xff\xf3\x14\xc0", true),
            (b"\xff", false),
            (b"<html>Not found</html>", false),
            (b"RIFF", false),
        ] {
            let came = Came {
                bytes: bytes.len() as u64,
                sha256: [0; 32],
                head: bytes.to_vec(),
            };
            let judged = judge(&came, None, Format::Mp3, Some(7));
            assert_eq!(judged.is_ok(), is_one, "{bytes:?}: {judged:?}");
        }
    }

    #[test]
    fn a_recording_is_as_long_as_the_carrier_said_within_its_rounding() {
        for (millis, told, agrees) in [
            (11_400, Some(11), true),
            (11_400, Some(12), true),
            (9_000, Some(11), true),
            (8_900, Some(11), false),
            (13_100, Some(11), false),
            (0, Some(60), false),
            (60_000, None, true),
        ] {
            assert_eq!(agree(millis, told).is_ok(), agrees, "{millis} {told:?}");
        }
    }
}
