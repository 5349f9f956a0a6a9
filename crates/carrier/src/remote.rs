//! The simulated carrier as another process: the adapter that speaks to it over HTTP.
//!
//! It is written as the adapter of a real carrier would be, because the process at the other end is
//! as unkind as one: answers get lost, events come late, twice or never. A create request is sent
//! once at most and never after its deadline ([`Once`]); no connection is used for two of them, so
//! that one which the carrier closes in that moment costs no call its answer. Events come to
//! [`RemoteSimulator::hear`] with a token ([`Callbacks`]) that proves whose they are.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, ClientBuilder, Response, StatusCode, Url};
use ringonce_domain::{AttemptId, FailureClass, Trust};
use tokio::sync::{mpsc, oneshot};

use crate::http::{plain, read, words};
use crate::once::{Fate, Once};
use crate::simulator::wire::{Declined, Known, Missing, Place, Taken, Told};
use crate::{CallQuery, CallStatus, Callbacks, Carrier, Clock, Delivery, PlaceRequest, Placed};

/// How long the bearer of an event waits until it is recorded.
const RECORDING: Duration = Duration::from_secs(5);
/// How many events wait to be recorded before their bearers wait too.
const CHANNEL: usize = 1_024;

/// A simulated carrier that runs in another process.
pub struct RemoteSimulator {
    base: Url,
    callbacks: Callbacks,
    clock: Arc<dyn Clock>,
    /// Keeps no connection.
    placing: Client,
    asking: Client,
    heard: mpsc::Sender<Delivery>,
    events: Mutex<Option<mpsc::Receiver<Delivery>>>,
}

/// Why there is no adapter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is not the address of a simulator: {problem}; write it as http://127.0.0.1:9100")]
pub struct NoSimulator {
    url: String,
    problem: String,
}

/// What came of an event that somebody brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is durable.
    Recorded,
    /// The token is not the one of the event's attempt.
    Forged,
    /// It cannot be read.
    Malformed(String),
    /// It could not be made durable in time.
    NotRecorded,
}

