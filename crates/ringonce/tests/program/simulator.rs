//! `ringonce simulator`: a carrier of its own, which sends events to its callers and survives a kill.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::{Folder, signal};

const ATTEMPT: &str = "01a1fd7a-1980-7707-8707-070707070707";

/// A simulator that a test started.
pub(crate) struct Simulator {
    process: Child,
    pub(crate) url: String,
}

impl Simulator {
    pub(crate) fn start(folder: &Folder, options: &str) -> Self {
        let mut process = folder
            .command(&format!(
                "simulator --listen 127.0.0.1:0 --log simulator.log --json {options}"
            ))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said.push_str(&line);
            if line == "}" {
                break;
            }
        }
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let url = said["url"].as_str().unwrap().to_owned();
        Self { process, url }
    }

    /// Sends a request; returns the whole answer, empty when there is none.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn call(&self, attempt: &str, to: &str, callback: &str) -> String {
        let wish = format!(
            r#"{{"attempt":"{attempt}","campaign":1,"to":"{to}","ring_for_ms":30000,"callback":"{callback}"}}"#
        );
        self.ask("POST", "/calls", &wish)
    }

    pub(crate) fn end(mut self, how: &str) -> i32 {
        signal(how, &self.process);
        self.process.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Receives what is posted to it, and answers with success.
fn receiver() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/told", listener.local_addr().unwrap());
    let (heard, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let heard = heard.clone();
            std::thread::spawn(move || {
                while let Some(body) = request(&mut stream) {
                    drop(heard.send(body));
                    let thanks = "HTTP/1.1 204 No Content\r\n\r\n";
                    stream.get_mut().write_all(thanks.as_bytes()).unwrap();
                }
            });
        }
    });
    (url, told)
}

/// The body of the next request.
fn request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}

fn next(told: &mpsc::Receiver<String>) -> String {
    told.recv_timeout(Duration::from_mins(1)).unwrap()
}

#[test]
fn a_call_is_taken_told_of_looked_up_and_ended() {
    let folder = Folder::new();
    let simulator = Simulator::start(&folder, "--everyone no-answer");
    let (callback, told) = receiver();
    assert!(
        simulator
            .ask("GET", "/health", "")
            .starts_with("HTTP/1.1 200")
    );
    let taken = simulator.call(ATTEMPT, "+12025550123", &callback);
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
    assert!(taken.ends_with(r#"{"call_id":"sim-1"}"#), "{taken}");
    assert!(next(&told).contains(r#"{"kind":"accepted","call_id":"sim-1"}"#));
    assert!(next(&told).contains(r#"{"kind":"ringing"}"#));
    let seen = simulator.ask("GET", &format!("/calls/{ATTEMPT}?call_id=sim-1"), "");
    assert!(seen.ends_with(r#"{"kind":"ringing"}]}"#), "{seen}");
    let ended = simulator.ask("DELETE", &format!("/calls/{ATTEMPT}"), "");
    assert!(ended.starts_with("HTTP/1.1 204"), "{ended}");
    assert!(next(&told).contains(r#""outcome":"canceled""#));
    let other = ATTEMPT.replace("07", "08");
    let unknown = simulator.ask("GET", &format!("/calls/{other}"), "");
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
    assert!(unknown.contains(&other), "{unknown}");
    let events: Vec<_> = folder.read("simulator.log").lines().map(str::len).collect();
    assert_eq!(events.len(), 4);
    assert_eq!(simulator.end("TERM"), 0);
}

#[test]
fn a_simulator_that_was_killed_goes_on_with_its_calls_and_tells_of_them() {
    let folder = Folder::new();
    // Long enough that the call goes on while there is no simulator, on a slow machine too.
    let simulator = Simulator::start(&folder, "--everyone answers --talk-seconds 15 --hurry 4");
    let (callback, told) = receiver();
    simulator.call(ATTEMPT, "+12025550123", &callback);
    next(&told);
    simulator.end("KILL");
    let again = Simulator::start(&folder, "--everyone answers --talk-seconds 15 --hurry 4");
    while !next(&told).contains(r#""kind":"ended""#) {}
    let log = folder.read("simulator.log");
    assert_eq!(log.matches(r#""event":"placed""#).count(), 1, "{log}");
    assert_eq!(log.matches(r#""event":"end""#).count(), 1, "{log}");
    assert_eq!(again.end("TERM"), 0);
}

#[test]
fn an_answer_that_is_lost_is_no_answer_and_the_call_is_made() {
    let folder = Folder::new();
    folder.write("faults.json", r#"{"lost_response": 1.0}"#);
    let simulator = Simulator::start(&folder, "--faults faults.json");
    // About half are cut at once; the others are held for longer than a test should wait.
    let mut calls = 0;
    let cut = (0..64).any(|n| {
        let attempt = ATTEMPT.replace("0707070707", &format!("07070707{n:02x}"));
        calls += 1;
        let wish = format!(
            r#"{{"attempt":"{attempt}","campaign":1,"to":"+12025550101","ring_for_ms":9000,"callback":"http://127.0.0.1:1/"}}"#
        );
        let address = simulator.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let length = wish.len();
        write!(stream, "POST /calls HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n{wish}").unwrap();
        let mut answer = [0; 1];
        matches!(stream.read(&mut answer), Ok(0))
    });
    assert!(cut, "no connection was cut");
    let placed = folder
        .read("simulator.log")
        .matches(r#""event":"placed""#)
        .count();
    assert_eq!(placed, calls);
}

#[test]
fn what_comes_from_elsewhere_and_what_leads_elsewhere_is_refused() {
    let folder = Folder::new();
    let simulator = Simulator::start(&folder, "");
    let refused = simulator.call(ATTEMPT, "+12025550123", "http://calls.example.com/");
    assert!(refused.starts_with("HTTP/1.1 422"), "{refused}");
    assert!(refused.contains("--allow-remote"), "{refused}");
    let address = simulator.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /health HTTP/1.1\r\nHost: calls.example.com\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
    assert_eq!(folder.read("simulator.log"), "");
    let remote = folder.run("simulator --listen 0.0.0.0:0 --log another.log");
    assert_eq!(remote.code, 2, "{}", remote.stderr);
}
