//! Creating, steering and starting campaigns.

use ringonce_domain::contact::Reason;
use ringonce_domain::{
    CampaignEvent, CampaignId, CampaignState, ContactId, ContactState, Outcome, Timestamp,
};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::{leases, sql};
use crate::StoreError;
use crate::audit::Entry;
use crate::campaigns::{CONTACTS_PER_CAMPAIGN, missing};
use crate::deed::Deed;
use crate::drafts::Draft;
use crate::model::{DraftEdit, Marked, NewCampaign, Started};
use crate::row::Fields;

/// Contacts looked at by one step of [`mark_called`]: calls of other campaigns can wait for so many.
/// Measured with a million contacts, half of them called before: all steps together take as long as
/// one statement for all.
const MARKED_AT_ONCE: i64 = 20_000;

/// A campaign's row, as far as steering asks.
pub(super) struct Steered {
    pub(super) state: CampaignState,
    pub(super) live: u32,
    pub(super) contacts_made: i64,
    pub(super) start_at: Option<Timestamp>,
    pub(super) imported: bool,
}

/// A campaign that was not deleted.
pub(super) fn steered(view: &View, id: CampaignId) -> Done<Steered> {
    let settings = view.settings_of(id)?;
    view.row(sql::CAMPAIGN_STEERED, [id.0], |row| {
        let fields = Fields::of("campaigns", row);
        Ok(Steered {
            state: fields.word(1)?,
            live: fields.count(2)?,
            contacts_made: fields.int(3)?,
            start_at: settings.start_at,
            imported: fields.maybe_instant(4)?.is_some(),
        })
    })?
    .ok_or_else(|| missing(id).into())
}

impl Ledger {
    /// An audit entry about a campaign.
    pub(super) fn audit_campaign(
        &mut self,
        id: CampaignId,
        event: &str,
        detail: &serde_json::Value,
        Deed { by, now }: Deed<'_>,
    ) -> Done<()> {
        let detail = detail.to_string();
        let (number, attempt) = (None, None);
        let campaign = Some(id);
        self.audit(&Entry {
            at: now,
            actor: by,
            event,
            campaign,
            number,
            attempt,
            detail: &detail,
        })
    }
}

/// See [`crate::Campaigns::create`].
pub(super) fn create(ledger: &mut Ledger, new: &NewCampaign, deed: Deed<'_>) -> Done<CampaignId> {
    let settings = new.settings.to_json();
    let owner = new.owner.map(|owner| owner.0);
    let params = params![
        new.name,
        settings,
        new.fingerprint,
        deed.now.as_millis(),
        owner
    ];
    ledger.view.execute(sql::CAMPAIGN_ADD, params)?;
    let id = CampaignId(ledger.conn().last_insert_rowid());
    for state in ContactState::ALL {
        ledger
            .view
            .execute(sql::CONTACT_COUNT_ADD, params![id.0, state.as_str()])?;
    }
    for outcome in Outcome::ALL {
        ledger
            .view
            .execute(sql::OUTCOME_COUNT_ADD, params![id.0, outcome.as_str()])?;
    }
    let detail =
        serde_json::json!({ "name": new.name, "settings": new.settings, "owner": new.owner });
    ledger.audit_campaign(id, "campaign.create", &detail, deed)?;
    Ok(id)
}

/// See [`crate::Dialing::transition`].
pub(super) fn transition(
    ledger: &mut Ledger,
    id: CampaignId,
    event: CampaignEvent,
    reason: Option<&str>,
    deed: Deed<'_>,
) -> Done<CampaignState> {
    let Steered {
        state: before,
        imported,
        ..
    } = steered(&ledger.view, id)?;
    if event == CampaignEvent::Start && !imported {
        return Err(missing(id).into());
    }
    let after = before.on(event)?;
    let now = deed.now.as_millis();
    let started = (event == CampaignEvent::Start).then_some(now);
    let ended = matches!(after, CampaignState::Completed | CampaignState::Failed).then_some(now);
    ledger.view.execute(
        sql::CAMPAIGN_MOVE,
        params![
            id.0,
            before.as_str(),
            after.as_str(),
            reason,
            started,
            ended
        ],
    )?;
    let detail = serde_json::json!({ "from": before, "to": after, "reason": reason });
    ledger.audit_campaign(id, &format!("campaign.{event}"), &detail, deed)?;
    Ok(after)
}