impl RemoteSimulator {
    /// An adapter to the simulator at `url`, which is not asked yet.
    ///
    /// # Errors
    /// [`NoSimulator`] when it is no `http` address.
    pub fn new(
        url: &str,
        callbacks: Callbacks,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, NoSimulator> {
        let unusable = |problem: String| NoSimulator {
            url: url.to_owned(),
            problem,
        };
        let mut base = Url::parse(url).map_err(|error| unusable(error.to_string()))?;
        if base.scheme() != "http" || base.host().is_none() {
            return Err(unusable("it begins with http:// and a host".into()));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let client = |builder: ClientBuilder| builder.build().map_err(|error| error.to_string());
        let [placing, asking] = [plain(), plain()].map(|it| it.map_err(unusable));
        let (heard, events) = mpsc::channel(CHANNEL);
        Ok(Self {
            base,
            callbacks,
            clock,
            placing: client(placing?.pool_max_idle_per_host(0)).map_err(unusable)?,
            asking: client(asking?).map_err(unusable)?,
            heard,
            events: Mutex::new(Some(events)),
        })
    }

    /// Takes in an event that somebody brought with a token; returns once it is durable, or cannot
    /// be made so.
    pub async fn hear(&self, token: &str, body: &[u8]) -> Heard {
        let Some(attempt) = self.callbacks.attempt_of(token) else {
            return Heard::Forged;
        };
        let told: Told = match serde_json::from_slice(body) {
            Ok(told) => told,
            Err(error) => return Heard::Malformed(error.to_string()),
        };
        if told.attempt != attempt {
            return Heard::Forged;
        }
        let (receipt, recorded) = oneshot::channel();
        let delivery = Delivery {
            event: told.into(),
            receipt: Some(receipt),
        };
        let recording = async { self.heard.send(delivery).await.is_ok() && recorded.await.is_ok() };
        match tokio::time::timeout(RECORDING, recording).await {
            Ok(true) => Heard::Recorded,
            Ok(false) | Err(_) => Heard::NotRecorded,
        }
    }

    fn call(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<Url, String> {
        let mut url = self.url(&format!("calls/{attempt}"))?;
        if let Some(call_id) = call_id {
            url.query_pairs_mut().append_pair("call_id", call_id);
        }
        Ok(url)
    }

    fn url(&self, path: &str) -> Result<Url, String> {
        self.base.join(path).map_err(|error| error.to_string())
    }

    /// What the carrier says of a call: `None` when it has no such call.
    async fn known(
        &self,
        attempt: AttemptId,
        call_id: Option<&str>,
    ) -> Result<Option<Known>, String> {
        let url = self.call(attempt, call_id)?;
        let answer = self.asking.get(url).send().await.map_err(words)?;
        match answer.status() {
            StatusCode::OK => read(answer).await.map(Some),
            StatusCode::NOT_FOUND => {
                let Missing { no_call_of } = read(answer).await?;
                if no_call_of == attempt {
                    Ok(None)
                } else {
                    Err(format!("it answers for attempt {no_call_of}"))
                }
            }
            status => Err(format!("it answers {status}")),
        }
    }
}

#[async_trait]
impl Carrier for RemoteSimulator {
    fn name(&self) -> &'static str {
        crate::simulator::NAME
    }

    fn trust(&self) -> Trust {
        Trust::default()
    }

    async fn place(&self, request: PlaceRequest) -> Placed {
        let place = Place {
            attempt: request.attempt,
            campaign: request.campaign,
            to: request.to,
            caller_id: request.caller_id,
            ring_for_ms: request.ring_for,
            callback: self.callbacks.url(request.attempt).into(),
        };
        let (url, body) = match (self.url("calls"), serde_json::to_vec(&place)) {
            (Ok(url), Ok(body)) => (url, body),
            (Err(reason), _) => return not_sent(&reason),
            (_, Err(error)) => return not_sent(&error.to_string()),
        };
        let (clock, deadline) = (Arc::clone(&self.clock), request.deadline);
        let (body, hold) = Once::new(body, move || !deadline.has_passed(clock.as_ref()));
        let sending = self
            .placing
            .post(url)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(reqwest::Body::wrap(body))
            .send();
        let answer = sending.await;
        let fate = hold.take_back();
        let problem = match answer {
            Ok(answer) => match placed(answer).await {
                Ok(placed) => return placed,
                Err(problem) => problem,
            },
            Err(error) => words(error),
        };
        match fate {
            Fate::Gone => Placed::Unclear { reason: problem },
            Fate::TooLate => Placed::TooLate,
            Fate::Kept => not_sent(&problem),
        }
    }

    async fn look_up(&self, query: &CallQuery) -> CallStatus {
        match self.known(query.attempt, query.call_id.as_deref()).await {
            Ok(Some(known)) => {
                CallStatus::Seen(known.evidence.into_iter().map(Into::into).collect())
            }
            Ok(None) => CallStatus::NotSeen,
            Err(problem) => CallStatus::CannotTell(problem),
        }
    }

    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        let url = self.call(attempt, call_id)?;
        let answer = self.asking.delete(url).send().await.map_err(words)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("it answers {}", answer.status()))
        }
    }

    fn events(&self) -> Option<mpsc::Receiver<Delivery>> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// The request certainly did not reach the carrier.
fn not_sent(problem: &str) -> Placed {
    Placed::Refused {
        class: FailureClass::Network,
        reason: format!("the carrier could not be asked: {problem}"),
    }
}

/// The answer to a create request; anything but a clear one is an error.
async fn placed(answer: Response) -> Result<Placed, String> {
    match answer.status() {
        StatusCode::CREATED => {
            let Taken { call_id } = read(answer).await?;
            Ok(Placed::Accepted { call_id })
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            let Declined { class, reason } = read(answer).await?;
            Ok(Placed::Refused { class, reason })
        }
        status => Err(format!("the carrier answers {status}")),
    }
}
