//! Signed-in browsers and one-time sign-in links, in memory: a restart signs everybody out.
//!
//! A browser holds 256 random bits in a cookie that scripts cannot read and other sites cannot
//! send; here only their SHA-256 is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, header};
use ringonce_domain::Timestamp;
use ringonce_engine::entropy::Entropy;

use crate::limits;
use crate::token::{hash, random_hex};

/// Name of the cookie.
const COOKIE: &str = "ringonce_session";

/// Who is signed in.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    sessions: Mutex<Secrets>,
    links: Mutex<Secrets>,
}

/// Secrets by their hash, with the name they stand for and when they cease to.
type Secrets = HashMap<[u8; 32], (Arc<str>, Timestamp)>;

impl Sessions {
    /// Begins a session; returns the value of the `Set-Cookie` header.
    pub(crate) fn begin(
        &self,
        name: &str,
        secure: bool,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> String {
        let secret = random_hex(entropy);
        keep(
            &self.sessions,
            &secret,
            name,
            now + limits::SESSION,
            limits::SESSIONS,
            now,
        );
        let seconds = limits::SESSION.get() / 1_000;
        format!(
            "{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{}",
            secure_flag(secure)
        )
    }

    /// Ends the session of a browser; returns the value of the `Set-Cookie` header.
    pub(crate) fn end(&self, headers: &HeaderMap, secure: bool) -> String {
        if let Some(secret) = cookie(headers) {
            lock(&self.sessions).remove(&hash(secret));
        }
        format!(
            "{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{}",
            secure_flag(secure)
        )
    }

    /// Who the browser was signed in as.
    pub(crate) fn name_of(&self, headers: &HeaderMap, now: Timestamp) -> Option<Arc<str>> {
        let sessions = lock(&self.sessions);
        let (name, until) = sessions.get(&hash(cookie(headers)?))?;
        (now < *until).then(|| Arc::clone(name))
    }

    /// Makes the key of a sign-in link.
    pub(crate) fn new_link(&self, name: &str, entropy: &dyn Entropy, now: Timestamp) -> String {
        let secret = random_hex(entropy);
        keep(
            &self.links,
            &secret,
            name,
            now + limits::SIGN_IN_LINK,
            limits::SIGN_IN_LINKS,
            now,
        );
        secret
    }

    /// Uses up the key of a sign-in link; who it signs in, if it is one and still works.
    pub(crate) fn use_link(&self, key: &str, now: Timestamp) -> Option<Arc<str>> {
        let (name, until) = lock(&self.links).remove(&hash(key))?;
        (now < until).then_some(name)
    }
}

fn keep(
    secrets: &Mutex<Secrets>,
    secret: &str,
    name: &str,
    until: Timestamp,
    most: usize,
    now: Timestamp,
) {
    let mut secrets = lock(secrets);
    secrets.retain(|_, (_, until)| now < *until);
    if secrets.len() >= most
        && let Some(oldest) = secrets
            .iter()
            .min_by_key(|(_, (_, until))| *until)
            .map(|(key, _)| *key)
    {
        secrets.remove(&oldest);
    }
    secrets.insert(hash(secret), (name.into(), until));
}

fn lock(secrets: &Mutex<Secrets>) -> std::sync::MutexGuard<'_, Secrets> {
    secrets.lock().unwrap_or_else(PoisonError::into_inner)
}

fn secure_flag(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Millis;
    use ringonce_engine::entropy::SeededEntropy;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn sent_back(set_cookie: &str) -> HeaderMap {
        let pair = set_cookie.split(';').next().unwrap();
        HeaderMap::from_iter([(
            header::COOKIE,
            format!("theme=dark; {pair}").parse().unwrap(),
        )])
    }

    #[test]
    fn a_session_lasts_its_time_and_ends_when_the_browser_signs_out() {
        let sessions = Sessions::default();
        let entropy = SeededEntropy::new(1);
        let headers = sent_back(&sessions.begin("ana", false, &entropy, NOW));
        assert_eq!(sessions.name_of(&headers, NOW).as_deref(), Some("ana"));
        assert_eq!(sessions.name_of(&headers, NOW + limits::SESSION), None);
        sessions.end(&headers, false);
        assert_eq!(sessions.name_of(&headers, NOW), None);
    }

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let set_cookie = Sessions::default().begin("ana", true, &SeededEntropy::new(1), NOW);
        for word in [
            "HttpOnly",
            "SameSite=Strict",
            "Secure",
            "Path=/",
            "Max-Age=43200",
        ] {
            assert!(
                set_cookie.contains(word),
                "{word} is missing in {set_cookie}"
            );
        }
    }

    #[test]
    fn a_link_works_once_and_not_for_ever() {
        let sessions = Sessions::default();
        let entropy = SeededEntropy::new(1);
        let key = sessions.new_link("ana", &entropy, NOW);
        assert_eq!(sessions.use_link(&key, NOW).as_deref(), Some("ana"));
        assert_eq!(sessions.use_link(&key, NOW), None);
        let late = sessions.new_link("ana", &entropy, NOW);
        assert_eq!(sessions.use_link(&late, NOW + limits::SIGN_IN_LINK), None);
    }

    #[test]
    fn the_oldest_gives_way_when_there_are_too_many() {
        let sessions = Sessions::default();
        let entropy = SeededEntropy::new(1);
        let first = sessions.new_link("first", &entropy, NOW);
        for n in 0..limits::SIGN_IN_LINKS as u64 {
            sessions.new_link("more", &entropy, NOW + Millis::new(n + 1));
        }
        assert_eq!(sessions.use_link(&first, NOW + Millis::new(100)), None);
        assert_eq!(lock(&sessions.links).len(), limits::SIGN_IN_LINKS);
    }
}
