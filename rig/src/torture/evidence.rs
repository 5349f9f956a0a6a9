//! The carrier's log as the judge reads it: calls, each from the request to its end.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use anyhow::Result;
use ringonce_carrier::simulator::log::{Event, entries};
use ringonce_domain::{AttemptId, CampaignId, Number, Outcome, Timestamp};

/// One request that reached the carrier, and its call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) number: Number,
    pub(super) campaign: CampaignId,
    pub(super) attempt: AttemptId,
    /// When the carrier took or refused it.
    pub(super) at: Timestamp,
    /// Whether the carrier refused it: then no phone rang, and it ended when it began.
    pub(super) refused: bool,
    pub(super) rang: bool,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) outcome: Option<Outcome>,
}

/// All calls of a log, in order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    pub(super) all: Vec<Call>,
    by_number: BTreeMap<Number, Vec<usize>>,
}

impl Calls {
    pub(super) fn read(log: impl BufRead) -> Result<Self> {
        let mut calls = Self::default();
        let mut live = HashMap::new();
        for entry in entries(log) {
            let entry = entry?;
            let call = entry.call_id.and_then(|id| live.get(&id).copied());
            let call = call.and_then(|nth: usize| calls.all.get_mut(nth));
            match (entry.event, call) {
                (Event::Placed | Event::Refuse, _) => {
                    let refused = entry.event == Event::Refuse;
                    let nth = calls.all.len();
                    if let Some(id) = entry.call_id {
                        live.insert(id, nth);
                    }
                    calls.by_number.entry(entry.number).or_default().push(nth);
                    calls.all.push(Call {
                        number: entry.number,
                        campaign: entry.campaign,
                        attempt: entry.attempt,
                        at: entry.at,
                        refused,
                        rang: false,
                        ended_at: refused.then_some(entry.at),
                        outcome: entry.outcome,
                    });
                }
                (Event::Ring, Some(call)) => call.rang = true,
                (Event::End, Some(call)) => {
                    call.ended_at = Some(entry.at);
                    call.outcome = entry.outcome;
                }
                _ => {}
            }
        }
        Ok(calls)
    }

    /// The calls to a number.
    pub(super) fn to(&self, number: Number) -> impl Iterator<Item = &Call> {
        self.by_number
            .get(&number)
            .into_iter()
            .flatten()
            .filter_map(|nth| self.all.get(*nth))
    }

    /// The most calls that each campaign had at once.
    pub(super) fn peaks(&self) -> BTreeMap<CampaignId, usize> {
        let mut steps: BTreeMap<CampaignId, Vec<(Timestamp, i32)>> = BTreeMap::new();
        for call in self.all.iter().filter(|call| !call.refused) {
            let steps = steps.entry(call.campaign).or_default();
            steps.push((call.at, 1));
            // A call that ends and one that begins in the same millisecond are one after the other.
            steps.extend(call.ended_at.map(|end| (end, -1)));
        }
        let peak = |steps: Vec<(Timestamp, i32)>| {
            let mut live = 0;
            steps.into_iter().fold(0, |peak, (_, step)| {
                live += step;
                peak.max(live)
            })
        };
        steps
            .into_iter()
            .map(|(campaign, mut steps)| {
                steps.sort_unstable();
                (campaign, usize::try_from(peak(steps)).unwrap_or(0))
            })
            .collect()
    }

    /// The most requests of each campaign within any span of this many milliseconds.
    pub(super) fn most_within(&self, millis: u64) -> BTreeMap<CampaignId, usize> {
        let mut starts: BTreeMap<CampaignId, Vec<Timestamp>> = BTreeMap::new();
        for call in &self.all {
            starts.entry(call.campaign).or_default().push(call.at);
        }
        starts
            .into_iter()
            .map(|(campaign, starts)| {
                let mut first = 0;
                let mut most = 0;
                for (last, at) in starts.iter().enumerate() {
                    while at.since(starts[first]).get() >= millis {
                        first += 1;
                    }
                    most = most.max(last + 1 - first);
                }
                (campaign, most)
            })
            .collect()
    }

