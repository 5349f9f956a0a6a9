//! Calls over time, at a cost that grows with the buckets, not with the calls.

use std::ops::Range;

use ringonce_domain::{CampaignId, Timestamp};

use crate::Result;
use crate::model::{ACTIVITY_ROWS, Activity, PULSE_CAMPAIGNS, Pulse, Span};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, values};

/// See [`crate::Reports::activity`].
pub(crate) async fn activity<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
    span: Span,
    period: &Range<Timestamp>,
) -> Result<Vec<Activity>, L::Failure> {
    let given = values![
        campaign,
        span.minutes(),
        period.start,
        period.end,
        ACTIVITY_ROWS
    ];
    let rows = reader.rows(sql::ACTIVITY, given).await?;
    let buckets = rows.iter().map(|row| {
        let fields = Fields::of("activity", row);
        Ok(Activity {
            start: fields.instant("start")?,
            outcome: fields.word("outcome")?,
            calls: fields.count("calls")?,
            talk_millis: fields.count("talk_millis")?,
        })
    });
    Ok(buckets.collect::<Result<_>>()?)
}

/// See [`crate::Reports::pulse`].
pub(crate) async fn pulse<L: Reader>(
    reader: &mut L,
    campaigns: &[CampaignId],
    since: Timestamp,
) -> Result<Vec<Pulse>, L::Failure> {
    let some = campaigns.iter().take(PULSE_CAMPAIGNS);
    let ids: Vec<i64> = some.map(|id| id.0).collect();
    let rows = reader
        .rows(sql::ACTIVITY_PULSE, values![ids, since])
        .await?;
    let minutes = rows.iter().map(|row| {
        let fields = Fields::of("activity", row);
        Ok(Pulse {
            campaign: fields.campaign("campaign_id")?,
            start: fields.instant("start")?,
            calls: fields.count("calls")?,
        })
    });
    let mut all = minutes.collect::<Result<Vec<_>>>()?;
    all.sort_unstable();
    Ok(all)
}
