//! Twilio, and carriers that speak its words.
//!
//! A create request is sent once at most and never after its deadline; its addresses for webhooks hold
//! the attempt's token. What happened comes back by webhooks, which may get lost, and by looking the call
//! up, which may lag. Nothing here stores anything: the server keeps a webhook in the ledger, and the engine
//! has it read from there ([`Webhooks::read`]).
//!
//! `create.rs` asks for a call, `destination.rs` says where a number is called, `asking.rs` for anything else, `codes.rs` is the table of what an error means, `pace.rs` keeps calls
//! per second, `look_up.rs` finds a call again, `status.rs` says what its state means. `signature.rs` tells
//! true webhooks from others, `webhook.rs` reads their fields, `receive.rs` says what each is about, and
//! `twiml/` writes what a call does next.

mod account;
mod asking;
mod calls;
mod checks;
mod codes;
mod countries;
mod create;
mod destination;
mod fallback;
mod look_up;
mod offset;
mod pace;
mod receive;
mod recordings;
mod signature;
mod status;
mod twiml;
mod webhook;

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, ClientBuilder, Proxy, StatusCode, Url};
use ringonce_domain::{AttemptId, FailureClass, Millis, Number, Timestamp, Trust};

pub use self::account::{Account, Flavour, Secret, Unusable};
use self::account::{is_loopback, unusable};
use self::asking::TokenInUse;
use self::countries::Countries;
use self::destination::Spelling;
use self::offset::Offset;
use self::pace::Pace;
use self::signature::Verifier;
use self::twiml::Links;
use crate::once::{Fate, Once};
use crate::recording::Recordings;
use crate::{
    CallPage, CallQuery, CallStatus, Callbacks, Carrier, CarrierSummary, Check, Clock, ListedCall,
    Load, PlaceRequest, Placed, Webhooks, http,
};

/// How Twilio connects for the webhooks of a call: it tries again five times whatever goes wrong, and waits no
/// longer than this for a connection and for an answer, in milliseconds; all tries together have its 15
/// seconds. See its "Webhooks (HTTP callbacks): Connection Overrides".
const OVERRIDES: &str = "#rc=5&rp=all&ct=2000&rt=5000";
/// How requests write their fields.
const FORM: &str = "application/x-www-form-urlencoded";

/// An account at Twilio, or at a carrier that speaks its words.
pub struct Twilio {
    account: Account,
    token: TokenInUse,
    root: Url,
    callbacks: Callbacks,
    verifier: Verifier,
    clock: Arc<dyn Clock>,
    offset: Offset,
    pace: Pace,
    countries: Countries,
    spelling: Spelling,
    /// Keeps no connection, so that one which the carrier closes in that moment costs no call its
    /// answer.
    placing: Client,
    asking: Client,
    streams: Callbacks,
}

impl Twilio {
    /// An adapter for an account, which is not asked yet. `secret` is shared by all instances of a
    /// ledger, and proves whose the webhooks are.
    ///
    /// # Errors
    /// The setting that cannot be used.
    pub fn new(account: Account, secret: &str, clock: Arc<dyn Clock>) -> Result<Self, Unusable> {
        account.validate()?;
        let name = account.name.clone();
        let base = format!(
            "{}/carriers/{name}",
            account.public_url.trim_end_matches('/')
        );
        let client = |builder: ClientBuilder| {
            let built = builder.build();
            built.map_err(|error| unusable("base_url", error.to_string()))
        };
        Ok(Self {
            root: account.root()?,
            callbacks: Callbacks::new(&name, &base, secret),
            token: TokenInUse::default(),
            verifier: Verifier::new(&account),
            pace: Pace::new(
                account.calls_per_second,
                account.calls_at_once,
                Arc::clone(&clock),
            ),
            countries: Countries::new(Arc::clone(&clock)),
            placing: client(builder(&account)?.pool_max_idle_per_host(0))?,
            asking: client(builder(&account)?)?,
            clock,
            offset: Offset::default(),
            account,
            spelling: Spelling::default(),
            streams: Callbacks::new(&format!("{name} stream"), &base, secret),
        })
    }

    /// The address of one of an attempt's webhooks, such as `status` or `key?step=2`. A secret.
    pub fn url(&self, attempt: AttemptId, leaf: &str) -> String {
        format!("{}/{leaf}", self.callbacks.url(attempt))
    }

    /// A token of an attempt's call alone, for the voice agent at the end of a stream.
    pub fn stream_token(&self, attempt: AttemptId) -> String {
        self.streams.token(attempt)
    }

    /// The addresses of an attempt's webhooks. `SignalWire` knows no overrides.
    fn links(&self, attempt: AttemptId) -> Links {
        let overrides = match self.account.flavour {
            Flavour::Twilio => OVERRIDES,
            Flavour::SignalWire => "",
        };
        Links::new(
            &self.account.public_url,
            &self.account.name,
            &self.callbacks.token(attempt),
            overrides,
        )
    }

    fn resource(&self, path: &str) -> Result<Url, String> {
        self.root.join(path).map_err(|error| error.to_string())
    }

