//! `ringonce serve`: starts and stops in order, prints a token once, and requires it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::support::{Folder, list, pause, signal};

/// A server that a test started, and its first lines of output.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    token: Option<String>,
}

impl Server {
    pub(crate) fn start(folder: &Folder, options: &str) -> Self {
        let mut process = folder
            .command(&format!("serve --listen 127.0.0.1:0 --json {options}"))
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
        let address = said["url"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .to_owned();
        Self {
            process,
            address,
            token: said["token"].as_str().map(str::to_owned),
        }
    }

    /// Asks for a path; returns the whole answer.
    fn get(&self, path: &str, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(30)))
            .unwrap();
        let address = &self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn end(mut self, how: &str) -> i32 {
        signal(how, &self.process);
        self.process.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn the_first_start_shows_a_token_once_and_the_token_opens_the_api() {
    let folder = Folder::new();
    let server = Server::start(&folder, "");
    let token = server.token.clone().expect("the first start shows a token");
    assert!(
        server
            .get("/api/v1/campaigns", &token)
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        server
            .get("/api/v1/campaigns", "rgo_wrong")
            .starts_with("HTTP/1.1 401")
    );
    let more = folder.json("token create nightly")["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        server
            .get("/api/v1/campaigns", &more)
            .starts_with("HTTP/1.1 200"),
        "a running server must know it"
    );
    assert_eq!(folder.run("token create nightly").code, 1);
    assert_eq!(server.end("TERM"), 0);

    let again = Server::start(&folder, "");
    assert_eq!(again.token, None, "it was shown twice");
    assert!(
        again
            .get("/api/v1/campaigns", &token)
            .starts_with("HTTP/1.1 200")
    );
    assert_eq!(again.end("INT"), 0);
    for secret in [token, more] {
        let database = std::fs::read(folder.path("ringonce-data/ringonce.db")).unwrap();
        let found = database
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "a token is stored in clear");
    }
}

#[test]
fn a_campaign_that_another_process_starts_is_called_at_once() {
    let folder = Folder::new();
    folder.write("list.csv", list(20));
    folder.write(
        "settings.json",
        r#"{"business_hours": {"enabled": false}, "callee_hours": {"enabled": false},
            "pacing": {"delay_seconds": 0, "calls_at_once": 10}}"#,
    );
    let server = Server::start(&folder, "--speed 1000 --skip-idle");
    folder.ok("campaign create list.csv --settings settings.json --start");
    for _ in 0..3_000 {
        if folder.json("campaign show 1")["state"] == "completed" {
            assert_eq!(server.end("TERM"), 0);
            folder.ok("prove --all");
            return;
        }
        pause();
    }
    panic!("not completed: {}", folder.json("campaign show 1"));
}

#[test]
fn an_address_that_other_machines_reach_needs_a_word() {
    let folder = Folder::new();
    let refused = folder.run("serve --listen 0.0.0.0:0");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("TLS"), "{}", refused.stderr);
}

#[test]
fn while_it_runs_no_other_process_may_dial() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    let server = Server::start(&folder, "");
    let refused = folder.run("dial list.csv");
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("another ringonce process"),
        "{}",
        refused.stderr
    );
    assert_eq!(server.end("TERM"), 0);
    folder.ok("dial list.csv --speed 2000");
}

#[test]
fn an_address_in_use_is_an_error_with_advice() {
    let folder = Folder::new();
    let server = Server::start(&folder, "");
    let other = Folder::new();
    let refused = other.run(&format!("serve --listen {}", server.address));
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(
        refused
            .stderr
            .contains("help: another program listens there"),
        "{}",
        refused.stderr
    );
}
