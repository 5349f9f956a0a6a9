//! Multipart bodies: the file goes to disk as it comes, the other parts are short texts.
//!
//! Nothing is held in memory but the piece that has just come, and a client that stops sending, or
//! sends too much, is told so.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tokio::sync::OwnedSemaphorePermit;

use crate::AppState;
use crate::auth::Caller;
use crate::limits;
use crate::problem::Problem;
use crate::staged::Sent;
use crate::token::hex;

/// Bytes that are collected before they are written.
const WRITE_BYTES: usize = 256 << 10;

/// A multipart body that was received whole.
#[derive(Debug)]
pub(crate) struct Upload {
    sent: Sent,
    fields: BTreeMap<String, String>,
    _slot: OwnedSemaphorePermit,
}

impl Upload {
    /// The refusal of a body that is no form.
    pub(crate) fn no_form() -> Problem {
        Problem::wrong_media("send `multipart/form-data`; with curl: `-F file=@contacts.csv`")
    }

    /// Receives a body with the part `file` and any of the text parts in `known`.
    pub(crate) async fn receive(
        state: &AppState,
        body: Multipart,
        known: &[&str],
    ) -> Result<Self, Problem> {
        Self::receive_at_most(limits::UPLOAD_BYTES, state, body, known).await
    }

    /// As [`Self::receive`], for files of so many bytes at most.
    pub(crate) async fn receive_at_most(
        most: u64,
        state: &AppState,
        body: Multipart,
        known: &[&str],
    ) -> Result<Self, Problem> {
        let (sent, fields, slot) = parts(most, state, body, known).await?;
        let sent = sent.ok_or_else(no_file)?;
        Ok(Self {
            sent,
            fields,
            _slot: slot,
        })
    }

    /// As [`Self::receive`]; in place of the file there may be the text part `upload` with the id of
    /// one that `caller` sent before.
    pub(crate) async fn receive_or_find(
        state: &AppState,
        caller: &Caller,
        body: Multipart,
        known: &[&str],
    ) -> Result<Self, Problem> {
        let known: Vec<&str> = known.iter().copied().chain(["upload"]).collect();
        let (sent, fields, slot) = parts(limits::UPLOAD_BYTES, state, body, &known).await?;
        let sent = match (sent, fields.get("upload")) {
            (Some(sent), None) => sent,
            (None, Some(id)) => {
                let found = state
                    .staged
                    .find(id.trim(), caller.key(), state.wall_clock());
                found?.0
            }
            (Some(_), Some(_)) => {
                let advice = "give either the part `file` or the part `upload`";
                return Err(Problem::invalid(advice).in_field("upload"));
            }
            (None, None) => return Err(no_file()),
        };
        Ok(Self {
            sent,
            fields,
            _slot: slot,
        })
    }

    /// The file.
    pub(crate) const fn sent(&self) -> &Sent {
        &self.sent
    }

    /// Where the file lies until this is dropped.
    pub(crate) fn path(&self) -> &Path {
        self.sent.path()
    }

    /// What people call the file.
    pub(crate) fn file_name(&self) -> &str {
        &self.sent.file_name
    }

    /// A text part, unless it is absent or blank.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A text part, unless it is absent; a blank one is empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|text| text.trim())
    }

    /// A text part that is true or false; false when it is absent.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.field(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::invalid("give `true` or `false`").in_field(name)),
        }
    }
}

fn no_file() -> Problem {
    Problem::invalid("the part `file` is missing; with curl: `-F file=@contacts.csv`")
        .in_field("file")
}

type Parts = (Option<Sent>, BTreeMap<String, String>, OwnedSemaphorePermit);

async fn parts(
    most: u64,
    state: &AppState,
    mut body: Multipart,
    known: &[&str],
) -> Result<Parts, Problem> {
    let slot = Arc::clone(&state.upload_slots)
        .try_acquire_owned()
        .map_err(|_| {
            let advice = format!(
                "{} uploads are under way; try again when one has ended",
                limits::UPLOADS_AT_ONCE
            );
            Problem::too_many(advice).retry_after(10)
        })?;
    let mut file = None;
    let mut fields = BTreeMap::new();
    let mut parts = 0;
    while let Some(part) = in_time(body.next_field()).await? {
        parts += 1;
        let name = part.name().unwrap_or_default().to_owned();
        if parts > limits::UPLOAD_PARTS {
            return Err(Problem::malformed(format!(
                "more than {} parts",
                limits::UPLOAD_PARTS
            )));
        } else if name == "file" && file.is_none() {
            let file_name = file_name(part.file_name().unwrap_or_default());
            file = Some(spool(&state.uploads, file_name, part, most).await?);
        } else if known.contains(&name.as_str()) && !fields.contains_key(&name) {
            fields.insert(name, text(part).await?);
        } else {
            let advice = format!(
                "unknown or repeated part {name:?}; send `file` and any of: {}",
                known.join(", ")
            );
            return Err(Problem::invalid(advice));
        }
    }
    Ok((file, fields, slot))
}

