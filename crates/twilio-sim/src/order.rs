//! The parameters of a create request, checked as Twilio checks them. Unknown parameters are ignored,
//! as there.

use std::collections::HashSet;

use crate::call::Event;
use crate::form::Form;
use crate::parameter::{bounded, hook, is_true, seconds, word, words};
use crate::problem::Problem;

/// The longest inline TwiML, in characters.
const LONGEST_TWIML: usize = 4_000;
const LONGEST_REASON: usize = 50;
/// Seconds of ringing, by default and at most.
const TIMEOUT: (u32, u32) = (60, 600);
/// Seconds that a call may last, by default and at most.
const TIME_LIMIT: (u32, u32) = (14_400, 86_400);

/// Parameters that tune the detection of machines, with their bounds: see "Answering Machine Detection".
const TUNING: [(&str, u32, u32); 4] = [
    ("MachineDetectionTimeout", 3, 59),
    ("MachineDetectionSpeechThreshold", 1_000, 6_000),
    ("MachineDetectionSpeechEndThreshold", 500, 5_000),
    ("MachineDetectionSilenceTimeout", 2_000, 10_000),
];

/// A call as the request asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) source: Source,
    pub(crate) hook: Option<StatusHook>,
    /// Seconds of ringing.
    pub(crate) timeout: u32,
    /// Seconds of conversation.
    pub(crate) time_limit: u32,
    pub(crate) detection: Option<Detection>,
    pub(crate) record: Option<Record>,
    pub(crate) send_digits: Option<String>,
    pub(crate) reason: Option<String>,
    /// The trunk of one's own by which a number is called; at a SIP address it is ignored.
    pub(crate) trunk: Option<String>,
}

/// The source of TwiML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Url {
        page: Hook,
        /// Asked when the page cannot be fetched.
        fallback: Option<Hook>,
    },
    Inline(String),
}

impl Source {
    /// The address that is asked, if there is one.
    pub(crate) fn url(&self) -> Option<&str> {
        match self {
            Self::Url { page, .. } => Some(&page.url),
            Self::Inline(_) => None,
        }
    }
}

/// An address that is told or asked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hook {
    pub(crate) url: String,
    pub(crate) get: bool,
}

/// The address for a call's progress, and the events to send there.
#[derive(Clone, Debug)]
pub(crate) struct StatusHook {
    pub(crate) hook: Hook,
    pub(crate) events: Vec<Event>,
}

/// How to tell a person from a machine.
#[derive(Clone, Debug)]
pub(crate) struct Detection {
    /// Waits for the greeting's end.
    pub(crate) to_the_end: bool,
    /// TwiML runs meanwhile.
    pub(crate) asynchronous: bool,
    pub(crate) hook: Option<Hook>,
}

/// A recording of the whole call.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) channels: u8,
    pub(crate) hook: Option<Hook>,
    /// Among `in-progress`, `completed`, `absent`.
    pub(crate) events: Vec<String>,
}

/// The numbers from which an account may call.
pub(crate) type Numbers = HashSet<String>;

/// Reads a create request.
pub(crate) fn read(form: &Form, numbers: &Numbers) -> Result<Order, Problem> {
    let to = form
        .get("To")
        .ok_or_else(|| Problem::bad(21201, "No 'To' number is specified"))?;
    let from = form
        .get("From")
        .ok_or_else(|| Problem::bad(21213, "No 'From' number is specified"))?;
    let is_sip = is_sip(to);
    if !(is_sip || is_e164(to)) || to == from {
        return Err(Problem::bad(
            21211,
            format!("The phone number you are attempting to call, {to}, is not valid."),
        ));
    }
    // At a SIP address the caller is whatever the request says.
    if !is_sip && !is_e164(from) {
        return Err(Problem::bad(
            21212,
            format!("The 'From' number {from} is not a valid phone number."),
        ));
    }
    if !is_sip && !numbers.contains(from) {
        return Err(Problem::bad(
            21210,
            format!(
                "The source phone number provided, {from}, is not yet verified for your account. \
                 You may only make calls from phone numbers that you've verified or purchased."
            ),
        ));
    }
    Ok(Order {
        to: to.to_owned(),
        from: from.to_owned(),
        source: source(form)?.ok_or_else(|| Problem::bad(21205, "Url parameter is required."))?,
        hook: status_hook(form)?,
        timeout: seconds(form, "Timeout", TIMEOUT, 21208)?,
        time_limit: seconds(form, "TimeLimit", TIME_LIMIT, 21208)?,
        detection: detection(form)?,
        record: record(form)?,
        send_digits: send_digits(form)?,
        reason: reason(form)?,
        trunk: trunk(form)?.filter(|_| !is_sip),
    })
}

