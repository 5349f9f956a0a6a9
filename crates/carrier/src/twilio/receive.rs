//! What each of Twilio's requests means: one address for each kind, below the token of a call.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Evidence};

use super::Twilio;
use super::twiml::{Call, Twiml, render};
use super::webhook::{self, StatusCallback};
use super::{destination, fallback};
use crate::{
    AnsweredBy, EventName, Instructions, PickedUp, ReadyRecording, Received, Refusal, Scene, Step,
    WebhookRequest, Webhooks,
};

/// Which kind of request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `…/status`: how the call goes.
    Status,
    /// `…/twiml`: the call was answered, or a transfer's other side is to be whispered to.
    Twiml,
    /// `…/key`: a key was pressed or waited for, or an answer spoken.
    Key,
    /// `…/transfer`: a transfer is over.
    Transfer,
    /// `…/machine`: who or what answered, told beside the call.
    Machine,
    /// `…/recording`: a recording is ready, or will never be.
    Recording,
    /// `…/fallback`: an answer to one of the others did not arrive, or could not be used.
    Fallback,
}

impl Route {
    pub(super) fn of(leaf: &str) -> Option<Self> {
        Some(match leaf {
            "status" => Self::Status,
            "twiml" => Self::Twiml,
            "key" => Self::Key,
            "transfer" => Self::Transfer,
            "machine" => Self::Machine,
            "recording" => Self::Recording,
            "fallback" => Self::Fallback,
            _ => return None,
        })
    }

    /// Where the call is, from the parameters of the request, those of its query and of its form alike.
    /// What is missing or not understood is read as if nothing had been said. `None` from a request that
    /// asks for nothing.
    pub(super) fn step<'a>(self, given: impl Fn(&str) -> Option<&'a str>) -> Option<Step> {
        let key = || given("key").and_then(|key| key.parse().ok());
        let step = given("step").unwrap_or_default();
        Some(match (self, step) {
            (Self::Status | Self::Machine | Self::Recording | Self::Fallback, _) => return None,
            (Self::Twiml, "whisper") => Step::Whisper { key: key() },
            (Self::Twiml, "voicemail") => Step::Voicemail,
            (Self::Twiml, _) => Step::Opening {
                answered_by: given("AnsweredBy").map_or_else(AnsweredBy::default, answered_by),
            },
            (Self::Key, "answer") => Step::AfterAnswer,
            (Self::Key, _) => Step::AfterKey {
                round: given("round").and_then(|it| it.parse().ok()).unwrap_or(0),
                digits: given("Digits").unwrap_or_default().to_owned(),
            },
            (Self::Transfer, _) => Step::AfterTransfer {
                key: key(),
                connected: matches!(given("DialCallStatus"), Some("completed" | "answered")),
            },
        })
    }
}

/// Who or what answered, by Twilio's word.
fn answered_by(word: &str) -> AnsweredBy {
    match word {
        "human" => AnsweredBy::Human,
        "fax" => AnsweredBy::Fax,
        word if word.starts_with("machine_end") => AnsweredBy::MachineEnd,
        word if word.starts_with("machine") => AnsweredBy::MachineStart,
        _ => AnsweredBy::Unknown,
    }
}

/// The place of a status webhook among those of its call. A carrier that does not number them has one
/// place for each word, as the second of two words that shared a place would be taken for the first
/// brought again.
fn place(told: &StatusCallback) -> i64 {
    if let Some(sequence) = told.sequence {
        return i64::from(sequence);
    }
    match told.field("CallStatus").unwrap_or_default() {
        "queued" => 1_000,
        "initiated" => 1_001,
        "ringing" => 1_002,
        "answered" => 1_003,
        "in-progress" => 1_004,
        "completed" => 1_005,
        "busy" => 1_006,
        "no-answer" => 1_007,
        "canceled" => 1_008,
        "failed" => 1_009,
        // An unknown word says nothing.
        _ => 1_010,
    }
}

