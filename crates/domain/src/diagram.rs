//! The states of campaigns, contacts and attempts as diagrams, drawn from the functions that decide
//! them: every state is tried with every event, and each change is an arrow.
//!
//! No transition is written here: a wrong diagram shows a wrong rule. The diagrams are Mermaid
//! `stateDiagram-v2`.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Display, Write};

use uuid::Uuid;

use crate::claim::{Decision, Facts, decide};
use crate::repeat::LastCalls;
use crate::settle::{Known, settle};
use crate::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, CampaignState, ContactId,
    ContactState, Evidence, FailureClass, InstanceId, Number, Outcome, RetryPolicy, Settings, Step,
    Timestamp, Trust,
};

/// `docs/book/src/states.md`: what each state means, and the transitions between them.
pub fn states_page() -> String {
    let mut page = String::from(
        "# States\n\n\
         <!-- Made from crates/domain by `cargo xtask regenerate`; do not edit. -->\n\n\
         Three things have states: a campaign, each contact on its list, and each attempt to ring a \
         contact. The arrows below come from the program: every state was tried with every event.\n",
    );
    section(
        &mut page,
        "Campaign",
        "A transition that is not shown is refused, with the state and the event.",
        &campaign(),
        CampaignState::ALL
            .iter()
            .map(|state| (state.as_str(), state.meaning())),
    );
    section(
        &mut page,
        "Contact",
        "A contact moves with its attempts, in the same transaction. Before each call the rules \
         about its number are checked: they allow the call, put it off, or skip it for good.",
        &contact(),
        ContactState::ALL
            .iter()
            .map(|state| (state.as_str(), state.meaning())),
    );
    section(
        &mut page,
        "Attempt",
        "An attempt moves on evidence only; elapsed time is no evidence. Evidence without an arrow \
         changes nothing. An attempt that has ended is reopened only when the carrier shows that its \
         end was told wrong. From `dialing` on its \
         number is frozen until the carrier proves the end, or that the call never existed. \
         [never-twice.md](never-twice.md) says why that suffices.",
        &attempt(),
        AttemptState::ALL
            .iter()
            .map(|state| (state.as_str(), state.meaning())),
    );
    page.push_str("\nEvidence, as the arrows name it:\n\n");
    for evidence in evidence() {
        let line = format!("* `{}`: {}\n", evidence.kind(), means(&evidence));
        if !page.contains(&line) {
            page.push_str(&line);
        }
    }
    page
}

fn section<'a>(
    page: &mut String,
    title: &str,
    prose: &str,
    diagram: &Diagram,
    states: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let mut rows = String::new();
    for (state, meaning) in states {
        let _ = writeln!(rows, "| `{state}` | {meaning} |");
    }
    let _ = write!(
        page,
        "\n## {title}\n\n{prose}\n\n| state | meaning |\n|---|---|\n{rows}\n```mermaid\n{diagram}```\n"
    );
}

/// A state diagram: arrows with everything that may cause them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    begins: Vec<&'static str>,
    arrows: BTreeMap<(&'static str, &'static str), Vec<&'static str>>,
    order: Vec<(&'static str, &'static str)>,
    ends: Vec<&'static str>,
}

impl Diagram {
    fn arrow(&mut self, from: &'static str, to: &'static str, cause: &'static str) {
        let causes = self.arrows.entry((from, to)).or_default();
        if causes.is_empty() {
            self.order.push((from, to));
        }
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }

    /// What may lead from one state to another, each named once.
    pub fn causes(&self, from: &str, to: &str) -> &[&'static str] {
        self.arrows
            .iter()
            .find_map(|((a, b), causes)| (*a == from && *b == to).then_some(causes.as_slice()))
            .unwrap_or_default()
    }
}

impl Display for Diagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "stateDiagram-v2")?;
        for state in &self.begins {
            writeln!(f, "    [*] --> {state}")?;
        }
        for (from, to) in &self.order {
            writeln!(
                f,
                "    {from} --> {to} : {}",
                self.causes(from, to).join(", ")
            )?;
        }
        for state in &self.ends {
            writeln!(f, "    {state} --> [*]")?;
        }
        Ok(())
    }
}

