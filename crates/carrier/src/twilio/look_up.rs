//! Finding a call again: by its name, or among those to its number.
//!
//! Twilio keeps no word of ours with a call. One whose answer was lost is known by who was called, from which
//! number and when, and by not being any call that another attempt has. What is found that way is a guess:
//! other applications may call from the same account. The call's own word, which holds the attempt's token,
//! confirms or replaces it.
//!
//! That there never was a call is said only when nothing in a day around it may be the one: its clock is not
//! ours. A call outside of the time in which ours must have been made leaves the question open while that
//! call is under way; once all that may be ours are over, so is ours.

use ringonce_domain::{Evidence, Millis, Outcome, Timestamp};

use super::Twilio;
use super::asking::Unanswered;
use super::calls::Call;
use super::destination;
use super::status::{Cause, evidence};
use crate::{CallQuery, CallStatus, Carrier as _};

/// How far its clock and ours may be apart beyond what is known of it.
const SLACK: Millis = Millis::from_secs(60);
/// A clock that is wrong by more than this is not reckoned with: a call from longer ago is another one.
const DOUBT: Millis = Millis::from_hours(24);
/// The most pages of calls to one number that are read.
const MAX_PAGES: usize = 25;

impl Twilio {
    pub(super) async fn status(&self, query: &CallQuery) -> CallStatus {
        let found = match &query.call_id {
            Some(call_id) => self.by_name(call_id, query).await,
            None => self.by_number(query).await,
        };
        match found {
            Ok(status) => status,
            Err(problem) if problem.denied => CallStatus::Denied(problem.words),
            Err(problem) => CallStatus::CannotTell(problem.words),
        }
    }

    async fn by_name(&self, call_id: &str, query: &CallQuery) -> Result<CallStatus, Unanswered> {
        let Some(call) = self.call(call_id).await? else {
            return Ok(CallStatus::NotSeen);
        };
        if let Some(other) = call.to.as_deref()
            && destination::is_elsewhere(&self.account, other, query.to)
        {
            let words =
                format!("the carrier's call {call_id} went to another number than the attempt");
            return Err(words.into());
        }
        if query.guessed {
            return Ok(guess(&call));
        }
        if let Some(to) = &call.to {
            self.spelling.heard(&self.account, to, query.to);
        }
        if let Some(created) = call.created() {
            self.offset
                .created(query.dialed_at, created, query.dial_before + SLACK);
        }
        Ok(told(&call))
    }

    async fn by_number(&self, query: &CallQuery) -> Result<CallStatus, Unanswered> {
        let window = self
            .offset
            .window(query.dialed_at, query.dial_before, SLACK);
        let earliest = *window.start() - DOUBT;
        let latest = *window.end() + DOUBT;
        let mut found = Candidates::default();
        for to in destination::written(&self.account, query.to) {
            for call in self.calls_since(&to, earliest).await? {
                if !may_be(&call, query) || found.has(&call) {
                    continue;
                }
                match call.created() {
                    Some(at) if window.contains(&at) => found.near.push(call),
                    Some(at) if at < earliest || at > latest => {}
                    Some(_) => found.doubtful.push(call),
                    // One whose time is not told is not ruled out by it.
                    None => found.near.push(call),
                }
            }
        }
        let settled = query.dial_before + self.trust().settling;
        match found.status(self.clock.now() >= settled) {
            CallStatus::NotSeen if !self.spelling.is_known(&self.account) => {
                let words = "how the carrier writes the addresses that it calls is known once it has answered for a call to one";
                Ok(CallStatus::CannotTell(words.to_owned()))
            }
            status => Ok(status),
        }
    }

    /// Calls to a number as the carrier writes it, back to an instant and the rest of that page.
    async fn calls_since(&self, to: &str, earliest: Timestamp) -> Result<Vec<Call>, Unanswered> {
        let (mut calls, mut next) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let page = self.calls_to(to, next.as_deref()).await?;
            next = page.next();
            // The latest come first.
            let is_past = |call: &Call| call.created().is_some_and(|at| at < earliest);
            let over = next.is_none() || page.calls.last().is_some_and(is_past);
            calls.extend(page.calls);
            if over {
                return Ok(calls);
            }
        }
        Err("the carrier lists more calls to this number than are read".into())
    }
}

/// Whether a call to the number may be the attempt's, by all but its time.
fn may_be(call: &Call, query: &CallQuery) -> bool {
    let shown = query.from.map(|from| from.to_string());
    let is_from_us = match (call.from.as_deref(), shown.as_deref()) {
        (Some(theirs), Some(ours)) if theirs.starts_with('+') => theirs == ours,
        _ => true,
    };
    call.is_ours_to_make() && is_from_us && !query.others.contains(&call.sid)
}

/// Calls of which one may be the attempt's.
#[derive(Debug, Default)]
struct Candidates {
    /// Those of its time.
    near: Vec<Call>,
    /// Those of another time, which only a wrong clock makes possible.
    doubtful: Vec<Call>,
}

impl Candidates {
    /// Whether a call is among them.
    fn has(&self, call: &Call) -> bool {
        let mut all = self.near.iter().chain(&self.doubtful);
        all.any(|it| it.sid == call.sid)
    }

