//! Calls over time: as dear as the buckets asked for.

use std::ops::Range;

use ringonce_domain::{CampaignId, Timestamp};
use rusqlite::params;

use super::failure::Done;
use super::ledger::View;
use super::sql;
use crate::model::{ACTIVITY_ROWS, Activity, PULSE_CAMPAIGNS, Pulse, Span};
use crate::row::Fields;
use crate::rows;

/// See [`crate::Reports::activity`].
pub(super) fn activity(
    view: &View,
    campaign: CampaignId,
    span: Span,
    period: &Range<Timestamp>,
) -> Done<Vec<Activity>> {
    let (from, to) = (period.start.as_millis(), period.end.as_millis());
    let params = params![campaign.0, span.minutes(), from, to, ACTIVITY_ROWS];
    view.rows(sql::ACTIVITY, params, |row| {
        rows::activity(&Fields::of("activity", row))
    })
}

/// See [`crate::Reports::pulse`].
pub(super) fn pulse(view: &View, campaigns: &[CampaignId], since: Timestamp) -> Done<Vec<Pulse>> {
    let ids: Vec<_> = campaigns
        .iter()
        .take(PULSE_CAMPAIGNS)
        .map(|id| id.0)
        .collect();
    let params = params![crate::audit::json(&ids), since.as_millis()];
    let mut all = view.rows(sql::ACTIVITY_PULSE, params, |row| {
        rows::pulse(&Fields::of("activity", row))
    })?;
    all.sort_unstable();
    Ok(all)
}
