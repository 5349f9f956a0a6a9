//! When a campaign would end, and on which days it would call.
//!
//! The campaign is calculated in advance: the same [`plan::next_step`] says when it may go on, the
//! same [`claim::decide`] whether a contact may be called then. While only the pace decides, calls
//! follow each other evenly, so a stretch of any length is one step of arithmetic. The unknowns are
//! assumed, and the answer states the assumptions: every call holds its line for the same time, a
//! fixed share is answered, and every other call is `no_answer`.
//!
//! A *wave* is a series of contacts that become due evenly. Waves are called in order of their due
//! time, as a claim does it; the contacts of a wave that do not answer make the next one.

mod days;
mod wave;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::days::Days;
use self::wave::{Wave, after, float, millis, whole, within};

use crate::caps::PastCall;
use crate::claim::{self, Decision, Facts};
use crate::contact::{ContactCounts, ContactState, Reason};
use crate::hours::Zone;
use crate::plan::{self, CampaignView, Command, HoldReason};
use crate::repeat::LastCalls;
use crate::settings::InvalidSetting;
use crate::{CampaignId, CampaignState, Millis, Outcome, Settings, Timestamp};

/// A campaign that would not have ended after this long is not followed further.
pub const HORIZON: Millis = Millis::from_days(3_653);
/// The most points of [`Forecast::days`].
pub const MOST_POINTS: usize = 60;
/// Waves that are due at the same time are called in turn, for this long each.
const TURN: Millis = Millis::from_minutes(5);
/// Steps after which a forecast gives up: far more than ten years of days need.
const MOST_STEPS: u32 = 400_000;

/// What is assumed about calls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Assumptions {
    /// Share of calls that are answered, 0 to 1. A contact that does not answer is called again as the
    /// retry policy says of `no_answer`.
    pub answer_rate: f64,
    /// Seconds for which a call holds its line, from 1 to 3,600.
    pub call_seconds: f64,
}

impl Default for Assumptions {
    fn default() -> Self {
        Self {
            answer_rate: 0.5,
            call_seconds: 30.0,
        }
    }
}

impl Assumptions {
    /// Checks the ranges.
    ///
    /// # Errors
    /// The first field that cannot be used, with advice.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        let wrong = |field: &str, problem: String| {
            Err(InvalidSetting {
                field: field.into(),
                problem,
            })
        };
        if !(0.0..=1.0).contains(&self.answer_rate) {
            let problem = format!("{} is not between 0 and 1", self.answer_rate);
            return wrong("answer_rate", problem);
        }
        if !(1.0..=3_600.0).contains(&self.call_seconds) {
            let problem = format!("{} is not between 1 and 3,600 seconds", self.call_seconds);
            return wrong("call_seconds", problem);
        }
        Ok(())
    }

    fn call(&self) -> Millis {
        Millis::new(whole(self.call_seconds * 1_000.0))
    }
}

/// Contacts that may be in the same time zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The candidate zones of each; a call needs all of them open.
    pub zones: Vec<Zone>,
    /// How many.
    pub contacts: u64,
}

/// Why a campaign would not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Never {
    /// Its business hours never open.
    NeverOpen,
    /// It would go on for more than ten years.
    TooLong,
}

/// The calls of a day, or of several days in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Point {
    /// The first of the days in the campaign's zone, as `2026-11-23`.
    pub date: String,
    /// Calls.
    pub calls: u64,
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// When the last call would be over.
    pub ends_at: Option<Timestamp>,
    /// When the first call would start.
    pub begins_at: Option<Timestamp>,
    /// Why it does not end.
    pub never: Option<Never>,
    /// Calls in all, tries after the first included.
    pub calls: u64,
    /// Contacts that would be skipped, by reason.
    pub skipped: Vec<(&'static str, u64)>,
    /// How many days a point of `days` stands for.
    pub days_per_point: u32,
    /// Calls over time, from the first day to the last; days without calls included.
    pub days: Vec<Point>,
    /// What was assumed.
    pub assumed: Assumptions,
}

