//! The emergency stop's row, the numbers that are blocked for good, and the usual region.

use ringonce_domain::settle::Signal;
use ringonce_domain::{Region, Safety, SafetyLimits, Stopped};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::sql;
use super::transaction::at_once;
use crate::audit::Entry;
use crate::deed::Deed;
use crate::ledger::announcements;
use crate::row::Fields;
use crate::usual_region;

/// The emergency stop as it stands.
pub(super) fn read(view: &View) -> Done<Safety> {
    let safety = view.row(sql::SAFETY, [], |row| {
        let fields = Fields::of("safety", row);
        let stopped = match fields.maybe_instant(3)? {
            Some(at) => Some(Stopped {
                at,
                reason: fields.maybe_text(4)?.unwrap_or_default(),
            }),
            None => None,
        };
        Ok(Safety {
            consecutive_failures: fields.count(1)?,
            duplicates: fields.count(2)?,
            stopped,
        })
    })?;
    Ok(safety.unwrap_or_default())
}

/// See [`crate::Admin::usual_region`].
pub(super) fn usual_region(view: &View) -> Done<Option<Region>> {
    let found = view.row(sql::FACT, [usual_region::FACT], |row| {
        usual_region::read(row)
    })?;
    Ok(found.flatten())
}

impl Ledger {
    /// See [`crate::Admin::set_usual_region`].
    pub(super) fn set_usual_region(
        &mut self,
        region: Option<Region>,
        deed: Deed<'_>,
    ) -> Done<bool> {
        let before = usual_region(&self.view)?;
        if before == region {
            return Ok(false);
        }
        let value = usual_region::value(region);
        self.view
            .execute(sql::FACT_SET, params![usual_region::FACT, value])?;
        let detail = usual_region::detail(before, region);
        self.audit(&usual_region::entry(&detail, deed))?;
        Ok(true)
    }

    /// Lets the emergency stop learn; trips it when that is enough.
    pub(super) fn signal(
        &mut self,
        signal: &Signal,
        limits: SafetyLimits,
        deed: Deed<'_>,
    ) -> Done<()> {
        if !self.known.safety.is_moved_by(signal) {
            return Ok(());
        }
        let was_stopped = self.known.safety.stopped.is_some();
        let next = self.known.safety.clone().after(signal, limits, deed.now);
        self.write_safety(next)?;
        match &self.known.safety.stopped {
            Some(stopped) if !was_stopped => {
                let reason = stopped.reason.clone();
                at_once(announcements::emergency_stop(self, &reason, deed))?;
                let detail = serde_json::json!({ "reason": reason }).to_string();
                self.audit_safety("safety.stop", &detail, deed)
            }
            _ => Ok(()),
        }
    }

    /// Trips the stop by hand; a stop that has tripped keeps its reason.
    pub(super) fn stop_all(&mut self, reason: &str, deed: Deed<'_>) -> Done<()> {
        let mut safety = self.known.safety.clone();
        if safety.stopped.is_none() {
            safety.stopped = Some(Stopped {
                at: deed.now,
                reason: reason.to_owned(),
            });
            at_once(announcements::emergency_stop(self, reason, deed))?;
        }
        self.write_safety(safety)?;
        let detail = serde_json::json!({ "reason": reason }).to_string();
        self.audit_safety("safety.stop", &detail, deed)
    }

    /// Re-arms the stop and forgets what was counted.
    pub(super) fn resume_all(&mut self, reason: &str, deed: Deed<'_>) -> Done<bool> {
        let before = self.known.safety.clone();
        self.write_safety(Safety::default())?;
        let detail = serde_json::json!({ "reason": reason, "before": before }).to_string();
        self.audit_safety("safety.resume", &detail, deed)?;
        Ok(before.stopped.is_some())
    }

    fn write_safety(&mut self, safety: Safety) -> Done<()> {
        let stopped = safety.stopped.as_ref();
        self.view.execute(
            sql::SAFETY_SET,
            params![
                safety.consecutive_failures,
                safety.duplicates,
                stopped.map(|stopped| stopped.at.as_millis()),
                stopped.map(|stopped| stopped.reason.as_str()),
            ],
        )?;
        self.known.safety = safety;
        Ok(())
    }

    fn audit_safety(&mut self, event: &str, detail: &str, Deed { by, now }: Deed<'_>) -> Done<()> {
        let (campaign, number, attempt) = (None, None, None);
        self.audit(&Entry {
            at: now,
            actor: by,
            event,
            campaign,
            number,
            attempt,
            detail,
        })
    }
}
