//! The verdict: by the carrier's log, by the lists and rules that the rig itself asked for, and, for numbers
//! that no call reached, by the figures of the API.
//!
//! Three questions: was a number rung that the rules forbade, was a number forgotten that the rules allowed,
//! and was the pace exceeded? What the engine believes answers none of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use ringonce_carrier::simulator::truth::{self, Truth};
use ringonce_domain::caps::CapKind;
use ringonce_domain::contact::Reason;
use ringonce_domain::{CampaignId, ContactState, Number, Outcome, RepeatRule, Settings, Timestamp};
use serde::Deserialize;

use super::evidence::{Call, Calls};
use super::lists::Submitted;

/// A contact as the API shows it; other fields are left out.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Contact {
    pub(super) number: Number,
    pub(super) state: ContactState,
    pub(super) reason: Option<String>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) attempts: u32,
    pub(super) last_outcome: Option<Outcome>,
}

/// A time without calls of a campaign, or of any: from the answer to the order to hold until the order that
/// ended it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The campaign; all when absent.
    pub(super) campaign: Option<CampaignId>,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// The facts to be judged.
pub(super) struct Case<'a> {
    /// The campaign of each list that was asked for.
    pub(super) campaigns: BTreeMap<CampaignId, &'a Submitted>,
    pub(super) contacts: BTreeMap<CampaignId, Vec<Contact>>,
    pub(super) held: &'a [Held],
    /// When everything had come to rest.
    pub(super) rest: Timestamp,
}

/// The findings.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Numbers that were rung, and those rung twice.
    pub(super) truth: Truth,
    /// Every other broken rule.
    pub(super) findings: Vec<Finding>,
    /// The least distance of any campaign from its limit of calls at once: 0 is the limit, above it is too
    /// many.
    pub(super) closest: i64,
    /// Contacts judged.
    pub(super) contacts: usize,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    /// The number concerned; none when it is about a whole campaign.
    pub(super) number: Option<Number>,
    /// The finding, in a sentence.
    pub(super) what: String,
}

/// What a finding is counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A contact that the rules allowed is not done with at rest, or is and was never called.
    NeverCalled,
    /// It was called, and less often than the policy asks for.
    TryLost,
    /// The ledger tells a call or its end otherwise than the carrier.
    WrongOutcome,
    /// Too fast, or while held.
    Pace,
}

/// The time from the durable intent to the request, by which a request may follow an order to hold.
const DIAL_WINDOW: u64 = 10_000;
/// The span over which the rate is judged, in milliseconds.
const RATE_SPAN: u64 = 30_000;
/// A request leaves up to the dial window after the claim that the pace counts, and a pace that fell behind
/// catches up a second's worth: the span may seem longer by so much.
const RATE_SLACK: u64 = DIAL_WINDOW + 1_000;

impl Verdict {
    /// Different numbers with findings of a kind.
    pub(super) fn numbers(&self, kind: Kind) -> usize {
        let found = self.findings.iter().filter(|found| found.kind == kind);
        found
            .map(|found| found.number)
            .collect::<BTreeSet<_>>()
            .len()
    }
}

