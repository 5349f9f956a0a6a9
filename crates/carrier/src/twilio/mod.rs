//! Twilio, and carriers that speak its words.
//!
//! A create request is sent once at most and never after its deadline, its address for webhooks holds
//! the attempt's token, and what happened comes back by webhooks ([`Told`]), which may get lost, and by
//! looking the call up, which may lag. Nothing here stores anything: webhooks go through the ledger's
//! inbox, whoever reads that hands what they say to [`Twilio::deliver`].

mod account;
mod webhook;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use ringonce_domain::{AttemptId, FailureClass, Trust};
use tokio::sync::mpsc;

pub use self::account::{Account, Flavour, Secret, Unusable};
pub use self::webhook::{AnsweredBy, Refusal, Told};
use crate::{Callbacks, Carrier, Clock, Delivery, PlaceRequest, Placed, Sight, Sought};

/// How many events wait to be recorded before their bearers wait too.
const CHANNEL: usize = 1_024;

/// An account at Twilio, or at a carrier that speaks its words.
pub struct Twilio {
    account: Account,
    callbacks: Callbacks,
    heard: mpsc::Sender<Delivery>,
    events: Mutex<Option<mpsc::Receiver<Delivery>>>,
}

impl Twilio {
    /// An adapter for an account, which is not asked yet. `secret` is shared by all instances of a
    /// ledger, and proves whose the webhooks are.
    ///
    /// # Errors
    /// The setting that cannot be used.
    pub fn new(account: Account, secret: &str, _clock: Arc<dyn Clock>) -> Result<Self, Unusable> {
        account.validate()?;
        let name = account.flavour.name();
        let base = format!(
            "{}/carriers/{name}",
            account.public_url.trim_end_matches('/')
        );
        let (heard, events) = mpsc::channel(CHANNEL);
        Ok(Self {
            callbacks: Callbacks::new(name, &base, secret),
            account,
            heard,
            events: Mutex::new(Some(events)),
        })
    }

    /// How it is configured; secrets are not shown.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Which attempt's token this is, if it is one.
    pub fn attempt_of(&self, token: &str) -> Option<AttemptId> {
        self.callbacks.attempt_of(token)
    }

    /// The address of one of an attempt's webhooks, such as `status` or `key?step=2`. A secret.
    pub fn url(&self, attempt: AttemptId, leaf: &str) -> String {
        format!("{}/{leaf}", self.callbacks.url(attempt))
    }

    /// Reads a webhook that came to `path_and_query`, as it was sent, if the carrier signed it.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify(
        &self,
        _path_and_query: &str,
        _headers: &HeaderMap,
        _body: &[u8],
    ) -> Result<Told, Refusal> {
        Err(Refusal::Unsigned)
    }

    /// Hands on what a webhook told, once it is durable; waits while too much is waiting.
    pub async fn deliver(&self, delivery: Delivery) -> bool {
        self.heard.send(delivery).await.is_ok()
    }

    /// The same, for whoever hands on by itself.
    pub fn sender(&self) -> mpsc::Sender<Delivery> {
        self.heard.clone()
    }
}

#[async_trait]
impl Carrier for Twilio {
    fn name(&self) -> &'static str {
        self.account.flavour.name()
    }

    fn trust(&self) -> Trust {
        Trust::default()
    }

    async fn place(&self, _request: PlaceRequest) -> Placed {
        Placed::Refused {
            class: FailureClass::Network,
            reason: "no request was made".into(),
        }
    }

    async fn look_up(&self, _sought: &Sought) -> Sight {
        Sight::CannotTell("nobody was asked".into())
    }

    async fn hang_up(&self, _attempt: AttemptId, _call_id: Option<&str>) -> Result<(), String> {
        Err("nobody was asked".into())
    }

    fn events(&self) -> Option<mpsc::Receiver<Delivery>> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
