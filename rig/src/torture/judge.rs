//! The verdict: by the carrier's own log, by the lists and rules that the rig itself asked for, and,
//! for those whom no call reached, by the figures that the API shows.
//!
//! Three questions. Was a number rung that the rules forbade? Was anybody forgotten whom the rules
//! allowed? Was the pace exceeded? What the engine believes answers none of them.

use std::collections::BTreeMap;
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

/// A contact as the API shows it; the rest is left out.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Contact {
    pub(super) number: Number,
    pub(super) state: ContactState,
    pub(super) reason: Option<String>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) attempts: u32,
    pub(super) last_outcome: Option<Outcome>,
}

/// A time during which no call of a campaign, or of any, was to be made: from the answer to the
/// order to the order that ended it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// All of them when absent.
    pub(super) campaign: Option<CampaignId>,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// All that is judged.
pub(super) struct Case<'a> {
    /// Which campaign is which of the lists that were asked for.
    pub(super) campaigns: BTreeMap<CampaignId, &'a Submitted>,
    pub(super) contacts: BTreeMap<CampaignId, Vec<Contact>>,
    pub(super) held: &'a [Held],
    /// When everything had come to rest.
    pub(super) rest: Timestamp,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Who was rung, and who twice.
    pub(super) truth: Truth,
    /// Everything else that must not be.
    pub(super) findings: Vec<Finding>,
    /// The most that any campaign was above its calls at once, or below: 0 is its limit reached.
    pub(super) closest: i64,
    /// Contacts judged.
    pub(super) contacts: usize,
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Whom it concerns; nobody when it is about a campaign as a whole.
    pub(super) number: Option<Number>,
    /// What it is, in a sentence.
    pub(super) what: String,
}

/// From the durable intent to a request: so long a request may follow an order to hold.
const DIAL_WINDOW: u64 = 10_000;
/// The span over which the rate is judged, in milliseconds.
const RATE_SPAN: u64 = 30_000;
/// A request leaves up to the dial window after the claim that the pace counts, and a pace that
/// fell behind catches up a second's worth: so much longer the span may seem.
const RATE_SLACK: u64 = DIAL_WINDOW + 1_000;

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

    /// Everybody on a list whom the rules allowed was called to an end.
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
                    None => Some("is on the list and not in the campaign".to_owned()),
                    Some(contact) => self.unsettled(*id, &asked.settings, contact, calls),
                };
                found.extend(problem.map(|problem| Finding {
                    number: Some(*number),
                    what: format!("{number} of {} (campaign {id}) {problem}", asked.name),
                }));
            }
        }
        found
    }

    /// Why the dialler may not be done with a contact as it is, if it may not.
    fn unsettled(
        &self,
        campaign: CampaignId,
        settings: &Settings,
        contact: &Contact,
        calls: &Calls,
    ) -> Option<String> {
        let all: Vec<&Call> = calls.to(contact.number).collect();
        let own = || all.iter().filter(|call| call.campaign == campaign);
        let ended = |outcome| all.iter().any(|call| call.outcome == Some(outcome));
        let fair = match contact.state {
            ContactState::Completed => own().any(|call| call.outcome == Some(Outcome::Answered)),
            ContactState::BadNumber => ended(Outcome::BadNumber),
            ContactState::Busy | ContactState::NoAnswer | ContactState::Failed => {
                Self::tried_to_the_end(settings, contact, own().count())
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
        (!fair).then(|| {
            let told: Vec<String> = own()
                .map(|call| {
                    call.outcome
                        .map_or("no end".to_owned(), |it| it.to_string())
                })
                .collect();
            format!(
                "is forgotten: it is {} ({}) after {} attempts, the carrier's log tells: [{}]",
                contact.state,
                contact.reason.as_deref().unwrap_or("no reason"),
                contact.attempts,
                told.join(", ")
            )
        })
    }

    /// Tries are used up, or the last one allows no other. A try that the carrier never heard of
    /// counts, and only the API can tell of it; one that it did hear of must be counted.
    fn tried_to_the_end(settings: &Settings, contact: &Contact, told: usize) -> bool {
        let last = contact.last_outcome.unwrap_or(Outcome::Unknown);
        let made = contact.attempts;
        made as usize >= told
            && made > 0
            && settings.retry.backoff(last, made).is_none()
            && (last != Outcome::Unknown || told > 0)
    }

    /// No campaign had more calls at once than asked for, and none was faster. Takeovers are no
    /// excuse: the ledger counts lines, whoever leads.
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
            .map(|what| Finding { number: None, what })
            .collect()
    }

    /// After an order to hold was acknowledged, and the dial window had passed, nobody was called.
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
