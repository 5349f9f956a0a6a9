//! What the state of a call at Twilio means for its attempt.

use ringonce_domain::{Evidence, Outcome};

use super::codes::{Meaning, meaning};

/// What ended a call that failed: the answer of the network, by its SIP code (RFC 3261), and what is
/// known of it.
const SIP: &[(u16, Outcome, &str)] = &[
    (401, Outcome::Failed, "the network refuses our calls"),
    (403, Outcome::Failed, "the network refuses the call"),
    (404, Outcome::BadNumber, "the number does not exist"),
    (407, Outcome::Failed, "the network refuses our calls"),
    (408, Outcome::NoAnswer, "nobody answered in time"),
    (410, Outcome::BadNumber, "the number is out of service"),
    (480, Outcome::NoAnswer, "the callee is not available"),
    (484, Outcome::BadNumber, "the number is incomplete"),
    (486, Outcome::Busy, "the line was in use"),
    (487, Outcome::NoAnswer, "the call was given up"),
    (500, Outcome::Failed, "the network met an error"),
    (502, Outcome::Failed, "the network met an error"),
    (503, Outcome::Congestion, "the network had no room"),
    (504, Outcome::Failed, "the network was too slow"),
    (600, Outcome::Busy, "the line was in use"),
    (603, Outcome::Busy, "the callee declined"),
    (604, Outcome::BadNumber, "the number does not exist"),
];

/// What is known of a call besides its state.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cause {
    /// The network's answer.
    pub(super) sip: Option<u16>,
    /// The carrier's own code.
    pub(super) code: Option<u32>,
}

/// What a call's state means, oldest first; nothing for an unknown word.
pub(super) fn evidence(call_id: &str, status: &str, cause: Cause) -> Vec<Evidence> {
    let state = match status {
        "queued" | "initiated" => None,
        "ringing" => Some(Evidence::Ringing),
        // SignalWire says both, the one after the other.
        "in-progress" | "answered" => Some(Evidence::Answered),
        "completed" => Some(ended(Outcome::Answered, status, cause)),
        "busy" => Some(ended(Outcome::Busy, status, cause)),
        "no-answer" => Some(ended(Outcome::NoAnswer, status, cause)),
        "canceled" => Some(ended(Outcome::Canceled, status, cause)),
        "failed" => Some(ended(failed(cause), status, cause)),
        _ => return Vec::new(),
    };
    let accepted = Evidence::Accepted {
        call_id: call_id.to_owned(),
    };
    std::iter::once(accepted).chain(state).collect()
}

/// How a call that failed did.
fn failed(cause: Cause) -> Outcome {
    let by_sip = cause
        .sip
        .and_then(|sip| known(sip).map(|(outcome, _)| outcome));
    let by_code = cause.code.and_then(|code| match meaning(code) {
        Some((Meaning::Refused(class), _)) => Some(class.outcome()),
        _ => None,
    });
    by_sip.or(by_code).unwrap_or(Outcome::Failed)
}

fn known(sip: u16) -> Option<(Outcome, &'static str)> {
    let found = SIP.iter().find(|(code, ..)| *code == sip);
    found.map(|(_, outcome, words)| (*outcome, *words))
}

fn ended(outcome: Outcome, status: &str, cause: Cause) -> Evidence {
    use std::fmt::Write as _;
    let mut words = status.to_owned();
    // Writing to a string cannot fail. That an answered call ended well needs no words.
    if let Some(sip) = cause.sip.filter(|sip| *sip >= 300) {
        let _ = match known(sip) {
            Some((_, meaning)) => write!(words, ": {meaning} (SIP {sip})"),
            None => write!(words, " (SIP {sip})"),
        };
    }
    if let Some(code) = cause.code {
        let _ = match meaning(code) {
            Some((_, meaning)) => write!(words, ": {meaning} ({code})"),
            None => write!(words, " (error {code})"),
        };
    }
    Evidence::Ended {
        outcome,
        cause: words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_told_in_our_words() {
        let over = |outcome| Some(Some(outcome));
        for (status, expected) in [
            ("queued", None),
            ("initiated", None),
            ("ringing", Some(None)),
            ("in-progress", Some(None)),
            ("completed", over(Outcome::Answered)),
            ("busy", over(Outcome::Busy)),
            ("no-answer", over(Outcome::NoAnswer)),
            ("canceled", over(Outcome::Canceled)),
            ("failed", over(Outcome::Failed)),
        ] {
            let evidence = evidence("CA1", status, Cause::default());
            let call_id = "CA1".to_owned();
            assert_eq!(evidence[0], Evidence::Accepted { call_id }, "{status}");
            let outcome = evidence.get(1).map(|state| match state {
                Evidence::Ended { outcome, .. } => Some(*outcome),
                _ => None,
            });
            assert_eq!(outcome, expected, "{status}");
        }
        assert_eq!(evidence("CA1", "dreaming", Cause::default()), []);
    }

    #[test]
    fn a_failure_is_told_apart_by_what_the_network_answered() {
        for (sip, code, expected) in [
            (Some(404), None, Outcome::BadNumber),
            (Some(486), None, Outcome::Busy),
            (Some(603), None, Outcome::Busy),
            (Some(480), None, Outcome::NoAnswer),
            (Some(503), None, Outcome::Congestion),
            (Some(403), None, Outcome::Failed),
            (Some(699), None, Outcome::Failed),
            (None, Some(13223), Outcome::BadNumber),
            (None, Some(99999), Outcome::Failed),
            (None, None, Outcome::Failed),
        ] {
            let evidence = evidence("CA1", "failed", Cause { sip, code });
            let Some(Evidence::Ended { outcome, cause }) = evidence.last() else {
                panic!("{evidence:?}");
            };
            assert_eq!(*outcome, expected, "{sip:?} {code:?}: {cause}");
            let named = sip.map(u32::from).or(code).map(|n| n.to_string());
            assert!(named.is_none_or(|n| cause.contains(&n)), "{cause}");
        }
    }
}
