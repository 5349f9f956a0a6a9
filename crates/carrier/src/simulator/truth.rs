//! Judging by the log alone: who was rung, how often, and whether the rules allowed it.
//!
//! Nothing here reads the ledger, and nothing the engine believes can change the result. A call
//! that was refused, never arrived or never reached the callee's line is not a ring; `ring` is.

use std::collections::HashMap;
use std::io::BufRead;

use ringonce_domain::proof::{Ring, Violation, violations};
use ringonce_domain::{CampaignId, Outcome, Settings};
use serde::Serialize;

use super::log::{Event, LogError, entries};

/// All rings that a log tells, grouped by number. A ring takes 64 bytes, whatever the log's length.
#[derive(Clone, Debug, Default)]
pub struct Rings {
    /// By number, and then by time.
    rings: Vec<Ring>,
    answered: u64,
}

/// What a log proves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Different numbers whose phones rang.
    pub numbers: u64,
    /// Rings in all.
    pub rings: u64,
    /// Rings that were answered.
    pub answered: u64,
    /// Different numbers that were rung against the rules.
    pub numbers_rung_twice: u64,
    /// Every ring that the rules do not allow.
    pub violations: Vec<Violation>,
}

impl Rings {
    /// Reads a log.
    ///
    /// # Errors
    /// [`LogError`] when it cannot be read or is damaged.
    pub fn read(log: impl BufRead) -> Result<Self, LogError> {
        let mut rings: Vec<Ring> = Vec::new();
        let mut answered = 0;
        let mut live: HashMap<_, usize> = HashMap::new();
        for entry in entries(log) {
            let entry = entry?;
            let Some(call) = entry.call_id else { continue };
            match entry.event {
                Event::Ring => {
                    live.insert(call, rings.len());
                    rings.push(Ring {
                        number: entry.number,
                        at: entry.at,
                        ended_at: None,
                        outcome: None,
                        corrected_at: None,
                        campaign: entry.campaign,
                        attempt: entry.attempt,
                    });
                }
                Event::Answer => answered += 1,
                Event::End => {
                    if let Some(ring) = live.remove(&call).and_then(|nth| rings.get_mut(nth)) {
                        ring.ended_at = Some(entry.at);
                        ring.outcome = entry.outcome;
                    }
                }
                Event::Placed | Event::Refuse | Event::Hangup => {}
            }
        }
        rings.sort_by_key(|ring| (ring.number, ring.at));
        Ok(Self { rings, answered })
    }

    /// These rings, in whatever order.
    pub fn of(mut rings: Vec<Ring>) -> Self {
        rings.sort_by_key(|ring| (ring.number, ring.at));
        let answered = |ring: &&Ring| ring.outcome == Some(Outcome::Answered);
        Self {
            answered: rings.iter().filter(answered).count() as u64,
            rings,
        }
    }

    /// Judges them; `rules` gives a campaign's settings. A ring for an unknown campaign is a violation.
    pub fn judge<'a>(&self, rules: impl Fn(CampaignId) -> Option<&'a Settings>) -> Truth {
        let mut truth = Truth {
            answered: self.answered,
            ..Truth::default()
        };
        for rings in self.by_number() {
            truth.numbers += 1;
            truth.rings += rings.len() as u64;
            let broken = violations(rings, &rules);
            truth.numbers_rung_twice += u64::from(!broken.is_empty());
            truth.violations.extend(broken);
        }
        truth
    }

    /// The rings of each number, in order of time.
    pub fn by_number(&self) -> impl Iterator<Item = &[Ring]> {
        self.rings.chunk_by(|one, next| one.number == next.number)
    }
}

/// Judges a log; `rules` gives a campaign's settings. A ring for an unknown campaign is a
/// violation.
///
/// # Errors
/// As [`Rings::read`].
pub fn check<'a>(
    log: impl BufRead,
    rules: impl Fn(CampaignId) -> Option<&'a Settings>,
) -> Result<Truth, LogError> {
    Ok(Rings::read(log)?.judge(rules))
}
