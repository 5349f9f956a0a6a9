//! Listings of campaigns and contacts: keyset pages, each as dear as its rows.

use ringonce_domain::{
    CampaignId, CampaignState, ContactId, ContactState, Number, RepeatRule, Timestamp,
};
use rusqlite::{Row, params};

use super::failure::Done;
use super::ledger::View;
use super::{leases, sql};
use crate::campaigns::{CONTACTS_PER_CAMPAIGN, missing};
use crate::listing::limit;
use crate::model::{CampaignDetail, ContactDetail, Foreseen, Page, RowProblem, Visible};
use crate::row::{Fields, digits};
use crate::{Result, rows};

/// See [`crate::Campaigns::campaigns`].
pub(super) fn campaigns(
    view: &View,
    state: Option<CampaignState>,
    visible: Visible,
    page: &Page<CampaignId>,
) -> Done<Vec<CampaignDetail>> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let (state, limit) = (state.map(CampaignState::as_str), limit(page));
    let found = match visible {
        Visible::Everything => view.rows(sql::CAMPAIGNS, params![before, state, limit], detail_in),
        Visible::To(user) => {
            let params = params![before, state, limit, user.0];
            view.rows(sql::CAMPAIGNS_SEEN, params, detail_in)
        }
    }?;
    found
        .into_iter()
        .map(|found| with_figures(view, found))
        .collect()
}

/// See [`crate::Campaigns::campaign`].
pub(super) fn campaign(view: &View, id: CampaignId) -> Done<CampaignDetail> {
    let found = view.row(sql::CAMPAIGN, [id.0], detail_in)?;
    with_figures(view, found.ok_or_else(|| missing(id))?)
}

fn detail_in(row: &Row<'_>) -> Result<CampaignDetail> {
    rows::campaign(&Fields::of("campaigns", row))
}

fn with_figures(view: &View, mut detail: CampaignDetail) -> Done<CampaignDetail> {
    detail.settings = view.settings_of(detail.id)?;
    detail.contacts = leases::contact_counts(view, detail.id)?;
    let counted = view.rows(sql::OUTCOME_COUNTS, [detail.id.0], |row| {
        let fields = Fields::of("campaign_outcomes", row);
        Ok((fields.word(1)?, fields.count(2)?))
    })?;
    detail.outcomes = rows::every_outcome(&counted);
    Ok(detail)
}

/// See [`crate::Campaigns::campaign_of_file`].
pub(super) fn campaign_of_file(
    view: &View,
    fingerprint: &str,
    states: &[CampaignState],
) -> Done<Option<CampaignId>> {
    let mut statement = view.prepare(sql::CAMPAIGNS_OF_FILE)?;
    let mut rows = statement.query([fingerprint])?;
    while let Some(row) = rows.next()? {
        let fields = Fields::of("campaigns", row);
        if states.contains(&fields.word(1)?) {
            return Ok(Some(fields.campaign(0)?));
        }
    }
    Ok(None)
}

/// See [`crate::Contacts::contacts`].
pub(super) fn contacts(
    view: &View,
    campaign: CampaignId,
    state: Option<ContactState>,
    page: &Page<ContactId>,
) -> Done<Vec<ContactDetail>> {
    super::campaigns::steered(view, campaign)?;
    let first = campaign.0 * CONTACTS_PER_CAMPAIGN;
    let past = first + CONTACTS_PER_CAMPAIGN;
    let after = page.after.map_or(first, |id| id.0.max(first));
    let limit = limit(page);
    match state {
        None => view.rows(sql::CONTACTS, params![after, past, limit], contact_in),
        Some(state) => {
            let params = params![after, past, limit, state.as_str()];
            view.rows(sql::CONTACTS_IN_STATE, params, contact_in)
        }
    }
}

/// The latest contacts with a number, in every campaign.
pub(super) fn contacts_of_number(
    view: &View,
    number: Number,
    limit: u32,
) -> Done<Vec<ContactDetail>> {
    view.rows(
        sql::CONTACTS_OF_NUMBER,
        params![digits(number), limit],
        contact_in,
    )
}

fn contact_in(row: &Row<'_>) -> Result<ContactDetail> {
    rows::contact(&Fields::of("contacts", row))
}

/// See [`crate::Contacts::foresee`].
pub(super) fn foresee(
    view: &View,
    numbers: &[Number],
    repeat: RepeatRule,
    now: Timestamp,
) -> Done<Foreseen> {
    let asked: Vec<i64> = numbers.iter().map(|number| digits(*number)).collect();
    let asked = serde_json::to_string(&asked).unwrap_or_default();
    let horizon = repeat.horizon(now).map(Timestamp::as_millis);
    let found = view.row(sql::NUMBERS_FORESEEN, params![asked, horizon], |row| {
        rows::foreseen(&Fields::of("numbers", row))
    })?;
    Ok(found.unwrap_or_default())
}

/// See [`crate::Contacts::layouts`].
pub(super) fn layouts(view: &View, campaign: CampaignId) -> Done<Vec<String>> {
    view.rows(sql::LAYOUTS, [campaign.0], |row| {
        Fields::of("lists", row).text(1)
    })
}

/// See [`crate::Contacts::problems`].
pub(super) fn problems(
    view: &View,
    campaign: CampaignId,
    page: &Page<u32>,
) -> Done<Vec<RowProblem>> {
    let after = page.after.unwrap_or(0);
    view.rows(
        sql::PROBLEMS,
        params![campaign.0, after, limit(page)],
        |row| rows::problem(&Fields::of("list_problems", row)),
    )
}
