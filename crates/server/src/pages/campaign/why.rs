//! Why a campaign makes no calls, or what it does next: what holds the campaign, how the next contacts in
//! line wait, and which will not be called at all.

use ringonce_domain::contact::Reason;
use ringonce_domain::hours::Zone;
use ringonce_domain::plan::HoldReason;
use ringonce_domain::{CampaignState, ContactState};
use ringonce_store::model::{WAITING_LOOKED_AT, Waiting, WaitingFor};

use crate::AppState;
use crate::api::activity::hold;
use crate::api::wire::CampaignView;
use crate::language::{Language, Speech as _};
use crate::pages::frame::Frame;
use crate::pages::times;
use crate::problem::Problem;

/// What the panel says.
pub(super) struct Why {
    /// `run`, `good`, `warn` or nothing, for its colour.
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) lead: String,
    /// How many contacts were looked at, in words.
    pub(super) scope: Option<String>,
    pub(super) waiting: Vec<Line>,
    pub(super) ended: Vec<Line>,
}

/// So many contacts, and why.
pub(super) struct Line {
    pub(super) count: String,
    pub(super) words: String,
    pub(super) about: String,
}

impl Why {
    pub(super) async fn read(
        state: &AppState,
        frame: &Frame,
        view: &CampaignView,
        zone: &Zone,
    ) -> Result<Self, Problem> {
        let language = frame.language;
        let waiting = state.store.waiting(view.id, frame.now).await?;
        let (class, icon, lead) = lead(state, frame, view, zone).await?;
        Ok(Self {
            class,
            icon,
            lead,
            scope: scope(frame, &waiting),
            waiting: waiting
                .reasons
                .iter()
                .map(|one| line(frame, zone, one))
                .collect(),
            ended: ended(language, view),
        })
    }
}

async fn lead(
    state: &AppState,
    frame: &Frame,
    view: &CampaignView,
    zone: &Zone,
) -> Result<(&'static str, &'static str, String), Problem> {
    let language = frame.language;
    let plain = |id: &str| language.say(id);
    Ok(match view.state {
        CampaignState::Draft => ("", "pencil", plain("why-draft")),
        CampaignState::Paused => ("warn", "pause", plain("why-paused")),
        CampaignState::Completed => ("good", "check", plain("why-completed")),
        CampaignState::Failed => ("bad", "cross", plain("why-failed")),
        CampaignState::Pending | CampaignState::Running => {
            match hold(state, view.id, view.state).await? {
                None => ("run", "play", plain("why-calling")),
                Some(hold) => {
                    let reason = language.word("hold", hold.reason.as_str());
                    let words = match hold.until {
                        Some(until) => {
                            let time = times::moment(language, until, zone);
                            let values = [("reason", reason.into()), ("time", time.into())];
                            language.say_all("hold-until", &values)
                        }
                        None => reason,
                    };
                    // A campaign that keeps its pace is well.
                    if matches!(hold.reason, HoldReason::LinesBusy | HoldReason::Pace) {
                        ("run", "play", words)
                    } else {
                        ("warn", "clock", words)
                    }
                }
            }
        }
    })
}

fn scope(frame: &Frame, waiting: &Waiting) -> Option<String> {
    let n = waiting.looked_at;
    match n {
        0 => None,
        n if n >= u64::from(WAITING_LOOKED_AT) => Some(frame.say1("why-next", "n", n)),
        n => Some(frame.say1("why-all", "n", n)),
    }
}

fn line(frame: &Frame, zone: &Zone, one: &WaitingFor) -> Line {
    let language = frame.language;
    let later = one.contacts > one.due;
    let about = if one.due == one.contacts {
        language.say("why-due")
    } else {
        let time = times::moment(language, one.first_due, zone);
        language.say1(
            if one.due > 0 { "why-since" } else { "why-from" },
            "time",
            time,
        )
    };
    Line {
        count: language.number(one.contacts),
        words: if one.reason.is_empty() {
            language.say(if later { "reason-later" } else { "reason-turn" })
        } else {
            reason(language, &one.reason)
        },
        about,
    }
}

fn ended(language: Language, view: &CampaignView) -> Vec<Line> {
    let skipped = view.contacts.get(ContactState::Skipped);
    let repeated = view.skipped_duplicates.min(skipped);
    let lines = [
        ("why-repeated", repeated),
        ("why-skipped", skipped - repeated),
        ("why-bad-number", view.contacts.get(ContactState::BadNumber)),
    ];
    let counted = lines.into_iter().filter(|(_, count)| *count > 0);
    counted
        .map(|(words, count)| Line {
            count: language.number(count),
            words: language.say(words),
            about: String::new(),
        })
        .collect()
}

/// A reason in the language of the page; a text that a person wrote stays as it is.
pub(in crate::pages) fn reason(language: Language, code: &str) -> String {
    Reason::of(code).map_or_else(|| code.to_owned(), |known| language.word("reason", known.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_of_the_rules_is_told_in_every_language() {
        for known in Reason::ALL {
            for language in Language::ALL {
                let told = reason(*language, known.0);
                assert!(!told.is_empty() && !told.starts_with("reason-"), "{told}");
            }
        }
        assert_eq!(reason(Language::Spanish, "asked <us>"), "asked <us>");
    }
}
