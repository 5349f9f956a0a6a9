//! The audit trail: what people and the engine did, the latest first.

use axum::extract::State;
use ringonce_domain::{CampaignId, Number, Timestamp};
use ringonce_store::model::{AuditAbout, AuditEntry, AuditPlace, AuditSearch, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::api::wire::Listing;
use crate::extract::{PageQuery, Query};
use crate::problem::Problem;

/// Which entries.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only entries about this campaign, without the steps of its calls.
    pub(crate) campaign: Option<i64>,
    /// Only entries about this number in E.164, with every step of its calls.
    #[param(example = "+12025550123")]
    pub(crate) number: Option<String>,
    /// Only what this actor did, such as `cli` or `api:night`. Looks at 5,000 entries at a time: a page
    /// may have fewer rows than asked for, and more follow.
    #[param(example = "cli")]
    pub(crate) actor: Option<String>,
    /// Entries before this place: the `next` of the page before.
    pub(crate) after: Option<String>,
    /// At most so many rows, 1 to 1,000; 100 when absent.
    #[param(minimum = 1, maximum = 1000)]
    pub(crate) limit: Option<u32>,
}

impl AuditQuery {
    /// What the ledger is asked for.
    pub(crate) fn wanted(&self) -> Result<AuditSearch, Problem> {
        let number = self.number.as_deref().filter(|text| !text.is_empty());
        let about = match (self.campaign, number) {
            (None, None) => AuditAbout::Office,
            (Some(id), None) => AuditAbout::Campaign(CampaignId(id)),
            (None, Some(text)) => {
                let number: Number =
                    text.parse()
                        .map_err(|error: ringonce_domain::number::NotE164| {
                            Problem::invalid(error.to_string()).in_field("number")
                        })?;
                AuditAbout::Number(number)
            }
            (Some(_), Some(_)) => {
                let advice = "cannot be asked for together with a campaign";
                return Err(Problem::invalid(advice).in_field("number"));
            }
        };
        Ok(AuditSearch {
            about,
            actor: self.actor.clone().filter(|actor| !actor.is_empty()),
        })
    }

    /// The page to read.
    pub(crate) fn page(&self) -> Result<Page<AuditPlace>, Problem> {
        let query = PageQuery {
            state: None,
            after: self.after.clone(),
            limit: self.limit,
        };
        let page = query.page::<Key>()?;
        Ok(Page {
            after: page.after.map(|key| key.0),
            limit: page.limit,
        })
    }
}

/// A place in the trail as it stands in addresses: `1795257000000-17`.
struct Key(AuditPlace);

impl std::str::FromStr for Key {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, seq) = text.split_once('-').unwrap_or((text, "0"));
        Ok(Self(AuditPlace {
            at: Timestamp::from_millis(at.parse()?),
            seq: seq.parse()?,
        }))
    }
}

/// A place as it stands in addresses.
pub(crate) fn key(place: AuditPlace) -> String {
    format!("{}-{}", place.at.as_millis(), place.seq)
}

/// What people did, the latest first; what happened to a campaign or a number, when one is named.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Listing<AuditEntry>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<AuditQuery>,
) -> Result<axum::Json<Listing<AuditEntry>>, Problem> {
    let found = state
        .store
        .find_entries(query.wanted()?, query.page()?)
        .await?;
    Ok(axum::Json(Listing {
        items: found.entries,
        next: found.next.map(key),
    }))
}
