//! The first page: every campaign as a card, and whether what calling needs is well.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::{CampaignId, CampaignState, Millis};
use ringonce_store::model::Page;
use serde::Deserialize;

use crate::api::wire::CampaignView;
use crate::extract::Query;
use crate::language::{Language, Speech as _};
use crate::pages::campaign::reason;
use crate::pages::figures::{Segment, bar};
use crate::pages::frame::{Frame, Section};
use crate::pages::spark::{Spark, pulses};
use crate::pages::{render, times};
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "campaigns.html")]
struct Dashboard {
    frame: Frame,
    health: Vec<Part>,
    filters: Vec<Filter>,
    filtered: bool,
    cards: Vec<Card>,
    next: Option<String>,
}

/// A part of what calling needs.
struct Part {
    /// `good`, `bad` or `warn`, for its colour.
    class: &'static str,
    name: String,
    state: String,
}

/// A link that shows campaigns in one state.
struct Filter {
    href: String,
    words: String,
    is_here: bool,
}

/// A campaign.
struct Card {
    id: i64,
    name: String,
    state: &'static str,
    created: String,
    zone: String,
    bar: Vec<Segment>,
    summary: String,
    done: String,
    success: String,
    duration: String,
    calls: String,
    wait: Option<String>,
    reason: Option<String>,
    last: String,
    rejected: u64,
    spark: Option<Spark>,
}

/// Which campaigns.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    state: Option<String>,
    after: Option<i64>,
}

/// `GET /`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Campaigns, "nav-campaigns");
    let wanted: Option<CampaignState> = which.state.as_deref().and_then(|word| word.parse().ok());
    let page = Page {
        after: which.after.map(CampaignId),
        limit: limits::CAMPAIGNS_SHOWN,
    };
    let campaigns = state
        .store
        .campaigns(wanted, frame.caller.visible(), page)
        .await?;
    let next = campaigns
        .last()
        .filter(|_| campaigns.len() >= limits::CAMPAIGNS_SHOWN as usize)
        .map(|last| next_page(wanted, last.id));
    let ids: Vec<_> = campaigns.iter().map(|row| row.id).collect();
    let pulses = pulses(state.store.as_ref(), &ids, frame.now).await?;
    let cards = campaigns
        .into_iter()
        .map(|row| {
            let pulse = pulses.get(&row.id).map_or(&[][..], Vec::as_slice);
            Card::new(&CampaignView::new(row, &state), pulse, &frame)
        })
        .collect();
    Ok(render(&Dashboard {
        health: health(&state, &frame).await?,
        filters: filters(&frame, wanted),
        filtered: wanted.is_some() || which.after.is_some(),
        cards,
        next,
        frame,
    }))
}

fn next_page(state: Option<CampaignState>, last: CampaignId) -> String {
    match state {
        Some(state) => format!("/?state={state}&after={last}"),
        None => format!("/?after={last}"),
    }
}

fn filters(frame: &Frame, wanted: Option<CampaignState>) -> Vec<Filter> {
    let all = Filter {
        href: "/".into(),
        words: frame.say("filter-all"),
        is_here: wanted.is_none(),
    };
    let each = CampaignState::ALL.iter().map(|state| Filter {
        href: format!("/?state={state}"),
        words: frame.word("state", state.as_str()),
        is_here: wanted == Some(*state),
    });
    std::iter::once(all).chain(each).collect()
}

async fn health(state: &AppState, frame: &Frame) -> Result<Vec<Part>, Problem> {
    let safety = state.store.safety().await?;
    let known = state.store.instances().await?;
    let living = known
        .iter()
        .filter(|instance| instance.lives(frame.now))
        .count();
    let part = |is_good: bool, name: &str, state: String| Part {
        class: if is_good { "good" } else { "bad" },
        name: frame.say(name),
        state,
    };
    let word = |is_good, good: &str, bad: &str| frame.say(if is_good { good } else { bad });
    let (works, armed) = (!frame.fault, frame.stop.is_none());
    let failures = safety.safety.consecutive_failures;
    let duplicates = safety.safety.duplicates;
    let mut parts = vec![
        part(
            works,
            "health-database",
            word(works, "health-ok", "health-fault"),
        ),
        part(
            failures == 0,
            "health-carrier",
            match failures {
                0 => frame.say("health-ok"),
                n => frame.say1("health-failures", "n", n),
            },
        ),
        part(
            duplicates == 0,
            "health-duplicates",
            frame.number(duplicates),
        ),
        part(
            armed,
            "health-stop",
            word(armed, "health-armed", "health-tripped"),
        ),
    ];
    if living > 0 {
        parts.insert(1, part(true, "health-instances", frame.number(living)));
    }
    Ok(parts)
}

impl Card {
    fn new(view: &CampaignView, pulse: &[u64], frame: &Frame) -> Self {
        let language = frame.language;
        let zone = view.zone();
        let bar = bar(language, &view.contacts);
        Self {
            id: view.id.0,
            name: view.name.clone(),
            state: view.state.as_str(),
            created: times::date(language, view.created_at, &zone),
            zone: view.time_zone.clone(),
            summary: summary(language, view.total, &bar),
            bar,
            done: done(language, view),
            success: share(language, view.success_rate),
            duration: average(view),
            calls: language.number(view.calls),
            wait: view.hold.as_ref().map(|hold| {
                let reason = language.word("hold", hold.reason.as_str());
                match hold.until {
                    Some(until) => {
                        let time = times::moment(language, until, &zone);
                        let values = [("reason", reason.into()), ("time", time.into())];
                        language.say_all("hold-until", &values)
                    }
                    None => reason,
                }
            }),
            reason: view
                .state_reason
                .as_deref()
                .filter(|_| view.state != CampaignState::Running)
                .map(|code| reason(language, code)),
            last: if view.live > 0 {
                language.say1("under-way", "n", view.live)
            } else if let Some(at) = view.last_called_at {
                language.say1("last-called", "time", times::moment(language, at, &zone))
            } else {
                language.say("not-called")
            },
            rejected: view.import.rejected,
            spark: Spark::of(language, pulse),
        }
    }
}

/// What a progress bar says aloud.
pub(crate) fn summary(language: Language, total: u64, bar: &[Segment]) -> String {
    let parts: Vec<_> = bar
        .iter()
        .map(|part| format!("{} {}", part.count, part.words))
        .collect();
    let parts = parts.join(", ");
    language.say_all(
        "bar-summary",
        &[("total", total.into()), ("parts", parts.into())],
    )
}

/// The share of contacts with which the dialler is done.
pub(crate) fn done(language: Language, view: &CampaignView) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown in whole percent")]
    let done = (view.total > 0).then(|| 1.0 - view.remaining as f64 / view.total as f64);
    share(language, done)
}

/// A share that may not be known yet.
pub(crate) fn share(language: Language, share: Option<f64>) -> String {
    share.map_or_else(|| "–".into(), |share| language.percent(share))
}

/// How long an answered call lasted on average.
pub(crate) fn average(view: &CampaignView) -> String {
    let talk = view.talk_millis.checked_div(view.answered);
    talk.map_or_else(|| "–".into(), |millis| times::duration(Millis::new(millis)))
}
