//! What Twilio knows of calls: one by its name, those to a number, those of a day; and how one is ended.

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use ringonce_domain::{Price, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Twilio;
use super::asking::Unanswered;
use super::codes::{Meaning, Problem, meaning};
use super::create::is_sid;
use crate::{CallPage, ListedCall};

/// Calls on a page of a list.
const PAGE: &str = "200";

/// A call in an answer of Twilio.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Call {
    pub(super) sid: String,
    #[serde(default)]
    pub(super) to: Option<String>,
    #[serde(default)]
    pub(super) from: Option<String>,
    pub(super) status: String,
    #[serde(default)]
    pub(super) direction: Option<String>,
    #[serde(default)]
    pub(super) date_created: Option<String>,
    #[serde(default)]
    pub(super) start_time: Option<String>,
    #[serde(default)]
    pub(super) end_time: Option<String>,
    #[serde(default, deserialize_with = "text_or_number")]
    pub(super) duration: Option<String>,
    #[serde(default, deserialize_with = "text_or_number")]
    pub(super) price: Option<String>,
    #[serde(default)]
    pub(super) price_unit: Option<String>,
}

impl Call {
    /// When it was created, or else when it began.
    pub(super) fn created(&self) -> Option<Timestamp> {
        let told = self.date_created.as_deref().or(self.start_time.as_deref());
        told.and_then(instant)
    }

    /// Whether the API made it; others came in, or were made by a call that goes on.
    pub(super) fn is_ours_to_make(&self) -> bool {
        let direction = self.direction.as_deref().unwrap_or("outbound-api");
        direction.starts_with("outbound") && direction != "outbound-dial"
    }

    /// What it costs, once that is known. Twilio writes what it charges below zero. An amount that cannot be
    /// kept exactly is not known.
    fn price(&self) -> Option<Price> {
        let amount = self.price.as_deref()?;
        match Price::parse(amount, self.price_unit.as_deref().unwrap_or_default()) {
            Ok(price) => Some(price.negated()),
            Err(error) => {
                tracing::warn!(call = self.sid, %error, "the price of a call cannot be read");
                None
            }
        }
    }
}

impl From<Call> for ListedCall {
    fn from(call: Call) -> Self {
        Self {
            price: call.price(),
            started: call.created(),
            ended: call.end_time.as_deref().and_then(instant),
            seconds: call.duration.and_then(|seconds| seconds.parse().ok()),
            call_id: call.sid,
            to: call.to.unwrap_or_default(),
            from: call.from.unwrap_or_default(),
            status: call.status,
        }
    }
}

/// A figure: Twilio writes it as a text, `SignalWire` as a number. What is neither is not known; no figure keeps
/// a call from being read.
fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A page of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    pub(super) calls: Vec<Call>,
    next_page_uri: Option<String>,
}

impl Page {
    /// What to ask for the next page: of its address only the question, for we know whom we ask.
    pub(super) fn next(&self) -> Option<String> {
        let address = self.next_page_uri.as_deref()?;
        let (_, query) = address.split_once('?')?;
        Some(query.to_owned())
    }
}

/// The instant that Twilio writes as `Sat, 21 Nov 2026 19:45:04 +0000`.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let told = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Timestamp::from_millis(told.as_millisecond()))
}

