//! A create request: what is asked, and what the answer means.

use reqwest::StatusCode;
use ringonce_domain::{FailureClass, Machines, Number, OnMachine};
use serde::Deserialize;

use super::Twilio;
use super::account::Flavour;
use super::codes::{Meaning, Problem, meaning};
use super::destination;
use crate::{PlaceRequest, Placed};

/// The bounds of `Timeout`, in seconds.
const TIMEOUT: (u64, u64) = (5, 600);
/// The bounds of `TimeLimit`, in seconds.
const TIME_LIMIT: (u64, u64) = (1, 14_400);

/// The fields of the request as they are sent.
pub(super) fn form(twilio: &Twilio, request: &PlaceRequest, from: Number) -> String {
    let links = twilio.links(request.attempt);
    let url = |leaf: &str| links.webhook(leaf);
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(1_024));
    form.append_pair("To", &destination::called(&twilio.account, request.to))
        .append_pair("From", &from.to_string())
        .append_pair("Url", &url("twiml"))
        .append_pair("Method", "POST")
        .append_pair("FallbackUrl", &url("fallback"))
        .append_pair("FallbackMethod", "POST")
        .append_pair("StatusCallback", &url("status"))
        .append_pair("StatusCallbackMethod", "POST");
    for event in ["initiated", "ringing", "answered", "completed"] {
        form.append_pair("StatusCallbackEvent", event);
    }
    form.append_pair("Timeout", &seconds(request.ring_for, TIMEOUT))
        .append_pair("TimeLimit", &seconds(request.time_limit, TIME_LIMIT));
    if request.machines.are_looked_for() {
        let detection = match request.machines.then {
            OnMachine::LeaveMessage => "DetectMessageEnd",
            OnMachine::HangUp | OnMachine::Ignore => "Enable",
        };
        form.append_pair("MachineDetection", detection);
        if request.machines.detection == ringonce_domain::Detection::Async {
            form.append_pair("AsyncAmd", "true")
                .append_pair("AsyncAmdStatusCallback", &url("machine"))
                .append_pair("AsyncAmdStatusCallbackMethod", "POST");
        }
        for (name, value) in tuning(request.machines) {
            form.append_pair(name, &value.to_string());
        }
    }
    if request.record {
        let trim = if request.recording.trim_silence {
            "trim-silence"
        } else {
            "do-not-trim"
        };
        form.append_pair("Record", "true")
            .append_pair("RecordingChannels", request.recording.channels.as_str())
            .append_pair("Trim", trim)
            .append_pair("RecordingStatusCallback", &url("recording"))
            .append_pair("RecordingStatusCallbackMethod", "POST");
    }
    if let Some(trunk) = &twilio.account.byoc {
        form.append_pair("Byoc", trunk);
    }
    if let Some((username, password)) = &twilio.account.sip_credentials {
        form.append_pair("SipAuthUsername", username)
            .append_pair("SipAuthPassword", password.reveal());
    }
    if let (Some(reason), Flavour::Twilio) = (&request.call_reason, twilio.account.flavour) {
        form.append_pair("CallReason", reason);
    }
    form.finish()
}

/// How machines are told from people, as far as the campaign says so.
fn tuning(machines: Machines) -> impl Iterator<Item = (&'static str, u32)> {
    let chosen = [
        ("MachineDetectionTimeout", machines.timeout_seconds),
        ("MachineDetectionSpeechThreshold", machines.speech_ms),
        ("MachineDetectionSpeechEndThreshold", machines.speech_end_ms),
        ("MachineDetectionSilenceTimeout", machines.silence_ms),
    ];
    chosen
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
}

fn seconds(span: ringonce_domain::Millis, (least, most): (u64, u64)) -> String {
    span.get().div_ceil(1_000).clamp(least, most).to_string()
}

/// A call that was made.
#[derive(Deserialize)]
struct Made {
    sid: String,
    #[serde(default)]
    to: Option<String>,
}

/// Whom the carrier says that it calls, in its answer.
pub(super) fn called_as(body: &[u8]) -> Option<String> {
    serde_json::from_slice::<Made>(body).ok()?.to
}

/// What an answer means: only what is said clearly counts.
pub(super) fn placed(status: StatusCode, body: &[u8]) -> Placed {
    let unclear = |reason: String| Placed::Unclear { reason };
    if status.is_success() {
        return match serde_json::from_slice::<Made>(body) {
            Ok(made) if is_sid(&made.sid) => Placed::Accepted { call_id: made.sid },
            _ => unclear("the carrier took the call and does not name it".into()),
        };
    }
    let Some(problem) = Problem::of(body).filter(|_| status.is_client_error()) else {
        return unclear(format!("the carrier answers {status}"));
    };
    let class = match meaning(problem.code) {
        Some((Meaning::Refused(class), _)) => class,
        Some((Meaning::Unclear, _)) => return unclear(problem.words()),
        _ if status == StatusCode::TOO_MANY_REQUESTS => FailureClass::Congestion,
        Some((Meaning::Over, _)) | None => FailureClass::Configuration,
    };
    Placed::Refused {
        class,
        reason: problem.words(),
    }
}

/// Whether this can be the name of anything at the carrier.
pub(super) fn is_sid(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, code: u32) -> Placed {
        let body = format!(r#"{{"code": {code}, "message": "words", "status": {status}}}"#);
        placed(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn each_class_of_the_table_is_told_apart() {
        use FailureClass as C;
        for (status, class, codes) in [
            (400, C::BadNumber, &[21211, 21217, 13223, 13226][..]),
            (400, C::Ambiguous, &[21214, 13224, 21216, 13225]),
            (
                400,
                C::Configuration,
                &[
                    20003, 20005, 10001, 21210, 21212, 21213, 21205, 21218, 21234, 21219, 573_005,
                    20404, 99_999,
                ],
            ),
            (401, C::Configuration, &[20003]),
            (403, C::Country, &[21215, 13227, 32205]),
            (429, C::Congestion, &[20429, 10004, 99_999]),
        ] {
            for code in codes {
                let Placed::Refused {
                    class: told,
                    reason,
                } = error(status, *code)
                else {
                    panic!("{code} is not refused");
                };
                assert_eq!(told, class, "{code}");
                assert!(reason.contains(&code.to_string()), "{reason}");
            }
        }
    }

    #[test]
    fn what_is_not_clear_is_not_taken_for_a_refusal() {
        for (status, code) in [
            (500, 20500),
            (503, 20503),
            (502, 21211),
            (400, 21204),
            (302, 1),
        ] {
            let told = error(status, code);
            assert!(matches!(told, Placed::Unclear { .. }), "{code}: {told:?}");
        }
        for (status, body) in [
            (201, ""),
            (201, r#"{"sid": ""}"#),
            (201, r#"{"sid": "CA1/../x"}"#),
            (400, "<html>a proxy's page</html>"),
            (403, "{}"),
        ] {
            let told = placed(StatusCode::from_u16(status).unwrap(), body.as_bytes());
            assert!(matches!(told, Placed::Unclear { .. }), "{body}: {told:?}");
        }
    }

    #[test]
    fn a_call_that_was_made_has_a_name() {
        let told = placed(
            StatusCode::CREATED,
            br#"{"sid": "CA12", "status": "queued"}"#,
        );
        let call_id = "CA12".to_owned();
        assert_eq!(told, Placed::Accepted { call_id });
    }
}
