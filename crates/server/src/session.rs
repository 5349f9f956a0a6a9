//! The cookie of a signed-in browser.
//!
//! A browser holds 256 random bits that scripts cannot read; the ledger keeps their SHA-256, so that
//! every instance knows every session and a restart ends none. `SameSite=Lax` lets a link in a
//! message lead to the page it names; what changes something must come from our own pages besides
//! (`auth.rs`). Behind TLS the cookie has the prefix `__Host-`: no other host can set it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::limits;

const SECURE: &str = "__Host-ringonce_session";
const PLAIN: &str = "ringonce_session";

const fn name(secure: bool) -> &'static str {
    if secure { SECURE } else { PLAIN }
}

/// Redirects a browser and sets this secret as its cookie, or removes the cookie.
pub(crate) fn redirect(to: &str, secret: Option<&str>, secure: bool) -> Response {
    let mut response = Redirect::to(to).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&set_cookie(secret, secure)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn set_cookie(secret: Option<&str>, secure: bool) -> String {
    let age = secret.map_or(0, |_| limits::SESSION.get() / 1_000);
    let (name, value) = (name(secure), secret.unwrap_or_default());
    let flag = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{flag}")
}

/// The secret that a browser sends.
pub(crate) fn presented(headers: &HeaderMap, secure: bool) -> Option<&str> {
    let wanted = name(secure);
    let lines = headers.get_all(header::COOKIE).iter();
    let lines = lines.filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(wanted)?.strip_prefix('='))
}

/// A browser in a few words for the list of sessions: `Firefox on Linux`. Its own words
/// are matched, never shown.
pub(crate) fn browser(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT);
    let said = said
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        let mut known = known.iter();
        known.find_map(|(mark, name)| said.contains(mark).then_some(*name))
    };
    // A browser names also those that come later in this list.
    let browser = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_of_other_hosts() {
        let secure = set_cookie(Some("5ec3e7"), true);
        assert_eq!(
            secure,
            "__Host-ringonce_session=5ec3e7; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure"
        );
        let plain = set_cookie(None, false);
        assert_eq!(
            plain,
            "ringonce_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn a_server_behind_tls_does_not_take_the_plain_cookie() {
        let cookies = "theme=dark; ringonce_session=planted; __Host-ringonce_session=ours";
        let headers = HeaderMap::from_iter([(header::COOKIE, cookies.parse().unwrap())]);
        assert_eq!(presented(&headers, true), Some("ours"));
        assert_eq!(presented(&headers, false), Some("planted"));
    }

    #[test]
    fn a_browser_is_told_by_what_it_does_not_share() {
        for (said, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("<script>", "–"),
        ] {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, said.parse().unwrap())]);
            assert_eq!(browser(&headers), name);
        }
    }
}
