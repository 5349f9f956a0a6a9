//! Creating, steering and starting campaigns.

mod drafts;
mod listing;

use ringonce_domain::contact::Reason;
use ringonce_domain::{CampaignEvent, CampaignId, CampaignState, ContactId, ContactState, Outcome};
use serde_json::json;

use crate::StoreError;
use crate::audit::Entry;
use crate::model::{AuditContext, Marked, NewCampaign, Started};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Transaction, values};
pub(crate) use drafts::edit;
pub(in crate::ledger) use listing::totals;
pub(crate) use listing::{campaign, campaign_of_file, campaigns, contact_counts};

/// A contact's id is this times its campaign's id, plus its place: a campaign's contacts are one range.
pub(crate) const CONTACTS_PER_CAMPAIGN: i64 = 1_000_000_000;

/// Contacts in one step of [`mark_called`]. Calls wait for a step, on SQLite those of other campaigns too.
/// Measured there with a million contacts, half of them called before: all steps together take as long as one
/// statement for all.
const MARKED_AT_ONCE: i64 = 20_000;

/// There is no such campaign, or it was deleted.
pub(crate) fn missing(id: CampaignId) -> StoreError {
    StoreError::NotFound {
        what: "campaign",
        id: id.to_string(),
    }
}

/// The ids just below and just above a campaign's contacts.
pub(crate) const fn contacts_of(campaign: CampaignId) -> (i64, i64) {
    let first = campaign.0 * CONTACTS_PER_CAMPAIGN;
    (first, first + CONTACTS_PER_CAMPAIGN)
}

/// The columns of a campaign that steering needs; its row is locked.
pub(super) struct Steered {
    pub(super) state: CampaignState,
    live: u32,
    contacts_made: i64,
    imported: bool,
}

/// Locks a campaign that was not deleted.
pub(super) async fn steered<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
) -> Result<Steered, D::Failure> {
    let row = tx.row(sql::CAMPAIGN_STEERED, values![id]).await?;
    let row = row.ok_or_else(|| missing(id))?;
    let fields = Fields::of("campaigns", &row);
    Ok(Steered {
        state: fields.word("state")?,
        live: fields.count("live")?,
        contacts_made: fields.int("contacts_made")?,
        imported: fields.maybe_instant("imported_at")?.is_some(),
    })
}

/// Refuses a campaign that is not there or was deleted.
pub(super) async fn require_there<L: Reader>(
    reader: &mut L,
    id: CampaignId,
) -> Result<(), L::Failure> {
    let row = reader.row(sql::CAMPAIGN_THERE, values![id]).await?;
    Ok(row.map(drop).ok_or_else(|| missing(id))?)
}

/// Audits an event of a campaign.
pub(super) async fn audit<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    event: &str,
    detail: &serde_json::Value,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    let (number, attempt) = (None, None);
    tx.audit(&Entry {
        at: on.now,
        actor: &on.by,
        event,
        campaign: Some(id),
        number,
        attempt,
        detail: &detail.to_string(),
    })
    .await
}

/// Moves the count of a campaign's contacts in a state, in the transaction that moves the contacts.
pub(super) async fn count_contacts<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    state: ContactState,
    by: i64,
) -> Result<(), D::Failure> {
    if by == 0 {
        return Ok(());
    }
    tx.at_end(sql::CONTACT_COUNT, values![id, state.as_str(), by])
        .await
}

/// See [`crate::Campaigns::create`].
pub(crate) async fn create<D: Transaction>(
    tx: &mut D,
    new: &NewCampaign,
    on: &AuditContext,
) -> Result<CampaignId, D::Failure> {
    let given = values![
        new.name.as_str(),
        new.settings.to_json(),
        new.fingerprint.as_str(),
        on.now,
        new.owner,
    ];
    let made = tx.row(sql::CAMPAIGN_ADD, given).await?;
    let made = made.ok_or_else(|| StoreError::Database("no campaign was made".to_owned()))?;
    let id = Fields::of("campaigns", &made).campaign("id")?;
    for state in ContactState::ALL {
        tx.at_end(sql::CONTACT_COUNT_ADD, values![id, state.as_str()])
            .await?;
    }
    for outcome in Outcome::ALL {
        tx.at_end(sql::OUTCOME_COUNT_ADD, values![id, outcome.as_str()])
            .await?;
    }
    let detail = json!({ "name": new.name, "settings": new.settings, "owner": new.owner });
    audit(tx, id, "campaign.create", &detail, on).await?;
    Ok(id)
}