/// Whether it is a SIP address, of at most 254 characters.
pub(crate) fn is_sip(address: &str) -> bool {
    let rest = address.strip_prefix("sip:");
    let rest = rest.or_else(|| address.strip_prefix("sips:"));
    let parts = rest.and_then(|rest| rest.split_once('@'));
    address.len() < 255 && parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
}

/// The trunk of `Byoc`.
fn trunk(form: &Form) -> Result<Option<String>, Problem> {
    let Some(sid) = form.get("Byoc") else {
        return Ok(None);
    };
    let fits = sid
        .strip_prefix("BY")
        .is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|it| it.is_ascii_hexdigit()));
    if fits {
        Ok(Some(sid.to_owned()))
    } else {
        Err(Problem::bad(20001, format!("Invalid Byoc: {sid}")))
    }
}

/// `Url` or `Twiml` of a create or an update; the first wins. `None` when neither is given.
pub(crate) fn source(form: &Form) -> Result<Option<Source>, Problem> {
    if let Some(page) = hook(form, "Url", "Method", 21205)? {
        let fallback = hook(form, "FallbackUrl", "FallbackMethod", 21205)?;
        return Ok(Some(Source::Url { page, fallback }));
    }
    let Some(twiml) = form.get("Twiml") else {
        return Ok(None);
    };
    if twiml.chars().count() > LONGEST_TWIML {
        return Err(Problem::bad(
            21205,
            format!("Twiml must be at most {LONGEST_TWIML} characters long"),
        ));
    }
    Ok(Some(Source::Inline(twiml.to_owned())))
}

/// `+`, then 8 to 15 digits of which the first is not 0.
pub(crate) fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

fn status_hook(form: &Form) -> Result<Option<StatusHook>, Problem> {
    let Some(hook) = hook(form, "StatusCallback", "StatusCallbackMethod", 21609)? else {
        return Ok(None);
    };
    let mut events = Vec::new();
    for word in words(form, "StatusCallbackEvent") {
        events.push(
            Event::named(word).ok_or_else(|| {
                Problem::bad(21626, format!("Invalid StatusCallbackEvent: {word}"))
            })?,
        );
    }
    if events.is_empty() {
        events.push(Event::Completed);
    }
    Ok(Some(StatusHook { hook, events }))
}

/// Digits to send after the answer switch detection off.
fn detection(form: &Form) -> Result<Option<Detection>, Problem> {
    let to_the_end = match form.get("MachineDetection") {
        None => return Ok(None),
        Some("Enable") => false,
        Some("DetectMessageEnd") => true,
        Some(word) => {
            return Err(Problem::bad(
                20001,
                format!("Invalid MachineDetection: {word}"),
            ));
        }
    };
    for (name, least, most) in TUNING {
        bounded(form, name, least, most)?;
    }
    Ok(form.get("SendDigits").is_none().then_some(Detection {
        to_the_end,
        asynchronous: is_true(form, "AsyncAmd"),
        hook: hook(
            form,
            "AsyncAmdStatusCallback",
            "AsyncAmdStatusCallbackMethod",
            21609,
        )?,
    }))
}

fn record(form: &Form) -> Result<Option<Record>, Problem> {
    if !is_true(form, "Record") {
        return Ok(None);
    }
    let track = word(form, "RecordingTrack", &["inbound", "outbound", "both"])?;
    word(form, "Trim", &["trim-silence", "do-not-trim"])?;
    // One side alone has one channel.
    let channels = match word(form, "RecordingChannels", &["mono", "dual"])? {
        Some("dual") if track.is_none_or(|track| track == "both") => 2,
        _ => 1,
    };
    let mut events: Vec<String> = words(form, "RecordingStatusCallbackEvent")
        .map(str::to_owned)
        .collect();
    if let Some(word) = events
        .iter()
        .find(|word| !matches!(word.as_str(), "in-progress" | "completed" | "absent"))
    {
        return Err(Problem::bad(
            20001,
            format!("Invalid RecordingStatusCallbackEvent: {word}"),
        ));
    }
    if events.is_empty() {
        events.push("completed".to_owned());
    }
    Ok(Some(Record {
        channels,
        hook: hook(
            form,
            "RecordingStatusCallback",
            "RecordingStatusCallbackMethod",
            21609,
        )?,
        events,
    }))
}

