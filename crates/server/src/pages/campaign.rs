//! A campaign's page: progress, why it calls or does not, how it went over time, and its contacts.

mod charts;
mod contacts;
mod settings;
mod why;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::account::Permission;
use ringonce_domain::hours::Zone;
use ringonce_domain::{CampaignId, CampaignState, ContactState};
use ringonce_store::model::Page;

use crate::AppState;
use crate::api::searching::ContactQuery;
use crate::api::wire::CampaignView;
use crate::extract::{Path, Query};
use crate::language::Speech as _;
use crate::limits;
use crate::pages::dashboard::{average, done, share, summary};
use crate::pages::figures::{Segment, bar};
use crate::pages::frame::{Frame, Section};
use crate::pages::{draft, render, times};
use crate::problem::Problem;
pub(super) use why::reason;

use charts::Charts;
use contacts::Table;
use why::Why;

#[derive(Template)]
#[template(path = "campaign.html")]
struct Campaign {
    frame: Frame,
    head: Head,
    tiles: Vec<Tile>,
    why: Why,
    charts: Charts,
    table: Table,
    import: Import,
    settings: Vec<(String, String)>,
    /// Who sees it besides its owner; shown only to viewers who may change that.
    shares: Option<Shares>,
}

/// With whom a campaign is shared.
struct Shares {
    everyone: bool,
    /// Names and addresses.
    people: Vec<(String, String)>,
}

/// What stands at the top.
struct Head {
    id: CampaignId,
    name: String,
    state: &'static str,
    reason: Option<String>,
    created: String,
    zone: String,
    last: String,
    bar: Vec<Segment>,
    summary: String,
    done: String,
    /// Whether it may be deleted as it stands.
    is_deletable: bool,
}

/// A figure with what it is a share of.
struct Tile {
    title: String,
    value: String,
    about: String,
    /// `good` or `bad`, for its colour.
    class: &'static str,
}

/// What came of the file.
struct Import {
    rows: String,
    accepted: String,
    duplicates: String,
    rejected: String,
    has_problems: bool,
    problems: Vec<Bad>,
}

/// A row that was not taken.
struct Bad {
    line: String,
    value: String,
    reason: String,
}

/// `GET /campaigns/{id}`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Path(id): Path<CampaignId>,
    Query(query): Query<ContactQuery>,
) -> Result<Response, Problem> {
    let detail = state.store.campaign(id).await?;
    // A draft is edited; its list, searched and ordered, is looked at as any other.
    let is_edited = detail.state == CampaignState::Draft && !frame.address.contains('?');
    if is_edited && frame.may(Permission::CampaignsWrite.as_str()) {
        return draft::show(&state, frame, detail).await;
    }
    let view = CampaignView::with_settings(detail, &state);
    let frame = frame.titled(Section::Campaigns, view.name.clone());
    let zone = view.zone();
    let why = Why::read(&state, &frame, &view, &zone).await?;
    let charts = Charts::read(&state, &frame, &view, &zone).await?;
    let table = Table::read(&state, &frame, &view, &zone, query).await?;
    Ok(render(&Campaign {
        head: Head::new(&frame, &view, &zone),
        tiles: tiles(&frame, &view),
        import: Import::read(&state, &frame, &view).await?,
        settings: settings::pairs(&frame, &view, &zone),
        shares: Shares::read(&state, &frame, id).await?,
        why,
        charts,
        table,
        frame,
    }))
}

impl Head {
    fn new(frame: &Frame, view: &CampaignView, zone: &Zone) -> Self {
        let language = frame.language;
        let bar = bar(language, &view.contacts);
        let at = |at| times::moment(language, at, zone);
        Self {
            id: view.id,
            name: view.name.clone(),
            state: view.state.as_str(),
            reason: view
                .state_reason
                .as_deref()
                .filter(|_| view.state != CampaignState::Running)
                .map(|code| reason(language, code)),
            created: times::date(language, view.created_at, zone),
            zone: zone.name().to_owned(),
            last: if view.live > 0 {
                language.say1("under-way", "n", view.live)
            } else if let Some(last) = view.last_called_at {
                language.say1("last-called", "time", at(last))
            } else {
                language.say("not-called")
            },
            summary: summary(language, view.total, &bar),
            bar,
            done: done(language, view),
            is_deletable: !matches!(view.state, CampaignState::Running | CampaignState::Pending)
                && view.live == 0,
        }
    }
}