    async fn create(&self, request: &PlaceRequest, from: Number) -> Placed {
        let url = match self.resource("Calls.json") {
            Ok(url) => url,
            Err(problem) => return not_sent(&problem),
        };
        let form = create::form(self, request, from).into_bytes();
        let (clock, deadline) = (Arc::clone(&self.clock), request.deadline);
        let (body, hold) = Once::new(form, move || !deadline.has_passed(clock.as_ref()));
        let sending = self
            .signed(self.placing.post(url))
            .header(CONTENT_TYPE, FORM)
            .body(reqwest::Body::wrap(body))
            .send();
        let answer = sending.await;
        let fate = hold.take_back();
        let problem = match answer {
            Ok(answer) => {
                let status = answer.status();
                match http::bytes(answer, http::MAX_ANSWER).await {
                    // Nothing came of it, so that the contact keeps its turn and the next request finds in.
                    Ok(_) if status == StatusCode::UNAUTHORIZED && self.changes_token().await => {
                        return Placed::TooLate;
                    }
                    Ok(body) => {
                        if let Some(to) = create::called_as(&body) {
                            self.spelling.heard(&self.account, &to, request.to);
                        }
                        return create::placed(status, &body);
                    }
                    Err(problem) => problem,
                }
            }
            Err(error) => http::words(error),
        };
        match fate {
            Fate::Gone => Placed::Unclear { reason: problem },
            Fate::TooLate => Placed::TooLate,
            Fate::Kept => not_sent(&problem),
        }
    }
}

fn builder(account: &Account) -> Result<ClientBuilder, Unusable> {
    let local = account.root()?.host_str().is_some_and(is_loopback);
    let through = account.proxy.is_some();
    let plain = local && !through && account.root()?.scheme() == "http";
    let builder = if plain { http::plain() } else { http::secure() };
    let builder = builder
        .map_err(|problem| unusable("base_url", problem))?
        .user_agent(concat!("ringonce/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(account.connect_timeout)
        .timeout(account.answer_timeout);
    #[cfg(target_os = "linux")]
    let builder = builder.tcp_user_timeout(account.answer_timeout);
    match &account.proxy {
        None => Ok(builder),
        Some(url) => {
            // Its words could hold the proxy's password.
            let proxy = Proxy::all(url).map_err(|_| {
                unusable(
                    "proxy",
                    "is no address; write it as http://proxy.example.com:3128",
                )
            })?;
            Ok(builder.proxy(proxy))
        }
    }
}

#[async_trait]
impl Carrier for Twilio {
    fn name(&self) -> &str {
        &self.account.name
    }

    /// What was sent in time is not on its way any more when an answer has been given up, and the list
    /// shows a call soon after it was taken.
    fn trust(&self) -> Trust {
        let usual = Trust::default();
        let on_its_way = u64::try_from(self.account.answer_timeout.as_millis()).unwrap_or(u64::MAX);
        Trust {
            settling: usual
                .settling
                .max(Millis::new(on_its_way.saturating_mul(2))),
            ..usual
        }
    }

    fn room(&self, load: Load) -> u32 {
        self.pace.room(load)
    }

    fn reserve(&self, calls: usize) {
        self.pace.reserve(calls);
    }

    /// One that would be refused without asking passes at once.
    async fn admit(&self, to: Number, before: Timestamp) -> bool {
        self.countries.is_held(to.region()) || self.pace.enter(before).await
    }

    async fn place(&self, request: PlaceRequest) -> Placed {
        let region = request.to.region();
        if self.countries.is_held(region) {
            let reason = format!(
                "{} refused the call before to this country; allow it there (voice geographic permissions), it is asked again every minute",
                self.account.flavour.title()
            );
            return Placed::Refused {
                class: FailureClass::Country,
                reason,
            };
        }
        let Some(from) = request.caller_id else {
            let reason =
                "there is no caller id to show; give the campaign or the carrier one".to_owned();
            return Placed::Refused {
                class: FailureClass::Configuration,
                reason,
            };
        };
        let placed = self.create(&request, from).await;
        match &placed {
            Placed::Accepted { .. } => self.countries.admit(region),
            Placed::Refused { class, .. } => match class {
                FailureClass::Country => self.countries.refuse(region),
                FailureClass::Congestion => self.pace.slow_down(),
                _ => {}
            },
            Placed::Unclear { .. } | Placed::TooLate => {}
        }
        placed
    }

    async fn look_up(&self, query: &CallQuery) -> CallStatus {
        self.status(query).await
    }

    async fn hang_up(&self, _attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        let call_id = call_id.ok_or("the carrier's name for the call is not known yet")?;
        self.end(call_id).await
    }

    /// The carrier would end a call that rings in the same way, so it is looked at first.
    async fn cancel_queued(&self, _attempt: AttemptId, call_id: &str) -> Result<bool, String> {
        match self.call(call_id).await? {
            Some(call) if call.status == "queued" => self.cancel(call_id).await,
            _ => Ok(false),
        }
    }

    async fn calls_on(
        &self,
        day: Timestamp,
        after: Option<&str>,
    ) -> Result<Option<CallPage>, String> {
        self.calls_of_day(day, after).await.map(Some)
    }

    async fn listed(&self, call_id: &str) -> Result<Option<ListedCall>, String> {
        Ok(self.call(call_id).await?.map(Into::into))
    }

    fn tells_prices(&self) -> bool {
        true
    }

    async fn check(&self) -> Vec<Check> {
        self.checks().await
    }

    fn recordings(&self) -> Option<&dyn Recordings> {
        Some(self)
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        Some(self)
    }

    fn caller_ids(&self) -> &[Number] {
        &self.account.caller_ids
    }

    fn summary(&self) -> Option<CarrierSummary> {
        let account = &self.account;
        Some(CarrierSummary {
            title: account.flavour.title(),
            account: account.calling().to_owned(),
            reach: destination::reach(account),
            public_url: account.public_url.clone(),
            calls_per_second: account.calls_per_second,
            calls_at_once: account.calls_at_once,
        })
    }
}

/// The request certainly did not reach the carrier.
fn not_sent(problem: &str) -> Placed {
    Placed::Refused {
        class: FailureClass::Network,
        reason: format!("the carrier could not be asked: {problem}"),
    }
}