/// The UTC day in which an instant lies.
fn day(at: Timestamp) -> Option<Date> {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

impl Twilio {
    /// The call of this name; `None` when there is none.
    pub(super) async fn call(&self, sid: &str) -> Result<Option<Call>, Unanswered> {
        self.get(&path_of(sid)?, "").await
    }

    /// Calls to a number, the first page of them or the one that `next` names.
    pub(super) async fn calls_to(&self, to: &str, next: Option<&str>) -> Result<Page, Unanswered> {
        let first = || question(&[("To", to), ("PageSize", PAGE)]);
        self.page(&next.map_or_else(first, str::to_owned)).await
    }

    /// Calls of the UTC day in which an instant lies, without those that came in or that a transfer made.
    pub(super) async fn calls_of_day(
        &self,
        at: Timestamp,
        next: Option<&str>,
    ) -> Result<CallPage, String> {
        let day = day(at).ok_or("there is no such day")?.to_string();
        let first = || question(&[("StartTime", &day), ("PageSize", PAGE)]);
        let page = self.page(&next.map_or_else(first, str::to_owned)).await?;
        let next = page.next();
        let made = page.calls.into_iter().filter(Call::is_ours_to_make);
        Ok(CallPage {
            next,
            calls: made.map(Into::into).collect(),
        })
    }

    async fn page(&self, query: &str) -> Result<Page, Unanswered> {
        let page = self.get("Calls.json", query).await?;
        page.ok_or_else(|| "the carrier has no list of calls for this account".into())
    }

    /// Ends a call, if it is not over.
    pub(super) async fn end(&self, sid: &str) -> Result<(), String> {
        self.change(sid, &[("Status", "completed")]).await.map(drop)
    }

    /// Takes a call back that has not begun to ring. Whether it was, as the carrier answers: a call that is in
    /// progress by then goes on, which is no refusal.
    pub(super) async fn cancel(&self, sid: &str) -> Result<bool, String> {
        let answer = self.change(sid, &[("Status", "canceled")]).await?;
        let call = answer.and_then(|body| serde_json::from_slice::<Call>(&body).ok());
        Ok(call.is_some_and(|it| it.status == "canceled"))
    }

    /// Lets a call go on with another document, or else with what stands at `fallback`. False when it is over,
    /// or never was.
    pub(super) async fn send_to(
        &self,
        sid: &str,
        url: &str,
        fallback: &str,
    ) -> Result<bool, String> {
        let pairs = [
            ("Url", url),
            ("Method", "POST"),
            ("FallbackUrl", fallback),
            ("FallbackMethod", "POST"),
        ];
        Ok(self.change(sid, &pairs).await?.is_some())
    }

    /// Changes a call. What it is then; `None` when it is over, or never was.
    async fn change(&self, sid: &str, pairs: &[(&str, &str)]) -> Result<Option<Vec<u8>>, String> {
        let url = self.resource(&path_of(sid)?)?;
        let telling = self
            .asking
            .post(url)
            .header(reqwest::header::CONTENT_TYPE, super::FORM)
            .body(question(pairs));
        let reply = self.ask(telling).await?;
        if reply.status.is_success() {
            return Ok(Some(reply.body));
        }
        match Problem::of(&reply.body).and_then(|problem| meaning(problem.code)) {
            Some((Meaning::Over, _)) => Ok(None),
            _ => Err(reply.refusal().into()),
        }
    }
}

/// The path of a call. A name that could lead elsewhere is none.
fn path_of(sid: &str) -> Result<String, String> {
    if is_sid(sid) {
        Ok(format!("Calls/{sid}.json"))
    } else {
        Err("that is no name of a call".into())
    }
}

pub(super) fn question(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_read_as_twilio_writes_them() {
        let told = instant("Sat, 21 Nov 2026 19:45:04 +0000").unwrap();
        assert_eq!(told, Timestamp::from_millis(1_795_290_304_000));
        assert_eq!(day(told).unwrap().to_string(), "2026-11-21");
        for text in ["", "yesterday", "2026-11-21"] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn what_twilio_charges_is_above_zero_and_a_price_that_is_not_known_is_none() {
        for (price, unit, expected) in [
            (Some("-0.01400"), Some("USD"), Some("0.014 USD")),
            (Some("-0.0085"), Some("eur"), Some("0.0085 EUR")),
            (Some("0.5"), Some("USD"), Some("-0.50 USD")),
            (Some("-0.1"), None, None),
            (Some("cheap"), Some("USD"), None),
            (None, Some("USD"), None),
        ] {
            let told = json!({
                "sid": "CA1", "status": "completed", "price": price, "price_unit": unit,
            });
            let call: Call = serde_json::from_value(told).unwrap();
            let listed = ListedCall::from(call);
            let price = listed.price.map(|it| it.to_string());
            assert_eq!(price.as_deref(), expected);
        }
    }

    #[test]
    fn a_call_is_read_however_its_figures_are_written() {
        for (duration, price, seconds, expected) in [
            (json!(20), json!(-0.005), Some(20), Some("0.005 USD")),
            (json!("20"), json!("-0.005"), Some(20), Some("0.005 USD")),
            (json!(null), json!(null), None, None),
            (json!({}), json!([1]), None, None),
        ] {
            let told = json!({
                "sid": "CA1", "status": "completed", "duration": duration, "price": price,
                "price_unit": "USD",
            });
            let call: Call = serde_json::from_value(told).unwrap();
            let listed = ListedCall::from(call);
            assert_eq!(listed.seconds, seconds);
            assert_eq!(listed.price.map(|it| it.to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn the_next_page_is_asked_of_the_same_carrier() {
        for (uri, expected) in [
            (None, None),
            (Some("/2010-04-01/Accounts/AC1/Calls.json"), None),
            (
                Some("/2010-04-01/Accounts/AC1/Calls.json?To=%2B1&Page=1&PageToken=PACA1"),
                Some("To=%2B1&Page=1&PageToken=PACA1"),
            ),
            (Some("https://example.com/elsewhere?Page=1"), Some("Page=1")),
        ] {
            let page = Page {
                calls: Vec::new(),
                next_page_uri: uri.map(str::to_owned),
            };
            assert_eq!(page.next().as_deref(), expected);
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        assert_eq!(path_of("CA12").unwrap(), "Calls/CA12.json");
        for name in ["", "../Calls", "CA1?x", "CA1/..", "CA1#"] {
            assert!(path_of(name).is_err(), "{name}");
        }
    }
}
