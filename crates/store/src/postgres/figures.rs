//! Calls over time: as dear as the buckets asked for.

use std::ops::Range;

use ringonce_domain::{CampaignId, Timestamp};

use super::failure::Done;
use super::session::{Params, Session};
use super::sql;
use super::time::At;
use crate::model::{ACTIVITY_ROWS, Activity, PULSE_CAMPAIGNS, Pulse, Span};
use crate::row::Fields;
use crate::{Result, rows};

/// See [`crate::Reports::activity`].
pub(super) async fn activity(
    session: &Session,
    campaign: CampaignId,
    span: Span,
    period: &Range<Timestamp>,
) -> Done<Vec<Activity>> {
    let (from, to, limit) = (At(period.start), At(period.end), i64::from(ACTIVITY_ROWS));
    let params: Params<'_> = &[&campaign.0, &span.minutes(), &from, &to, &limit];
    let rows = session.rows(sql::ACTIVITY, params).await?;
    let buckets = rows
        .iter()
        .map(|row| rows::activity(&Fields::of("activity", row)));
    Ok(buckets.collect::<Result<_>>()?)
}

/// See [`crate::Reports::pulse`].
pub(super) async fn pulse(
    session: &Session,
    campaigns: &[CampaignId],
    since: Timestamp,
) -> Done<Vec<Pulse>> {
    let ids: Vec<_> = campaigns
        .iter()
        .take(PULSE_CAMPAIGNS)
        .map(|id| id.0)
        .collect();
    let rows = session
        .rows(sql::ACTIVITY_PULSE, &[&ids, &At(since)])
        .await?;
    let minutes = rows
        .iter()
        .map(|row| rows::pulse(&Fields::of("activity", row)));
    let mut all = minutes.collect::<Result<Vec<_>>>()?;
    all.sort_unstable();
    Ok(all)
}
