//! An account at a carrier that speaks Twilio's words: its credentials, its address, its limits. Secrets are
//! never shown.

use std::fmt;
use std::time::Duration;

use reqwest::Url;
use ringonce_domain::Number;
use serde::Deserialize;

use super::destination;

/// Whose words exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Twilio itself.
    Twilio,
    /// `SignalWire`, which speaks Twilio's words at an address of each customer's own.
    SignalWire,
}

impl Flavour {
    /// The name of the carrier's kind, and of an account that needs no other.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::SignalWire => "signalwire",
        }
    }

    /// The same for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Twilio => "Twilio",
            Self::SignalWire => "SignalWire",
        }
    }
}

/// A word that must not be shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps `word` from being shown.
    pub fn new(word: impl Into<String>) -> Self {
        Self(word.into())
    }

    /// The word itself, to be sent or computed with.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The edge beside each region, as Twilio's own libraries choose it.
const EDGES: [(&str, &str); 9] = [
    ("au1", "sydney"),
    ("br1", "sao-paulo"),
    ("de1", "frankfurt"),
    ("ie1", "dublin"),
    ("jp1", "tokyo"),
    ("jp2", "osaka"),
    ("sg1", "singapore"),
    ("us1", "ashburn"),
    ("us2", "umatilla"),
];

/// Everything that an adapter needs to know of an account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name by which campaigns' settings and addresses of webhooks tell it from other accounts.
    pub name: String,
    /// Whose words exactly.
    pub flavour: Flavour,
    /// The account's name, `AC…`; the project's id at `SignalWire`.
    pub sid: String,
    /// The account's secret; the API token at `SignalWire`.
    pub auth_token: Secret,
    /// Another auth token that is accepted while one is being replaced: webhooks may be signed with it, and
    /// requests use it once `auth_token` is refused.
    pub secondary_token: Option<Secret>,
    /// An API key, `SK…`, and its secret: requests use them in place of the account's own.
    pub api_key: Option<(String, Secret)>,
    /// The account in whose name calls are made, when it is below `sid`.
    pub subaccount: Option<String>,
    /// What webhooks are signed with when that is not `auth_token`: a subaccount's own secret, or
    /// the signing key of `SignalWire`.
    pub signing_key: Option<Secret>,
    /// Where the account's data are, such as `ie1`.
    pub region: Option<String>,
    /// Where requests enter the carrier's network, such as `dublin`.
    pub edge: Option<String>,
    /// Where the carrier is, in place of what `region` and `edge` say.
    pub base_url: Option<String>,
    /// Through what requests go.
    pub proxy: Option<String>,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long an answer may take, the connection included.
    pub answer_timeout: Duration,
    /// Calls begun per second at most, by this instance.
    pub calls_per_second: f64,
    /// Calls under way at most, by this instance.
    pub calls_at_once: u32,
    /// The SIP address at which a number is called, with `{number}` in its place, in place of the telephone network.
    pub to: Option<String>,
    /// With what the carrier signs in at that address.
    pub sip_credentials: Option<(String, Secret)>,
    /// The trunk of one's own, `BY…`, through which numbers are called.
    pub byoc: Option<String>,
    /// The numbers that may be shown to callees.
    pub caller_ids: Vec<Number>,
    /// The address under which the carrier reaches us.
    pub public_url: String,
}

/// Why there is no adapter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Unusable {
    /// Which setting.
    pub field: &'static str,
    /// What is wrong with it, and what to give instead.
    pub problem: String,
}

impl Account {
    /// How long a connection may take, unless the configuration says otherwise.
    pub const CONNECT: Duration = Duration::from_secs(4);
    /// How long an answer may take, unless the configuration says otherwise.
    pub const ANSWER: Duration = Duration::from_secs(15);

    /// An account with nothing chosen but what there must be.
    pub fn new(flavour: Flavour, sid: &str, auth_token: &str, public_url: &str) -> Self {
        Self {
            name: flavour.name().to_owned(),
            flavour,
            sid: sid.to_owned(),
            auth_token: Secret::new(auth_token),
            secondary_token: None,
            api_key: None,
            subaccount: None,
            signing_key: None,
            region: None,
            edge: None,
            base_url: None,
            proxy: None,
            connect_timeout: Self::CONNECT,
            answer_timeout: Self::ANSWER,
            calls_per_second: 1.0,
            calls_at_once: 100,
            to: None,
            sip_credentials: None,
            byoc: None,
            caller_ids: Vec::new(),
            public_url: public_url.to_owned(),
        }
    }

    /// The account in whose name calls are made.
    pub fn calling(&self) -> &str {
        self.subaccount.as_deref().unwrap_or(&self.sid)
    }

    /// What webhooks may be signed with.
    pub(super) fn signed_with(&self) -> impl Iterator<Item = &Secret> {
        let usual = self.signing_key.as_ref().unwrap_or(&self.auth_token);
        [usual].into_iter().chain(&self.secondary_token)
    }