/// Every state of a campaign with every event.
pub fn campaign() -> Diagram {
    let mut diagram = Diagram {
        begins: vec![CampaignState::Draft.as_str()],
        ..Diagram::default()
    };
    for &state in CampaignState::ALL {
        let mut moves = false;
        for &event in CampaignEvent::ALL {
            if let Ok(next) = state.on(event) {
                diagram.arrow(state.as_str(), next.as_str(), event.as_str());
                moves = true;
            }
        }
        if !moves {
            diagram.ends.push(state.as_str());
        }
    }
    diagram
}

/// Every state that an attempt can reach, with every kind of evidence.
pub fn attempt() -> Diagram {
    let mut diagram = Diagram {
        begins: vec![AttemptState::Claimed.as_str()],
        ..Diagram::default()
    };
    for attempt in reachable() {
        for evidence in evidence() {
            if let Ok(Step::Moved(next) | Step::Reopened(next)) =
                attempt.apply(&evidence, Trust::default(), NOW)
            {
                diagram.arrow(attempt.state.as_str(), next.state.as_str(), evidence.kind());
            }
        }
    }
    let over = AttemptState::ALL.iter().filter(|state| !state.is_live());
    diagram.ends = over.map(|state| state.as_str()).collect();
    diagram
}

/// The transitions of a contact through claims and attempts.
pub fn contact() -> Diagram {
    let pending = ContactState::Pending.as_str();
    let mut diagram = Diagram {
        begins: vec![pending],
        ..Diagram::default()
    };
    for decision in decisions() {
        match decision {
            Decision::Call => diagram.arrow(pending, ContactState::Calling.as_str(), "claimed"),
            Decision::Defer(..) => diagram.arrow(pending, pending, "put off by a rule"),
            Decision::Skip(_) => {
                diagram.arrow(
                    pending,
                    ContactState::Skipped.as_str(),
                    "forbidden by a rule",
                );
            }
        }
    }
    let retry = RetryPolicy::default();
    for attempt in reachable() {
        for made in [1, retry.max_retries + 1] {
            let attempt = Attempt {
                made,
                ..attempt.clone()
            };
            for known in situations(&attempt) {
                for evidence in evidence() {
                    settled(&mut diagram, &attempt, &known, &evidence, &retry);
                }
            }
        }
    }
    let over = ContactState::ALL.iter().filter(|state| state.is_final());
    diagram.ends = over.map(|state| state.as_str()).collect();
    diagram
}

/// What may be known of a contact beside its attempt: in an attempt that is over, how that left it.
fn situations(attempt: &Attempt) -> Vec<Known> {
    let ordinary = Known::ordinary(attempt);
    if attempt.state.is_live() {
        return vec![ordinary];
    }
    let over = ContactState::ALL.iter().filter(|state| !state.is_live());
    over.map(|state| Known {
        contact: Some(*state),
        ..ordinary
    })
    .collect()
}

/// Draws what evidence makes of a contact.
fn settled(
    diagram: &mut Diagram,
    attempt: &Attempt,
    known: &Known,
    evidence: &Evidence,
    retry: &RetryPolicy,
) {
    let Ok(settlement) = settle(attempt, evidence, known, retry, Trust::default(), NOW) else {
        return;
    };
    let (Some(change), Some(before)) = (settlement.contact, known.contact) else {
        return;
    };
    let cause = match &settlement.step {
        Step::Moved(next) => match next.outcome {
            Some(outcome) if !change.uncounted => outcome.as_str(),
            _ => next.state.as_str(),
        },
        Step::Superseded(_) => "superseded",
        Step::Reopened(_) => "reopened",
        Step::Corrected(_) => "corrected",
        Step::Noted(_) | Step::Unchanged => return,
    };
    diagram.arrow(before.as_str(), change.after.state.as_str(), cause);
}

