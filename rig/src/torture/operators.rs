//! The operators of the installation: they make campaigns, pause and resume them, stop everything and re-arm
//! the stop, through the API of any instance that answers.
//!
//! They get refusals and lost answers, and ask again; they keep what was acknowledged, for the judge.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use ringonce_domain::{CampaignId, CampaignState, ContactCounts, Millis, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::judge::{Contact, Held};
use super::lists::{Lists, Submitted};
use super::timeline::Timeline;
use crate::callees::csv;
use crate::http::{Answer, Client};
use crate::stopwatch::{Stopwatch, pause};
use crate::time_of_day::now;

/// Contacts of one list.
const CONTACTS: usize = 250;
/// Lists made at once at the beginning, so that campaigns meet.
const AT_FIRST: usize = 6;
/// When fewer contacts wait, another list is made.
const LOW: u64 = 500;
/// A contact that is due later than this is held by a cap and not waited for.
const SOON: Millis = Millis::from_minutes(3);
/// How long an instance may be away when all is over.
const PATIENT: Duration = Duration::from_mins(1);

/// A campaign as the API shows it; other fields are left out.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Shown {
    pub(super) id: CampaignId,
    pub(super) name: String,
    pub(super) state: CampaignState,
    live: u32,
    next_due: Option<Timestamp>,
    contacts: ContactCounts,
}

#[derive(Deserialize)]
struct Listing<T> {
    items: Vec<T>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Safety {
    stopped: bool,
    reason: Option<String>,
}

/// The operators, and what they asked for.
pub(super) struct Operators<'a> {
    clients: Vec<Client>,
    turn: usize,
    lists: Lists,
    timeline: &'a Timeline,
    pub(super) asked: Vec<Submitted>,
    pub(super) held: Vec<Held>,
    /// Orders to hold that were acknowledged and not ended yet.
    holding: Vec<(Option<CampaignId>, Timestamp)>,
    /// Contacts with which the dialler was not done at the last look.
    pub(super) remaining: u64,
}

impl<'a> Operators<'a> {
    pub(super) fn new(clients: Vec<Client>, lists: Lists, timeline: &'a Timeline) -> Self {
        Self {
            clients,
            turn: 0,
            lists,
            timeline,
            asked: Vec::new(),
            held: Vec::new(),
            holding: Vec::new(),
            remaining: 0,
        }
    }

    /// Sees to it that there are always contacts to call.
    pub(super) fn keep_busy(&mut self) {
        let Ok(campaigns) = self.campaigns() else {
            return;
        };
        let waiting = campaigns
            .iter()
            .filter(|campaign| campaign.state.is_active())
            .map(Shown::callable)
            .sum::<u64>();
        self.remaining = campaigns.iter().map(|it| it.contacts.remaining()).sum();
        let more = if self.asked.is_empty() {
            AT_FIRST
        } else {
            usize::from(waiting < LOW)
        };
        for _ in 0..more {
            self.asked.extend(self.lists.next(CONTACTS));
        }
        self.ask_for_lists();
    }

    /// Asks for every list that was not acknowledged: again, should an answer have been lost, under the same
    /// key.
    fn ask_for_lists(&mut self) {
        for nth in 0..self.asked.len() {
            if self.asked[nth].acknowledged {
                continue;
            }
            let asked = self.asked[nth].clone();
            let settings = asked.settings.to_json();
            let fields = [
                ("name", asked.name.as_str()),
                ("settings", &settings),
                ("start", "true"),
            ];
            let file = csv(&asked.numbers);
            let answer = self.client().post_file(
                "/api/v1/campaigns",
                &asked.name,
                &fields,
                ("contacts.csv", &file),
            );
            let made = matches!(&answer, Ok(answer) if answer.is_granted());
            self.asked[nth].acknowledged = made;
            self.timeline
                .note(format!("{} asked for: {}", asked.name, short(&answer)));
        }
    }

    /// Pauses some running campaign.
    pub(super) fn pause_one(&mut self, nth: usize) {
        let Ok(campaigns) = self.campaigns() else {
            return;
        };
        let running: Vec<_> = campaigns
            .iter()
            .filter(|campaign| campaign.state == CampaignState::Running)
            .collect();
        if running.is_empty() {
            return;
        }
        let id = running[nth % running.len()].id;
        let answer = self
            .client()
            .post(&format!("/api/v1/campaigns/{id}/pause"), "");
        self.timeline
            .note(format!("campaign {id} paused: {}", short(&answer)));
        if matches!(&answer, Ok(answer) if answer.is_granted()) {
            self.holding.push((Some(id), now()));
        }
    }

