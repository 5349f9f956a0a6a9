//! A running look-alike, and a client for it.

use std::time::Duration;

use reqwest::Method;
use ringonce_twilio_sim::{Config, Faults, TwilioSim};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::receiver::Receiver;

pub(crate) const FROM: &str = "+12025550100";

pub(crate) struct Sim {
    pub(crate) url: String,
    pub(crate) config: Config,
    pub(crate) inner: TwilioSim,
    pub(crate) receiver: Receiver,
    client: reqwest::Client,
}

/// Fast enough that a minute of ringing takes 60 ms.
pub(crate) fn quick() -> Config {
    Config {
        speed: 1_000.0,
        cps: 1_000.0,
        requests_per_second: 100_000,
        ..Config::default()
    }
}

impl Sim {
    pub(crate) async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sim = TwilioSim::open(config.clone()).unwrap();
        let served = sim.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await });
        Self {
            url,
            config,
            inner: sim,
            receiver: Receiver::start().await,
            client: http(),
        }
    }

    pub(crate) fn faults(&self, faults: Faults) {
        self.inner.set_faults(faults);
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/2010-04-01/Accounts/{}{rest}", self.config.account)
    }

    /// The status and the body; 0 when the connection closed without an answer.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> (u16, Value) {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let answer = self
            .client
            .request(method, format!("{}{path}", self.url))
            .basic_auth(&self.config.account, Some(&self.config.token))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let text = answer.text().await.unwrap();
                (
                    status,
                    serde_json::from_str(&text).unwrap_or(Value::String(text)),
                )
            }
            Err(_) => (0, Value::Null),
        }
    }

    pub(crate) async fn get(&self, rest: &str) -> (u16, Value) {
        self.ask(Method::GET, &self.path(rest), &[]).await
    }

    /// When it answers, by its own clock.
    pub(crate) async fn date(&self, rest: &str) -> String {
        let asking = self.client.get(format!("{}{}", self.url, self.path(rest)));
        let account = &self.config.account;
        let asking = asking.basic_auth(account, Some(&self.config.token));
        let answer = asking.send().await.unwrap();
        answer.headers()["date"].to_str().unwrap().to_owned()
    }

    pub(crate) async fn post(&self, rest: &str, form: &[(&str, &str)]) -> (u16, Value) {
        self.ask(Method::POST, &self.path(rest), form).await
    }

    /// Makes a call to a number and returns its SID.
    pub(crate) async fn call(&self, to: &str, form: &[(&str, &str)]) -> String {
        let mut all = vec![("To", to), ("From", FROM)];
        all.extend(form);
        let (status, call) = self.post("/Calls.json", &all).await;
        assert_eq!(status, 201, "{call}");
        call["sid"].as_str().unwrap().to_owned()
    }

    /// The call, once it has ended.
    pub(crate) async fn ended(&self, sid: &str) -> Value {
        self.until(sid, |call| call["end_time"].is_string()).await
    }

    pub(crate) async fn until(&self, sid: &str, is: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..1_000 {
            let (_, call) = self.get(&format!("/Calls/{sid}.json")).await;
            if is(&call) {
                return call;
            }
            pause(5).await;
        }
        panic!("the call {sid} never came so far");
    }

    /// What the callee heard: the verbs, or the other words of the transcript.
    pub(crate) async fn heard(&self, sid: &str) -> Value {
        self.ask(Method::GET, &format!("/_sim/calls/{sid}"), &[])
            .await
            .1
    }

    /// The lines of the truth log about an event.
    pub(crate) fn truth(&self, event: &str) -> Vec<Value> {
        self.inner
            .truth()
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["event"] == event)
            .collect()
    }
}

/// An HTTP client; the test's process needs a TLS provider even without TLS.
pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
