//! A server over a real ledger in a temporary folder, and requests to it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::simulator::{self, Log, MemoryLog, Simulator};
use ringonce_carrier::{Carrier, Clock};
use ringonce_domain::Millis;
use ringonce_engine::Status;
use ringonce_engine::entropy::{Entropy, SeededEntropy};
use ringonce_engine::recordings::archive::{Archive, Draft};
use ringonce_server::{About, AppState, Hosts, Parts, router, token};
use ringonce_store::Store;
use ringonce_store::model::{Actor, AuditContext};
use ringonce_store::sqlite::{Options, SqliteStore};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// Three good rows, one duplicate, one bad row.
pub(crate) const CONTACTS: &str = "Phone,Name,City\n\
    +12025550123,Ana,Washington\n\
    +12025550124,=1+1,Boston\n\
    +12025550123,Ana again,Washington\n\
    12,Short,Nowhere\n\
    +12025550125,Cy,Austin\n";

/// Settings under which everything may be called at any time.
pub(crate) const AROUND_THE_CLOCK: &str =
    r#"{"region": "US", "business_hours": {"enabled": false}, "callee_hours": {"enabled": false}}"#;

pub(crate) struct Server {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) state: AppState,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) token: String,
    pub(crate) folder: TempDir,
    app: Router,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is a complete problem document of the status and kind.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem = self.json();
        assert_eq!(
            problem["type"],
            format!("urn:ringonce:problem:{kind}"),
            "{problem}"
        );
        assert_eq!(problem["status"], status);
        for member in ["title", "detail"] {
            assert!(
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{member}: {problem}"
            );
        }
        problem
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        self.json()
    }
}

