//! Outgoing requests: signed, under the address's connection overrides, to this machine only unless
//! configured otherwise.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::{ClientConfig, RootCertStore};

use crate::form::Form;
use crate::look_alike::LookAlike;
use crate::order::Hook;
use crate::overrides::{Failure, Overrides};
use crate::signature::sign;
use crate::tempo::Tempo;

/// The longest answer that is read.
const MOST: usize = 32 << 20;
/// The pause between two tries.
const BREATH: Duration = Duration::from_millis(50);

/// Whether a request is signed with the account's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    True,
    Forged,
}

/// An answer to an outgoing request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// Not an address, or not one on this machine.
    Address(String),
    Failed(Failure),
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(url) => write!(
                f,
                "{url} is not on this machine; `--allow-remote` lets callbacks go elsewhere"
            ),
            Self::Failed(Failure::Connection) => f.write_str("no connection"),
            Self::Failed(Failure::Reading) => f.write_str("no answer in time"),
            Self::Failed(Failure::Status(status)) => write!(f, "answered with {status}"),
        }
    }
}

impl Answer {
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Sends the parameters, with as many tries as the address's overrides allow.
pub(crate) async fn ask(
    world: &LookAlike,
    hook: &Hook,
    form: &Form,
    seal: Seal,
    token: &str,
) -> Result<Answer, Unanswered> {
    let (address, how) = Overrides::split(&hook.url);
    let (url, body) = if hook.get {
        let joint = if address.contains('?') { '&' } else { '?' };
        (format!("{address}{joint}{}", form.encode()), None)
    } else {
        (address.to_owned(), Some(form.encode()))
    };
    if !allowed(world, &url) {
        return Err(Unanswered::Address(address.to_owned()));
    }
    let secret = match seal {
        Seal::True => world.token(),
        Seal::Forged => format!("not {}", world.token()),
    };
    let signed = if hook.get {
        Form::default()
    } else {
        form.clone()
    };
    let signature = sign(&secret, &url, &signed);
    let tries = async {
        let mut left = how.retries;
        loop {
            let tried = once(world, &url, body.as_deref(), &signature, token, &how).await;
            let failure = match &tried {
                Ok(answer) if answer.is_good() => return tried,
                Ok(answer) => Failure::Status(answer.status),
                Err(Unanswered::Failed(failure)) => *failure,
                Err(Unanswered::Address(_)) => return tried,
            };
            if left == 0 || !how.repeats(failure) {
                return tried;
            }
            left -= 1;
            Tempo::real_pause(BREATH).await;
        }
    };
    tokio::select! {
        answer = tries => answer,
        () = Tempo::real_pause(how.total) => Err(Unanswered::Failed(Failure::Reading)),
    }
}

/// Fetches a file.
pub(crate) async fn fetch(world: &LookAlike, url: &str) -> Result<Answer, Unanswered> {
    let (address, how) = Overrides::split(url);
    if !allowed(world, address) {
        return Err(Unanswered::Address(address.to_owned()));
    }
    let signature = sign(&world.token(), address, &Form::default());
    once(world, address, None, &signature, "", &how).await
}

async fn once(
    world: &LookAlike,
    url: &str,
    body: Option<&str>,
    signature: &str,
    token: &str,
    how: &Overrides,
) -> Result<Answer, Unanswered> {
    let client = if how.connect == Overrides::default().connect {
        world.client.clone()
    } else {
        client(how.connect, world.config.anywhere)
    };
    let request = match body {
        Some(body) => client
            .post(url)
            .header(
                "Content-Type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            )
            .body(body.to_owned()),
        None => client.get(url),
    };
    let header = if world.config.signalwire {
        "X-SignalWire-Signature"
    } else {
        "X-Twilio-Signature"
    };
    let mut answer = request
        .header(header, signature)
        .header("I-Twilio-Idempotency-Token", token)
        .header("User-Agent", "TwilioProxy/1.1")
        .header("Accept", "*/*")
        .timeout(how.read)
        .send()
        .await
        .map_err(|error| failed(&error))?;
    let kind = answer
        .headers()
        .get("Content-Type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST {
            return Err(Unanswered::Failed(Failure::Reading));
        }
    }
    Ok(Answer { status, kind, body })
}

/// A broken connection counts as a failed one.
fn failed(error: &reqwest::Error) -> Unanswered {
    Unanswered::Failed(if error.is_timeout() && !error.is_connect() {
        Failure::Reading
    } else {
        Failure::Connection
    })
}

/// A client with this connection timeout. On this machine no certificate authority is needed.
pub(crate) fn client(connect: Duration, anywhere: bool) -> Client {
    let mut authorities = RootCertStore::empty();
    if anywhere {
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = Client::builder()
        .connect_timeout(connect)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .http1_title_case_headers();
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    match versions {
        Ok(tls) => builder.tls_backend_preconfigured(
            tls.with_root_certificates(authorities)
                .with_no_client_auth(),
        ),
        Err(_) => builder, // The provider has the versions that it says it has.
    }
    .build()
    .unwrap_or_default()
}

fn allowed(world: &LookAlike, url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    world.config.anywhere || host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}
