//! One number: whether it may be rung, every call and every decision not to call, and the judgement
//! of the checker that shares no code with the claim (promise A12).

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::proof::{Ring, violations};
use ringonce_domain::{CampaignId, Number, Settings};
use ringonce_store::model::{ContactDetail, NumberDetail};
use serde::Deserialize;

use crate::AppState;
use crate::extract::Query;
use crate::pages::call_row::{CallRow, CampaignNames};
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::pages::trail::TrailRow;
use crate::problem::Problem;
use crate::sight;

#[derive(Template)]
#[template(path = "numbers.html")]
struct Numbers {
    frame: Frame,
    /// What was asked for.
    asked: String,
    /// What is wrong with it.
    complaint: Option<String>,
    /// A number that can be told of.
    found: Option<Found>,
    /// A good number of which nothing is known.
    unknown: Option<Unknown>,
}

struct Unknown {
    number: String,
    e164: String,
}

struct Found {
    number: String,
    e164: String,
    blocked: Option<Blocked>,
    is_in_call: bool,
    called: String,
    answered: String,
    last_called: String,
    /// Rings against the rules, in words; none when all is well.
    violations: Vec<String>,
    judged: String,
    contacts: Vec<ContactRow>,
    calls: Vec<CallRow>,
    timeline: Vec<TrailRow>,
}

struct Blocked {
    at: String,
    reason: String,
}

struct ContactRow {
    campaign: CampaignId,
    campaign_name: String,
    name: String,
    state: String,
    reason: String,
    attempts: String,
}

/// Which number.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    number: Option<String>,
}

/// `GET /numbers`, with `?number=` in any spelling that begins with a country code.
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let mut page = Numbers {
        frame: frame.page(Section::Numbers, "nav-numbers"),
        asked: which.number.unwrap_or_default(),
        complaint: None,
        found: None,
        unknown: None,
    };
    if page.asked.trim().is_empty() {
        return Ok(render(&page));
    }
    match read(&page.asked) {
        Err(complaint) => page.complaint = Some(complaint),
        Ok(number) => {
            page.frame.title = number.international();
            match sight::number(&state, &page.frame.caller, number).await? {
                Some(detail) => page.found = Some(Found::read(&state, &page.frame, detail).await?),
                None => {
                    page.unknown = Some(Unknown {
                        number: number.international(),
                        e164: number.to_string(),
                    });
                }
            }
        }
    }
    Ok(render(&page))
}

impl Numbers {
    /// The number that this viewer may block.
    fn blockable(&self) -> Option<String> {
        let free = self.found.as_ref().filter(|found| found.blocked.is_none());
        let free = free.map(|found| &found.e164);
        let number = free.or(self.unknown.as_ref().map(|unknown| &unknown.e164))?;
        self.frame.may("numbers:block").then(|| number.clone())
    }
}

/// A number as people write it, with its country code.
pub(crate) fn read(asked: &str) -> Result<Number, String> {
    let digits: String = asked
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let number = match digits.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None if digits.starts_with('+') => digits,
        // A blank is what a plus becomes in an address that somebody typed.
        None => format!("+{digits}"),
    };
    number
        .parse()
        .map_err(|error: ringonce_domain::number::NotE164| error.to_string())
}

impl Found {
    async fn read(state: &AppState, frame: &Frame, detail: NumberDetail) -> Result<Self, Problem> {
        let timeline = sight::timeline(state, &frame.caller, detail.number).await?;
        let contacts = detail.contacts.iter().map(|contact| contact.campaign);
        let calls = detail.calls.iter().map(|call| call.campaign);
        let names = CampaignNames::of(state, contacts.chain(calls).collect()).await?;
        let broken = judge(state, &detail, &names).await?;
        let rings = detail.calls.iter().filter(|call| call.may_have_rung);
        Ok(Self {
            number: detail.number.international(),
            e164: detail.number.to_string(),
            is_in_call: detail.live_attempt.is_some(),
            called: frame.number(detail.called),
            answered: frame.number(detail.answered),
            last_called: detail
                .last_called_at
                .map_or_else(|| "–".into(), |at| frame.moment(at)),
            judged: frame.say1("number-judged", "n", rings.count()),
            violations: broken,
            blocked: detail.blocked.map(|block| Blocked {
                at: frame.moment(block.at),
                reason: block.reason,
            }),
            contacts: detail
                .contacts
                .into_iter()
                .map(|contact| ContactRow::new(contact, &names, frame))
                .collect(),
            calls: detail
                .calls
                .into_iter()
                .map(|call| CallRow::new(call, &names, frame))
                .collect(),
            timeline: timeline
                .into_iter()
                .rev()
                .map(|entry| TrailRow::new(entry, frame))
                .collect(),
        })
    }
}

/// The rings that the rules do not allow, among the latest calls.
async fn judge(
    state: &AppState,
    detail: &NumberDetail,
    campaigns: &CampaignNames,
) -> Result<Vec<String>, Problem> {
    let mut rules: HashMap<CampaignId, Arc<Settings>> = HashMap::new();
    for id in campaigns.ids() {
        rules.extend(
            state
                .store
                .settings(id)
                .await?
                .map(|settings| (id, settings)),
        );
    }
    let mut rings: Vec<_> = detail
        .calls
        .iter()
        .filter(|call| call.may_have_rung)
        .map(|call| Ring {
            number: call.number,
            at: call.dialed_at.unwrap_or(call.claimed_at),
            ended_at: call.ended_at,
            outcome: call.outcome,
            campaign: call.campaign,
            attempt: call.id,
        })
        .collect();
    rings.sort_by_key(|ring| ring.at);
    Ok(violations(&rings, |id| rules.get(&id).map(Arc::as_ref))
        .into_iter()
        .map(|violation| format!("{}: {}", violation.at, violation.rule))
        .collect())
}

impl ContactRow {
    fn new(contact: ContactDetail, names: &CampaignNames, frame: &Frame) -> Self {
        Self {
            campaign: contact.campaign,
            campaign_name: names.name(contact.campaign, frame),
            name: contact.name,
            state: frame.word("contact", contact.state.as_str()),
            reason: contact.reason.unwrap_or_default(),
            attempts: frame.number(contact.attempts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_people_write_it() {
        for asked in [
            "+1 (202) 555-0123",
            "001 202 555 0123",
            " 12025550123",
            "+12025550123",
            "1.202.555.0123",
        ] {
            let number = read(asked).map(|number| number.to_string());
            assert_eq!(number, Ok("+12025550123".into()), "{asked}");
        }
        for asked in ["", "+", "hello", "+12", "+1202555012345678901"] {
            assert!(read(asked).is_err(), "{asked}");
        }
    }
}