/// A simulated carrier that no call has been placed with.
fn simulator() -> Arc<dyn Carrier> {
    let log = Log::Memory(MemoryLog::default());
    let config = simulator::Config::default();
    Arc::new(Simulator::open(config, &log, Arc::new(SystemClock)).unwrap())
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::named(Hosts::Loopback).await
    }

    pub(crate) async fn named(hosts: Hosts) -> Self {
        Self::with(hosts, simulator()).await
    }

    /// A server with this carrier.
    pub(crate) async fn with(hosts: Hosts, carrier: Arc<dyn Carrier>) -> Self {
        Self::on(Arc::new(SystemClock), hosts, carrier).await
    }

    /// The same on this clock.
    pub(crate) async fn on(clock: Arc<dyn Clock>, hosts: Hosts, carrier: Arc<dyn Carrier>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("ledger.db"), Options::default()).unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let now = SystemClock.now();
        let on = AuditContext {
            by: Actor::new("test"),
            now,
            wall: now,
        };
        let order = token::Order::of_machine("ana");
        let token = token::create(store.as_ref(), entropy.as_ref(), order, on).await;
        let token = token.unwrap().unwrap().0;
        Self::over(store, folder, token, entropy, clock, (hosts, carrier))
    }

    /// Another instance on the same ledger, with a folder of its own and a clock that is ahead; the same
    /// token works there.
    pub(crate) fn beside(&self, seed: u64, ahead: Millis) -> Self {
        let (store, token) = (Arc::clone(&self.store), self.token.clone());
        let (folder, entropy) = (tempfile::tempdir().unwrap(), SeededEntropy::new(seed));
        let clock = Arc::new(VirtualClock::new(SystemClock.now() + ahead, 1.0));
        let carrier = (Hosts::Loopback, simulator());
        Self::over(store, folder, token, Arc::new(entropy), clock, carrier)
    }

    fn over(
        store: Arc<dyn Store>,
        folder: TempDir,
        token: String,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
        (hosts, carrier): (Hosts, Arc<dyn Carrier>),
    ) -> Self {
        let (status, watched) = watch::channel(Status::default());
        let (stop, stopping) = watch::channel(false);
        let state = AppState::new(Parts {
            store: Arc::clone(&store),
            clock,
            entropy,
            status: watched,
            stopping,
            carriers: vec![carrier],
            events: ringonce_engine::EventSender::unread(),
            denials: ringonce_engine::Denials::default(),
            archive: Some(Arc::new(Shelf)),
            hosts,
            uploads: folder.path().to_owned(),
            about: About::default(),
        });
        let app = router(state.clone());
        Self {
            store,
            state,
            status,
            stop,
            token,
            folder,
            app,
        }
    }

    /// Sends a request as it is, with a loopback host name unless it names one.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Answer {
        request
            .headers_mut()
            .entry(header::HOST)
            .or_insert("localhost:8000".parse().unwrap());
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            text,
        }
    }

    /// The status, and where it leads or, of a problem, its words. Whatever else it answers is not
    /// read: it may be a stream that never ends.
    pub(crate) async fn head_of(&self, mut request: Request<Body>) -> (StatusCode, String) {
        let host = "localhost:8000".parse().unwrap();
        request.headers_mut().insert(header::HOST, host);
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if let Some(location) = response.headers().get(header::LOCATION) {
            return (status, location.to_str().unwrap().to_owned());
        }
        if status.is_success() {
            return (status, String::new());
        }
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The response with its body unread, for streams.
    pub(crate) async fn open(&self, path: &str) -> axum::response::Response {
        self.raw(self.request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    /// The stream of events.
    pub(crate) async fn events(&self) -> BodyDataStream {
        let response = self.open("/api/v1/events").await;
        response.into_body().into_data_stream()
    }

    /// Where the first user is entered, while there is none.
    pub(crate) async fn first_path(&self) -> Option<String> {
        self.state.first_path(Actor::new("test")).await.unwrap()
    }

    /// The response to a request, with its body unread.
    pub(crate) async fn raw(&self, mut request: Request<Body>) -> axum::response::Response {
        request
            .headers_mut()
            .insert(header::HOST, "localhost".parse().unwrap());
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// A request with the right token.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let bearer = format!("Bearer {}", self.token);
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, bearer)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn patch(&self, path: &str, body: &str) -> Answer {
        let request = self
            .request(Method::PATCH, path)
            .header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(
            self.request(Method::DELETE, path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// Posts a multipart form of texts and, under `file`, a file, unless an upload takes its place.
    pub(crate) async fn upload(&self, path: &str, file: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.multipart(path, file, fields)).await
    }

    pub(crate) fn multipart(
        &self,
        path: &str,
        file: &str,
        fields: &[(&str, &str)],
    ) -> Request<Body> {
        const BOUNDARY: &str = "a-boundary";
        let part = |head: &str, content: &str| {
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name={head}\r\n\r\n{content}\r\n"
            )
        };
        let mut parts: Vec<_> = fields
            .iter()
            .map(|(name, value)| part(&format!("\"{name}\""), value))
            .collect();
        if !file.is_empty() || !fields.iter().any(|(name, _)| *name == "upload") {
            parts.push(part("\"file\"; filename=\"contacts.csv\"", file));
        }
        let body = format!("{}--{BOUNDARY}--\r\n", parts.concat());
        self.request(Method::POST, path)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(Body::from(body))
            .unwrap()
    }

    /// A draft campaign of [`CONTACTS`]; its id.
    pub(crate) async fn draft(&self) -> i64 {
        let made = self
            .upload(
                "/api/v1/campaigns",
                CONTACTS,
                &[("settings", AROUND_THE_CLOCK)],
            )
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        made.json()["campaign"]["id"].as_i64().unwrap()
    }
}

/// The only file that the archive of recordings has.
pub(crate) const SHELVED: &str = "1-people/31_7.wav";

/// What is in it: more than is read at once, and text, as answers are here.
pub(crate) fn shelved() -> Vec<u8> {
    (b' '..=b'~').cycle().take(600_000).collect()
}

/// An archive with one file.
struct Shelf;

#[async_trait]
impl Archive for Shelf {
    async fn begin(&self, _: &str) -> Result<Box<dyn Draft>, String> {
        Err("nothing is added".into())
    }

    async fn read(&self, name: &str, from: u64, length: u64) -> Result<Option<Bytes>, String> {
        let all = Bytes::from(shelved());
        let place = |it: u64| usize::try_from(it).unwrap().min(all.len());
        let part = all.slice(place(from)..place(from + length));
        Ok((name == SHELVED).then_some(part))
    }

    async fn remove(&self, _: &str) -> Result<(), String> {
        Err("nothing is removed".into())
    }
}