    /// Stops everything.
    pub(super) fn stop_all(&mut self) {
        let answer = self
            .client()
            .post("/api/v1/safety/stop", r#"{"reason":"the rig says so"}"#);
        self.timeline
            .note(format!("everything stopped: {}", short(&answer)));
        if matches!(&answer, Ok(answer) if answer.is_granted()) {
            self.holding.push((None, now()));
        }
    }

    /// Resumes everything that is held, by an operator or otherwise. Returns whether all of it was.
    pub(super) fn release(&mut self) -> Result<bool> {
        // From the moment at which the order to go on is sent, nothing counts as held.
        let until = now();
        for (campaign, from) in self.holding.drain(..) {
            self.held.push(Held {
                campaign,
                from,
                until,
            });
        }
        let mut released = true;
        let safety: Safety = self.client().get("/api/v1/safety")?;
        if safety.stopped {
            let answer = self
                .client()
                .post("/api/v1/safety/resume", r#"{"reason":"the rig says so"}"#);
            self.timeline.note(format!(
                "re-armed after `{}`: {}",
                safety.reason.unwrap_or_default(),
                short(&answer)
            ));
            released &= matches!(&answer, Ok(answer) if answer.is_granted());
        }
        for campaign in self.campaigns()? {
            let order = match campaign.state {
                CampaignState::Paused => "resume",
                CampaignState::Draft => "start",
                _ => continue,
            };
            let path = format!("/api/v1/campaigns/{}/{order}", campaign.id);
            let answer = self.client().post(&path, "");
            self.timeline.note(format!(
                "campaign {} told to {order}: {}",
                campaign.id,
                short(&answer)
            ));
            released &= matches!(&answer, Ok(answer) if answer.is_granted());
        }
        Ok(released)
    }

    /// After the last fault: everything goes on, and comes to rest. Returns how long it took, and the final
    /// campaigns.
    pub(super) fn rest(&mut self, at_most: Duration) -> Result<(Duration, Vec<Shown>)> {
        let watch = Stopwatch::start();
        loop {
            self.ask_for_lists();
            let released = self.release().unwrap_or(false);
            let all_asked = self.asked.iter().all(|asked| asked.acknowledged);
            let campaigns = self.campaigns();
            if let Ok(campaigns) = &campaigns {
                let restless: Vec<&Shown> =
                    campaigns.iter().filter(|it| !it.is_at_rest()).collect();
                self.remaining = campaigns.iter().map(|it| it.contacts.remaining()).sum();
                if released && all_asked && restless.is_empty() {
                    return Ok((watch.elapsed(), campaigns.clone()));
                }
                if watch.elapsed() > at_most {
                    bail!(
                        "no rest {} s after the last fault: {} of {} lists made, still at work: {:?}",
                        at_most.as_secs(),
                        self.asked.iter().filter(|it| it.acknowledged).count(),
                        self.asked.len(),
                        restless
                    );
                }
            } else if watch.elapsed() > at_most {
                bail!("no instance shows its campaigns: {:?}", campaigns.err());
            }
            pause(Duration::from_millis(500));
        }
    }

    /// What an instance shows: each is asked in turn until one answers, for a while. The judge reads the
    /// answer.
    fn patiently<T: DeserializeOwned>(&mut self, path: &str) -> Result<T> {
        let watch = Stopwatch::start();
        loop {
            match self.client().ask("GET", path, "", "") {
                Err(_) if watch.elapsed() < PATIENT => pause(Duration::from_millis(500)),
                answer => return answer?.read(),
            }
        }
    }

    /// The contacts of a campaign.
    pub(super) fn contacts(&mut self, campaign: CampaignId) -> Result<Vec<Contact>> {
        let mut all: Vec<Contact> = Vec::new();
        let path = format!("/api/v1/campaigns/{campaign}/contacts?limit=1000");
        let mut after = String::new();
        loop {
            let page: Listing<Contact> = self.patiently(&format!("{path}{after}"))?;
            all.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(all),
            }
        }
    }

    /// The campaign of each list that was asked for.
    pub(super) fn by_id(&self, campaigns: &[Shown]) -> Result<BTreeMap<CampaignId, &Submitted>> {
        let find = |shown: &Shown| match self.asked.iter().find(|it| it.name == shown.name) {
            Some(asked) => Ok((shown.id, asked)),
            None => bail!("nobody asked for `{}`, campaign {}", shown.name, shown.id),
        };
        let by_id = campaigns
            .iter()
            .map(find)
            .collect::<Result<BTreeMap<_, _>>>()?;
        for asked in self.asked.iter().filter(|it| it.acknowledged) {
            if !by_id.values().any(|it| it.name == asked.name) {
                bail!(
                    "{} was acknowledged, and there is no such campaign",
                    asked.name
                );
            }
        }
        Ok(by_id)
    }

    fn campaigns(&mut self) -> Result<Vec<Shown>> {
        let page: Listing<Shown> = self.client().get("/api/v1/campaigns?limit=1000")?;
        Ok(page.items)
    }

    /// The next instance in turn; one that does not answer is asked again another time.
    fn client(&mut self) -> Client {
        self.turn = (self.turn + 1) % self.clients.len();
        self.clients[self.turn].clone()
    }
}

impl Shown {
    /// Contacts that wait, without those that a cap holds for long.
    fn callable(&self) -> u64 {
        match self.next_due {
            Some(due) if due < now() + SOON => self.contacts.remaining(),
            _ => 0,
        }
    }

    /// No call is under way, and none will be for a while.
    fn is_at_rest(&self) -> bool {
        let waits = self.next_due.is_none_or(|due| due > now() + SOON);
        let done = self.contacts.remaining() == 0 && !self.state.is_active();
        let holds = self.contacts.remaining() > 0 && self.state == CampaignState::Running && waits;
        self.live == 0 && (done || holds)
    }
}

/// An answer in a word or two.
fn short(answer: &Result<Answer>) -> String {
    match answer {
        Ok(answer) if answer.is_granted() => "done".to_owned(),
        Ok(answer) => {
            let words: String = answer.body.chars().take(120).collect();
            format!("{} {words}", answer.status)
        }
        Err(error) => format!("{error:#}"),
    }
}
