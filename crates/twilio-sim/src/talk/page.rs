//! Fetching a document, and what the callee hears when that fails.

use reqwest::Url;
use serde_json::json;

use super::Talk;
use crate::form::Form;
use crate::hook;
use crate::order::{Hook, Source};
use crate::twiml::{self, Element};
use crate::web::{self, Seal};

/// Twilio's code and words for what failed.
type Failed = (u32, String);

fn parse(text: &str) -> Result<Element, Failed> {
    twiml::parse(text).map_err(|said| (12100, said))
}

impl Talk<'_> {
    /// The document, requested with the call's parameters and `extra`, or else the one at the call's
    /// `FallbackUrl`. `None` when it cannot be fetched: the callee hears an apology, and the call ends.
    ///
    /// What is documented of the request for the fallback is the error and its address. The other parameters of
    /// the failed one, such as the key, do not come along; who pressed one presses it again when asked again.
    pub(super) async fn document(&mut self, source: Source, extra: Form) -> Option<Element> {
        let parsed = match source {
            Source::Inline(text) => {
                self.page = None;
                parse(&text)
            }
            Source::Url { page, fallback } => {
                self.fallback = fallback.or(self.fallback.take());
                match (self.read(&page, extra).await, self.fallback.clone()) {
                    (Err((code, said)), Some(fallback)) => {
                        self.warn_at(code, &said, &page.url);
                        self.pressed = false;
                        let mut extra = Form::default();
                        extra.set("ErrorCode", code.to_string());
                        extra.set("ErrorUrl", page.url);
                        self.read(&fallback, extra).await
                    }
                    (read, _) => read,
                }
            }
        };
        match parsed {
            Ok(document) => {
                for stranger in twiml::strangers(&document) {
                    self.warn(12200, &stranger);
                }
                Some(document)
            }
            Err((code, said)) => {
                self.warn(code, &said);
                let apology = "We are sorry, an application error has occurred. Goodbye.";
                self.world
                    .note(self.sid, json!({ "verb": "Say", "text": apology }));
                self.pause(4.0).await;
                None
            }
        }
    }

    /// Fetches a document and reads it.
    async fn read(&mut self, page: &Hook, extra: Form) -> Result<Element, Failed> {
        self.fetch(page, extra).await.and_then(|text| parse(&text))
    }

    async fn fetch(&mut self, page: &Hook, extra: Form) -> Result<String, Failed> {
        let Some(mut form) = self
            .world
            .read(self.sid, |call| hook::about(self.world, call))
        else {
            return Err((11200, "the call is gone".to_owned()));
        };
        for (name, value) in extra.0 {
            form.set(&name, value);
        }
        let (number, dice) = self.world.draw();
        let token = format!("{:016x}{number:016x}", dice.of("token").bits());
        let asked = web::ask(self.world, page, &form, Seal::True, &token).await;
        self.page = Url::parse(&page.url).ok().map(|mut url| {
            url.set_fragment(None);
            url
        });
        let answer = asked.map_err(|failure| (11205, failure.to_string()))?;
        self.world.note(
            self.sid,
            json!({ "fetched": page.url, "answer": answer.status, "type": answer.kind }),
        );
        if !answer.is_good() {
            return Err((
                11200,
                format!("Got HTTP {} response to {}", answer.status, page.url),
            ));
        }
        if !(answer.kind.contains("xml") || answer.kind.starts_with("text/html")) {
            return Err((12300, format!("Invalid Content-Type: {}", answer.kind)));
        }
        String::from_utf8(answer.body).map_err(|error| (12100, error.to_string()))
    }
}