    /// The address below which everything of the calling account is.
    pub(super) fn root(&self) -> Result<Url, Unusable> {
        let base = match (&self.base_url, self.flavour) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Flavour::Twilio) => self.host()?,
            (None, Flavour::SignalWire) => {
                return Err(unusable(
                    "base_url",
                    "is missing; every SignalWire space has its own, such as https://example.signalwire.com/api/laml",
                ));
            }
        };
        let root = format!("{base}/2010-04-01/Accounts/{}/", self.calling());
        let url = Url::parse(&root)
            .map_err(|error| unusable("base_url", format!("`{base}` is no address: {error}")))?;
        let local = url.host_str().is_some_and(is_loopback);
        match url.scheme() {
            "https" => Ok(url),
            "http" if local => Ok(url),
            _ => Err(unusable(
                "base_url",
                "begins with https://; plain http would show the account's secret to everyone on the way, and is for this machine only",
            )),
        }
    }

    /// The host is `api.{edge}.{region}.twilio.com`. An edge alone leads to the region `us1`, a region
    /// alone to the edge beside it.
    fn host(&self) -> Result<String, Unusable> {
        for (field, label) in [("edge", &self.edge), ("region", &self.region)] {
            let fits = |label: &String| {
                !label.is_empty()
                    && label.len() <= 40
                    && label.bytes().all(|byte| {
                        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
                    })
            };
            if !label.as_ref().is_none_or(fits) {
                return Err(unusable(
                    field,
                    "holds more than small letters, digits and hyphens; write it as Twilio's documentation does, such as dublin or ie1",
                ));
            }
        }
        let host = match (self.edge.as_deref(), self.region.as_deref()) {
            (None, None) => "api.twilio.com".into(),
            (Some(edge), None) => format!("api.{edge}.us1.twilio.com"),
            (Some(edge), Some(region)) => format!("api.{edge}.{region}.twilio.com"),
            (None, Some(region)) => {
                let own = EDGES.iter().find(|(known, _)| *known == region);
                let (_, edge) = own.ok_or_else(|| {
                    unusable(
                        "edge",
                        format!("is missing: name the edge through which the region {region} is reached, as Twilio's documentation does"),
                    )
                })?;
                format!("api.{edge}.{region}.twilio.com")
            }
        };
        Ok(format!("https://{host}"))
    }

    /// Checks what can be checked without asking the carrier.
    ///
    /// # Errors
    /// The first setting that cannot be used, with advice.
    pub fn validate(&self) -> Result<(), Unusable> {
        /// More calls per second than any carrier grants.
        const FASTEST: f64 = 1_000.0;
        self.root()?;
        destination::validate(self)?;
        for (field, sid) in [
            ("account_sid", Some(&self.sid)),
            ("subaccount_sid", self.subaccount.as_ref()),
        ] {
            if sid.is_some_and(|sid| !is_name(sid)) {
                return Err(unusable(
                    field,
                    match self.flavour {
                        Flavour::Twilio => {
                            "begins with AC and has 34 characters; copy it from the console"
                        }
                        Flavour::SignalWire => "is the project's id; copy it from the dashboard",
                    },
                ));
            }
        }
        if self.auth_token.reveal().is_empty() {
            return Err(unusable(
                "auth_token",
                "is empty; webhooks are signed with it, so an API key alone does not do",
            ));
        }
        if !(self.calls_per_second > 0.0 && self.calls_per_second <= FASTEST) {
            return Err(unusable(
                "calls_per_second",
                format!("is not above 0 and at most {FASTEST}"),
            ));
        }
        if self.calls_at_once == 0 {
            return Err(unusable("calls_at_once", "is 0; give at least 1"));
        }
        let public = Url::parse(&self.public_url)
            .map_err(|error| unusable("public_url", format!("is no address: {error}")))?;
        if public.host().is_none() || !matches!(public.scheme(), "http" | "https") {
            return Err(unusable(
                "public_url",
                "is where the carrier reaches this server; write it as https://calls.example.com",
            ));
        }
        Ok(())
    }
}

pub(super) fn unusable(field: &'static str, problem: impl Into<String>) -> Unusable {
    Unusable {
        field,
        problem: problem.into(),
    }
}

/// What may stand in a path as the name of an account.
fn is_name(sid: &str) -> bool {
    (1..=64).contains(&sid.len())
        && sid
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(edge: Option<&str>, region: Option<&str>) -> Result<String, Unusable> {
        let account = Account {
            edge: edge.map(str::to_owned),
            region: region.map(str::to_owned),
            subaccount: Some("AC2".into()),
            ..Account::new(Flavour::Twilio, "AC1", "x", "https://calls.example.com")
        };
        account
            .root()
            .map(|url| url.host_str().unwrap().to_owned() + url.path())
    }

    #[test]
    fn an_account_is_where_its_region_and_edge_say() {
        for (edge, region, host) in [
            (None, None, "api.twilio.com"),
            (Some("dublin"), None, "api.dublin.us1.twilio.com"),
            (None, Some("ie1"), "api.dublin.ie1.twilio.com"),
            (Some("dublin"), Some("ie1"), "api.dublin.ie1.twilio.com"),
        ] {
            let expected = format!("{host}/2010-04-01/Accounts/AC2/");
            assert_eq!(root(edge, region).unwrap(), expected);
        }
        assert_eq!(root(None, Some("xx9")).unwrap_err().field, "edge");
        for wrong in ["", "evil.example.com/", "Dublin", "a@b"] {
            assert_eq!(root(Some(wrong), None).unwrap_err().field, "edge");
            assert_eq!(root(None, Some(wrong)).unwrap_err().field, "region");
        }
    }

    #[test]
    fn secrets_leave_over_tls_alone_unless_for_this_machine() {
        for (base, fine) in [
            ("https://calls.example.com", true),
            ("http://127.0.0.1:9200", true),
            ("http://localhost:9200/", true),
            ("http://[::1]:9200", true),
            ("http://calls.example.com", false),
            ("ftp://127.0.0.1", false),
            ("nonsense", false),
        ] {
            let account = Account {
                base_url: Some(base.into()),
                ..Account::new(Flavour::Twilio, "AC1", "x", "https://calls.example.com")
            };
            assert_eq!(account.validate().is_ok(), fine, "{base}");
        }
    }
}