/// See [`crate::Campaigns::edit`].
pub(super) fn edit(
    ledger: &mut Ledger,
    id: CampaignId,
    edit: &DraftEdit,
    deed: Deed<'_>,
) -> Done<bool> {
    let found = ledger.view.row(sql::CAMPAIGN_TO_EDIT, [id.0], |row| {
        Draft::read(&Fields::of("campaigns", row))
    })?;
    let draft = found.flatten().ok_or_else(|| missing(id))?;
    let Some(edited) = draft.edited(edit)? else {
        return Ok(false);
    };
    let params = params![id.0, edited.name, edited.settings.to_json()];
    ledger.view.execute(sql::CAMPAIGN_EDIT, params)?;
    ledger.audit_campaign(id, "campaign.edit", &edited.changes, deed)?;
    Ok(true)
}

/// See [`crate::Campaigns::mark_called`]. One statement over a range of rows; the counts follow
/// from how many it changed.
pub(super) fn mark_called(
    ledger: &mut Ledger,
    id: CampaignId,
    from: Option<ContactId>,
    deed: Deed<'_>,
) -> Done<Marked> {
    let campaign = steered(&ledger.view, id)?;
    campaign.state.on(CampaignEvent::Start)?;
    let base = id.0 * CONTACTS_PER_CAMPAIGN;
    let first = from.map_or(base + 1, |from| from.0.max(base + 1));
    let past = (first + MARKED_AT_ONCE).min(base + campaign.contacts_made + 1);
    let next = (past <= base + campaign.contacts_made).then_some(ContactId(past));
    let settings = ledger.view.settings_of(id)?;
    let Some(horizon) = settings.repeat.horizon(deed.now) else {
        return Ok(Marked {
            skipped: 0,
            next: None,
        });
    };
    let skipped = ledger.view.execute(
        sql::CONTACTS_MARK_CALLED,
        params![
            id.0,
            first,
            past,
            horizon.as_millis(),
            Reason::ALREADY_CALLED.0,
            deed.now.as_millis()
        ],
    )?;
    if skipped > 0 {
        let changed = i64::try_from(skipped).unwrap_or(i64::MAX);
        super::count_contacts(&ledger.view, id, ContactState::Pending, -changed)?;
        super::count_contacts(&ledger.view, id, ContactState::Skipped, changed)?;
        ledger
            .view
            .execute(sql::CAMPAIGN_SKIPPED_DUPLICATES, params![id.0, changed])?;
        let detail = serde_json::json!({
            "skipped": skipped, "reason": Reason::ALREADY_CALLED.0, "from": first, "to": past - 1,
        });
        ledger.audit_campaign(id, "contacts.mark_called", &detail, deed)?;
    }
    Ok(Marked {
        skipped: skipped as u64,
        next,
    })
}

/// See [`crate::Campaigns::start`].
pub(super) fn start(ledger: &mut Ledger, id: CampaignId, deed: Deed<'_>) -> Done<Started> {
    let campaign = steered(&ledger.view, id)?;
    let mut state = transition(ledger, id, CampaignEvent::Start, None, deed)?;
    if campaign.start_at.is_none_or(|start| start <= deed.now) {
        state = transition(ledger, id, CampaignEvent::Begin, None, deed)?;
    }
    let counts = leases::contact_counts(&ledger.view, id)?;
    let skipped = ledger.view.row(sql::CAMPAIGN_SKIPPED, [id.0], |row| {
        Fields::of("campaigns", row).count(1)
    })?;
    let calls = counts.get(ContactState::Pending);
    Ok(Started {
        calls,
        skipped: skipped.unwrap_or(0),
        state,
    })
}

/// Hides a campaign for good: the first step of [`crate::Campaigns::delete`]; its contacts are
/// cleared after it, a bounded number at a time.
pub(super) fn hide(ledger: &mut Ledger, id: CampaignId, deed: Deed<'_>) -> Done<()> {
    let campaign = steered(&ledger.view, id)?;
    if campaign.live > 0 || !campaign.state.may_be_deleted() {
        let (state, live) = (campaign.state, campaign.live);
        return Err(StoreError::InUse {
            id: id.0,
            state,
            live,
        }
        .into());
    }
    ledger
        .view
        .execute(sql::CAMPAIGN_HIDE, params![id.0, deed.now.as_millis()])?;
    ledger.view.execute(sql::VIEWERS_REMOVE, [id.0])?;
    let detail = serde_json::json!({ "state": campaign.state });
    ledger.audit_campaign(id, "campaign.delete", &detail, deed)
}
