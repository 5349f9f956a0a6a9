//! Campaigns with their figures, in keyset pages at a cost that grows with their rows.

use ringonce_domain::{CampaignId, CampaignState, ContactCounts, Outcome, UserId};

use super::missing;
use crate::Result;
use crate::listing::limit;
use crate::model::{CampaignDetail, ImportTotals, Owner, Page, Visible};
use crate::row::Fields;
use crate::settings_cache::SettingsCache;
use crate::sql;
use crate::transaction::{Reader, Record, values};

/// See [`crate::Campaigns::campaigns`].
pub(crate) async fn campaigns<L: Reader>(
    reader: &mut L,
    state: Option<CampaignState>,
    visible: Visible,
    page: &Page<CampaignId>,
) -> Result<Vec<CampaignDetail>, L::Failure> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let mut given = values![before, state.map(CampaignState::as_str), limit(page)];
    let statement = match visible {
        Visible::Everything => sql::CAMPAIGNS,
        Visible::To(user) => {
            given.push(user.into());
            sql::CAMPAIGNS_SEEN
        }
    };
    let rows = reader.rows(statement, given).await?;
    with_figures(reader, &rows).await
}

/// See [`crate::Campaigns::campaign`].
pub(crate) async fn campaign<L: Reader>(
    reader: &mut L,
    id: CampaignId,
) -> Result<CampaignDetail, L::Failure> {
    let rows = reader.rows(sql::CAMPAIGN, values![id]).await?;
    let found = with_figures(reader, &rows).await?.pop();
    Ok(found.ok_or_else(|| missing(id))?)
}

/// Campaigns with their contacts by state, their attempts by outcome and their prices, read together.
async fn with_figures<L: Reader>(
    reader: &mut L,
    rows: &[Record],
) -> Result<Vec<CampaignDetail>, L::Failure> {
    let known = reader.known_settings()?;
    let read = rows.iter().map(|row| detail(row, &known));
    let mut details = read.collect::<Result<Vec<_>>>()?;
    let mut asked = Vec::with_capacity(3 * details.len());
    for detail in &details {
        asked.push((sql::CONTACT_COUNTS, values![detail.id]));
        asked.push((sql::OUTCOME_COUNTS, values![detail.id]));
        asked.push((sql::CAMPAIGN_PRICES, values![detail.id]));
    }
    let answers = reader.together(asked).await?;
    for (detail, counted) in details.iter_mut().zip(answers.chunks(3)) {
        let [contacts, outcomes, prices] = counted else {
            break;
        };
        detail.contacts = counts(contacts)?;
        detail.outcomes = every_outcome(outcomes)?;
        detail.prices = super::super::prices::totals(prices)?;
    }
    Ok(details)
}

fn detail(row: &Record, known: &SettingsCache) -> Result<CampaignDetail> {
    let fields = Fields::of("campaigns", row);
    let (id, state) = (fields.campaign("id")?, fields.word("state")?);
    let settings = match known.get(id) {
        Some(settings) => settings,
        None => known.keep(id, state, fields.str("settings")?)?,
    };
    Ok(CampaignDetail {
        id,
        name: fields.text("name")?,
        state,
        state_reason: fields.maybe_text("state_reason")?,
        settings,
        created_at: fields.instant("created_at")?,
        started_at: fields.maybe_instant("started_at")?,
        ended_at: fields.maybe_instant("ended_at")?,
        last_called_at: fields.maybe_instant("last_called_at")?,
        contacts: ContactCounts::default(),
        outcomes: Vec::new(),
        prices: Vec::new(),
        skipped_duplicates: fields.count("skipped_duplicates")?,
        live: fields.count("live")?,
        talk_millis: fields.count("talk_millis")?,
        next_due: fields.maybe_instant("next_due")?,
        import: totals(&fields)?,
        fingerprint: fields.text("fingerprint")?,
        owner: match fields.maybe_int("owner")? {
            Some(id) => Some(Owner {
                id: UserId(id),
                name: fields.maybe_text("owner_name")?.unwrap_or_default(),
            }),
            None => None,
        },
    })
}

/// The totals of one import, or of all imports of a campaign.
pub(in crate::ledger) fn totals(fields: &Fields<'_>) -> Result<ImportTotals> {
    Ok(ImportTotals {
        rows: fields.count("rows")?,
        accepted: fields.count("accepted")?,
        duplicates: fields.count("duplicates")?,
        rejected: fields.count("rejected")?,
    })
}

/// Contacts of a campaign by state.
pub(crate) async fn contact_counts<L: Reader>(
    reader: &mut L,
    id: CampaignId,
) -> Result<ContactCounts, L::Failure> {
    let rows = reader.rows(sql::CONTACT_COUNTS, values![id]).await?;
    Ok(counts(&rows)?)
}

fn counts(rows: &[Record]) -> Result<ContactCounts> {
    let mut counts = ContactCounts::default();
    for row in rows {
        let fields = Fields::of("campaign_contacts", row);
        counts.set(fields.word("state")?, fields.count("contacts")?);
    }
    Ok(counts)
}

/// Every outcome with its count, 0 when none was counted.
fn every_outcome(rows: &[Record]) -> Result<Vec<(Outcome, u64)>> {
    let mut all: Vec<(Outcome, u64)> = Outcome::ALL.iter().map(|outcome| (*outcome, 0)).collect();
    for row in rows {
        let fields = Fields::of("campaign_outcomes", row);
        let (counted, attempts) = (fields.word("outcome")?, fields.count("attempts")?);
        for (_, n) in all.iter_mut().filter(|(outcome, _)| *outcome == counted) {
            *n = attempts;
        }
    }
    Ok(all)
}

/// See [`crate::Campaigns::campaign_of_file`].
pub(crate) async fn campaign_of_file<L: Reader>(
    reader: &mut L,
    fingerprint: &str,
    states: &[CampaignState],
) -> Result<Option<CampaignId>, L::Failure> {
    let states: Vec<_> = states.iter().map(|state| state.as_str()).collect();
    let row = reader
        .row(sql::CAMPAIGNS_OF_FILE, values![fingerprint, states])
        .await?;
    let id = row.map(|row| Fields::of("campaigns", &row).campaign("id"));
    Ok(id.transpose()?)
}
