//! How adapters speak HTTP: clients that repeat nothing by themselves, answers of bounded length, and
//! errors in words that hold no address.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How long an answer may take, the connection included.
const ANSWER: Duration = Duration::from_secs(10);
/// The most bytes of an answer.
pub(crate) const MAX_ANSWER: usize = 64 << 10;

/// A client that neither repeats nor redirects a request, over plain HTTP alone.
pub(crate) fn plain() -> Result<ClientBuilder, String> {
    obedient(RootCertStore::empty())
}

/// The same, also over TLS, trusting this machine's certificate authorities.
pub(crate) fn secure() -> Result<ClientBuilder, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(
            "this machine has no certificates of authorities; install the package ca-certificates"
                .into(),
        );
    }
    obedient(roots)
}

fn obedient(roots: RootCertStore) -> Result<ClientBuilder, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .timeout(ANSWER))
}

/// The body of an answer, if it is no longer than `most` bytes.
pub(crate) async fn bytes(mut answer: Response, most: usize) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(words)? {
        if body.len() + chunk.len() > most {
            return Err("the carrier's answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The body of an answer in JSON.
pub(crate) fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body)
        .map_err(|error| format!("the carrier's answer makes no sense: {error}"))
}

/// An error with its causes, without the address, which may hold a secret.
pub(crate) fn words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