/// Calculates a campaign that is started at `now` with the contacts of `groups`. Settings and
/// assumptions must be valid.
pub fn forecast(
    settings: &Arc<Settings>,
    groups: &[Group],
    assumed: Assumptions,
    now: Timestamp,
) -> Forecast {
    let mut run = Run::new(settings, groups, assumed, now);
    let mut never = Some(Never::TooLong);
    for _ in 0..MOST_STEPS {
        match run.step() {
            Went::On if run.now.since(now) <= HORIZON => {}
            Went::On => break,
            Went::ToItsEnd => {
                never = None;
                break;
            }
            Went::Nowhere => {
                never = Some(Never::NeverOpen);
                break;
            }
        }
    }
    let (days_per_point, days) = run.days.points();
    Forecast {
        ends_at: run.last_end.filter(|_| never.is_none()),
        begins_at: run.first_start,
        never,
        calls: run.calls,
        skipped: run.skipped.into_iter().collect(),
        days_per_point,
        days,
        assumed,
    }
}

/// The result of a step.
enum Went {
    On,
    ToItsEnd,
    Nowhere,
}

struct Run<'a> {
    groups: &'a [Group],
    assumed: Assumptions,
    view: CampaignView,
    now: Timestamp,
    /// Milliseconds from one start to the next when nothing else holds.
    cadence: f64,
    /// By due time, then by place; the number separates waves that have both in common.
    waves: BTreeMap<(Timestamp, u64, u64), Wave>,
    numbered: u64,
    /// Contacts of all waves.
    waiting: u64,
    /// The fraction of a contact that did not answer, for each number of attempts made.
    remainders: Vec<f64>,
    first_start: Option<Timestamp>,
    last_end: Option<Timestamp>,
    calls: u64,
    skipped: BTreeMap<&'static str, u64>,
    days: Days,
}

impl<'a> Run<'a> {
    fn new(
        settings: &Arc<Settings>,
        groups: &'a [Group],
        assumed: Assumptions,
        now: Timestamp,
    ) -> Self {
        let mut run = Self {
            groups,
            assumed,
            view: CampaignView {
                id: CampaignId(0),
                state: CampaignState::Pending,
                settings: Arc::clone(settings),
                live: 0,
                next_slot: now,
                next_due: None,
                counts: ContactCounts::default(),
            },
            now,
            cadence: settings.pacing.cadence(assumed.call()),
            waves: BTreeMap::new(),
            numbered: 0,
            waiting: 0,
            remainders: Vec::new(),
            first_start: None,
            last_end: None,
            calls: 0,
            skipped: BTreeMap::new(),
            days: Days::new(settings.time_zone.clone()),
        };
        for (group, people) in groups.iter().enumerate() {
            run.add(Wave {
                due: now,
                gap: 0.0,
                contacts: people.contacts,
                made: 0,
                group,
                place: 0.0,
                stride: 1.0,
                past: Vec::new(),
                past_gaps: Vec::new(),
            });
        }
        run
    }

    fn add(&mut self, wave: Wave) {
        if wave.contacts > 0 {
            self.numbered += 1;
            self.waiting += wave.contacts;
            let key = (wave.due, whole(wave.place), self.numbered);
            self.waves.insert(key, wave);
        }
    }

    /// Asks the plan, and does what it says. No line counts as in use: the cadence already includes
    /// how long calls hold them.
    fn step(&mut self) -> Went {
        self.view.counts.set(ContactState::Pending, self.waiting);
        self.view.next_due = self.waves.keys().next().map(|(due, ..)| *due);
        match plan::next_step(&self.view, None, self.now) {
            Ok(Command::Begin(_)) => self.view.state = CampaignState::Running,
            Ok(Command::Claim(..)) => self.claim(),
            Err(plan::Hold {
                until: Some(until), ..
            }) => self.now = until,
            Ok(Command::Fail(_))
            | Err(plan::Hold {
                reason: HoldReason::Closed,
                ..
            }) => return Went::Nowhere,
            Ok(Command::Complete(_)) | Err(_) => return Went::ToItsEnd,
        }
        Went::On
    }

    /// Judges the first wave that is due, and calls as many of its contacts as come before
    /// something changes.
    fn claim(&mut self) {
        let Some((_, wave)) = self.waves.pop_first() else {
            return;
        };
        self.waiting -= wave.contacts;
        let facts = Facts {
            campaign: self.view.id,
            settings: &self.view.settings,
            zones: &self.groups[wave.group].zones,
            blocked: false,
            live: false,
            last_calls: LastCalls::default(),
            recent: &wave.past,
        };
        match claim::decide(&facts, self.now) {
            Decision::Skip(Reason(reason)) => {
                *self.skipped.entry(reason).or_default() += wave.contacts;
            }
            Decision::Defer(until, reason) => self.defer(wave, until, reason),
            Decision::Call => self.call(wave),
        }
    }

