//! The adapter to a carrier over HTTP against servers that misbehave: a create request leaves once
//! at most, never after its deadline, and what is not a clear answer is not taken for one.
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::remote::RemoteSimulator;
use ringonce_carrier::{
    CallQuery, CallStatus, Callbacks, Carrier, Clock, Deadline, PlaceRequest, Placed,
};
use ringonce_domain::{AttemptId, CampaignId, FailureClass, Millis, Number, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

fn attempt() -> AttemptId {
    AttemptId::new(NOW, [7; 10])
}

fn number() -> Number {
    Number::from_digits(12_025_550_123).unwrap()
}

fn request(deadline: Deadline) -> PlaceRequest {
    PlaceRequest::ordinary(attempt(), CampaignId(1), number(), deadline)
}

fn adapter(address: &str, clock: Arc<dyn Clock>) -> RemoteSimulator {
    let callbacks = Callbacks::new("simulator", "http://127.0.0.1:1/events", "secret");
    RemoteSimulator::new(&format!("http://{address}"), callbacks, clock).unwrap()
}

fn soon() -> Deadline {
    Deadline::after(Millis::from_secs(60), &SystemClock)
}

/// A server that reads each request whole and then does what it is told with the connection.
struct Server {
    address: String,
    /// Requests that arrived whole.
    whole: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (whole, connections) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (counted, met) = (Arc::clone(&whole), Arc::clone(&connections));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                met.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, answer, Arc::clone(&counted)));
            }
        });
        Self {
            address,
            whole,
            connections,
        }
    }

    fn whole(&self) -> usize {
        self.whole.load(Ordering::SeqCst)
    }
}

/// Answers requests on one connection until the answer is empty or the client has gone.
async fn converse(mut stream: TcpStream, answer: &str, whole: Arc<AtomicUsize>) {
    loop {
        let mut read = Vec::new();
        while !is_whole(&read) {
            let mut piece = [0; 4_096];
            match stream.read(&mut piece).await {
                Ok(0) | Err(_) => return,
                Ok(n) => read.extend_from_slice(&piece[..n]),
            }
        }
        whole.fetch_add(1, Ordering::SeqCst);
        if answer.is_empty() {
            return;
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

/// Whether a request has arrived with all of the body that its head promises.
fn is_whole(read: &[u8]) -> bool {
    let text = String::from_utf8_lossy(read).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

const TAKEN: &str = "HTTP/1.1 201 Created\r\ncontent-length: 19\r\n\r\n{\"call_id\":\"sim-1\"}";

#[tokio::test]
async fn a_request_whose_connection_is_cut_is_unclear_and_is_not_sent_again() {
    let server = Server::start("").await;
    let adapter = adapter(&server.address, Arc::new(SystemClock));
    for sent in 1..=5 {
        let placed = adapter.place(request(soon())).await;
        assert!(matches!(placed, Placed::Unclear { .. }), "{placed:?}");
        assert_eq!(server.whole(), sent, "it was sent again");
    }
}

#[tokio::test]
async fn every_create_request_has_a_connection_of_its_own() {
    let server = Server::start(TAKEN).await;
    let adapter = adapter(&server.address, Arc::new(SystemClock));
    for _ in 0..5 {
        let placed = adapter.place(request(soon())).await;
        let call_id = "sim-1".into();
        assert_eq!(placed, Placed::Accepted { call_id });
    }
    assert_eq!(
        (server.whole(), server.connections.load(Ordering::SeqCst)),
        (5, 5)
    );
}

#[tokio::test]
async fn nothing_is_sent_at_or_after_the_deadline() {
    let server = Server::start(TAKEN).await;
    let clock = Arc::new(VirtualClock::new(NOW, 0.001));
    let adapter = adapter(&server.address, clock.clone());
    let passed = Deadline::after(Millis::ZERO, clock.as_ref());
    assert_eq!(adapter.place(request(passed)).await, Placed::TooLate);
    assert_eq!(server.whole(), 0);
    let open = Deadline::after(Millis::from_secs(60), clock.as_ref());
    let placed = adapter.place(request(open)).await;
    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
    clock.advance_to(open.before());
    let late = adapter.place(request(open)).await;
    assert_eq!((late, server.whole()), (Placed::TooLate, 1));
}

#[tokio::test]
async fn a_carrier_that_is_not_there_refuses_for_the_network_because_nothing_left() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let placed = adapter(&address, Arc::new(SystemClock))
        .place(request(soon()))
        .await;
    let Placed::Refused { class, reason } = placed else {
        panic!("{placed:?}")
    };
    assert_eq!(class, FailureClass::Network);
    assert!(!reason.contains("events/"), "a token in {reason}");
}

#[tokio::test]
async fn an_answer_that_is_not_a_clear_one_is_unclear() {
    for answer in [
        "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"call_id\":\"sim-1\"}",
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 2\r\n\r\nno",
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: /calls\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 201 Created\r\ncontent-length: 40\r\n\r\n{\"call_id\":",
        "no HTTP at all\r\n\r\n",
    ] {
        let server = Server::start(answer).await;
        let adapter = adapter(&server.address, Arc::new(SystemClock));
        if answer.contains("content-length: 40") {
            // Its end never comes; nobody waits for the whole patience in a test.
            let waiting = adapter.place(request(soon()));
            let waited = tokio::time::timeout(std::time::Duration::from_millis(300), waiting);
            assert!(waited.await.is_err(), "half an answer was taken for one");
        } else {
            let placed = adapter.place(request(soon())).await;
            assert!(
                matches!(placed, Placed::Unclear { .. }),
                "{answer}: {placed:?}"
            );
        }
        assert_eq!(server.whole(), 1, "{answer}");
    }
}

#[tokio::test]
async fn only_the_carriers_own_word_says_that_there_is_no_call() {
    let own = format!("{{\"no_call_of\":\"{}\"}}", attempt());
    let of_another = own.replace("07", "08");
    for (body, seen) in [
        (own.as_str(), true),
        (&of_another, false),
        ("", false),
        ("{}", false),
    ] {
        let head = format!(
            "HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let answer = Box::leak(format!("{head}{body}").into_boxed_str());
        let server = Server::start(answer).await;
        let query = CallQuery {
            attempt: attempt(),
            call_id: None,
            to: number(),
            dialed_at: NOW,
            dial_before: NOW,
            others: Vec::new(),
        };
        let status = adapter(&server.address, Arc::new(SystemClock))
            .look_up(&query)
            .await;
        assert_eq!(status == CallStatus::NotSeen, seen, "{body}: {status:?}");
        assert!(
            seen || matches!(status, CallStatus::CannotTell(_)),
            "{status:?}"
        );
    }
}

#[test]
fn an_address_that_cannot_be_one_is_refused_with_advice() {
    for url in [
        "",
        "127.0.0.1:9100",
        "https://localhost:9100",
        "unix:simulator.sock",
    ] {
        let callbacks = Callbacks::new("simulator", "http://127.0.0.1:1/events", "secret");
        let refused = RemoteSimulator::new(url, callbacks, Arc::new(SystemClock));
        let problem = refused.err().unwrap().to_string();
        assert!(problem.contains("http://127.0.0.1:9100"), "{problem}");
    }
}
