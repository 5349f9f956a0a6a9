//! Which campaign or call a path names, and whether the caller sees it.

use axum::RequestPartsExt as _;
use axum::extract::RawPathParams;
use axum::http::request::Parts;
use ringonce_domain::{AttemptId, CampaignId};

use crate::AppState;
use crate::auth::Caller;
use crate::problem::Problem;

/// What the path of a route names: the parameter after `campaigns` or `calls`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    /// A campaign, by the parameter of this name.
    Campaign(String),
    /// A call, by the parameter of this name.
    Call(String),
}

impl Resource {
    /// What the template of a path names.
    pub(crate) fn of(template: &str) -> Option<Self> {
        let mut before = "";
        for part in template.split('/') {
            if let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                match before {
                    "campaigns" => return Some(Self::Campaign(name.to_owned())),
                    "calls" => return Some(Self::Call(name.to_owned())),
                    _ => {}
                }
            }
            before = part;
        }
        None
    }

    /// Answers *not found* when the caller does not see what this request names. Text that is no id is
    /// refused by the handler.
    pub(crate) async fn check(
        &self,
        state: &AppState,
        caller: &Caller,
        head: &mut Parts,
    ) -> Result<(), Problem> {
        // Decoded as the handler reads them, so that another spelling of an id is no way around this.
        let named = head.extract::<RawPathParams>().await;
        let named = named.map_err(|error| Problem::malformed(error.to_string()))?;
        let value = |wanted: &str| {
            let mut pairs = named.iter();
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.to_owned()))
        };
        match self {
            Self::Campaign(name) => {
                let id = value(name).and_then(|id| id.parse().ok());
                let id = CampaignId(id.ok_or_else(|| no_id("campaign"))?);
                caller.see(state, id).await
            }
            Self::Call(name) => {
                let id = value(name).and_then(|id| id.parse::<AttemptId>().ok());
                caller
                    .see_call(state, id.ok_or_else(|| no_id("call"))?)
                    .await
            }
        }
    }
}

fn no_id(what: &str) -> Problem {
    Problem::malformed(format!("this is not the id of a {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_campaign_or_a_call_wherever_it_stands() {
        let campaign = |name: &str| Some(Resource::Campaign(name.into()));
        for (path, resource) in [
            ("/api/v1/campaigns/{id}", campaign("id")),
            ("/api/v1/campaigns/{id}/calls", campaign("id")),
            ("/campaigns/{number}/contacts/{id}", campaign("number")),
            ("/calls/{id}", Some(Resource::Call("id".into()))),
            ("/api/v1/campaigns", None),
            ("/api/v1/numbers/{number}", None),
            ("/assets/{version}/{name}", None),
        ] {
            assert_eq!(Resource::of(path), resource, "{path}");
        }
    }
}