    fn defer(&mut self, wave: Wave, until: Timestamp, reason: Reason) {
        if reason == Reason::CAPPED {
            let gap = wave.gap_of_what_ended(until, &self.view.settings.caps);
            self.add(Wave {
                due: until,
                gap,
                ..wave
            });
            return;
        }
        let count = wave.due_before(until).max(1);
        let (waiting, rest) = wave.split(count);
        self.add(Wave {
            due: until,
            gap: 0.0,
            ..waiting
        });
        if let Some(rest) = rest {
            self.add(rest);
        }
    }

    fn call(&mut self, wave: Wave) {
        let another = self.waves.keys().next().map(|(due, ..)| *due);
        let again = self.due_again(wave.made).map(|wait| self.now + wait);
        let turn = match [another, again].into_iter().flatten().min() {
            Some(due) => wave.due_before(due.max(wave.due + TURN)).max(1),
            None => wave.contacts,
        };
        let lag = millis(self.now.since(wave.due));
        // Late contacts are called as fast as the pace allows, the others as they come due.
        let gap = if wave.gap > self.cadence && lag < wave.gap - self.cadence {
            wave.gap
        } else {
            self.cadence
        };
        let late = if wave.gap > gap {
            whole(lag / (wave.gap - gap)) + 1
        } else {
            u64::MAX
        };
        let open = self
            .closes_at(wave.group)
            .map_or(u64::MAX, |closes| within(closes.since(self.now), gap));
        let count = turn.min(late).min(open).max(1);
        let (called, rest) = wave.split(count);
        if let Some(rest) = rest {
            self.add(rest);
        }
        self.called(called, gap);
    }

    /// When something other than the pace decides again: the campaign's or the callees' hours
    /// close, or the chart's day ends.
    fn closes_at(&self, group: usize) -> Option<Timestamp> {
        let settings = &self.view.settings;
        let campaign = settings
            .business_hours
            .closes_at(&settings.time_zone, self.now);
        let callees = settings
            .callee_hours
            .closes_at(&self.groups[group].zones, self.now);
        let day = settings.time_zone.day(self.now).map(|day| day.ends);
        [campaign, callees, day].into_iter().flatten().min()
    }

    /// The contacts of a wave are called from the present instant on, one each `gap`.
    fn called(&mut self, wave: Wave, gap: f64) {
        let call = self.assumed.call();
        let last = after(self.now, float(wave.contacts - 1) * gap);
        self.first_start.get_or_insert(self.now);
        self.last_end = self.last_end.max(Some(last + call));
        self.calls += wave.contacts;
        self.days.add(self.now, wave.contacts);
        self.retry(wave, gap);
        self.view.next_slot = after(last, self.cadence);
        self.now = last;
    }

    /// How long after its start an unanswered call is followed by another, with `made` attempts
    /// before it.
    fn due_again(&self, made: u32) -> Option<Millis> {
        let retry = &self.view.settings.retry;
        let backoff = retry.backoff(Outcome::NoAnswer, made + 1)?;
        Some(Millis::new(self.assumed.call().get() + backoff.get()))
    }

    /// The contacts that did not answer make a wave of their own.
    fn retry(&mut self, wave: Wave, gap: f64) {
        let unanswered = 1.0 - self.assumed.answer_rate;
        let Some(wait) = self.due_again(wave.made) else {
            return;
        };
        let round = usize::try_from(wave.made).unwrap_or(usize::MAX);
        if self.remainders.len() <= round {
            self.remainders.resize(round + 1, 0.0);
        }
        let remainder = self.remainders[round];
        let share = remainder + float(wave.contacts) * unanswered + 1e-9;
        let contacts = whole(share.floor());
        self.remainders[round] = (share - 1e-9 - share.floor()).max(0.0);
        if contacts == 0 {
            return;
        }
        // The first contact that does not answer is the one at which the fractions add up to a
        // whole.
        let first = ((1.0 - remainder) / unanswered - 1e-9).ceil() - 1.0;
        let first = first.max(0.0);
        let started_at = after(self.now, first * gap);
        let mut next = wave;
        next.begins_with(first);
        next.stride /= unanswered;
        let call = PastCall {
            ended_at: started_at + self.assumed.call(),
            answered: false,
        };
        next.past.insert(0, call);
        next.past_gaps.insert(0, gap);
        for gap in &mut next.past_gaps {
            *gap /= unanswered;
        }
        self.add(Wave {
            due: started_at + wait,
            gap: gap / unanswered,
            contacts,
            made: next.made + 1,
            ..next
        });
    }
}
