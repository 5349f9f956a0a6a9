//! Recordings at Twilio.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::StatusCode;
use serde::Deserialize;

use super::Twilio;
use super::calls::instant;
use super::create::is_sid;
use crate::http;
use crate::recording::{Download, Format, Recording, Recordings};

/// How long the bytes of one recording may take.
const FETCHING: Duration = Duration::from_mins(10);

/// A recording in an answer of Twilio.
#[derive(Deserialize)]
struct RecordingPage {
    sid: String,
    call_sid: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    duration: Option<String>,
    #[serde(default)]
    date_created: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    recordings: Vec<RecordingPage>,
}

#[async_trait]
impl Recordings for Twilio {
    async fn of_call(&self, call_id: &str) -> Result<Vec<Recording>, String> {
        if !is_sid(call_id) {
            return Err("that is no name of a call".into());
        }
        let path = format!("Calls/{call_id}/Recordings.json");
        let page: Option<Page> = self.get(&path, "PageSize=100").await?;
        let told = page.map(|page| page.recordings).unwrap_or_default();
        Ok(told.into_iter().map(Into::into).collect())
    }

    async fn fetch(&self, id: &str, format: Format) -> Result<Option<Download>, String> {
        let url = self.resource(&path_of(id, format.as_str())?)?;
        let asking = self.signed(self.asking.get(url)).timeout(FETCHING);
        let answer = asking.send().await.map_err(http::words)?;
        match answer.status() {
            StatusCode::OK => Ok(Some(Download::of(answer))),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(format!("the carrier answers {status}")),
        }
    }

    async fn remove(&self, id: &str) -> Result<(), String> {
        let url = self.resource(&path_of(id, "json")?)?;
        let asking = self.signed(self.asking.delete(url));
        let answer = asking.send().await.map_err(http::words)?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::NOT_FOUND => Ok(()),
            status => Err(format!("the carrier answers {status}")),
        }
    }
}

impl From<RecordingPage> for Recording {
    fn from(told: RecordingPage) -> Self {
        Self {
            id: told.sid,
            call_id: told.call_sid,
            ready: told.status.as_deref() == Some("completed"),
            seconds: told.duration.and_then(|seconds| seconds.parse().ok()),
            made_at: told.date_created.as_deref().and_then(instant),
        }
    }
}

fn path_of(id: &str, ending: &str) -> Result<String, String> {
    if is_sid(id) {
        Ok(format!("Recordings/{id}.{ending}"))
    } else {
        Err("that is no name of a recording".into())
    }
}
