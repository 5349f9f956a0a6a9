//! Calls a minute in the last half hour, as a line of bars.

use std::collections::HashMap;

use ringonce_domain::{CampaignId, Timestamp};
use ringonce_store::Store;

use crate::language::{Language, Speech as _};
use crate::problem::Problem;

/// How many minutes are shown.
const MINUTES: usize = 30;
/// Width of a bar and of its gap, and the height of all, in the drawing's units.
const STEP: u64 = 4;
const HEIGHT: u64 = 24;
const MINUTE: u64 = 60_000;

/// The bars of a campaign that made calls in that time.
pub(crate) struct Spark {
    /// What it says aloud.
    pub(crate) label: String,
    /// Left edge, top and height of each.
    pub(crate) bars: Vec<(u64, u64, u64)>,
}

/// The calls a minute of these campaigns, the eldest minute first.
pub(crate) async fn pulses(
    store: &dyn Store,
    campaigns: &[CampaignId],
    now: Timestamp,
) -> Result<HashMap<CampaignId, Vec<u64>>, Problem> {
    let first = minute(now).saturating_sub(MINUTES as u64 - 1);
    let since = Timestamp::from_millis(i64::try_from(first * MINUTE).unwrap_or_default());
    let mut found: HashMap<CampaignId, Vec<u64>> = HashMap::new();
    for pulse in store.pulse(campaigns, since).await? {
        let minutes = found
            .entry(pulse.campaign)
            .or_insert_with(|| vec![0; MINUTES]);
        let place = minute(pulse.start).saturating_sub(first);
        if let Some(calls) = usize::try_from(place)
            .ok()
            .and_then(|place| minutes.get_mut(place))
        {
            *calls += pulse.calls;
        }
    }
    Ok(found)
}

fn minute(at: Timestamp) -> u64 {
    at.since(Timestamp::from_millis(0)).get() / MINUTE
}

impl Spark {
    /// The bars of these minutes; none without calls.
    pub(crate) fn of(language: Language, minutes: &[u64]) -> Option<Self> {
        let most = minutes.iter().copied().max().filter(|most| *most > 0)?;
        let bars = (0..).zip(minutes).filter(|(_, calls)| **calls > 0);
        let bars = bars.map(|(place, calls)| {
            let height = (calls * HEIGHT).div_ceil(most);
            (place * STEP, HEIGHT - height, height)
        });
        Some(Self {
            label: language.say1("pulse", "most", most),
            bars: bars.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_minute_is_as_high_as_the_drawing_and_no_call_is_invisible() {
        let spark = Spark::of(Language::English, &[0, 1, 600, 300]).unwrap();
        assert_eq!(spark.bars, [(4, 23, 1), (8, 0, 24), (12, 12, 12)]);
        assert!(spark.label.contains("at most 600"), "{}", spark.label);
        assert!(Spark::of(Language::English, &[0; 30]).is_none());
    }
}