/// See [`crate::Dialing::transition`].
pub(crate) async fn transition<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    event: CampaignEvent,
    reason: Option<&str>,
    on: &AuditContext,
) -> Result<CampaignState, D::Failure> {
    let campaign = steered(tx, id).await?;
    if event == CampaignEvent::Start && !campaign.imported {
        return Err(missing(id).into());
    }
    moved(tx, id, campaign.state, event, reason, on).await
}

/// Moves a campaign whose lock is held.
pub(crate) async fn moved<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    before: CampaignState,
    event: CampaignEvent,
    reason: Option<&str>,
    on: &AuditContext,
) -> Result<CampaignState, D::Failure> {
    let after = before.on(event).map_err(StoreError::from)?;
    let started = (event == CampaignEvent::Start).then_some(on.now);
    let ends = matches!(after, CampaignState::Completed | CampaignState::Failed);
    let ended = ends.then_some(on.now);
    let given = values![id, before.as_str(), after.as_str(), reason, started, ended];
    tx.at_end(sql::CAMPAIGN_MOVE, given).await?;
    tx.tell_at_once();
    let detail = json!({ "from": before, "to": after, "reason": reason });
    audit(tx, id, &format!("campaign.{event}"), &detail, on).await?;
    Ok(after)
}

/// See [`crate::Campaigns::mark_called`]. One statement over a range of rows; the counts follow
/// from how many it changed.
pub(crate) async fn mark_called<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    from: Option<ContactId>,
    on: &AuditContext,
) -> Result<Marked, D::Failure> {
    let campaign = steered(tx, id).await?;
    let start = campaign.state.on(CampaignEvent::Start);
    start.map_err(StoreError::from)?;
    let (base, _) = contacts_of(id);
    let first = from.map_or(base + 1, |from| from.0.max(base + 1));
    let past = (first + MARKED_AT_ONCE).min(base + campaign.contacts_made + 1);
    let next = (past <= base + campaign.contacts_made).then_some(ContactId(past));
    let settings = tx.settings_of(id).await?;
    let Some(horizon) = settings.repeat.horizon(on.now) else {
        return Ok(Marked {
            skipped: 0,
            next: None,
        });
    };
    let reason = Reason::ALREADY_CALLED.0;
    let given = values![id, first, past, horizon, reason, on.now];
    let skipped = tx.change(sql::CONTACTS_MARK_CALLED, given).await?;
    if skipped > 0 {
        let changed = i64::try_from(skipped).unwrap_or(i64::MAX);
        count_contacts(tx, id, ContactState::Pending, -changed).await?;
        count_contacts(tx, id, ContactState::Skipped, changed).await?;
        tx.at_end(sql::CAMPAIGN_SKIPPED_DUPLICATES, values![id, changed])
            .await?;
        let detail = json!({
            "skipped": skipped, "reason": reason, "from": first, "to": past - 1,
        });
        audit(tx, id, "contacts.mark_called", &detail, on).await?;
    }
    Ok(Marked { skipped, next })
}

/// See [`crate::Campaigns::start`].
pub(crate) async fn start<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    on: &AuditContext,
) -> Result<Started, D::Failure> {
    let campaign = steered(tx, id).await?;
    if !campaign.imported {
        return Err(missing(id).into());
    }
    let settings = tx.settings_of(id).await?;
    let mut state = moved(tx, id, campaign.state, CampaignEvent::Start, None, on).await?;
    if settings.start_at.is_none_or(|start| start <= on.now) {
        state = moved(tx, id, state, CampaignEvent::Begin, None, on).await?;
    }
    let counts = contact_counts(tx, id).await?;
    let skipped = match tx.row(sql::CAMPAIGN_SKIPPED, values![id]).await? {
        Some(row) => Fields::of("campaigns", &row).count("skipped_duplicates")?,
        None => 0,
    };
    Ok(Started {
        calls: counts.get(ContactState::Pending),
        skipped,
        state,
    })
}

/// Hides a campaign for good: the first step of [`crate::Campaigns::delete`]; its contacts are
/// cleared after it, a bounded number at a time.
pub(crate) async fn hide<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    on: &AuditContext,
) -> Result<(), D::Failure> {
    let Steered { state, live, .. } = steered(tx, id).await?;
    if live > 0 || !state.may_be_deleted() {
        let id = id.0;
        return Err(StoreError::InUse { id, state, live }.into());
    }
    tx.at_end(sql::CAMPAIGN_HIDE, values![id, on.now]).await?;
    tx.at_end(sql::VIEWERS_REMOVE, values![id]).await?;
    tx.tell_at_once();
    let detail = json!({ "state": state });
    audit(tx, id, "campaign.delete", &detail, on).await
}