/// Waits for the next piece of a body, at most for its time limit.
async fn in_time<T>(next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Problem> {
    match tokio::time::timeout(limits::UPLOAD_IDLE, next).await {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(error)) => Err(Problem::by_status(error.status(), error.body_text())),
        Err(_) => Err(Problem::too_slow(format!(
            "nothing came for {} s; send the file again",
            limits::UPLOAD_IDLE.as_secs()
        ))),
    }
}

/// Writes a part to a file in `folder` that is deleted when its path is dropped.
async fn spool(
    folder: &Path,
    file_name: String,
    mut part: Field<'_>,
    most: u64,
) -> Result<Sent, Problem> {
    let file = tempfile::Builder::new()
        .prefix("upload-")
        .tempfile_in(folder)?;
    let (file, path) = file.into_parts();
    let mut file = BufWriter::with_capacity(WRITE_BYTES, tokio::fs::File::from_std(file));
    let mut hasher = Sha256::new();
    let mut bytes = 0_u64;
    while let Some(chunk) = in_time(part.chunk()).await? {
        bytes += chunk.len() as u64;
        if bytes > most {
            return Err(Problem::too_large(format!(
                "the file is larger than {} MiB; split it into smaller files",
                most >> 20
            )));
        }
        hasher.update(&chunk);
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(Sent {
        path: Arc::new(path),
        file_name,
        fingerprint: hex(&hasher.finalize()),
        bytes,
    })
}

async fn text(mut part: Field<'_>) -> Result<String, Problem> {
    let name = part.name().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    while let Some(chunk) = in_time(part.chunk()).await? {
        push(&mut all, &chunk).map_err(|problem| problem.in_field(name.clone()))?;
    }
    String::from_utf8(all).map_err(|_| Problem::invalid("is not text in UTF-8").in_field(name))
}

fn push(all: &mut Vec<u8>, chunk: &Bytes) -> Result<(), Problem> {
    if all.len() + chunk.len() > limits::BODY_BYTES {
        let most = limits::BODY_BYTES >> 10;
        return Err(Problem::too_large(format!(
            "this part is larger than {most} KiB"
        )));
    }
    all.extend_from_slice(chunk);
    Ok(())
}

/// The client's name for its file, fit to be shown: no folders, no control characters, not long.
fn file_name(raw: &str) -> String {
    let name = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(limits::NAME_CHARS)
        .collect();
    if name.is_empty() {
        "upload".into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::FromRequest as _;
    use axum::http::{Request, StatusCode, header};
    use futures::{StreamExt as _, stream};

    use super::*;

    const HEAD: &str =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";

    async fn multipart(body: Body) -> Multipart {
        let request = Request::post("/")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(body)
            .unwrap();
        Multipart::from_request(request, &()).await.unwrap()
    }

    fn files_in(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[tokio::test]
    async fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for (most, taken) in [(6, true), (5, false)] {
            let mut body = multipart(Body::from(format!("{HEAD}abcdef\r\n--x--\r\n"))).await;
            let part = body.next_field().await.unwrap().unwrap();
            match spool(folder.path(), "a.csv".into(), part, most).await {
                Ok(sent) => {
                    assert!(taken);
                    assert_eq!(std::fs::read(sent.path()).unwrap(), b"abcdef");
                    let fingerprint = sent.fingerprint;
                    assert!(fingerprint.starts_with("bef57ec7f53a6d40"), "{fingerprint}");
                }
                Err(problem) => {
                    assert!(!taken);
                    assert_eq!(problem.status(), StatusCode::PAYLOAD_TOO_LARGE);
                }
            }
            assert_eq!(files_in(folder.path()), 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_stops_sending_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from(format!("{HEAD}abc")))]);
        let mut body = multipart(Body::from_stream(begun.chain(stream::pending()))).await;
        let part = body.next_field().await.unwrap().unwrap();
        let sent = spool(folder.path(), "a.csv".into(), part, 100).await;
        let problem = sent.unwrap_err();
        assert_eq!(problem.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(files_in(folder.path()), 0);
    }

    #[test]
    fn a_file_name_keeps_neither_folders_nor_control_characters() {
        for (raw, shown) in [
            ("contacts.csv", "contacts.csv"),
            ("../../etc/passwd", "passwd"),
            (r"C:\lists\März.xlsx", "März.xlsx"),
            ("a\r\nb.csv", "ab.csv"),
            ("", "upload"),
            ("folder/", "upload"),
        ] {
            assert_eq!(file_name(raw), shown);
        }
    }
}
