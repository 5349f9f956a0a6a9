//! `<Dial>`: other phones ring, the first that picks up is connected, and then the action is requested.

use serde_json::json;

use super::{Flow, Talk, goto, is_get};
use crate::call::{Event, Origin, Status, Step};
use crate::form::Form;
use crate::order::{Hook, Order, Source, StatusHook, is_e164, is_sip};
use crate::persona::{Callee, Outcome};
use crate::recording;
use crate::twiml::Element;

/// Seconds for which the two connected parties talk.
const TALK: f64 = 20.0;

/// A phone that rings.
struct Leg<'a> {
    sid: String,
    noun: Option<&'a Element>,
    after: f64,
    outcome: Outcome,
}

impl Talk<'_> {
    pub(super) async fn dial(&mut self, verb: &Element) -> Flow {
        let (to, from) = self
            .world
            .read(self.sid, |call| {
                (call.order.to.clone(), call.order.from.clone())
            })
            .unwrap_or_default();
        let caller = verb.attribute("callerId").unwrap_or(&from).to_owned();
        self.note(
            verb,
            json!({ "numbers": numbers(verb).map(|(number, _)| number).collect::<Vec<_>>(),
                    "callerId": caller, "timeout": verb.number("timeout", 30) }),
        );
        if !self.world.numbers.contains(&caller) && caller != to {
            self.warn(13214, "Dial: Invalid callerId value");
            return self.dialled(verb, "failed", None, 0);
        }
        let legs: Vec<Leg<'_>> = numbers(verb)
            .filter_map(|(number, noun)| self.leg(verb, &caller, number, noun))
            .collect();
        let timeout = f64::from(verb.number("timeout", 30));
        match self.ring(&legs, timeout).await {
            Ok((leg, agent)) => self.bridge(verb, leg, agent).await,
            Err(status) => {
                let sid = legs.first().map(|leg| leg.sid.clone());
                self.dialled(verb, status, sid, 0)
            }
        }
    }

    /// Dials a number; `None` when it is invalid.
    fn leg<'a>(
        &self,
        verb: &Element,
        caller: &str,
        number: &str,
        noun: Option<&'a Element>,
    ) -> Option<Leg<'a>> {
        if !is_e164(number) && !is_sip(number) {
            self.warn(13224, &format!("Dial: Invalid phone number {number}"));
            return None;
        }
        let order = Order {
            to: number.to_owned(),
            from: caller.to_owned(),
            source: Source::Inline(String::new()),
            hook: noun.and_then(|noun| self.status_hook(noun)),
            timeout: verb.number("timeout", 30),
            time_limit: verb.number("timeLimit", 14_400),
            detection: None,
            record: None,
            send_digits: None,
            reason: None,
            trunk: None,
        };
        let (sid, _) = self.world.add(order, Origin::Dial(self.sid.to_owned()));
        let persona = self.world.persona(number);
        self.world.step(&sid, Step::Dial);
        if !matches!(persona.outcome, Outcome::Fails(_) | Outcome::Busy) {
            self.world.step(&sid, Step::Ring);
        }
        Some(Leg {
            sid,
            noun,
            after: persona.after,
            outcome: persona.outcome,
        })
    }

    fn status_hook(&self, noun: &Element) -> Option<StatusHook> {
        let url = self.absolute(noun.attribute("statusCallback")?)?;
        let get = noun
            .attribute("statusCallbackMethod")
            .is_some_and(|word| word.eq_ignore_ascii_case("GET"));
        let events = noun.attribute("statusCallbackEvent").unwrap_or("completed");
        Some(StatusHook {
            hook: Hook { url, get },
            events: events.split_whitespace().filter_map(Event::named).collect(),
        })
    }

    /// Waits for the first leg to pick up; all others end. Otherwise, the result of the first leg.
    async fn ring<'l, 'a>(
        &self,
        legs: &'l [Leg<'a>],
        timeout: f64,
    ) -> Result<(&'l Leg<'a>, Callee), &'static str> {
        let winner = legs
            .iter()
            .filter_map(|leg| match leg.outcome {
                Outcome::Answers(callee) if leg.after < timeout => Some((leg, callee)),
                _ => None,
            })
            .min_by(|(one, _), (other, _)| one.after.total_cmp(&other.after));
        let latest = legs
            .iter()
            .map(|leg| leg.after.min(timeout))
            .fold(0.0, f64::max);
        self.pause(winner.map_or(latest, |(leg, _)| leg.after))
            .await;
        for leg in legs {
            match (winner, leg.outcome) {
                (Some((won, _)), _) if won.sid == leg.sid => {}
                (_, Outcome::Busy) => drop(self.world.step(&leg.sid, Step::Busy)),
                (_, Outcome::Fails(code)) => {
                    self.world.edit(&leg.sid, |call| call.sip_code = Some(code));
                    self.world.step(&leg.sid, Step::Fail);
                }
                (Some(_), _) => drop(self.world.step(&leg.sid, Step::Cancel)),
                (None, _) => drop(self.world.step(&leg.sid, Step::GiveUp)),
            }
        }
        winner.ok_or_else(|| {
            legs.first()
                .and_then(|leg| self.world.read(&leg.sid, |call| call.status.word()))
                .unwrap_or("failed")
        })
    }

    /// Whispers to the party that picked up, and lets the two talk.
    async fn bridge(&self, verb: &Element, leg: &Leg<'_>, callee: Callee) -> Flow {
        self.world.step(&leg.sid, Step::Answer);
        if let Some(url) = leg
            .noun
            .and_then(|noun| self.absolute(noun.attribute("url")?))
        {
            let get = leg.noun.is_some_and(is_get);
            let page = Hook { url, get };
            let mut whisper = Talk::new(self.world, &leg.sid, callee);
            let source = Source::Url {
                page,
                fallback: None,
            };
            whisper.run(source, Form::default()).await;
        }
        let listener = self.listener(verb);
        let record = verb
            .attribute("record")
            .is_some_and(|word| word != "do-not-record")
            .then(|| recording::begin(self.world, self.sid, "DialVerb", 2, listener.as_ref()));
        self.world.note(self.sid, json!({ "connected": leg.sid }));
        let limit = f64::from(verb.number("timeLimit", 14_400));
        let talk = TALK.min(callee.patience).min(limit);
        self.pause(talk).await;
        self.world.step(&leg.sid, Step::HangUp);
        let duration = self
            .world
            .read(&leg.sid, |call| call.duration)
            .unwrap_or_default();
        if let Some(record) = record {
            recording::end(self.world, &record, duration, listener.as_ref());
        }
        self.dialled(verb, "completed", Some(leg.sid.clone()), duration)
    }

    /// Requests the action with the result; without an action the document goes on.
    fn dialled(&self, verb: &Element, status: &str, leg: Option<String>, seconds: u64) -> Flow {
        self.world
            .note(self.sid, json!({ "dialled": status, "leg": leg }));
        let Some(action) = verb
            .attribute("action")
            .and_then(|action| self.absolute(action))
        else {
            return Flow::Next;
        };
        let mut form = Form::default();
        form.set("DialCallStatus", status);
        form.set("DialBridged", (status == "completed").to_string());
        if let Some(leg) = leg {
            form.set("DialCallSid", leg);
        }
        if status == Status::Completed.word() {
            form.set("DialCallDuration", seconds.to_string());
        }
        goto(action, is_get(verb), form)
    }
}

/// The numbers of a `<Dial>`, as text or as nouns.
fn numbers(verb: &Element) -> impl Iterator<Item = (&str, Option<&Element>)> {
    let text = verb.text.trim();
    let plain = (!text.is_empty()).then_some((text, None));
    let is_phone = |noun: &&Element| matches!(noun.name.as_str(), "Number" | "Sip");
    let nouns = verb.children.iter().filter(is_phone);
    plain
        .into_iter()
        .chain(nouns.map(|noun| (noun.text.as_str(), Some(noun))))
}
