//! Creating, steering and starting campaigns.

use ringonce_domain::contact::Reason;
use ringonce_domain::{
    CampaignEvent, CampaignId, CampaignState, ContactId, ContactState, Outcome, Timestamp,
};

use super::failure::{Done, Failure};
use super::time::{At, at};
use super::tx::{Tx, owned};
use super::{leases, sql, storable};
use crate::StoreError;
use crate::audit::Entry;
use crate::campaigns::{CONTACTS_PER_CAMPAIGN, missing};
use crate::deed::Deed;
use crate::drafts::Draft;
use crate::model::{DraftEdit, Marked, NewCampaign, Started};
use crate::row::Fields;

/// Contacts looked at by one step of [`mark_called`]: calls of the campaign's own numbers can wait for
/// so many.
const MARKED_AT_ONCE: i64 = 20_000;

/// A campaign's row, as far as steering asks; its lock is held.
pub(super) struct Steered {
    pub(super) state: CampaignState,
    pub(super) live: u32,
    pub(super) contacts_made: i64,
    pub(super) start_at: Option<Timestamp>,
    pub(super) imported: bool,
}

/// Locks a campaign that was not deleted.
pub(super) async fn steered(tx: &mut Tx, id: CampaignId) -> Done<Steered> {
    let row = tx.row(sql::CAMPAIGN_STEERED, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    let settings = tx.session()?.settings_of(id).await?;
    let fields = Fields::of("campaigns", &row);
    Ok(Steered {
        state: fields.word(1)?,
        live: fields.count(2)?,
        contacts_made: fields.int(3)?,
        start_at: settings.start_at,
        imported: fields.maybe_instant(4)?.is_some(),
    })
}

/// An audit entry about a campaign.
pub(super) async fn audit(
    tx: &mut Tx,
    id: CampaignId,
    event: &str,
    detail: &serde_json::Value,
    Deed { by, now }: Deed<'_>,
) -> Done<()> {
    let (number, attempt) = (None, None);
    tx.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign: Some(id),
        number,
        attempt,
        detail: &detail.to_string(),
    })
    .await
}

/// See [`crate::Campaigns::create`].
pub(super) async fn create(tx: &mut Tx, new: &NewCampaign, deed: Deed<'_>) -> Done<CampaignId> {
    let (name, settings) = (storable(&new.name), new.settings.to_json());
    let made = tx
        .row(
            sql::CAMPAIGN_ADD,
            &[
                &name,
                &settings,
                &new.fingerprint,
                &At(deed.now),
                &new.owner.map(|owner| owner.0),
            ],
        )
        .await?;
    let made = made.ok_or_else(|| StoreError::Database("no campaign was made".to_owned()))?;
    let id = Fields::of("campaigns", &made).campaign(0)?;
    let states: Vec<_> = ContactState::ALL
        .iter()
        .map(|state| state.as_str())
        .collect();
    tx.at_end(sql::CONTACT_COUNTS_ADD, owned![id.0, states]);
    let outcomes: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| outcome.as_str())
        .collect();
    tx.at_end(sql::OUTCOME_COUNTS_ADD, owned![id.0, outcomes]);
    let detail =
        serde_json::json!({ "name": new.name, "settings": new.settings, "owner": new.owner });
    audit(tx, id, "campaign.create", &detail, deed).await?;
    Ok(id)
}

/// See [`crate::Dialing::transition`].
pub(super) async fn transition(
    tx: &mut Tx,
    id: CampaignId,
    event: CampaignEvent,
    reason: Option<&str>,
    deed: Deed<'_>,
) -> Done<CampaignState> {
    let campaign = steered(tx, id).await?;
    if event == CampaignEvent::Start && !campaign.imported {
        return Err(missing(id).into());
    }
    moved(tx, id, campaign.state, event, reason, deed).await
}

/// Moves a campaign whose lock is held.
pub(super) async fn moved(
    tx: &mut Tx,
    id: CampaignId,
    before: CampaignState,
    event: CampaignEvent,
    reason: Option<&str>,
    deed: Deed<'_>,
) -> Done<CampaignState> {
    let after = before.on(event)?;
    let started = (event == CampaignEvent::Start).then_some(deed.now);
    let ended =
        matches!(after, CampaignState::Completed | CampaignState::Failed).then_some(deed.now);
    tx.at_end(
        sql::CAMPAIGN_MOVE,
        owned![
            id.0,
            before.as_str(),
            after.as_str(),
            reason.map(storable),
            at(started),
            at(ended),
        ],
    );
    tx.tell_at_once();
    let detail = serde_json::json!({ "from": before, "to": after, "reason": reason });
    audit(tx, id, &format!("campaign.{event}"), &detail, deed).await?;
    Ok(after)
}

