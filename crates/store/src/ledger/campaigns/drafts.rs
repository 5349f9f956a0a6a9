//! Edits of a draft, and their audit entries. From its start on, a campaign's settings are a snapshot that
//! never changes.

use ringonce_domain::{CampaignId, CampaignState, Settings};
use serde_json::{Map, Value, json};

use crate::model::{AuditContext, DraftEdit};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Transaction, values};
use crate::{Result, StoreError};

/// See [`crate::Campaigns::edit`].
pub(crate) async fn edit<D: Transaction>(
    tx: &mut D,
    id: CampaignId,
    edit: &DraftEdit,
    on: &AuditContext,
) -> Result<bool, D::Failure> {
    let row = tx.row(sql::CAMPAIGN_TO_EDIT, values![id]).await?;
    let row = row.ok_or_else(|| super::missing(id))?;
    let draft = Draft::read(&Fields::of("campaigns", &row))?;
    let draft = draft.ok_or_else(|| super::missing(id))?;
    let Some(edited) = draft.edited(edit)? else {
        return Ok(false);
    };
    let given = values![id, edited.name, edited.settings.to_json()];
    tx.at_end(sql::CAMPAIGN_EDIT, given).await?;
    super::audit(tx, id, "campaign.edit", &edited.changes, on).await?;
    Ok(true)
}

/// A campaign as an edit reads it.
struct Draft {
    id: CampaignId,
    state: CampaignState,
    skipped: u64,
    name: String,
    settings: String,
}

/// A draft after its edit.
struct Edited {
    name: String,
    settings: Settings,
    /// The changed fields, each with its old and its new value.
    changes: Value,
}

impl Draft {
    /// The columns of `campaign_to_edit`; none while its import is not finished.
    fn read(fields: &Fields<'_>) -> Result<Option<Self>> {
        if fields.maybe_instant("imported_at")?.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            id: fields.campaign("id")?,
            state: fields.word("state")?,
            skipped: fields.count("skipped_duplicates")?,
            name: fields.text("name")?,
            settings: fields.text("settings")?,
        }))
    }

    /// The draft after an edit; none when nothing changes.
    ///
    /// # Errors
    /// [`StoreError::NotADraft`], [`StoreError::HalfStarted`], [`StoreError::Setting`].
    fn edited(self, edit: &DraftEdit) -> Result<Option<Edited>> {
        let id = self.id.0;
        if self.state != CampaignState::Draft {
            let state = self.state;
            return Err(StoreError::NotADraft { id, state });
        }
        // In this program's spelling, because a database may write JSON in its own.
        let stored = Settings::from_json(&self.settings)?;
        let before = fields(&stored.to_json());
        let settings = merged(before.clone(), &edit.settings)?;
        let name = edit.name.clone().unwrap_or_else(|| self.name.clone());
        let mut changes = Map::new();
        let mut note = |field: &str, from: &Value, to: &Value| {
            if from != to {
                changes.insert(field.to_owned(), json!({ "from": from, "to": to }));
            }
        };
        note("name", &json!(self.name), &json!(name));
        for (field, to) in &fields(&settings.to_json()) {
            note(field, before.get(field).unwrap_or(&Value::Null), to);
        }
        if changes.contains_key("repeat") && self.skipped > 0 {
            return Err(StoreError::HalfStarted { id });
        }
        Ok((!changes.is_empty()).then(|| Edited {
            name,
            settings,
            changes: Value::Object(changes),
        }))
    }
}

/// The settings with the given fields replaced.
fn merged(mut settings: Map<String, Value>, given: &Map<String, Value>) -> Result<Settings> {
    for (field, value) in given {
        settings.insert(field.clone(), value.clone());
    }
    let settings = Settings::from_json(&Value::Object(settings).to_string())?;
    if given.contains_key("time_zone") {
        settings.refuse_clock()?;
    }
    if given.contains_key("agent") {
        settings.refuse_unknown_voice()?;
    }
    Ok(settings)
}

fn fields(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}
