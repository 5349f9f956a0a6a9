//! Begins faults as the schedule says, ends each at its time, and starts ended instances again, as a
//! supervisor does.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::time::Duration;

use anyhow::Result;

use super::fault::{Fault, Kind, Part, Schedule};
use super::timeline::Timeline;
use crate::proxy::Flow;
use crate::site::{Ending, Line, Site};
use crate::stopwatch::pause;

/// How often the rig looks for due faults.
const TICK: Duration = Duration::from_millis(10);
/// When an end that was asked for is still under way, it is looked at again after this.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// An instance that ended by itself is started again after this long.
const RESTART: Duration = Duration::from_secs(1);
/// How long each piece waits on a slow line.
const SLOW: Duration = Duration::from_millis(60);

/// Orders to the operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Pause some campaign.
    Pause(usize),
    /// Stop everything.
    StopAll,
    /// Let everything go on.
    Release,
}

/// What was done to the installation.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) faults: BTreeMap<Kind, u32>,
    /// Faults whose target had one already.
    pub(super) passed_over: u32,
    /// Instances that ended without being asked to, and were started again.
    pub(super) ended_by_themselves: u32,
    /// Instances that did not end in order when asked to, and were killed.
    pub(super) not_in_order: u32,
}

/// Faults under way.
pub(super) struct FaultInjector<'a> {
    site: &'a mut Site,
    schedule: Schedule,
    timeline: &'a Timeline,
    office: Option<Sender<Order>>,
    /// Targets with a fault, and when it ends.
    trouble: BTreeMap<Part, (Duration, Fault)>,
    /// Instances to start again, and when.
    to_start: BTreeMap<usize, Duration>,
    pub(super) tally: Tally,
}