fn send_digits(form: &Form) -> Result<Option<String>, Problem> {
    let Some(digits) = form.get("SendDigits") else {
        return Ok(None);
    };
    let known = |c: char| c.is_ascii_digit() || matches!(c, '#' | '*' | 'w' | 'W');
    if digits.len() > 32 || !digits.chars().all(known) {
        return Err(Problem::bad(21206, format!("Invalid SendDigits: {digits}")));
    }
    Ok(Some(digits.to_owned()))
}

fn reason(form: &Form) -> Result<Option<String>, Problem> {
    let Some(reason) = form.get("CallReason") else {
        return Ok(None);
    };
    if reason.chars().count() > LONGEST_REASON {
        return Err(Problem::bad(
            20001,
            format!("CallReason must be at most {LONGEST_REASON} characters long"),
        ));
    }
    Ok(Some(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(extra: &[(&str, &str)]) -> Result<Order, Problem> {
        let mut form = Form::default();
        form.set("To", "+12025550123");
        form.set("From", "+12025550100");
        form.set("Url", "http://127.0.0.1/twiml");
        for (name, value) in extra {
            form.set(name, *value);
        }
        read(&form, &Numbers::from(["+12025550100".to_owned()]))
    }

    #[test]
    fn what_is_wrong_has_its_code() {
        let long = "x".repeat(4_001);
        let reason = "x".repeat(51);
        for (name, value, code) in [
            ("To", "", 21201),
            ("To", "12025550123", 21211),
            ("To", "+12025550100", 21211),
            ("From", "", 21213),
            ("From", "anonymous", 21212),
            ("From", "+12025550101", 21210),
            ("Url", "", 21205),
            ("Url", "ftp://127.0.0.1/", 21205),
            ("Method", "PUT", 21209),
            ("Timeout", "601", 21208),
            ("Timeout", "soon", 21208),
            ("StatusCallback", "no", 21609),
            ("MachineDetection", "Guess", 20001),
            ("SendDigits", "12a", 21206),
            ("CallReason", reason.as_str(), 20001),
        ] {
            let problem = order(&[(name, value)]).expect_err(name);
            assert_eq!(problem.code, code, "{name}={value}");
            assert_eq!(problem.status, 400);
        }
        let problem = order(&[("Url", ""), ("Twiml", &long)]).expect_err("too long");
        assert_eq!(problem.code, 21205);
        let detects = ("MachineDetection", "Enable");
        for (name, least, most) in TUNING {
            for (value, is_right) in [
                (least - 1, false),
                (least, true),
                (most, true),
                (most + 1, false),
            ] {
                let asked = order(&[detects, (name, &value.to_string())]);
                assert_eq!(asked.is_ok(), is_right, "{name}={value}");
            }
        }
        let records = ("Record", "true");
        for (name, value) in [
            ("RecordingChannels", "stereo"),
            ("RecordingTrack", "all"),
            ("Trim", "true"),
        ] {
            let problem = order(&[records, (name, value)]).expect_err(name);
            assert_eq!(problem.code, 20001, "{name}");
        }
        let hook = ("StatusCallback", "http://127.0.0.1/");
        let problem = order(&[hook, ("StatusCallbackEvent", "sung")]).expect_err("no event");
        assert_eq!(problem.code, 21626);
    }

    #[test]
    fn what_is_not_known_is_ignored_and_the_rest_has_its_defaults() {
        let order = order(&[("Nonsense", "1"), ("StatusCallback", "http://127.0.0.1/")]).unwrap();
        assert_eq!((order.timeout, order.time_limit), (60, 14_400));
        assert_eq!(order.hook.unwrap().events, [Event::Completed]);
        assert!(order.record.is_none() && order.detection.is_none());
    }

    #[test]
    fn events_may_be_repeated_or_stand_in_one_value() {
        let mut form =
            Form::parse(b"StatusCallback=http://127.0.0.1/&StatusCallbackEvent=initiated");
        form.0
            .push(("StatusCallbackEvent".into(), "ringing answered".into()));
        let events = status_hook(&form).unwrap().unwrap().events;
        assert_eq!(events, [Event::Initiated, Event::Ringing, Event::Answered]);
    }

    #[test]
    fn digits_to_send_switch_detection_off() {
        let detects = ("MachineDetection", "Enable");
        assert!(order(&[detects]).unwrap().detection.is_some());
        assert!(
            order(&[detects, ("SendDigits", "1")])
                .unwrap()
                .detection
                .is_none()
        );
    }
}
