//! The frame around every page: viewer, language, zone, section, permissions, and whether the emergency
//! stop has tripped.
//!
//! A handler takes a [`Frame`] like any part of the request, says which page it is ([`Frame::page`]), and
//! hands it to its template, which extends `layout.html`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ringonce_domain::hours::Zone;
use ringonce_domain::{Permission, StopCause, Stopped, Timestamp};

use crate::AppState;
use crate::auth::Caller;
use crate::language::{self, Language, Speech as _, Value};
use crate::page_cache::LIVE;
use crate::pages::{assets, icons, times};
use crate::problem::Problem;

/// What every template needs.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The folder of this build's assets.
    pub(crate) assets: String,
    /// The language of the page.
    pub(crate) language: Language,
    /// The viewer's own zone.
    pub(crate) zone: Zone,
    /// The ledger's time.
    pub(crate) now: Timestamp,
    /// Path and query of the page; what live updates fetch again.
    pub(crate) address: String,
    /// What the page is called.
    pub(crate) title: String,
    /// Set while the emergency stop holds everything.
    pub(crate) stop: Option<Stop>,
    /// Whether the engine can use the ledger.
    pub(crate) fault: bool,
    /// Who looks at it.
    pub(crate) caller: Caller,
    section: Option<Section>,
    /// Whether the answer is shared by viewers who see the same.
    is_shared: bool,
}

/// Why everything is stopped.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    /// What tripped it.
    pub(crate) reason: String,
    /// When, in the viewer's zone.
    pub(crate) since: String,
}

/// A link in the navigation.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) href: &'static str,
    pub(crate) words: String,
    pub(crate) icon: &'static str,
    pub(crate) is_here: bool,
}

macro_rules! sections {
    ($($(#[$meta:meta])* $name:ident $href:literal $words:literal $icon:literal $permission:literal;)+) => {
        /// The parts of the site, in the order of the navigation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Section { $($(#[$meta])* $name),+ }

        const SECTIONS: &[(Section, &str, &str, &str, &str)] =
            &[$((Section::$name, $href, $words, $icon, $permission)),+];
    };
}

sections! {
    /// The first page: campaigns.
    Campaigns "/" "nav-campaigns" "campaigns" "campaigns:read";
    /// Calls of all campaigns.
    Calls "/calls" "nav-calls" "calls" "calls:read";
    /// What is known about a number.
    Numbers "/numbers" "nav-numbers" "numbers" "numbers:read";
    /// What callees hear.
    Agents "/agents" "nav-agents" "agents" "campaigns:read";
    /// Who shares the ledger.
    Instances "/instances" "nav-instances" "instances" "campaigns:read";
    /// Who places the calls.
    Carriers "/carriers" "nav-carriers" "carriers" "campaigns:read";
    /// What people did.
    Audit "/audit" "nav-audit" "audit" "audit:read";
    /// How this server is set up.
    Settings "/settings" "nav-settings" "settings" "settings:manage";
    /// Who signs in.
    Users "/users" "nav-users" "users" "users:manage";
    /// The viewer's own account.
    Account "/account" "nav-account" "account" "campaigns:read";
}

/// Why nothing is called.
fn tripped(language: Language, stop: &Stopped) -> String {
    match stop.cause() {
        (StopCause::ConsecutiveFailures, last) => language.say1("stopped-failures", "last", last),
        (StopCause::Duplicates, last) => language.say1("stopped-duplicates", "last", last),
        (StopCause::ByHand, words) => words.to_owned(),
    }
}

impl FromRequestParts<AppState> for Frame {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| Problem::unauthorized("sign in first"))?;
        let language = caller.language();
        let language = language.unwrap_or_else(|| language::wanted(&parts.headers));
        let zone = caller.zone().and_then(|zone| zone.parse().ok());
        let zone = zone.unwrap_or_else(Zone::utc);
        let now = state.clock.now();
        let safety = state.store.safety().await?;
        let address = parts.uri.path_and_query().map_or("/", |part| part.as_str());
        Ok(Self {
            assets: assets::folder(),
            address: address.to_owned(),
            title: String::new(),
            stop: safety.stopped.map(|stop| Stop {
                reason: tripped(language, &stop),
                since: times::moment(language, stop.at, &zone),
            }),
            fault: state.engine_fault().is_some(),
            section: None,
            is_shared: parts.headers.contains_key(LIVE),
            language,
            zone,
            now,
            caller,
        })
    }
}

impl Frame {
    /// The frame of a page whose title is a message.
    pub(crate) fn page(self, section: Section, title: &str) -> Self {
        let title = self.say(title);
        self.titled(section, title)
    }

    /// The frame of a page with a title of its own, such as a campaign's name.
    pub(crate) fn titled(mut self, section: Section, title: String) -> Self {
        (self.section, self.title) = (Some(section), title);
        self
    }

    /// The links of the navigation that this viewer may follow.
    pub(crate) fn links(&self) -> Vec<Link> {
        let is_person = self.caller.person().is_ok();
        let allowed = SECTIONS.iter().filter(|(.., word)| self.may(word));
        allowed
            .filter(|(section, ..)| is_person || *section != Section::Account)
            .map(|&(section, href, words, icon, _)| Link {
                href,
                words: self.say(words),
                icon,
                is_here: self.section == Some(section),
            })
            .collect()
    }

    /// Whether the viewer has a permission, by its word.
    pub(crate) fn may(&self, permission: &str) -> bool {
        let permission = permission.parse::<Permission>();
        permission.is_ok_and(|permission| self.caller.may(permission))
    }

    /// The viewer's name; empty in an answer that several viewers share.
    pub(crate) fn viewer(&self) -> &str {
        if self.is_shared {
            return "";
        }
        self.caller.name()
    }

    /// A message without arguments.
    pub(crate) fn say(&self, id: &str) -> String {
        self.language.say(id)
    }

    /// A message with one argument.
    pub(crate) fn say1<'a>(&self, id: &str, name: &'a str, value: impl Into<Value<'a>>) -> String {
        self.language.say1(id, name, value)
    }

    /// A word of the vocabulary: `("state", "no_answer")` is the message `state-no-answer`.
    pub(crate) fn word(&self, kind: &str, word: &str) -> String {
        self.language.word(kind, word)
    }

    /// A whole number as the language writes it.
    pub(crate) fn number(&self, n: impl TryInto<u64, Error: std::fmt::Debug>) -> String {
        self.language.number(n.try_into().unwrap_or_default())
    }

    /// An instant in the viewer's zone, which [`Self::zone`] names.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        times::moment(self.language, at, &self.zone)
    }

    /// An icon's markup, to be put in with `|safe`.
    #[expect(clippy::unused_self, reason = "reads as a part of the page")]
    pub(crate) fn icon(&self, name: &str) -> String {
        icons::icon(name)
    }
}

/// The language of a visitor who is not signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted(pub(crate) Language);

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(language::wanted(&parts.headers)))
    }
}
