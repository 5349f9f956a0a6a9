//! Finding a call again: by its name, or among those to its number.
//!
//! Twilio keeps no word of ours with a call. One whose answer was lost is known by who was called and
//! when, and by not being any call that another attempt has. What is found that way is taken for it
//! only when it is the only one.

use ringonce_domain::{Millis, Timestamp};

use super::Twilio;
use super::asking::Unanswered;
use super::calls::Call;
use super::status::{Cause, evidence};
use crate::{CallQuery, CallStatus};

/// How far its clock and ours may be apart.
const SLACK: Millis = Millis::from_secs(60);
/// The most pages of calls to one number that are read.
const MAX_PAGES: usize = 25;

impl Twilio {
    pub(super) async fn status(&self, query: &CallQuery) -> CallStatus {
        let found = match &query.call_id {
            Some(call_id) => self.by_name(call_id, query).await,
            None => self.by_number(query).await,
        };
        match found {
            Ok(Some(call)) => told(&call),
            Ok(None) => CallStatus::NotSeen,
            Err(problem) if problem.denied => CallStatus::Denied(problem.words),
            Err(problem) => CallStatus::CannotTell(problem.words),
        }
    }

    async fn by_name(&self, call_id: &str, query: &CallQuery) -> Result<Option<Call>, Unanswered> {
        let call = self.call(call_id).await?;
        let to = query.to.to_string();
        match call.as_ref().and_then(|call| call.to.as_deref()) {
            Some(other) if other.starts_with('+') && other != to => Err(format!(
                "the carrier's call {call_id} went to another number than the attempt"
            )
            .into()),
            _ => Ok(call),
        }
    }

    async fn by_number(&self, query: &CallQuery) -> Result<Option<Call>, Unanswered> {
        let to = query.to.to_string();
        let mut candidates = Vec::new();
        let mut next = None;
        for _ in 0..MAX_PAGES {
            let page = self.calls_to(&to, next.as_deref()).await?;
            next = page.next();
            candidates.extend(page.calls.into_iter().filter(|call| may_be(call, query)));
            if next.is_none() {
                return Ok(only(candidates)?);
            }
        }
        Err("the carrier lists more calls to this number than are read".into())
    }
}

/// Whether a call to the number may be the attempt's.
fn may_be(call: &Call, query: &CallQuery) -> bool {
    let window = query.dialed_at - SLACK..=query.dial_before + SLACK;
    let in_time = |at: Timestamp| window.contains(&at);
    call.is_ours_to_make()
        && !query.others.contains(&call.sid)
        // One whose time is not told is not ruled out by it.
        && call.created().is_none_or(in_time)
}

fn only(mut candidates: Vec<Call>) -> Result<Option<Call>, String> {
    if candidates.len() < 2 {
        return Ok(candidates.pop());
    }
    let names: Vec<_> = candidates.iter().map(|call| call.sid.as_str()).collect();
    Err(format!(
        "several of the carrier's calls may be the attempt's: {}",
        names.join(", ")
    ))
}

fn told(call: &Call) -> CallStatus {
    let evidence = evidence(&call.sid, &call.status, Cause::default());
    if evidence.is_empty() {
        return CallStatus::CannotTell(format!(
            "the carrier's call {} is `{}`",
            call.sid, call.status
        ));
    }
    CallStatus::Seen(evidence)
}

#[cfg(test)]
mod tests {
    use ringonce_domain::{AttemptId, Number};

    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_795_290_304_000);

    fn query(others: &[&str]) -> CallQuery {
        CallQuery {
            attempt: AttemptId::new(AT, [7; 10]),
            call_id: None,
            to: Number::from_digits(12_025_550_123).unwrap(),
            from: Number::from_digits(12_025_550_199),
            dialed_at: AT,
            dial_before: AT + Millis::from_secs(10),
            others: others.iter().map(|sid| (*sid).to_owned()).collect(),
        }
    }

    fn call(sid: &str, created: Option<&str>, direction: &str) -> Call {
        Call {
            sid: sid.into(),
            to: None,
            from: None,
            status: "queued".into(),
            direction: Some(direction.into()),
            date_created: created.map(str::to_owned),
            start_time: None,
            end_time: None,
            duration: None,
        }
    }

    #[test]
    fn a_call_is_known_by_its_time_and_by_being_nobody_elses() {
        for (sid, created, direction, expected) in [
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:45:05 +0000"),
                "outbound-api",
                true,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:44:05 +0000"),
                "outbound-api",
                true,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:44:03 +0000"),
                "outbound-api",
                false,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:46:14 +0000"),
                "outbound-api",
                true,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:46:15 +0000"),
                "outbound-api",
                false,
            ),
            ("CA1", None, "outbound-api", true),
            (
                "CA2",
                Some("Sat, 21 Nov 2026 19:45:05 +0000"),
                "outbound-api",
                false,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:45:05 +0000"),
                "inbound",
                false,
            ),
            (
                "CA1",
                Some("Sat, 21 Nov 2026 19:45:05 +0000"),
                "outbound-dial",
                false,
            ),
        ] {
            let told = may_be(&call(sid, created, direction), &query(&["CA2"]));
            assert_eq!(told, expected, "{sid} {created:?} {direction}");
        }
    }

    #[test]
    fn of_several_none_is_taken() {
        let one = |sid| call(sid, None, "outbound-api");
        assert!(only(Vec::new()).unwrap().is_none());
        assert_eq!(only(vec![one("CA1")]).unwrap().unwrap().sid, "CA1");
        let problem = only(vec![one("CA1"), one("CA2")]).unwrap_err();
        assert!(problem.contains("CA1, CA2"), "{problem}");
    }
}
