//! Checks of a file besides its data: guards, integrity, and the trail's one chain.

use ringonce_domain::Timestamp;

use super::failure::Done;
use super::ledger::View;
use super::transaction::{Reading, at_once};
use super::{SqliteStore, audit, schema, sql};
use crate::Result;
use crate::ledger::doctor::{self, Check};
use crate::model::Finding;

/// The checks that only a file needs.
const FILE: &[Check] = &[Check {
    name: "integrity of the file",
    statement: sql::DOCTOR_INTEGRITY,
    advice: "stop, keep the file, and restore a backup",
}];

impl SqliteStore {
    /// See [`crate::Admin::doctor`].
    pub(super) async fn examine(&self, now: Timestamp) -> Result<Vec<Finding>> {
        self.read(move |view| doctor(view, now)).await
    }
}

fn doctor(view: &View, now: Timestamp) -> Done<Vec<Finding>> {
    let mut all = vec![
        doctor::guards(&schema::missing_guards(view.conn())?),
        doctor::trail(audit::verify(view)?),
    ];
    all.extend(at_once(doctor::check(&mut Reading(view), FILE, now))?);
    Ok(all)
}
