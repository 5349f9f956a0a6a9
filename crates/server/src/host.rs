//! The host names that the server answers to.
//!
//! A web page can point its own host name at our address (DNS rebinding). A server on a loopback address
//! therefore answers only to loopback names, and one with a public address only to that and to loopback
//! names.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::AppState;
use crate::problem::Problem;

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The names under which the server may be addressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// `localhost`, `127.0.0.1` and `[::1]`.
    Loopback,
    /// The host of this address, and the loopback names.
    Public {
        /// Host name without port, in lowercase.
        host: String,
        /// Whether people reach it over TLS; cookies are then `Secure`.
        secure: bool,
    },
    /// Any: bound to an address that other machines reach, and no public address configured.
    Any,
}

impl Hosts {
    /// The policy of a server with this public address, such as `https://calls.example.com`.
    ///
    /// `None` when it is not an `http` or `https` address with a host.
    pub fn public(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        Some(Self::Public {
            host: uri.host()?.to_ascii_lowercase(),
            secure,
        })
    }

    /// Whether cookies may be restricted to TLS.
    pub(crate) const fn secure(&self) -> bool {
        matches!(self, Self::Public { secure: true, .. })
    }

    pub(crate) fn allow(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let loopback = LOOPBACK.contains(&name.as_str());
        match self {
            Self::Loopback => loopback,
            Self::Public { host, .. } => loopback || *host == name,
            Self::Any => true,
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host and port to which a request is addressed.
pub(crate) fn host_of<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let header = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    header.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

/// Refuses requests that are addressed to another name.
pub(crate) async fn check(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    match host_of(request.uri(), request.headers()) {
        Some(host) if state.hosts.allow(host) => Ok(next.run(request).await),
        _ => Err(Problem::wrong_host(
            "this server does not answer under that host name; use localhost or 127.0.0.1, or configure `server.public_url`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_server_answers_to_loopback_names_only() {
        for (host, allowed) in [
            ("localhost", true),
            ("LOCALHOST:8000", true),
            ("127.0.0.1:8000", true),
            ("[::1]:8000", true),
            ("[::1]", true),
            ("rebound.example.com", false),
            ("rebound.example.com:8000", false),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("", false),
        ] {
            assert_eq!(Hosts::Loopback.allow(host), allowed, "{host}");
        }
    }

    #[test]
    fn a_public_server_answers_to_its_own_name_too() {
        let hosts = Hosts::public("https://Calls.example.com/").unwrap();
        assert!(hosts.secure());
        assert!(hosts.allow("calls.example.com") && hosts.allow("calls.example.com:443"));
        assert!(hosts.allow("localhost:8000") && !hosts.allow("other.example.com"));
        assert_eq!(Hosts::public("calls.example.com"), None);
        assert_eq!(Hosts::public("ftp://calls.example.com"), None);
    }
}
