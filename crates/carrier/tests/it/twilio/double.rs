//! A server in Twilio's place.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::twilio::{Account, Flavour, Twilio};
use ringonce_carrier::{CallQuery, Clock, Deadline, PlaceRequest};
use ringonce_domain::{AttemptId, CampaignId, Millis, Number, Timestamp};

pub(crate) const SID: &str = "AC00000000000000000000000000000001";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_290_304_000);

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl ReceivedRequest {
    /// All values of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let found = self.fields.iter().filter(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// The one value of a field; nothing when it is absent.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name} came {} times", all.len());
        all.first().copied()
    }
}

/// What it answers: a status and a body; a status of 0 is no answer at all.
pub(crate) type Answer = (u16, String);

#[derive(Default)]
struct Book {
    asked: Vec<ReceivedRequest>,
    answers: VecDeque<Answer>,
}

/// The server, which gives its answers in turn and the last for ever.
#[derive(Clone)]
pub(crate) struct Double {
    book: Arc<Mutex<Book>>,
    pub(crate) url: String,
}

impl Double {
    pub(crate) async fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Mutex::new(Book {
            asked: Vec::new(),
            answers: answers.into_iter().collect(),
        }));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&book));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { book, url }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<ReceivedRequest> {
        self.book.lock().unwrap().asked.clone()
    }

    pub(crate) fn account(&self) -> Account {
        Account {
            base_url: Some(self.url.clone()),
            caller_ids: vec![caller_id()],
            calls_per_second: 1_000.0,
            ..Account::new(
                Flavour::Twilio,
                SID,
                "the auth token",
                "https://calls.example.com",
            )
        }
    }

    pub(crate) fn adapter(&self) -> Twilio {
        adapter(self.account())
    }
}

async fn answer(
    State(book): State<Arc<Mutex<Book>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect();
    let authorization = headers.get("authorization");
    let asked = ReceivedRequest {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: pairs(uri.query().unwrap_or_default().as_bytes()),
        authorization: authorization.map_or_else(String::new, |it| it.to_str().unwrap().into()),
        fields: pairs(&body),
    };
    let (status, body) = {
        let mut book = book.lock().unwrap();
        book.asked.push(asked);
        let last = book.answers.len() == 1;
        if last {
            book.answers[0].clone()
        } else {
            book.answers.pop_front().unwrap()
        }
    };
    if status == 0 {
        return std::future::pending().await;
    }
    (
        StatusCode::from_u16(status).unwrap(),
        [("content-type", "application/json")],
        body,
    )
        .into_response()
}

pub(crate) fn adapter(account: Account) -> Twilio {
    Twilio::new(account, "secret", Arc::new(SystemClock)).unwrap()
}

pub(crate) fn attempt() -> AttemptId {
    AttemptId::new(NOW, [7; 10])
}

pub(crate) fn number() -> Number {
    Number::from_digits(12_025_550_123).unwrap()
}

/// The number that the account may show.
pub(crate) fn caller_id() -> Number {
    Number::from_digits(12_025_550_199).unwrap()
}

pub(crate) fn request() -> PlaceRequest {
    request_by(&SystemClock)
}

pub(crate) fn request_by(clock: &dyn Clock) -> PlaceRequest {
    let deadline = Deadline::after(Millis::from_secs(60), clock);
    PlaceRequest {
        caller_id: Some(caller_id()),
        ..PlaceRequest::ordinary(attempt(), CampaignId(1), number(), deadline)
    }
}

pub(crate) fn query(call_id: Option<&str>, others: &[&str]) -> CallQuery {
    CallQuery {
        attempt: attempt(),
        call_id: call_id.map(str::to_owned),
        guessed: false,
        to: number(),
        from: Some(caller_id()),
        dialed_at: NOW,
        dial_before: NOW + Millis::from_secs(10),
        others: others.iter().map(|sid| (*sid).to_owned()).collect(),
    }
}

/// An error as Twilio answers it.
pub(crate) fn problem(status: u16, code: u32) -> Answer {
    let body = format!(
        r#"{{"code": {code}, "message": "in its words", "more_info": "", "status": {status}}}"#
    );
    (status, body)
}
