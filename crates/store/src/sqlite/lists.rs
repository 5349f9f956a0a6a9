//! Listings of campaigns and contacts: keyset pages, each as dear as its rows.

use ringonce_domain::{
    CampaignId, CampaignState, ContactCounts, ContactId, ContactState, Number, Outcome,
};
use rusqlite::{Row, params};

use super::campaigns::{CONTACTS_PER_CAMPAIGN, missing};
use super::failure::Done;
use super::fields::{Fields, digits};
use super::ledger::View;
use super::{imports, leases, sql};
use crate::model::{CampaignDetail, ContactDetail, Page, RowProblem};

/// See [`crate::Campaigns::campaigns`].
pub(super) fn campaigns(
    view: &View,
    state: Option<CampaignState>,
    page: &Page<CampaignId>,
) -> Done<Vec<CampaignDetail>> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let params = params![before, state.map(CampaignState::as_str), super::limit(page)];
    let found = view.rows(sql::CAMPAIGNS, params, |row| detail_in(view, row))?;
    found
        .into_iter()
        .map(|found| with_figures(view, found))
        .collect()
}

/// See [`crate::Campaigns::campaign`].
pub(super) fn campaign(view: &View, id: CampaignId) -> Done<CampaignDetail> {
    let found = view.row(sql::CAMPAIGN, [id.0], |row| detail_in(view, row))?;
    with_figures(view, found.ok_or_else(|| missing(id))?)
}

fn detail_in(view: &View, row: &Row<'_>) -> Done<CampaignDetail> {
    let fields = Fields::of("campaigns", row);
    let id = fields.campaign(0)?;
    Ok(CampaignDetail {
        id,
        name: fields.text(1)?,
        state: fields.word(2)?,
        state_reason: fields.maybe_text(3)?,
        settings: view.settings_of(id)?,
        created_at: fields.instant(4)?,
        started_at: fields.maybe_instant(5)?,
        ended_at: fields.maybe_instant(6)?,
        last_called_at: fields.maybe_instant(7)?,
        contacts: ContactCounts::default(),
        outcomes: Vec::new(),
        skipped_duplicates: fields.count(8)?,
        live: fields.count(9)?,
        talk_millis: fields.count(10)?,
        next_due: fields.maybe_instant(11)?,
        import: imports::totals_in(row, 12)?,
        fingerprint: fields.text(16)?,
    })
}

fn with_figures(view: &View, mut detail: CampaignDetail) -> Done<CampaignDetail> {
    detail.contacts = leases::contact_counts(view, detail.id)?;
    let counted = view.rows(sql::OUTCOME_COUNTS, [detail.id.0], |row| {
        let fields = Fields::of("campaign_outcomes", row);
        Ok((fields.word::<Outcome>(1)?, fields.count::<u64>(2)?))
    })?;
    let of = |outcome| {
        counted
            .iter()
            .find(|(counted, _)| *counted == outcome)
            .map_or(0, |(_, n)| *n)
    };
    detail.outcomes = Outcome::ALL
        .iter()
        .map(|outcome| (*outcome, of(*outcome)))
        .collect();
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
    let limit = super::limit(page);
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

fn contact_in(row: &Row<'_>) -> Done<ContactDetail> {
    let fields = Fields::of("contacts", row);
    Ok(ContactDetail {
        id: ContactId(fields.int(0)?),
        campaign: fields.campaign(1)?,
        line: fields.count(2)?,
        number: fields.number(3)?,
        name: fields.text(4)?,
        state: fields.word(5)?,
        lead: fields.word(6)?,
        reason: fields.maybe_text(7)?,
        due_at: fields.maybe_instant(8)?,
        attempts: fields.count(9)?,
        answered: fields.count(10)?,
        last_outcome: fields.maybe_word(11)?,
        last_attempt_at: fields.maybe_instant(12)?,
        changed_at: fields.instant(13)?,
        metadata: fields.text(14)?,
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
        params![campaign.0, after, super::limit(page)],
        |row| {
            let fields = Fields::of("list_problems", row);
            Ok(RowProblem {
                line: fields.count(0)?,
                column: fields.text(1)?,
                value: fields.text(2)?,
                reason: fields.text(3)?,
            })
        },
    )
}