/// An instant after every deadline and look below.
const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);
const DIALED: Timestamp = Timestamp::from_millis(0);

/// One attempt of each kind that evidence can lead to, the claimed one first.
fn reachable() -> Vec<Attempt> {
    let mut found: Vec<Attempt> = Vec::new();
    let mut waiting = VecDeque::from([claimed()]);
    while let Some(attempt) = waiting.pop_front() {
        let is_known = found.iter().any(|known| {
            known.state == attempt.state
                && known.empty_look_at.is_some() == attempt.empty_look_at.is_some()
        });
        if is_known {
            continue;
        }
        for evidence in evidence() {
            if let Ok(Step::Moved(next) | Step::Noted(next) | Step::Reopened(next)) =
                attempt.apply(&evidence, Trust::default(), NOW)
            {
                waiting.push_back(next);
            }
        }
        found.push(attempt);
    }
    found
}

/// Every kind of evidence, with each variation that may matter, in the order of a call.
fn evidence() -> Vec<Evidence> {
    let owner = InstanceId(Uuid::nil());
    let reason = String::new;
    let trust = Trust::default();
    let first_look = DIALED + trust.settling;
    let mut all = vec![
        Evidence::Dial {
            by: owner,
            dial_before: DIALED,
            caller_id: None,
        },
        Evidence::OwnerGone,
        Evidence::NotSent,
        Evidence::Accepted {
            call_id: String::from("call"),
        },
        Evidence::Found {
            call_id: String::from("guess"),
        },
        Evidence::Unclear { reason: reason() },
        Evidence::Ringing,
        Evidence::Answered,
    ];
    all.extend(Outcome::ALL.iter().map(|outcome| Evidence::Ended {
        outcome: *outcome,
        cause: reason(),
    }));
    all.extend(FailureClass::ALL.iter().map(|class| Evidence::Refused {
        class: *class,
        reason: reason(),
    }));
    let looks = [first_look, first_look + trust.look_gap];
    all.extend(looks.map(|asked_at| Evidence::NotSeen { asked_at }));
    all
}

fn means(evidence: &Evidence) -> &'static str {
    match evidence {
        Evidence::Dial { .. } => "its owner is about to ask the carrier",
        Evidence::OwnerGone => "the process that owned it is gone",
        Evidence::NotSent => "its owner let the deadline pass and sent nothing",
        Evidence::Accepted { .. } => "the carrier took the call",
        Evidence::Found { .. } => {
            "the carrier's list has one call that may be this one, by number and time"
        }
        Evidence::Refused { .. } => "the carrier would not take it; nothing rang",
        Evidence::Unclear { .. } => "the carrier's answer never came, or says neither yes nor no",
        Evidence::Ringing => "it rings",
        Evidence::Answered => "it was answered",
        Evidence::Ended { .. } => "it is over",
        Evidence::NotSeen { .. } => {
            "the carrier was asked, twice and late enough, and does not know the call"
        }
    }
}

/// The rules' decisions about a number: one that may be called, and one for each objection.
fn decisions() -> Vec<Decision> {
    let at_any_hour = Settings::at_any_hour();
    let plain = Facts {
        campaign: CampaignId(1),
        settings: &at_any_hour,
        zones: &[],
        blocked: false,
        live: false,
        last_calls: LastCalls::default(),
        recent: &[],
    };
    let called = LastCalls::default().after_call(CampaignId(2), DIALED);
    [
        plain,
        Facts {
            live: true,
            ..plain
        },
        Facts {
            blocked: true,
            ..plain
        },
        Facts {
            last_calls: called,
            ..plain
        },
    ]
    .iter()
    .map(|facts| decide(facts, NOW))
    .collect()
}

#[expect(clippy::expect_used, reason = "the digits of a valid number")]
fn claimed() -> Attempt {
    Attempt::claimed(
        AttemptId(Uuid::nil()),
        CampaignId(1),
        ContactId(1),
        Number::from_digits(12_025_550_123).expect("valid"),
        1,
        InstanceId(Uuid::nil()),
        DIALED,
    )
}