/// See [`crate::Campaigns::edit`].
pub(super) async fn edit(
    tx: &mut Tx,
    id: CampaignId,
    edit: &DraftEdit,
    deed: Deed<'_>,
) -> Done<bool> {
    let row = tx.row(sql::CAMPAIGN_TO_EDIT, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    let draft = Draft::read(&Fields::of("campaigns", &row))?;
    let draft = draft.ok_or_else(|| Failure::Store(missing(id)))?;
    let Some(edited) = draft.edited(edit)? else {
        return Ok(false);
    };
    tx.at_end(
        sql::CAMPAIGN_EDIT,
        owned![id.0, storable(&edited.name), edited.settings.to_json()],
    );
    audit(tx, id, "campaign.edit", &edited.changes, deed).await?;
    Ok(true)
}

/// See [`crate::Campaigns::mark_called`]. One statement over a range of rows; the counts follow
/// from how many it changed.
pub(super) async fn mark_called(
    tx: &mut Tx,
    id: CampaignId,
    from: Option<ContactId>,
    deed: Deed<'_>,
) -> Done<Marked> {
    let campaign = steered(tx, id).await?;
    campaign.state.on(CampaignEvent::Start)?;
    let base = id.0 * CONTACTS_PER_CAMPAIGN;
    let first = from.map_or(base + 1, |from| from.0.max(base + 1));
    let past = (first + MARKED_AT_ONCE).min(base + campaign.contacts_made + 1);
    let next = (past <= base + campaign.contacts_made).then_some(ContactId(past));
    let settings = tx.session()?.settings_of(id).await?;
    let Some(horizon) = settings.repeat.horizon(deed.now) else {
        return Ok(Marked {
            skipped: 0,
            next: None,
        });
    };
    let skipped = tx
        .execute(
            sql::CONTACTS_MARK_CALLED,
            &[
                &id.0,
                &first,
                &past,
                &At(horizon),
                &Reason::ALREADY_CALLED.0,
                &At(deed.now),
            ],
        )
        .await?;
    if skipped > 0 {
        let changed = i64::try_from(skipped).unwrap_or(i64::MAX);
        super::count_contacts(
            tx,
            id,
            &[
                (ContactState::Pending, -changed),
                (ContactState::Skipped, changed),
            ],
        );
        tx.at_end(sql::CAMPAIGN_SKIPPED_DUPLICATES, owned![id.0, changed]);
        let detail = serde_json::json!({
            "skipped": skipped, "reason": Reason::ALREADY_CALLED.0, "from": first, "to": past - 1,
        });
        audit(tx, id, "contacts.mark_called", &detail, deed).await?;
    }
    Ok(Marked { skipped, next })
}

/// See [`crate::Campaigns::start`].
pub(super) async fn start(tx: &mut Tx, id: CampaignId, deed: Deed<'_>) -> Done<Started> {
    let campaign = steered(tx, id).await?;
    if !campaign.imported {
        return Err(missing(id).into());
    }
    let mut state = moved(tx, id, campaign.state, CampaignEvent::Start, None, deed).await?;
    if campaign.start_at.is_none_or(|start| start <= deed.now) {
        state = moved(tx, id, state, CampaignEvent::Begin, None, deed).await?;
    }
    let counts = leases::contact_counts(tx.session()?, id).await?;
    let skipped = match tx.row(sql::CAMPAIGN_SKIPPED, &[&id.0]).await? {
        Some(row) => Fields::of("campaigns", &row).count(1)?,
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
pub(super) async fn hide(tx: &mut Tx, id: CampaignId, deed: Deed<'_>) -> Done<()> {
    let campaign = steered(tx, id).await?;
    if campaign.live > 0 || !campaign.state.may_be_deleted() {
        let (state, live) = (campaign.state, campaign.live);
        return Err(StoreError::InUse {
            id: id.0,
            state,
            live,
        }
        .into());
    }
    tx.at_end(sql::CAMPAIGN_HIDE, owned![id.0, At(deed.now)]);
    tx.at_end(sql::VIEWERS_REMOVE, owned![id.0]);
    tx.tell_at_once();
    let detail = serde_json::json!({ "state": campaign.state });
    audit(tx, id, "campaign.delete", &detail, deed).await
}
