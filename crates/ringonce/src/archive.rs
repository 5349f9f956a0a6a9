//! The archive of recordings: a folder, or a bucket with S3's API. The engine decides the names inside.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::prefix::PrefixStore;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, RetryConfig, WriteMultipart};
use ringonce_carrier::recording::Format;
use ringonce_domain::Millis;
use ringonce_engine::recordings::Keeping;
use ringonce_engine::recordings::archive::{Archive, Draft};
use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure};

/// Parts of a file that are uploaded to a bucket at once.
const PARTS_AT_ONCE: usize = 4;
/// How long a failing bucket is asked again. After that the engine's own retries apply.
const PATIENCE: Duration = Duration::from_secs(20);
/// The number of these repetitions.
const RETRIES: usize = 3;
/// Characters of a bucket's error message that are kept.
const SAID: usize = 400;

#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Recordings {
    /// Where recordings are kept: `file:PATH`, relative to the data folder, or `s3://BUCKET/PREFIX`.
    /// Several instances need a bucket, or a folder that all of them share. A bucket's keys are taken
    /// from the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and where needed
    /// `AWS_REGION` and `AWS_ENDPOINT`.
    #[config(env = "RINGONCE_RECORDINGS_STORE", default = "file:recordings")]
    pub(crate) store: String,

    /// The format in which they are fetched: `wav`, or `mp3`, which takes a tenth of the space.
    #[config(env = "RINGONCE_RECORDINGS_FORMAT", default = "wav")]
    pub(crate) format: Form,

    /// Their file names. The fields are `{campaign}`, `{date}`, `{contact}`, `{attempt}`, which is
    /// required, `{number}` and `{name}`; the last two put personal data into file names.
    #[config(
        env = "RINGONCE_RECORDINGS_NAME",
        default = "{campaign}/{date}/{contact}_{attempt}.wav"
    )]
    pub(crate) name: String,

    /// For how many days they are kept; for ever when not set.
    #[config(env = "RINGONCE_RECORDINGS_KEEP_DAYS")]
    pub(crate) keep_days: Option<u32>,

    /// Whether a recording is removed at the carrier once it is kept here.
    #[config(env = "RINGONCE_RECORDINGS_REMOVE_AT_CARRIER", default = false)]
    pub(crate) remove_at_carrier: bool,
}

/// The format of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// As it was made.
    Wav,
    /// A tenth of the size.
    Mp3,
}

/// The configured handling of recordings.
pub(crate) fn keeping(config: &Recordings, data: &Path) -> Result<Keeping, Failure> {
    let wrong = |field: &str, problem: &str| {
        Failure::new(Exit::Input, format!("recordings.{field} {problem}"))
            .help("`ringonce config` prints every setting with its meaning")
    };
    let naming = config
        .name
        .parse()
        .map_err(|problem: String| wrong("name", &problem))?;
    if config.keep_days == Some(0) {
        return Err(wrong(
            "keep_days",
            "is 0; leave it out to keep recordings for ever",
        ));
    }
    let objects = place(&config.store, data).map_err(|problem| wrong("store", &problem))?;
    Ok(Keeping {
        archive: Arc::new(objects),
        naming,
        format: match config.format {
            Form::Wav => Format::Wav,
            Form::Mp3 => Format::Mp3,
        },
        keep: config.keep_days.map(|days| Millis::from_days(days.into())),
        remove_at_carrier: config.remove_at_carrier,
    })
}

fn place(store: &str, data: &Path) -> Result<Objects, String> {
    if let Some(path) = store.strip_prefix("file:") {
        return folder(&data.join(path));
    }
    if let Some(rest) = store.strip_prefix("s3://") {
        return bucket(rest);
    }
    Err(format!(
        "is `{store}`; write `file:PATH` or `s3://BUCKET/PREFIX`"
    ))
}

fn folder(path: &PathBuf) -> Result<Objects, String> {
    let words =
        |error: &dyn std::fmt::Display| format!("{} cannot be used: {error}", path.display());
    std::fs::create_dir_all(path).map_err(|error| words(&error))?;
    close_to_others(path).map_err(|error| words(&error))?;
    let files = LocalFileSystem::new_with_prefix(path).map_err(|error| words(&error))?;
    // A recording that the ledger calls stored must survive a loss of power.
    let files = files.with_fsync(true).with_automatic_cleanup(true);
    Ok(Objects {
        store: Arc::new(files),
        bucket: None,
    })
}

/// Only this program's user may read recordings.
#[cfg(unix)]
fn close_to_others(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn bucket(place: &str) -> Result<Objects, String> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err("names no bucket; write `s3://BUCKET/PREFIX`".into());
    }
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_none() {
        return Err(
            "is a bucket, and its keys are not in the environment: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                .into(),
        );
    }
    // The bucket's client uses the process's TLS provider; another one that is already set works too.
    let _set_before = rustls::crypto::ring::default_provider().install_default();
    let endpoint = std::env::var("AWS_ENDPOINT").unwrap_or_default();
    let objects = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_allow_http(is_here(&endpoint))
        // Not every provider deletes several at once, and here it is always one.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            max_retries: RETRIES,
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        })
        .build()
        .map_err(|error| format!("cannot be used: {error}"))?;
    let prefix = Name::parse(prefix.trim_matches('/'));
    let prefix = prefix.map_err(|error| format!("cannot be used: {error}"))?;
    Ok(Objects {
        store: Arc::new(PrefixStore::new(objects, prefix)),
        bucket: Some(bucket.to_owned()),
    })
}

