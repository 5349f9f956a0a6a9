//! The audit trail: what people did, the latest first; what happened to one campaign or number.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::Number;
use ringonce_domain::number::Meaning;

use crate::AppState;
use crate::address::address;
use crate::api::audit::{self, AuditQuery};
use crate::extract::Query;
use crate::pages::audit_rows::TrailRow;
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::typed_number;

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    frame: Frame,
    query: AuditQuery,
    /// What is wrong with what was asked for.
    complaint: Option<String>,
    rows: Vec<TrailRow>,
    next: Option<String>,
}

/// `GET /audit`, with `?actor=`, `?campaign=` or `?number=`.
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(mut query): Query<AuditQuery>,
) -> Result<Response, Problem> {
    let mut page = Audit {
        frame: frame.page(Section::Audit, "nav-audit"),
        complaint: None,
        rows: Vec::new(),
        next: None,
        query: query.clone(),
    };
    if let Some(asked) = query.number.take().filter(|asked| !asked.trim().is_empty()) {
        match number(&state, &page.frame, &asked).await? {
            Ok(number) => query.number = Some(number.to_string()),
            Err(complaint) => {
                page.complaint = Some(complaint);
                return Ok(render(&page));
            }
        }
    }
    let wanted = match query.wanted() {
        Ok(wanted) => wanted,
        Err(problem) => {
            page.complaint = Some(problem.detail().to_owned());
            return Ok(render(&page));
        }
    };
    let found = state.store.find_entries(wanted, query.page()?).await?;
    page.next = found
        .next
        .map(|place| next_page(&query, &audit::key(place)));
    page.rows = found
        .entries
        .into_iter()
        .map(|entry| TrailRow::new(entry, &page.frame))
        .collect();
    Ok(render(&page))
}

/// The number that a typed text means, or what is wrong with it.
async fn number(
    state: &AppState,
    frame: &Frame,
    asked: &str,
) -> Result<Result<Number, String>, Problem> {
    let asked = typed_number::of_address(asked);
    let typed = match typed_number::read(state, &frame.caller, &asked).await? {
        Ok(typed) => typed,
        Err(error) => return Ok(Err(error.to_string())),
    };
    Ok(match typed.meaning {
        Meaning::One(number, _) => Ok(number),
        Meaning::Several(_) => Err(frame.say1("number-which", "text", asked.as_ref())),
    })
}

/// The address of the page that begins after `place`.
fn next_page(query: &AuditQuery, place: &str) -> String {
    let campaign = query.campaign.map(|id| id.to_string());
    let values = [
        ("actor", query.actor.as_deref().unwrap_or_default()),
        ("campaign", campaign.as_deref().unwrap_or_default()),
        ("number", query.number.as_deref().unwrap_or_default()),
        ("after", place),
    ];
    address("/audit", &values)
}

impl Audit {
    fn campaign(&self) -> String {
        self.query
            .campaign
            .map_or_else(String::new, |id| id.to_string())
    }
}