fn tiles(frame: &Frame, view: &CampaignView) -> Vec<Tile> {
    let language = frame.language;
    let of = |state| view.contacts.get(state);
    let completed = of(ContactState::Completed);
    let failed: u64 = [
        ContactState::NoAnswer,
        ContactState::Busy,
        ContactState::Failed,
        ContactState::BadNumber,
    ]
    .into_iter()
    .map(of)
    .sum();
    let tried = completed + failed;
    #[expect(clippy::cast_precision_loss, reason = "shown in whole percent")]
    let success = (tried > 0).then(|| completed as f64 / tried as f64);
    let tile = |title: &str, value: String, about: String, class| Tile {
        title: frame.say(title),
        value,
        about,
        class,
    };
    let n = |id: &str, n: u64| frame.say1(id, "n", n);
    let mut tiles = vec![
        tile(
            "tile-total",
            language.number(view.total),
            n("tile-total-about", view.remaining),
            "",
        ),
        tile(
            "tile-completed",
            language.number(completed),
            frame.say("tile-completed-about"),
            if completed > 0 { "good" } else { "" },
        ),
        tile(
            "tile-failed",
            language.number(failed),
            n("tile-failed-about", of(ContactState::Skipped)),
            if failed > 0 { "bad" } else { "" },
        ),
        tile(
            "tile-success",
            share(language, success),
            n("tile-success-about", tried),
            "",
        ),
        tile(
            "tile-answer",
            share(language, view.success_rate),
            n("tile-answer-about", view.calls),
            "",
        ),
        tile(
            "tile-duration",
            average(view),
            n("tile-duration-about", view.answered),
            "",
        ),
    ];
    tiles.extend(price(frame, view));
    tiles
}

/// What the calls cost, in each currency, and of how many that is not known yet; nothing with a carrier that
/// tells no prices.
fn price(frame: &Frame, view: &CampaignView) -> Option<Tile> {
    let language = frame.language;
    let sums: Vec<_> = view
        .prices
        .iter()
        .map(|it| language.price(it.price))
        .collect();
    let unpriced = view.unpriced.unwrap_or(0);
    if sums.is_empty() && unpriced == 0 {
        return None;
    }
    let priced: u64 = view.prices.iter().map(|it| it.calls).sum();
    Some(Tile {
        title: frame.say("tile-price"),
        value: if sums.is_empty() {
            "–".into()
        } else {
            sums.join(" · ")
        },
        about: if unpriced > 0 {
            frame.say1("tile-price-unknown", "n", unpriced)
        } else {
            frame.say1("tile-price-about", "n", priced)
        },
        class: "",
    })
}

impl Shares {
    async fn read(
        state: &AppState,
        frame: &Frame,
        id: CampaignId,
    ) -> Result<Option<Self>, Problem> {
        if !frame.may("campaigns:write") {
            return Ok(None);
        }
        let shares = state.store.shares(id).await?;
        let people = shares.iter().filter_map(|share| share.user.as_ref());
        Ok(Some(Self {
            everyone: shares.iter().any(|share| share.user.is_none()),
            people: people
                .map(|user| (user.name.clone(), user.email.to_string()))
                .collect(),
        }))
    }
}

impl Import {
    async fn read(state: &AppState, frame: &Frame, view: &CampaignView) -> Result<Self, Problem> {
        let totals = &view.import;
        let page = Page {
            after: None,
            limit: limits::BAD_ROWS_SHOWN,
        };
        let has_problems = totals.rejected + totals.duplicates > 0;
        let problems = if has_problems {
            state.store.problems(view.id, page).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            rows: frame.number(totals.rows),
            accepted: frame.number(totals.accepted),
            duplicates: frame.number(totals.duplicates),
            rejected: frame.number(totals.rejected),
            has_problems,
            problems: problems
                .into_iter()
                .map(|problem| Bad {
                    line: frame.number(problem.line),
                    value: problem.value,
                    reason: problem.reason,
                })
                .collect(),
        })
    }
}