/// Whether plain HTTP to this address stays on this machine.
fn is_here(endpoint: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"]
        .iter()
        .any(|here| endpoint.starts_with(here))
}

/// An archive of objects.
struct Objects {
    store: Arc<dyn ObjectStore>,
    /// The bucket they are in, unless they are files in a folder.
    bucket: Option<String>,
}

impl Objects {
    /// Whether only the object is missing: the error may also mean that the whole bucket is.
    fn is_only_gone(&self, error: &Error) -> bool {
        let no_bucket = self.bucket.is_some() && error.to_string().contains("NoSuchBucket");
        matches!(error, Error::NotFound { .. }) && !no_bucket
    }

    fn words(&self, error: &Error) -> String {
        words(self.bucket.as_deref(), error)
    }
}

/// The error in words, and for a bucket what to do about it.
fn words(bucket: Option<&str>, error: &Error) -> String {
    let Some(bucket) = bucket else {
        return error.to_string();
    };
    // Providers' messages are long and have several lines, and the ledger keeps this.
    let said: String = error.to_string().chars().take(SAID).collect();
    let said = said.replace(char::is_control, " ");
    match error {
        Error::NotFound { .. } => format!(
            "there is no bucket `{bucket}`: create it, or correct recordings.store, AWS_REGION or AWS_ENDPOINT ({said})"
        ),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => format!(
            "the bucket `{bucket}` refuses us: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that they \
             may read, write and delete there ({said})"
        ),
        _ => format!("the bucket `{bucket}` cannot be used: {said}"),
    }
}

#[async_trait]
impl Archive for Objects {
    async fn begin(&self, name: &str) -> Result<Box<dyn Draft>, String> {
        let upload = self.store.put_multipart(&parsed(name)?).await;
        Ok(Box::new(Upload {
            parts: WriteMultipart::new(upload.map_err(|error| self.words(&error))?),
            bucket: self.bucket.clone(),
        }))
    }

    async fn read(&self, name: &str, from: u64, length: u64) -> Result<Option<Bytes>, String> {
        let range = from..from.saturating_add(length);
        match self.store.get_range(&parsed(name)?, range).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if self.is_only_gone(&error) => Ok(None),
            Err(error) => Err(self.words(&error)),
        }
    }

    async fn remove(&self, name: &str) -> Result<(), String> {
        match self.store.delete(&parsed(name)?).await {
            Ok(()) => Ok(()),
            Err(error) if self.is_only_gone(&error) => Ok(()),
            Err(error) => Err(self.words(&error)),
        }
    }
}

/// An upload in progress.
struct Upload {
    parts: WriteMultipart,
    bucket: Option<String>,
}

#[async_trait]
impl Draft for Upload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), String> {
        let room = self.parts.wait_for_capacity(PARTS_AT_ONCE).await;
        room.map_err(|error| words(self.bucket.as_deref(), &error))?;
        self.parts.put(bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), String> {
        let finished = self.parts.finish().await;
        finished
            .map(drop)
            .map_err(|error| words(self.bucket.as_deref(), &error))
    }

    async fn abandon(self: Box<Self>) {
        if let Err(error) = self.parts.abort().await {
            tracing::warn!(%error, "a part of a recording is left in the archive");
        }
    }
}

fn parsed(name: &str) -> Result<Name, String> {
    Name::parse(name).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(store: &str) -> Recordings {
        Recordings {
            store: store.into(),
            format: Form::Wav,
            name: "{attempt}".into(),
            keep_days: None,
            remove_at_carrier: false,
        }
    }

    #[tokio::test]
    async fn a_file_is_seen_when_it_is_finished_and_not_before() {
        let data = tempfile::tempdir().unwrap();
        let archive = keeping(&config("file:recordings"), data.path())
            .unwrap()
            .archive;
        let name = "7-Spring/2026-11-21/31_Ana_López.wav";
        let mut draft = archive.begin(name).await.unwrap();
        draft.write(Bytes::from_static(b"RIFF")).await.unwrap();
        assert_eq!(archive.read(name, 0, 4).await, Ok(None));
        draft.write(Bytes::from_static(b"abcd")).await.unwrap();
        draft.finish().await.unwrap();
        for (from, length, bytes) in [(0, 8, &b"RIFFabcd"[..]), (2, 3, b"FFa"), (6, 99, b"cd")] {
            let read = archive.read(name, from, length).await.unwrap().unwrap();
            assert_eq!(read, bytes, "{from} {length}");
        }
        let path = data.path().join("recordings").join(name);
        assert_eq!(std::fs::read(&path).unwrap(), b"RIFFabcd");
        for _ in 0..2 {
            archive.remove(name).await.unwrap();
            assert_eq!(archive.read(name, 0, 1).await, Ok(None));
        }
        let draft = archive.begin(name).await.unwrap();
        draft.abandon().await;
        assert!(!path.exists());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let data = tempfile::tempdir().unwrap();
        let name = Recordings {
            name: "{contact}".into(),
            ..config("file:r")
        };
        let days = Recordings {
            keep_days: Some(0),
            ..config("file:r")
        };
        for (config, word) in [
            (config("ftp://example.com"), "recordings.store is `ftp"),
            (config("s3://"), "names no bucket"),
            (config("s3://calls"), "AWS_ACCESS_KEY_ID"),
            (name, "recordings.name lacks {attempt}"),
            (days, "recordings.keep_days is 0"),
        ] {
            let failure = keeping(&config, data.path()).err().unwrap();
            assert!(failure.what.contains(word), "{failure}");
        }
    }
}
