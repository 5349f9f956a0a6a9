//! The addresses of a call's webhooks, as they stand in documents.

use ringonce_domain::agent::Key;
use ringonce_domain::ids::MediaId;

/// The addresses of one call. They hold its attempt's token, and must not be logged.
#[derive(Clone)]
pub(in crate::twilio) struct Links {
    call: String,
    media: String,
    overrides: &'static str,
}

impl Links {
    /// Below the public address of the installation, for a carrier such as `twilio` and the token
    /// of the attempt. `overrides` end each address, and say how the carrier connects.
    pub(in crate::twilio) fn new(
        public_url: &str,
        carrier: &str,
        token: &str,
        overrides: &'static str,
    ) -> Self {
        let carriers = format!("{}/carriers", public_url.trim_end_matches('/'));
        Self {
            call: format!("{carriers}/{carrier}/{token}"),
            media: format!("{carriers}/media"),
            overrides,
        }
    }

    /// The webhook of this name, such as `status` or `twiml?step=voicemail`.
    pub(in crate::twilio) fn webhook(&self, leaf: &str) -> String {
        format!("{}/{leaf}{}", self.call, self.overrides)
    }

    /// Where it asks what to say to whom the callee is transferred; `key` is what the callee
    /// pressed.
    pub(in crate::twilio) fn whisper(&self, key: Option<Key>) -> String {
        self.webhook(&format!("twiml?step=whisper{}", pressed('&', key)))
    }

    /// Where it reports a key, or that none was pressed in this round.
    pub(in crate::twilio) fn key(&self, round: u32) -> String {
        self.webhook(&format!("key?round={round}"))
    }

    /// Where it asks what to do after a spoken answer.
    pub(in crate::twilio) fn answer(&self) -> String {
        self.webhook("key?step=answer")
    }

    /// Where it reports the end of a transfer.
    pub(in crate::twilio) fn transfer(&self, key: Option<Key>) -> String {
        self.webhook(&format!("transfer{}", pressed('?', key)))
    }

    /// Where it reports that a recording is ready.
    pub(in crate::twilio) fn recording(&self) -> String {
        self.webhook("recording")
    }

    /// Where it fetches an uploaded file.
    pub(in crate::twilio) fn media(&self, id: MediaId) -> String {
        format!("{}/{id}/audio", self.media)
    }
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links").finish_non_exhaustive()
    }
}

fn pressed(sign: char, key: Option<Key>) -> String {
    // Of a phone's keys, one has a meaning in addresses.
    key.map_or_else(String::new, |key| {
        format!("{sign}key={}", key.to_string().replace('#', "%23"))
    })
}