    /// The longest time between two requests, from the first to this instant, and when it began.
    pub(super) fn longest_pause(&self, until: Timestamp) -> Option<(u64, Timestamp)> {
        let starts = self.all.iter().map(|call| call.at);
        let ends = starts.clone().skip(1).chain([until]);
        starts
            .zip(ends)
            .filter(|(start, _)| *start < until)
            .map(|(start, end)| (end.min(until).since(start).get(), start))
            .max()
    }
}

/// Written logs for the tests of the judges.
#[cfg(test)]
pub(super) mod written {
    use super::*;

    /// A log of calls as `(campaign, number, from, to, outcome)`, in seconds; the last digits of
    /// the number, and an attempt each.
    pub(in super::super) fn calls(all: &[(i64, u64, i64, i64, &str)]) -> Calls {
        Calls::read(log(all).as_bytes()).unwrap()
    }

    pub(in super::super) fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_254_000_000 + seconds * 1_000)
    }

    pub(in super::super) fn number(last: u64) -> Number {
        Number::from_digits(12_025_550_100 + last).unwrap()
    }

    pub(in super::super) fn log(all: &[(i64, u64, i64, i64, &str)]) -> String {
        let mut lines = Vec::new();
        for (nth, (campaign, last, from, to, outcome)) in (1_u8..).zip(all) {
            let id = AttemptId::new(at(*from), [nth; 10]);
            let line = |seconds: i64, event: &str, rest: &str| {
                let at = at(seconds).as_millis();
                let to = number(*last);
                format!(
                    r#"{{"at":{at},"event":"{event}","attempt":"{id}","campaign":{campaign},"number":"{to}"{rest}}}"#
                )
            };
            let call = format!(r#","call_id":"sim-{nth}""#);
            let end = format!(r#"{call},"outcome":"{outcome}","cause":"it is so""#);
            if *outcome == "refused" {
                let rest = r#","outcome":"bad_number","cause":"it is so""#;
                lines.push((*from, line(*from, "refuse", rest)));
                continue;
            }
            lines.push((*from, line(*from, "placed", &call)));
            lines.push((*from, line(*from, "ring", &call)));
            lines.push((*to, line(*to, "end", &end)));
        }
        lines.sort_by_key(|(at, _)| *at);
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    }
}

#[cfg(test)]
mod tests {
    use super::written::{at, calls, number};
    use super::*;

    #[test]
    fn calls_are_read_from_request_to_end() {
        let calls = calls(&[(1, 1, 0, 9, "busy"), (2, 1, 20, 20, "refused")]);
        let of: Vec<_> = calls.to(number(1)).collect();
        assert_eq!(of.len(), 2);
        assert_eq!((of[0].ended_at, of[0].rang), (Some(at(9)), true));
        assert_eq!(
            (of[1].refused, of[1].outcome),
            (true, Some(Outcome::BadNumber))
        );
        assert_eq!(calls.to(number(2)).count(), 0);
    }

    #[test]
    fn the_most_calls_at_once_are_counted_by_campaign() {
        let calls = calls(&[
            (1, 1, 0, 10, "busy"),
            (1, 2, 5, 15, "busy"),
            (1, 3, 10, 20, "busy"),
            (2, 4, 0, 99, "busy"),
        ]);
        let peaks: Vec<_> = calls.peaks().into_values().collect();
        assert_eq!(peaks, [2, 1]);
    }

    #[test]
    fn the_most_requests_within_a_span_and_the_longest_pause_are_found() {
        let calls = calls(&[
            (1, 1, 0, 90, "busy"),
            (1, 2, 9, 90, "busy"),
            (1, 3, 11, 90, "busy"),
            (1, 4, 40, 90, "busy"),
        ]);
        assert_eq!(calls.most_within(10_000)[&CampaignId(1)], 2);
        assert_eq!(calls.longest_pause(at(50)), Some((29_000, at(11))));
        assert_eq!(calls.longest_pause(at(100)), Some((60_000, at(40))));
    }
}
