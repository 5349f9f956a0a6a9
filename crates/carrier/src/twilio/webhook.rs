//! What a webhook says: the fields of a form or of a JSON object, and what they mean for the attempt.
//! Whether the carrier said it is [`super::signature`]'s business.

use std::borrow::Cow;

use ringonce_domain::Evidence;

use super::status::{Cause, evidence};
use crate::Refusal;

/// The most fields of one.
pub(super) const MAX_FIELDS: usize = 200;

/// A field's name and value, in the body itself where nothing had to be decoded.
pub(super) type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// What a webhook said, from the carrier beyond doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StatusCallback {
    /// The carrier's name for the call.
    pub(super) call_id: String,
    /// Its place among the call's status webhooks, from 0; absent from other webhooks.
    pub(super) sequence: Option<u32>,
    /// Which part of the carrier sent it: with the two above the name of the webhook.
    pub(super) source: Option<String>,
    fields: Fields,
}

/// Every field as it came, sorted by name; of repeated ones all. One text and where in it each begins,
/// as a webhook has some forty of them and few are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fields {
    text: String,
    /// Where a name ends, and where its value does; each begins where the one before ends.
    ends: Vec<(usize, usize)>,
}

impl Fields {
    /// Of fields that are in order.
    fn of(fields: &[Field<'_>]) -> Self {
        let bytes = fields.iter().map(|(name, value)| name.len() + value.len());
        let mut text = String::with_capacity(bytes.sum());
        let mut ends = Vec::with_capacity(fields.len());
        for (name, value) in fields {
            text.push_str(name);
            let name_ends = text.len();
            text.push_str(value);
            ends.push((name_ends, text.len()));
        }
        Self { text, ends }
    }

    /// The first value of a field.
    fn first(&self, name: &str) -> Option<&str> {
        let mut begin = 0;
        for (name_ends, ends) in &self.ends {
            if &self.text[begin..*name_ends] == name {
                return Some(&self.text[*name_ends..*ends]);
            }
            begin = *ends;
        }
        None
    }
}

impl StatusCallback {
    /// The first value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.first(name)
    }

    pub(super) fn of(fields: &[Field<'_>]) -> Result<Self, Refusal> {
        Ok(Self {
            call_id: call(fields)?.to_owned(),
            sequence: number(fields, "SequenceNumber"),
            source: first(fields, "CallbackSource").map(str::to_owned),
            fields: Fields::of(fields),
        })
    }
}

/// What the body of a webhook that was verified before means for its attempt, oldest first.
///
/// # Errors
/// [`Refusal::Malformed`] when it names no call, or is no form and no JSON object.
pub(super) fn read(body: &str) -> Result<Vec<Evidence>, Refusal> {
    let fields = if body.trim_start().starts_with('{') {
        of_json(body.as_bytes())?
    } else {
        of_form(body.as_bytes())?
    };
    meaning(&fields)
}

/// The call that it is about.
fn call<'a>(fields: &'a [Field<'_>]) -> Result<&'a str, Refusal> {
    let sid = first(fields, "CallSid").filter(|sid| super::create::is_sid(sid));
    sid.ok_or(Refusal::Malformed("it names no call"))
}

fn meaning(fields: &[Field<'_>]) -> Result<Vec<Evidence>, Refusal> {
    let call_id = call(fields)?;
    // A leg that a call made tells of itself.
    let of_a_leg = first(fields, "ParentCallSid").is_some_and(|sid| !sid.is_empty());
    let Some(status) = first(fields, "CallStatus").filter(|_| !of_a_leg) else {
        return Ok(Vec::new());
    };
    let cause = Cause {
        sip: number(fields, "SipResponseCode"),
        code: number(fields, "ErrorCode"),
    };
    let mut said = evidence(call_id, status, cause);
    // Calls that are called canceled go on now and then: the end is learned from their record, once they can
    // ring no more.
    said.retain(|piece| !piece.is_cancel());
    Ok(said)
}

/// The first value of a field; the fields are in order.
fn first<'a>(fields: &'a [Field<'_>], name: &str) -> Option<&'a str> {
    let at = fields.partition_point(|(field, _)| &**field < name);
    let (field, value) = fields.get(at)?;
    (field == name).then_some(&**value)
}

fn number<T: std::str::FromStr>(fields: &[Field<'_>], name: &str) -> Option<T> {
    first(fields, name)?.parse().ok()
}

/// The fields of a form in order.
pub(super) fn of_form(body: &[u8]) -> Result<Vec<Field<'_>>, Refusal> {
    let mut fields: Vec<_> = form_urlencoded::parse(body).take(MAX_FIELDS + 1).collect();
    if fields.len() > MAX_FIELDS {
        return Err(Refusal::Malformed("it has too many fields"));
    }
    fields.sort_unstable();
    Ok(fields)
}

/// The fields of a JSON object that are words or numbers, in order.
pub(super) fn of_json(body: &[u8]) -> Result<Vec<Field<'_>>, Refusal> {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(body).map_err(|_| Refusal::Malformed("it is no JSON object"))?;
    let mut fields: Vec<_> = object
        .into_iter()
        .filter_map(|(name, value)| {
            let value = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some((Cow::Owned(name), Cow::Owned(value)))
        })
        .take(MAX_FIELDS)
        .collect();
    fields.sort_unstable();
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Outcome;

    use super::*;

    #[test]
    fn a_status_is_read_with_its_place_and_cause() {
        let body = "CallSid=CA1&CallStatus=failed&SequenceNumber=3&CallbackSource=call-progress-events&SipResponseCode=404";
        let told = StatusCallback::of(&of_form(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(told.sequence, Some(3));
        assert_eq!(told.source.as_deref(), Some("call-progress-events"));
        let evidence = read(body).unwrap();
        let Some(Evidence::Ended { outcome, .. }) = evidence.last() else {
            panic!("{evidence:?}");
        };
        assert_eq!(*outcome, Outcome::BadNumber);
    }

    #[test]
    fn a_call_that_was_answered_is_one_that_is_in_progress() {
        let meant = |word: &str| read(&format!("CallSid=CA1&CallStatus={word}")).unwrap();
        assert_eq!(meant("answered"), meant("in-progress"));
        assert_eq!(meant("answered").last(), Some(&Evidence::Answered));
    }

    #[test]
    fn that_a_call_was_canceled_says_only_that_there_is_one() {
        let told = read("CallSid=CA1&CallStatus=canceled").unwrap();
        let call_id = "CA1".to_owned();
        assert_eq!(told, [Evidence::Accepted { call_id }]);
    }

    #[test]
    fn a_leg_that_a_call_made_says_nothing_of_the_call() {
        let told = read("CallSid=CA2&CallStatus=completed&ParentCallSid=CA1");
        assert_eq!(told, Ok(Vec::new()));
    }
}
