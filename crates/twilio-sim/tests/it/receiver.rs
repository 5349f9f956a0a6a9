//! The receiver of callbacks: keeps the requests, and answers as the test says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::client::pause;

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) form: HashMap<String, String>,
}

type Answers = HashMap<String, (u16, &'static str, Vec<u8>)>;

#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Came>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            came: Arc::default(),
            answers: Arc::default(),
        };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        receiver
    }

    /// Sets the answer at a path.
    pub(crate) fn answers(
        &self,
        path: &str,
        status: u16,
        kind: &'static str,
        body: impl Into<Vec<u8>>,
    ) {
        let answer = (status, kind, body.into());
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Serves TwiML at a path; returns its address.
    pub(crate) fn twiml(&self, path: &str, inside: &str) -> String {
        let body = format!("<?xml version=\"1.0\"?><Response>{inside}</Response>");
        self.answers(path, 200, "text/xml", body);
        format!("{}{path}", self.url)
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The requests to a path so far.
    pub(crate) fn came(&self, path: &str) -> Vec<Came> {
        let came = self.came.lock().unwrap();
        came.iter()
            .filter(|one| one.path == path)
            .cloned()
            .collect()
    }

    /// The requests to a path, once there are this many.
    pub(crate) async fn until(&self, path: &str, count: usize) -> Vec<Came> {
        for _ in 0..1_000 {
            if self.came(path).len() >= count {
                return self.came(path);
            }
            pause(5).await;
        }
        panic!("{path}: {:?}", self.came(path));
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let mut part = [0; 4_096];
        loop {
            let Some(came) = read(&mut bytes) else {
                match stream.read(&mut part).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => bytes.extend_from_slice(&part[..count]),
                }
                continue;
            };
            let path = came.path.split('?').next().unwrap().to_owned();
            self.came.lock().unwrap().push(came);
            let known = self.answers.lock().unwrap().get(&path).cloned();
            let (status, kind, body) = known.unwrap_or((200, "text/plain", Vec::new()));
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            if stream
                .write_all(&[head.as_bytes(), &body].concat())
                .await
                .is_err()
            {
                return;
            }
        }
    }
}

/// Takes one request off the bytes, when it is complete.
fn read(bytes: &mut Vec<u8>) -> Option<Came> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    if bytes.len() < end + length {
        return None;
    }
    let form = form_urlencoded::parse(&bytes[end..end + length])
        .into_owned()
        .collect();
    bytes.drain(..end + length);
    Some(Came {
        path,
        headers,
        form,
    })
}
