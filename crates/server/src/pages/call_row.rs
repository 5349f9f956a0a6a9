//! A call as a row of a table, wherever calls are listed.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ringonce_domain::{AttemptId, CampaignId, Timestamp};
use ringonce_store::StoreError;
use ringonce_store::model::CallDetail;

use crate::AppState;
use crate::pages::frame::Frame;
use crate::pages::times;
use crate::problem::Problem;

/// What a table shows of a call.
pub(crate) struct CallRow {
    pub(crate) id: AttemptId,
    pub(crate) number: String,
    pub(crate) name: String,
    /// The outcome when there is one, else the state; for its colour.
    pub(crate) word: &'static str,
    pub(crate) outcome: String,
    pub(crate) cause: String,
    pub(crate) duration: String,
    /// The time of day, with its date unless that is today.
    pub(crate) time: String,
    /// Date and time of day.
    pub(crate) moment: String,
    pub(crate) instant: String,
    pub(crate) campaign: CampaignId,
    pub(crate) campaign_name: String,
}

impl CallRow {
    /// The row of a call.
    pub(crate) fn new(call: CallDetail, names: &CampaignNames, frame: &Frame) -> Self {
        let at = call.dialed_at.unwrap_or(call.claimed_at);
        let (word, outcome) = match call.outcome {
            Some(outcome) => (outcome.as_str(), frame.word("outcome", outcome.as_str())),
            None => (call.state.as_str(), frame.word("call", call.state.as_str())),
        };
        let talk = call.answered_at.zip(call.ended_at);
        Self {
            number: call.number.international(),
            name: call.name,
            word,
            outcome,
            cause: call.cause.unwrap_or_default(),
            duration: talk.map_or_else(String::new, |(from, to)| times::duration(to.since(from))),
            time: time_of(at, frame),
            moment: frame.moment(at),
            instant: times::machine(at),
            campaign_name: names.name(call.campaign, frame),
            campaign: call.campaign,
            id: call.id,
        }
    }
}

/// The time of day, with its date unless that is today's.
fn time_of(at: Timestamp, frame: &Frame) -> String {
    let date = |at| times::date(frame.language, at, &frame.zone);
    if date(at) == date(frame.now) {
        times::exact(at, &frame.zone)
    } else {
        frame.moment(at)
    }
}

/// What campaigns are called; those that were deleted have only their number.
pub(crate) struct CampaignNames(HashMap<CampaignId, Option<String>>);

impl CampaignNames {
    /// The names of these campaigns; each is looked up once.
    pub(crate) async fn of(state: &AppState, ids: Vec<CampaignId>) -> Result<Self, Problem> {
        let mut names = HashMap::new();
        for id in ids {
            if let Entry::Vacant(unknown) = names.entry(id) {
                unknown.insert(match state.store.campaign(id).await {
                    Ok(campaign) => Some(campaign.name),
                    Err(StoreError::NotFound { .. }) => None,
                    Err(error) => return Err(error.into()),
                });
            }
        }
        Ok(Self(names))
    }

    /// The campaigns that were asked for.
    pub(crate) fn ids(&self) -> Vec<CampaignId> {
        self.0.keys().copied().collect()
    }

    /// What a campaign is called.
    pub(crate) fn name(&self, id: CampaignId, frame: &Frame) -> String {
        let name = self.0.get(&id).cloned().flatten();
        name.unwrap_or_else(|| frame.say1("campaign-number", "id", id.to_string()))
    }
}
