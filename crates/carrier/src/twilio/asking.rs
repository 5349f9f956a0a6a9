//! How Twilio is asked for something that rings no phone: with which credentials, and what it means that it
//! does not answer.
//!
//! While an auth token is being replaced there are two. A request that is refused with the one is made again
//! with the other, and what follows begins with whichever was accepted last. That is for questions alone: a
//! request that creates a call is never made twice.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::header::DATE;
use reqwest::{RequestBuilder, StatusCode, Url};
use ringonce_domain::Timestamp;
use serde::de::DeserializeOwned;

use super::calls::instant;
use super::codes::Problem;
use super::{Account, Secret, Twilio, http};

/// The most bytes of an answer.
const MAX_PAGE: usize = 4 << 20;

/// Why there is no answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unanswered {
    /// In words, with what to do about it.
    pub(super) words: String,
    /// It does not let us in, or not to this.
    pub(super) denied: bool,
}

impl From<String> for Unanswered {
    fn from(words: String) -> Self {
        Self {
            words,
            denied: false,
        }
    }
}

impl From<&str> for Unanswered {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl From<Unanswered> for String {
    fn from(unanswered: Unanswered) -> Self {
        unanswered.words
    }
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// When it was written, by the carrier's clock; to the second.
    pub(super) date: Option<Timestamp>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// Why it is not what was asked for.
    pub(super) fn refusal(&self) -> Unanswered {
        match Problem::of(&self.body) {
            Some(problem) => Unanswered {
                denied: self.is_denial() || problem.shuts_out(),
                words: problem.words(),
            },
            None => Unanswered {
                denied: self.is_denial(),
                words: format!("the carrier answers {}", self.status),
            },
        }
    }

    fn is_denial(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }
}

/// Which of an account's two auth tokens is used.
#[derive(Debug, Default)]
pub(super) struct TokenInUse(AtomicBool);

impl TokenInUse {
    /// The name and the secret with which requests authenticate.
    pub(super) fn credentials<'a>(&self, account: &'a Account) -> (&'a str, &'a Secret) {
        match (&account.api_key, &account.secondary_token) {
            (Some((key, secret)), _) => (key, secret),
            (None, Some(secondary)) if self.0.load(Ordering::Relaxed) => (&account.sid, secondary),
            (None, _) => (&account.sid, &account.auth_token),
        }
    }

    /// The other one; `None` when there is none.
    fn other<'a>(&self, account: &'a Account) -> Option<(&'a str, &'a Secret)> {
        let secondary = account.secondary_token.as_ref()?;
        let other = if self.0.load(Ordering::Relaxed) {
            &account.auth_token
        } else {
            secondary
        };
        account.api_key.is_none().then_some((&account.sid, other))
    }

    /// From here on the other one is used.
    fn change(&self) {
        self.0.fetch_xor(true, Ordering::Relaxed);
    }
}

impl Twilio {
    /// A request with the account's credentials.
    pub(super) fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        let (user, secret) = self.token.credentials(&self.account);
        request.basic_auth(user, Some(secret.reveal()))
    }

    /// Makes a request that may be made twice, and reads what comes back.
    pub(super) async fn ask(&self, request: RequestBuilder) -> Result<Reply, String> {
        let again = request.try_clone();
        let sent = self.clock.now();
        let first = reply(self.signed(request)).await?;
        if let Some(date) = first.date {
            self.offset.answered(sent, date, self.clock.now());
        }
        let other = self.token.other(&self.account).zip(again);
        let Some(((user, secret), again)) = other.filter(|_| first.is_denial()) else {
            return Ok(first);
        };
        let second = reply(again.basic_auth(user, Some(secret.reveal()))).await?;
        if second.is_denial() {
            return Ok(first);
        }
        self.token.change();
        tracing::warn!(
            carrier = self.account.name,
            "one of the two auth tokens is refused; requests use the other"
        );
        Ok(second)
    }

    /// Asks for something; `None` when there is no such thing.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &str,
    ) -> Result<Option<T>, Unanswered> {
        let mut url = self.resource(path)?;
        url.set_query((!query.is_empty()).then_some(query));
        self.get_from(url).await
    }

    /// The same of a whole address at the carrier.
    pub(super) async fn get_from<T: DeserializeOwned>(
        &self,
        url: Url,
    ) -> Result<Option<T>, Unanswered> {
        let reply = self.ask(self.asking.get(url)).await?;
        if reply.status.is_success() {
            return Ok(http::parsed(&reply.body).map(Some)?);
        }
        let code = Problem::of(&reply.body).map(|problem| problem.code);
        if reply.status == StatusCode::NOT_FOUND && code == Some(20404) {
            return Ok(None);
        }
        Err(reply.refusal())
    }

    /// Whether the other auth token is accepted where the one in use was refused.
    pub(super) async fn changes_token(&self) -> bool {
        if self.token.other(&self.account).is_none() {
            return false;
        }
        let calls = self.resource("Calls.json?PageSize=1");
        match calls {
            Ok(url) => {
                let reply = self.ask(self.asking.get(url)).await;
                reply.is_ok_and(|reply| reply.status.is_success())
            }
            Err(_) => false,
        }
    }
}

async fn reply(request: RequestBuilder) -> Result<Reply, String> {
    let answer = request.send().await.map_err(http::words)?;
    let date = answer.headers().get(DATE).and_then(|it| it.to_str().ok());
    Ok(Reply {
        status: answer.status(),
        date: date.and_then(instant),
        body: http::bytes(answer, MAX_PAGE).await?,
    })
}
