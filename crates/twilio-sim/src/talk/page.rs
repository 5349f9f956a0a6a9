//! Fetching a document, and what the callee hears when that fails.

use reqwest::Url;
use serde_json::json;

use super::Talk;
use crate::form::Form;
use crate::hook;
use crate::order::{Hook, Source};
use crate::twiml::{self, Element};
use crate::web::{self, Seal};

impl Talk<'_> {
    /// The document, requested with the call's parameters and `extra`. `None` when it cannot be
    /// fetched: the callee hears an apology, and the call ends.
    pub(super) async fn document(&mut self, source: Source, extra: Form) -> Option<Element> {
        let text = match source {
            Source::Inline(text) => {
                self.page = None;
                Ok(text)
            }
            Source::Url { page, fallback } => match (self.fetch(&page, extra).await, fallback) {
                (Err((code, said)), Some(fallback)) => {
                    self.warn_at(code, &said, &page.url);
                    let mut extra = Form::default();
                    extra.set("ErrorCode", code.to_string());
                    extra.set("ErrorUrl", page.url);
                    self.fetch(&fallback, extra).await
                }
                (fetched, _) => fetched,
            },
        };
        let parsed = text.and_then(|text| twiml::parse(&text).map_err(|said| (12100, said)));
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

    async fn fetch(&mut self, page: &Hook, extra: Form) -> Result<String, (u32, String)> {
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
