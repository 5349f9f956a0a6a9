//! Recordings: made during calls, announced by callbacks, and kept until they are deleted.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::dates;
use crate::hook;
use crate::look_alike::LookAlike;
use crate::order::Hook;
use crate::tempo::Tempo;

/// A recording of a call.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) sid: String,
    pub(crate) call: String,
    /// `OutboundAPI`, `RecordVerb` or `DialVerb`.
    pub(crate) source: &'static str,
    pub(crate) channels: u8,
    pub(crate) started: i64,
    /// Known once it is complete.
    pub(crate) seconds: Option<u64>,
}

/// The address for callbacks about a recording, and their events.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    pub(crate) hook: Hook,
    pub(crate) events: Vec<String>,
}

impl Recording {
    /// `absent` when it is too short to keep.
    pub(crate) fn status(&self) -> &'static str {
        match self.seconds {
            None => "in-progress",
            Some(0) => "absent",
            Some(_) => "completed",
        }
    }

    /// Its path relative to the API, without an extension.
    pub(crate) fn path(&self, account: &str) -> String {
        format!("/2010-04-01/Accounts/{account}/Recordings/{}", self.sid)
    }

    /// The resource.
    pub(crate) fn json(&self, world: &LookAlike) -> Value {
        let account = &world.config.account;
        let path = self.path(account);
        let error = (self.seconds == Some(0)).then_some(16101);
        json!({
            "account_sid": account,
            "api_version": "2010-04-01",
            "call_sid": self.call,
            "conference_sid": null,
            "channels": self.channels,
            "date_created": dates::rfc2822(self.started),
            "date_updated": dates::rfc2822(self.started),
            "start_time": dates::rfc2822(self.started),
            "duration": self.seconds.map(|seconds| seconds.to_string()),
            "encryption_details": null,
            "error_code": error,
            "media_url": format!("{}{path}", world.address()),
            "price": null,
            "price_unit": "USD",
            "sid": self.sid,
            "source": self.source,
            "status": self.status(),
            "subresource_uris": {
                "add_on_results": format!("{path}/AddOnResults.json"),
                "transcriptions": format!("{path}/Transcriptions.json"),
            },
            "track": "both",
            "uri": format!("{path}.json"),
        })
    }
}

/// Begins a recording and returns its SID.
pub(crate) fn begin(
    world: &Arc<LookAlike>,
    call: &str,
    source: &'static str,
    channels: u8,
    listener: Option<&Listener>,
) -> String {
    let recording = Recording {
        sid: world.sid("RE"),
        call: call.to_owned(),
        source,
        channels,
        started: Tempo::now(),
        seconds: None,
    };
    tell(world, &recording, listener);
    let sid = recording.sid.clone();
    world.with(|state| state.recordings.push(recording));
    sid
}

/// Ends a recording that lasts this many seconds.
pub(crate) fn end(world: &Arc<LookAlike>, sid: &str, seconds: u64, listener: Option<&Listener>) {
    let ended = world.with(|state| {
        let recording = state.recordings.iter_mut().find(|known| known.sid == sid)?;
        recording.seconds.get_or_insert(seconds);
        Some(recording.clone())
    });
    if let Some(recording) = ended {
        tell(world, &recording, listener);
    }
}

fn tell(world: &Arc<LookAlike>, recording: &Recording, listener: Option<&Listener>) {
    let Some(listener) = listener else { return };
    let status = recording.status();
    if !listener.events.iter().any(|event| event == status) {
        return;
    }
    let mut form = crate::form::Form::default();
    let path = recording.path(&world.config.account);
    form.set("AccountSid", &world.config.account);
    form.set("CallSid", &recording.call);
    form.set("RecordingSid", &recording.sid);
    form.set("RecordingUrl", format!("{}{path}", world.address()));
    form.set("RecordingStatus", status);
    form.set(
        "RecordingDuration",
        recording.seconds.unwrap_or(0).to_string(),
    );
    form.set("RecordingChannels", recording.channels.to_string());
    form.set("RecordingStartTime", dates::rfc2822(recording.started));
    form.set("RecordingSource", recording.source);
    form.set("RecordingTrack", "both");
    form.set("ErrorCode", if status == "absent" { "16101" } else { "0" });
    hook::tell(world, &recording.call, &listener.hook, &form);
}