impl Case<'_> {
    /// Judges the log at this path.
    pub(super) fn judge(&self, log: &Path) -> Result<Verdict> {
        let open = || -> Result<_> {
            let file = File::open(log).with_context(|| format!("opening {}", log.display()))?;
            Ok(BufReader::new(file))
        };
        let truth = truth::check(open()?, |campaign| self.settings(campaign))?;
        let calls = Calls::read(open()?)?;
        let mut findings = self.forgotten(&calls);
        findings.extend(self.too_fast(&calls));
        findings.extend(self.not_held(&calls));
        Ok(Verdict {
            truth,
            findings,
            closest: self.closest(&calls),
            contacts: self.contacts.values().map(Vec::len).sum(),
        })
    }

    fn settings(&self, campaign: CampaignId) -> Option<&Settings> {
        self.campaigns.get(&campaign).map(|asked| &asked.settings)
    }

    /// Every listed number that the rules allowed was called to an end.
    fn forgotten(&self, calls: &Calls) -> Vec<Finding> {
        let mut found = Vec::new();
        for (id, asked) in &self.campaigns {
            let shown: BTreeMap<Number, &Contact> = self
                .contacts
                .get(id)
                .into_iter()
                .flatten()
                .map(|contact| (contact.number, contact))
                .collect();
            for number in &asked.numbers {
                let problem = match shown.get(number) {
                    None => {
                        let what = "is on the list and not in the campaign".to_owned();
                        Some((Kind::NeverCalled, what))
                    }
                    Some(contact) => self.unsettled(*id, &asked.settings, contact, calls),
                };
                found.extend(problem.map(|(kind, problem)| Finding {
                    kind,
                    number: Some(*number),
                    what: format!("{number} of {} (campaign {id}) {problem}", asked.name),
                }));
            }
        }
        found
    }

    /// Why the dialler may not be done with a contact in this state, if it may not.
    fn unsettled(
        &self,
        campaign: CampaignId,
        settings: &Settings,
        contact: &Contact,
        calls: &Calls,
    ) -> Option<(Kind, String)> {
        let all: Vec<&Call> = calls.to(contact.number).collect();
        let own = || all.iter().filter(|call| call.campaign == campaign);
        let ended = |outcome| all.iter().any(|call| call.outcome == Some(outcome));
        let fair = match contact.state {
            ContactState::Completed => own().any(|call| call.outcome == Some(Outcome::Answered)),
            ContactState::BadNumber => ended(Outcome::BadNumber),
            ContactState::Busy | ContactState::NoAnswer | ContactState::Failed => {
                Self::tried_to_the_end(settings, contact, &own().copied().collect::<Vec<_>>())
            }
            ContactState::Skipped => match contact.reason.as_deref() {
                Some(reason) if reason == Reason::ALREADY_CALLED.0 => {
                    settings.repeat != RepeatRule::OnlyThisCampaign
                        && all
                            .iter()
                            .any(|call| call.campaign != campaign && !call.refused)
                }
                Some(reason) if reason == Reason::BLOCKED.0 => ended(Outcome::BadNumber),
                _ => false,
            },
            ContactState::Pending => {
                contact.due_at.is_some_and(|due| due > self.rest)
                    && capped(settings, &all, self.rest)
            }
            ContactState::Calling | ContactState::Connected => false,
        };
        let kind = match contact.state {
            _ if own().next().is_none() => Kind::NeverCalled,
            ContactState::Completed | ContactState::BadNumber => Kind::WrongOutcome,
            state if state.is_final() => Kind::TryLost,
            _ => Kind::NeverCalled,
        };
        (!fair).then(|| {
            let told: Vec<String> = own()
                .map(|call| {
                    call.outcome
                        .map_or("no end".to_owned(), |it| it.to_string())
                })
                .collect();
            let words = format!(
                "is forgotten: it is {} ({}) after {} attempts, the carrier's log tells: [{}]",
                contact.state,
                contact.reason.as_deref().unwrap_or("no reason"),
                contact.attempts,
                told.join(", ")
            );
            (kind, words)
        })
    }

    /// Tries are used up, or the last one allows no other: by the ledger, and by the carrier's log. Only a try
    /// that reached the carrier counts.
    fn tried_to_the_end(settings: &Settings, contact: &Contact, told: &[&Call]) -> bool {
        let over = |last: Option<Outcome>, made: u32| {
            let last = last.unwrap_or(Outcome::Unknown);
            made > 0 && settings.retry.backoff(last, made).is_none()
        };
        let made = u32::try_from(told.len()).unwrap_or(u32::MAX);
        let last = told.last().and_then(|call| call.outcome);
        contact.attempts >= made && over(contact.last_outcome, contact.attempts) && over(last, made)
    }

    /// No campaign had more calls at once than asked for, and none was faster. A takeover is no excuse: the
    /// ledger counts lines, whichever instance leads.
    fn too_fast(&self, calls: &Calls) -> Vec<Finding> {
        let mut found = Vec::new();
        for (id, peak) in calls.peaks() {
            let Some(asked) = self.campaigns.get(&id) else {
                continue;
            };
            let most = asked.settings.pacing.calls_at_once;
            if peak > most as usize {
                found.push(format!(
                    "campaign {id} had {peak} calls at once; {most} were asked for"
                ));
            }
        }
        for (id, starts) in calls.most_within(RATE_SPAN) {
            let asked = self.campaigns.get(&id);
            let rate = asked.and_then(|asked| asked.settings.pacing.calls_per_second);
            let Some(rate) = rate else { continue };
            let most = (rate * seconds(RATE_SPAN + RATE_SLACK)).ceil() + 1.0;
            if count(starts) > most {
                found.push(format!(
                    "campaign {id} began {starts} calls within {} s; {rate} a second were asked for",
                    seconds(RATE_SPAN)
                ));
            }
        }
        found
            .into_iter()
            .map(|what| Finding {
                kind: Kind::Pace,
                number: None,
                what,
            })
            .collect()
    }

    /// After an order to hold was acknowledged, and the dial window had passed, no number was called.
    fn not_held(&self, calls: &Calls) -> Vec<Finding> {
        let broken = |held: &Held, call: &Call| {
            held.campaign
                .is_none_or(|campaign| campaign == call.campaign)
                && call.at.since(held.from).get() > DIAL_WINDOW
                && call.at < held.until
                && call.at > held.from
        };
        self.held
            .iter()
            .filter_map(|held| {
                let call = calls.all.iter().find(|call| broken(held, call))?;
                let late = call.at.since(held.from);
                let what = held
                    .campaign
                    .map_or("everything".to_owned(), |id| format!("campaign {id}"));
                Some(Finding {
                    kind: Kind::Pace,
                    number: Some(call.number),
                    what: format!("{} was called {late} after {what} was held", call.number),
                })
            })
            .collect()
    }

    fn closest(&self, calls: &Calls) -> i64 {
        let over = |(id, peak): (CampaignId, usize)| {
            let most = self.settings(id)?.pacing.calls_at_once;
            Some(i64::try_from(peak).ok()? - i64::from(most))
        };
        calls
            .peaks()
            .into_iter()
            .filter_map(over)
            .max()
            .unwrap_or(i64::MIN)
    }
}

/// Whether a cap forbids a call at this instant, by the carrier's log.
fn capped(settings: &Settings, calls: &[&Call], now: Timestamp) -> bool {
    settings.caps.as_slice().iter().any(|cap| {
        let counted = calls.iter().filter(|call| {
            let recent = call.ended_at.is_none_or(|end| end + cap.window() > now);
            let answered = matches!(call.outcome, None | Some(Outcome::Answered));
            !call.refused && recent && (cap.count == CapKind::Attempts || answered)
        });
        counted.count() >= cap.max as usize
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds and calls of a test run"
)]
const fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "calls of a test run")]
const fn count(calls: usize) -> f64 {
    calls as f64
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
