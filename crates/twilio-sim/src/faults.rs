//! Faults on demand, from the command line and at run time through `/_sim/faults`.

use serde::{Deserialize, Serialize};

/// Faults; none by default. Fractions are from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Share of create requests that place the call, after which the connection closes without an
    /// answer.
    pub lost_create_responses: f64,
    /// Share of create requests that are answered with 500 or 503.
    pub failed_creates: f64,
    /// Share of these that place the call all the same.
    pub failed_creates_placed: f64,
    /// Of the create requests so many are refused with 429, and place no call.
    pub refused_creates: f64,
    /// Of the create requests so many are carried out at once and answered late.
    pub slow_creates: f64,
    /// How late at most, in real milliseconds.
    pub slow_creates_ms: u64,
    /// Of the requests for calls, one by one or as a list, so many are answered with 503.
    pub failed_look_ups: f64,
    /// Of the calls so many are shown to nobody who asks for them at first.
    pub hidden_calls: f64,
    /// For how long at most, in real milliseconds.
    pub hidden_calls_for_ms: u64,
    /// No list shows a call before so many real milliseconds have passed since it was made; a request for
    /// the call itself does.
    pub list_lag_ms: u64,
    /// Around so many of the create requests another application calls the same number from the same
    /// account: just before, or within half a minute after.
    pub foreign_calls: f64,
    /// Of the calls so many are said to be canceled, in a callback and in answers about them, and go on:
    /// from their answer or end on the truth is told, under a higher sequence number.
    pub false_cancels: f64,
    /// Of the last callbacks so many are late.
    pub late_truths: f64,
    /// By so many real milliseconds.
    pub late_truths_ms: u64,
    /// The price of a call is not known for so long after its end, in real milliseconds, besides the minute that
    /// it always takes.
    pub prices_held_for_ms: u64,
    /// Its clock is wrong by this many milliseconds: the dates of calls and of answers are.
    pub clock_skew_ms: i64,
    /// Of the callbacks so many are never sent.
    pub lost_callbacks: f64,
    /// For this many milliseconds of real time after it is set, no callback is sent.
    pub callbacks_lost_for_ms: u64,
    /// Each callback is sent once and up to this many times more.
    pub callback_repetitions: u32,
    /// Each callback, and each repetition, waits up to this many milliseconds of real time, which puts
    /// them in random order.
    pub callback_delay_ms: u64,
    /// Share of callbacks before which one with a wrong signature and another claim is sent.
    pub forged_callbacks: f64,
    /// Share of requests for a recording's sound, or to delete one, that are answered with 503.
    pub failed_recordings: f64,
    /// Share of recordings whose sound breaks off in the middle, with the connection.
    pub cut_recordings: f64,
    /// Share of recordings of which half the sound is sent as if it were all.
    pub halved_recordings: f64,
}

impl Faults {
    /// The problem with impossible values, in words.
    pub fn impossible(&self) -> Option<String> {
        let fractions = [
            ("lost_create_responses", self.lost_create_responses),
            ("failed_creates", self.failed_creates),
            ("failed_creates_placed", self.failed_creates_placed),
            ("refused_creates", self.refused_creates),
            ("slow_creates", self.slow_creates),
            ("failed_look_ups", self.failed_look_ups),
            ("hidden_calls", self.hidden_calls),
            ("foreign_calls", self.foreign_calls),
            ("false_cancels", self.false_cancels),
            ("late_truths", self.late_truths),
            ("lost_callbacks", self.lost_callbacks),
            ("forged_callbacks", self.forged_callbacks),
            ("failed_recordings", self.failed_recordings),
            ("cut_recordings", self.cut_recordings),
            ("halved_recordings", self.halved_recordings),
        ];
        if let Some((name, _)) = fractions
            .iter()
            .find(|(_, fraction)| !(0.0..=1.0).contains(fraction))
        {
            return Some(format!("{name}: from 0 to 1"));
        }
        (self.callback_repetitions > 20).then(|| "callback_repetitions: at most 20".to_owned())
    }

    /// These faults with the fields of a JSON object replaced.
    pub(crate) fn with(&self, change: &serde_json::Value) -> Result<Self, String> {
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let (Some(old), Some(new)) = (whole.as_object_mut(), change.as_object()) else {
            return Err("faults are a JSON object".to_owned());
        };
        old.extend(new.clone());
        let faults: Self = serde_json::from_value(whole).map_err(|error| error.to_string())?;
        faults.impossible().map_or(Ok(faults), Err)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_leaves_the_others_and_nonsense_is_refused() {
        let some = Faults::default()
            .with(&json!({"lost_callbacks": 0.5}))
            .unwrap();
        let more = some.with(&json!({"callback_repetitions": 5})).unwrap();
        assert!((more.lost_callbacks - 0.5).abs() < f64::EPSILON);
        assert_eq!(more.callback_repetitions, 5);
        for (change, word) in [
            (json!({"lost_callbacks": 2}), "from 0 to 1"),
            (json!({"lost": 1}), "unknown field"),
            (json!({"callback_repetitions": 21}), "at most 20"),
            (json!([]), "object"),
        ] {
            let said = some.with(&change).expect_err("nonsense");
            assert!(said.contains(word), "{said}");
        }
    }
}