    /// What they say of the attempt; `settled` once the list shows every call that it ever will.
    fn status(&self, settled: bool) -> CallStatus {
        let all = || self.near.iter().chain(&self.doubtful);
        if let [call] = self.near.as_slice() {
            return guess(call);
        }
        let Some(first) = all().next() else {
            return CallStatus::NotSeen;
        };
        let ends: Vec<_> = all().filter_map(end).collect();
        let names: Vec<_> = all().map(|call| call.sid.as_str()).collect();
        let words = format!(
            "it may be any of these calls of the carrier: {}",
            names.join(", ")
        );
        if !settled || ends.len() < names.len() {
            return CallStatus::CannotTell(words);
        }
        // They are all over, and so is ours, if it ever was.
        let alike = ends.iter().all(|outcome| *outcome == ends[0]);
        CallStatus::Seen(vec![
            Evidence::Found {
                call_id: first.sid.clone(),
            },
            Evidence::Ended {
                outcome: if alike { ends[0] } else { Outcome::Unknown },
                cause: words,
            },
        ])
    }
}

/// How a call ended, if it has.
fn end(call: &Call) -> Option<Outcome> {
    match evidence(&call.sid, &call.status, Cause::default()).last() {
        Some(Evidence::Ended { outcome, .. }) => Some(*outcome),
        _ => None,
    }
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

/// The same of a call that is only guessed to be the attempt's.
fn guess(call: &Call) -> CallStatus {
    match told(call) {
        CallStatus::Seen(evidence) => CallStatus::Seen(
            evidence
                .into_iter()
                .map(|piece| match piece {
                    Evidence::Accepted { call_id } => Evidence::Found { call_id },
                    other => other,
                })
                .collect(),
        ),
        status => status,
    }
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
            guessed: false,
            to: Number::from_digits(12_025_550_123).unwrap(),
            from: Number::from_digits(12_025_550_199),
            dialed_at: AT,
            dial_before: AT + Millis::from_secs(10),
            others: others.iter().map(|sid| (*sid).to_owned()).collect(),
        }
    }

    fn call(sid: &str, from: Option<&str>, direction: &str, status: &str) -> Call {
        Call {
            sid: sid.into(),
            to: None,
            from: from.map(str::to_owned),
            status: status.into(),
            direction: Some(direction.into()),
            date_created: None,
            start_time: None,
            end_time: None,
            duration: None,
            price: None,
            price_unit: None,
        }
    }

    #[test]
    fn a_call_is_known_by_its_caller_id_and_by_being_no_other_attempts() {
        for (sid, from, direction, expected) in [
            ("CA1", Some("+12025550199"), "outbound-api", true),
            ("CA1", None, "outbound-api", true),
            ("CA1", Some("client:office"), "outbound-api", true),
            ("CA1", Some("+12025550198"), "outbound-api", false),
            ("CA2", Some("+12025550199"), "outbound-api", false),
            ("CA1", Some("+12025550199"), "inbound", false),
            ("CA1", Some("+12025550199"), "outbound-dial", false),
        ] {
            let told = may_be(&call(sid, from, direction, "queued"), &query(&["CA2"]));
            assert_eq!(told, expected, "{sid} {from:?} {direction}");
        }
    }

    fn told_of(near: &[&str], doubtful: &[&str], settled: bool) -> String {
        let calls = |statuses: &[&str]| {
            let sids = ["CA1", "CA2", "CA3"];
            sids.iter()
                .zip(statuses)
                .map(|(sid, status)| call(sid, None, "outbound-api", status))
                .collect()
        };
        let found = Candidates {
            near: calls(near),
            doubtful: calls(doubtful),
        };
        match found.status(settled) {
            CallStatus::Seen(evidence) => {
                assert!(
                    matches!(evidence[0], Evidence::Found { .. }),
                    "{evidence:?}"
                );
                match evidence.last() {
                    Some(Evidence::Ended { outcome, .. }) => outcome.to_string(),
                    other => other.map_or("", Evidence::kind).to_owned(),
                }
            }
            CallStatus::NotSeen => "none".into(),
            CallStatus::CannotTell(_) => "cannot tell".into(),
            CallStatus::Denied(words) => words,
        }
    }

    #[test]
    fn one_of_its_time_is_taken_and_of_others_only_the_end() {
        for (near, doubtful, settled, expected) in [
            (&[][..], &[][..], true, "none"),
            (&["ringing"], &[], false, "ringing"),
            (&["completed"], &["busy"], true, "answered"),
            (&["completed", "queued"], &[], true, "cannot tell"),
            (&["completed", "completed"], &[], false, "cannot tell"),
            (&["completed", "completed"], &[], true, "answered"),
            (&["busy", "completed"], &[], true, "unknown"),
            (&[], &["completed"], false, "cannot tell"),
            (&[], &["in-progress"], true, "cannot tell"),
            (&[], &["completed"], true, "answered"),
            (&[], &["no-answer", "busy"], true, "unknown"),
        ] {
            assert_eq!(
                told_of(near, doubtful, settled),
                expected,
                "{near:?} {doubtful:?} {settled}"
            );
        }
    }
}
