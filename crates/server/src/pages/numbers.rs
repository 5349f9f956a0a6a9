//! One number: whether it may be rung, every call and every decision not to call, and the judgement
//! of the checker that shares no code with the claim (promise A12).

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::number::{Basis, Meaning};
use ringonce_domain::proof::{Ring, violations};
use ringonce_domain::{CampaignId, Settings};
use ringonce_store::model::{ContactDetail, NumberDetail};
use serde::Deserialize;

use crate::AppState;
use crate::extract::Query;
use crate::pages::audit_rows::TrailRow;
use crate::pages::call_row::{CallRow, CampaignNames};
use crate::pages::frame::{Frame, Section};
use crate::pages::number_choice::{self, Choices};
use crate::pages::render;
use crate::problem::Problem;
use crate::typed_number::{self, TypedNumber};
use crate::visibility;

#[derive(Template)]
#[template(path = "numbers.html")]
struct Numbers {
    frame: Frame,
    /// What was asked for.
    asked: String,
    /// What is wrong with it.
    complaint: Option<String>,
    /// Why a text without a country code was read as that number.
    note: Option<String>,
    /// What else the text can mean; all that it can mean when no number is shown.
    choices: Choices,
    /// A number that can be told of.
    found: Option<Found>,
    /// A good number of which nothing is known.
    unknown: Option<About>,
}

/// What tells a number from others, before anything is done about it.
struct About {
    number: String,
    e164: String,
    country: String,
    history: String,
}

struct Found {
    about: About,
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
    /// Set by the page's own form, which sends every plus as a plus.
    form: Option<String>,
}

impl Which {
    /// What was typed.
    fn text(self) -> String {
        let text = self.number.unwrap_or_default();
        if self.form.is_some() {
            return text;
        }
        typed_number::of_address(&text).into_owned()
    }
}

/// `GET /numbers`, with `?number=` as people write it. Without a country code it is one number only
/// where the ledger or the usual region says which; elsewhere the page asks, and offers nothing that cannot
/// be taken back.
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let mut page = Numbers {
        frame: frame.page(Section::Numbers, "nav-numbers"),
        asked: which.text(),
        complaint: None,
        note: None,
        choices: Choices::default(),
        found: None,
        unknown: None,
    };
    if page.asked.trim().is_empty() {
        return Ok(render(&page));
    }
    match typed_number::read(&state, &page.frame.caller, &page.asked).await? {
        Err(error) => page.complaint = Some(error.to_string()),
        Ok(typed) => page.show(&state, typed).await?,
    }
    Ok(render(&page))
}

impl Numbers {
    /// Shows the number that is meant, or those of which it may be one.
    async fn show(&mut self, state: &AppState, typed: TypedNumber) -> Result<(), Problem> {
        let Meaning::One(number, ground) = typed.meaning else {
            self.choices = Choices::new(&self.frame, &typed, None);
            return Ok(());
        };
        self.choices = Choices::new(&self.frame, &typed, Some(number));
        self.frame.title = number.international();
        let country = number_choice::country(&self.frame, number);
        self.note = match ground {
            Basis::CountryCode => None,
            Basis::Ledger => Some("number-read-ledger"),
            Basis::UsualRegion => Some("number-read-usual"),
        }
        .map(|words| self.frame.say1(words, "country", country.as_str()));
        let detail = visibility::number(state, &self.frame.caller, number).await?;
        let history = number_choice::history(&self.frame, detail.as_ref());
        let about = About {
            number: number.international(),
            e164: number.to_string(),
            country,
            history,
        };
        match detail {
            Some(detail) => {
                self.found = Some(Found::read(state, &self.frame, about, detail).await?);
            }
            None => self.unknown = Some(about),
        }
        Ok(())
    }

    /// The number that this viewer may block.
    fn blockable(&self) -> Option<&About> {
        let free = self.found.as_ref().filter(|found| found.blocked.is_none());
        let about = free.map(|found| &found.about).or(self.unknown.as_ref())?;
        self.frame.may("numbers:block").then_some(about)
    }

    /// Whether there is a number to be shown.
    fn is_decided(&self) -> bool {
        self.found.is_some() || self.unknown.is_some()
    }
}

impl Found {
    async fn read(
        state: &AppState,
        frame: &Frame,
        about: About,
        detail: NumberDetail,
    ) -> Result<Self, Problem> {
        let timeline = visibility::timeline(state, &frame.caller, detail.number).await?;
        let contacts = detail.contacts.iter().map(|contact| contact.campaign);
        let calls = detail.calls.iter().map(|call| call.campaign);
        let names = CampaignNames::of(state, contacts.chain(calls).collect()).await?;
        let broken = judge(state, &detail, &names).await?;
        let rings = detail.calls.iter().filter(|call| call.may_have_rung);
        Ok(Self {
            about,
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
            corrected_at: call.corrected_at,
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
    fn a_blank_is_a_plus_in_an_address_and_a_blank_in_the_form() {
        for (number, form, text) in [
            (" 12025550123", None, "+12025550123"),
            (" 12025550123", Some(""), " 12025550123"),
            ("12025550123", None, "12025550123"),
            ("+12025550123", Some(""), "+12025550123"),
            (" (202) 555-0123", None, " (202) 555-0123"),
            ("  2025550123", None, "  2025550123"),
            ("", None, ""),
        ] {
            let which = Which {
                number: Some(number.into()),
                form: form.map(Into::into),
            };
            assert_eq!(which.text(), text, "{number:?} {form:?}");
        }
    }
}
