//! The emergency stop as the writer keeps it in memory while a transaction lasts.

use ringonce_domain::settle::Signal;
use ringonce_domain::{Safety, SafetyLimits};

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::transaction::{Reading, at_once};
use crate::deed::Deed;
use crate::ledger::safety::{self, Learning};
use crate::model::AuditContext;

/// The emergency stop as it stands.
pub(super) fn read(view: &View) -> Done<Safety> {
    at_once(safety::safety(&mut Reading(view)))
}

impl Ledger {
    /// See [`safety::learn`]. There is one writer: what it knows nobody changes meanwhile.
    pub(super) fn signal(
        &mut self,
        signal: &Signal,
        limits: SafetyLimits,
        deed: Deed<'_>,
    ) -> Done<()> {
        let mut known = Learning {
            safety: self.known.safety.clone(),
            locked: true,
        };
        let on = AuditContext::new(deed.by.clone(), deed.now);
        at_once(safety::learn(self, &mut known, signal, limits, &on))
    }
}
