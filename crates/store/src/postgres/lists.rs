//! Listings of campaigns and contacts: keyset pages, each as dear as its rows.

use ringonce_domain::{
    CampaignId, CampaignState, ContactId, ContactState, Number, RepeatRule, Timestamp,
};
use tokio_postgres::Row;

use super::failure::{Done, Failure};
use super::session::Session;
use super::time::at;
use super::{leases, limit, sql};
use crate::campaigns::missing;
use crate::importing::contacts_of;
use crate::model::{CampaignDetail, ContactDetail, Foreseen, Page, RowProblem, Visible};
use crate::row::{Fields, digits};
use crate::{Result, rows};

/// See [`crate::Campaigns::campaigns`].
pub(super) async fn campaigns(
    session: &Session,
    state: Option<CampaignState>,
    visible: Visible,
    page: &Page<CampaignId>,
) -> Done<Vec<CampaignDetail>> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let (state, limit) = (state.map(CampaignState::as_str), limit(page));
    let found = match visible {
        Visible::Everything => {
            let params: super::session::Params<'_> = &[&before, &state, &limit];
            session.rows(sql::CAMPAIGNS, params).await
        }
        Visible::To(user) => {
            let params: super::session::Params<'_> = &[&before, &state, &limit, &user.0];
            session.rows(sql::CAMPAIGNS_SEEN, params).await
        }
    }?;
    // They are asked together: the answers come one after the other, the ways are made once.
    let details = found.iter().map(|row| with_figures(session, row));
    futures::future::try_join_all(details).await
}

/// See [`crate::Campaigns::campaign`].
pub(super) async fn campaign(session: &Session, id: CampaignId) -> Done<CampaignDetail> {
    let found = session.row(sql::CAMPAIGN, &[&id.0]).await?;
    with_figures(session, &found.ok_or_else(|| Failure::Store(missing(id)))?).await
}

async fn with_figures(session: &Session, row: &Row) -> Done<CampaignDetail> {
    let mut detail = rows::campaign(&Fields::of("campaigns", row))?;
    detail.settings = session.settings_of(detail.id).await?;
    detail.contacts = leases::contact_counts(session, detail.id).await?;
    let counted = session.rows(sql::OUTCOME_COUNTS, &[&detail.id.0]).await?;
    let counted = counted.iter().map(|row| {
        let fields = Fields::of("campaign_outcomes", row);
        Ok((fields.word(1)?, fields.count(2)?))
    });
    detail.outcomes = rows::every_outcome(&counted.collect::<Result<Vec<_>>>()?);
    Ok(detail)
}

/// See [`crate::Campaigns::campaign_of_file`].
pub(super) async fn campaign_of_file(
    session: &Session,
    fingerprint: &str,
    states: &[CampaignState],
) -> Done<Option<CampaignId>> {
    let states: Vec<_> = states.iter().map(|state| state.as_str()).collect();
    let row = session
        .row(sql::CAMPAIGNS_OF_FILE, &[&fingerprint, &states])
        .await?;
    Ok(row
        .map(|row| Fields::of("campaigns", &row).campaign(0))
        .transpose()?)
}

/// See [`crate::Contacts::contacts`].
pub(super) async fn contacts(
    session: &Session,
    campaign: CampaignId,
    state: Option<ContactState>,
    page: &Page<ContactId>,
) -> Done<Vec<ContactDetail>> {
    if session
        .row(sql::CAMPAIGN_THERE, &[&campaign.0])
        .await?
        .is_none()
    {
        return Err(missing(campaign).into());
    }
    let (first, past) = contacts_of(campaign);
    let after = page.after.map_or(first, |id| id.0.max(first));
    let limit = limit(page);
    let rows = match state.map(ContactState::as_str) {
        None => {
            session
                .rows(sql::CONTACTS, &[&after, &past, &limit])
                .await?
        }
        Some(state) => {
            let params: super::session::Params<'_> = &[&after, &past, &limit, &state, &campaign.0];
            session.rows(sql::CONTACTS_IN_STATE, params).await?
        }
    };
    Ok(rows.iter().map(contact_in).collect::<Result<_>>()?)
}

/// A row of a listing of contacts.
pub(super) fn contact_in(row: &Row) -> Result<ContactDetail> {
    rows::contact(&Fields::of("contacts", row))
}

/// See [`crate::Contacts::foresee`].
pub(super) async fn foresee(
    session: &Session,
    numbers: &[Number],
    repeat: RepeatRule,
    now: Timestamp,
) -> Done<Foreseen> {
    let asked: Vec<i64> = numbers.iter().map(|number| digits(*number)).collect();
    let horizon = at(repeat.horizon(now));
    let row = session
        .row(sql::NUMBERS_FORESEEN, &[&asked, &horizon])
        .await?;
    Ok(match row {
        Some(row) => rows::foreseen(&Fields::of("numbers", &row))?,
        None => Foreseen::default(),
    })
}

/// See [`crate::Contacts::layouts`].
pub(super) async fn layouts(session: &Session, campaign: CampaignId) -> Done<Vec<String>> {
    let rows = session.rows(sql::LAYOUTS, &[&campaign.0]).await?;
    let layouts = rows.iter().map(|row| Fields::of("lists", row).text(1));
    Ok(layouts.collect::<Result<_>>()?)
}

/// See [`crate::Contacts::problems`].
pub(super) async fn problems(
    session: &Session,
    campaign: CampaignId,
    page: &Page<u32>,
) -> Done<Vec<RowProblem>> {
    let (after, limit) = (i64::from(page.after.unwrap_or(0)), limit(page));
    let rows = session
        .rows(sql::PROBLEMS, &[&campaign.0, &after, &limit])
        .await?;
    let problems = rows
        .iter()
        .map(|row| rows::problem(&Fields::of("list_problems", row)));
    Ok(problems.collect::<Result<_>>()?)
}