impl<'a> FaultInjector<'a> {
    pub(super) fn new(
        site: &'a mut Site,
        schedule: Schedule,
        timeline: &'a Timeline,
        office: Sender<Order>,
    ) -> Self {
        Self {
            site,
            schedule,
            timeline,
            office: Some(office),
            trouble: BTreeMap::new(),
            to_start: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// Injects faults for so long, then mends everything. Calls `report` with the progress.
    pub(super) fn last(
        &mut self,
        lasts: Duration,
        mut report: impl FnMut(&Tally, usize),
    ) -> Result<()> {
        let (gap, mut next) = self.schedule.next();
        let mut begins_at = self.timeline.elapsed() + gap;
        let until = self.timeline.elapsed() + lasts;
        while self.timeline.elapsed() < until {
            self.end_what_is_over()?;
            self.supervise()?;
            self.site.carrier_lives()?;
            if self.timeline.elapsed() >= begins_at {
                self.begin(next)?;
                let (gap, fault) = self.schedule.next();
                begins_at = self.timeline.elapsed() + gap;
                next = fault;
            }
            report(&self.tally, self.trouble.len());
            pause(TICK);
        }
        for (ends_at, _) in self.trouble.values_mut() {
            *ends_at = until;
        }
        while !self.trouble.is_empty() {
            self.end_what_is_over()?;
            pause(TICK);
        }
        Ok(())
    }

    /// Keeps everything running, without further faults.
    pub(super) fn supervise(&mut self) -> Result<()> {
        self.site.postgres.lives()?;
        let now = self.timeline.elapsed();
        for nth in 0..self.site.instances.len() {
            if self.is_asked_to_end(nth) {
                continue;
            }
            let instance = &mut self.site.instances[nth];
            if let Some(status) = instance.ended()? {
                self.timeline
                    .note(format!("{} ended by itself ({status})", instance.name()));
                self.tally.ended_by_themselves += 1;
                self.to_start.insert(nth, now + RESTART);
            }
            if self.to_start.get(&nth).is_some_and(|at| *at <= now) {
                self.to_start.remove(&nth);
                self.start(nth)?;
            }
        }
        Ok(())
    }

    fn is_asked_to_end(&self, nth: usize) -> bool {
        self.trouble
            .get(&Part::Process(nth))
            .is_some_and(|(_, fault)| fault.kind == Kind::Terminate)
    }

    fn begin(&mut self, fault: Fault) -> Result<()> {
        let part = fault.part();
        let absent = match part {
            // An instance that does not run can be neither killed nor frozen.
            Part::Process(nth) => !self.site.instances[nth].is_started(),
            _ => false,
        };
        if absent || self.trouble.contains_key(&part) {
            self.tally.passed_over += 1;
            return Ok(());
        }
        self.timeline.note(format!("begins: {fault}"));
        let instance = &mut self.site.instances[fault.instance];
        match fault.kind {
            Kind::Kill => instance.kill()?,
            Kind::Freeze => instance.freeze()?,
            Kind::Terminate => instance.ask_to_end()?,
            Kind::KillDatabase => self.site.postgres.kill()?,
            Kind::CutDatabase => instance.order(Line::Database, Flow::Cut),
            Kind::FreezeDatabase => instance.order(Line::Database, Flow::Frozen),
            Kind::FreezeDatabaseAnswers => instance.order_answers(Line::Database, Flow::Frozen),
            Kind::SlowDatabase => instance.order(Line::Database, Flow::Slow(SLOW)),
            Kind::CutCarrier => {
                instance.order(Line::Requests, Flow::Cut);
                instance.order(Line::Events, Flow::Cut);
            }
            Kind::FreezeCarrier => {
                instance.order(Line::Requests, Flow::Frozen);
                instance.order(Line::Events, Flow::Frozen);
            }
            Kind::FreezeCarrierAnswers => instance.order_answers(Line::Requests, Flow::Frozen),
            Kind::CutEvents => instance.order(Line::Events, Flow::Cut),
            Kind::SkewCarrier
            | Kind::ForeignCalls
            | Kind::FalseCancels
            | Kind::LateTruths
            | Kind::LagLists => self.change_carrier(fault, false)?,
            Kind::JumpClock => instance.jump_to(fault.seconds)?,
            Kind::Pause => self.tell_office(Order::Pause(fault.instance)),
            Kind::StopAll => self.tell_office(Order::StopAll),
        }
        *self.tally.faults.entry(fault.kind).or_default() += 1;
        let ends_at = self.timeline.elapsed() + fault.lasts;
        self.trouble.insert(part, (ends_at, fault));
        Ok(())
    }

    fn end_what_is_over(&mut self) -> Result<()> {
        let now = self.timeline.elapsed();
        let over: Vec<Part> = self
            .trouble
            .iter()
            .filter(|(_, (ends_at, _))| *ends_at <= now)
            .map(|(part, _)| *part)
            .collect();
        over.into_iter().try_for_each(|part| self.end(part))
    }

    fn end(&mut self, part: Part) -> Result<()> {
        let Some((_, fault)) = self.trouble.remove(&part) else {
            return Ok(());
        };
        let nth = fault.instance;
        let instance = &mut self.site.instances[nth];
        match fault.kind {
            Kind::Kill => self.start(nth)?,
            Kind::Freeze => instance.thaw()?,
            Kind::Terminate => return self.finish_ending(part, fault),
            Kind::KillDatabase => self.site.postgres.spawn()?,
            Kind::CutDatabase
            | Kind::FreezeDatabase
            | Kind::FreezeDatabaseAnswers
            | Kind::SlowDatabase => instance.order(Line::Database, Flow::Open),
            Kind::CutCarrier
            | Kind::FreezeCarrier
            | Kind::FreezeCarrierAnswers
            | Kind::CutEvents => {
                instance.order(Line::Requests, Flow::Open);
                instance.order(Line::Events, Flow::Open);
            }
            Kind::SkewCarrier
            | Kind::ForeignCalls
            | Kind::FalseCancels
            | Kind::LateTruths
            | Kind::LagLists => self.change_carrier(fault, true)?,
            Kind::JumpClock => instance.jump_to(0)?,
            Kind::Pause | Kind::StopAll => self.tell_office(Order::Release),
        }
        self.timeline.note(format!("mended: {fault}"));
        Ok(())
    }

    /// Starts an instance that was asked to end, once it has.
    fn finish_ending(&mut self, part: Part, fault: Fault) -> Result<()> {
        let instance = &mut self.site.instances[fault.instance];
        let name = instance.name().to_owned();
        match instance.ending()? {
            Ending::UnderWay => {
                let later = self.timeline.elapsed() + LOOK_AGAIN;
                self.trouble.insert(part, (later, fault));
                return Ok(());
            }
            Ending::InOrder(took) => self.timeline.note(format!(
                "{name} had ended in order within {:.1} s",
                took.as_secs_f64()
            )),
            Ending::Killed => {
                self.tally.not_in_order += 1;
                self.timeline
                    .note(format!("{name} did not end in order, and was killed"));
            }
        }
        self.start(fault.instance)
    }

    fn start(&mut self, nth: usize) -> Result<()> {
        let instance = &mut self.site.instances[nth];
        if instance.is_started() {
            return Ok(());
        }
        instance.start()?;
        self.timeline.note(format!("{} started", instance.name()));
        Ok(())
    }

    fn change_carrier(&self, fault: Fault, mended: bool) -> Result<()> {
        let change = fault.at_carrier(mended);
        change.map_or(Ok(()), |change| self.site.change_carrier(&change))
    }

    fn tell_office(&self, order: Order) {
        // Operators that have ended have failed, and report it themselves.
        let _ = self.office.as_ref().map(|office| office.send(order));
    }

    /// Ends the orders: the operators see to it that everything comes to rest.
    pub(super) fn leave_office(&mut self) {
        self.office = None;
    }
}