/// The place of a recording's state among those of the recording.
fn recording_place(told: &StatusCallback) -> i64 {
    match told.field("RecordingStatus") {
        Some("in-progress") => 0,
        Some("completed") => 1,
        _ => 2,
    }
}

#[async_trait]
impl Webhooks for Twilio {
    fn attempt_of(&self, token: &str) -> Option<AttemptId> {
        self.callbacks.attempt_of(token)
    }

    fn stream_of(&self, token: &str) -> Option<AttemptId> {
        self.streams.attempt_of(token)
    }

    fn receive(&self, request: &WebhookRequest<'_>) -> Result<Received, Refusal> {
        let route = Route::of(request.leaf).ok_or(Refusal::Unknown)?;
        let address = request.path_and_query;
        let told = self
            .verifier
            .verify(address, request.headers, request.body)?;
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        // A parameter of the address, or else a field of the form.
        let given = |name: &str| {
            let asked = query.iter().find(|(key, _)| key == name);
            asked.map_or_else(|| told.field(name), |(_, value)| Some(&**value))
        };
        let step = match route {
            Route::Fallback => Some(fallback::step(given)),
            route => route.step(given),
        };
        let answers = route == Route::Machine || matches!(step, Some(Step::Opening { .. }));
        let picked_up = told.field("AnsweredBy").filter(|_| answers);
        let named = |source: &str, sequence| {
            Some(EventName {
                source: source.to_owned(),
                sequence,
            })
        };
        let recording_id = given("RecordingSid");
        let event = match route {
            Route::Status => named(told.source.as_deref().unwrap_or("status"), place(&told)),
            // That it asks says that the call was answered.
            Route::Twiml | Route::Fallback if answers => named("twiml", 0),
            Route::Machine => named("machine", 0),
            Route::Recording => named(
                &format!("recording:{}", recording_id.unwrap_or_default()),
                recording_place(&told),
            ),
            Route::Twiml | Route::Key | Route::Transfer | Route::Fallback => None,
        };
        if route == Route::Fallback {
            let code = told.field("ErrorCode").unwrap_or("unknown");
            tracing::warn!(attempt = %request.attempt, code, "the carrier asks again what a call does next; its error says why");
        }
        let is_ready = route == Route::Recording && recording_place(&told) == 1;
        Ok(Received {
            event,
            picked_up: picked_up.map(|word| PickedUp {
                word: word.to_owned(),
                by: answered_by(word),
            }),
            recording: is_ready.then(|| ReadyRecording {
                id: recording_id.map(str::to_owned),
                seconds: given("RecordingDuration").and_then(|it| it.parse().ok()),
            }),
            caller_id: told.field("From").and_then(|it| it.parse().ok()),
            step,
            call_id: told.call_id,
        })
    }

    fn read(&self, _source: &str, body: &str) -> Result<Vec<Evidence>, String> {
        let said = webhook::read(body).map_err(|refusal| refusal.to_string())?;
        Ok(destination::as_told_by_network(&self.account, said))
    }

    fn instructions(&self, step: &Step, scene: &Scene<'_>) -> Instructions {
        let call = Call {
            links: self.links(scene.attempt),
            contact: scene.contact.clone(),
            callee: scene.callee,
            caller_id: scene.caller_id,
            stream_token: self.stream_token(scene.attempt),
        };
        document(render(step, scene.agent, &call))
    }

    fn ending(&self) -> Instructions {
        document(Twiml::hang_up())
    }

    async fn leave_message(&self, attempt: AttemptId, call_id: &str) -> Result<(), String> {
        let links = self.links(attempt);
        let (url, fallback) = (
            links.webhook("twiml?step=voicemail"),
            links.webhook("fallback"),
        );
        self.send_to(call_id, &url, &fallback).await.map(drop)
    }
}

fn document(Twiml(body): Twiml) -> Instructions {
    Instructions {
        content_type: "text/xml; charset=utf-8",
        body,
    }
}
