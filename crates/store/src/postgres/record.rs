//! Evidence about attempts, and everything that follows from it, in one transaction for many commands.
//!
//! The rows of all attempts are locked and read at once; [`crate::settling`] is asked about one command
//! after the other, each seeing what those before it have changed; what has changed in the end is
//! written with the commit, one statement for each table.

use std::collections::{BTreeMap, HashMap};

use ringonce_domain::repeat::LastCalls;
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignEvent, CampaignId, CampaignState, ContactId,
    ContactState, Evidence, InstanceId, LeadStatus, Number, Outcome, Timestamp,
};
use tokio::sync::oneshot;

use super::failure::Done;
use super::recorder::Here;
use super::safety::{self, Learning};
use super::time::{At, at};
use super::tx::{STOP, Tx, owned};
use super::{campaigns, sql, storable};
use crate::Result;
use crate::deed::Deed;
use crate::model::{Actor, Judgement, Recorded};
use crate::row::{Fields, digits};
use crate::settling::{self, Conclusion, ContactSettled, Found, SUPERSEDED};
use crate::trail::Entry;

/// One call of [`crate::Dialing::record`].
#[derive(Debug)]
pub(super) struct Command {
    pub(super) attempt: AttemptId,
    pub(super) evidence: Evidence,
    pub(super) by: Actor,
    pub(super) judgement: Judgement,
    pub(super) now: Timestamp,
    pub(super) reply: oneshot::Sender<Result<Recorded>>,
}

/// What the rows hold, as far as the commands have changed it.
#[derive(Default)]
struct Rows {
    attempts: HashMap<AttemptId, Attempt>,
    contacts: HashMap<ContactId, Option<ContactState>>,
    campaigns: HashMap<CampaignId, Campaign>,
    numbers: HashMap<Number, (bool, LastCalls)>,
}

#[derive(Clone, Copy)]
struct Campaign {
    state: CampaignState,
    next_slot: Timestamp,
    runs: Option<InstanceId>,
}

/// What is to be written in the end.
#[derive(Default)]
struct Changes {
    /// With the state in which the row was found.
    attempts: BTreeMap<AttemptId, (AttemptState, Attempt)>,
    contacts: BTreeMap<ContactId, ContactRow>,
    contact_counts: BTreeMap<(CampaignId, &'static str), i64>,
    outcomes: BTreeMap<(CampaignId, &'static str), i64>,
    campaigns: BTreeMap<CampaignId, Figures>,
    numbers: BTreeMap<Number, Called>,
}

struct ContactRow {
    state: ContactState,
    lead: Option<LeadStatus>,
    due_at: Option<Timestamp>,
    reason: Option<&'static str>,
    uncounted: i32,
    answered: i32,
    outcome: Option<Outcome>,
    attempt_at: Option<Timestamp>,
    changed_at: Timestamp,
}

struct Figures {
    freed: i64,
    next_slot: Timestamp,
    talk_millis: i64,
    called_at: Option<Timestamp>,
}

struct Called {
    last: LastCalls,
    times: i64,
    answered: i64,
}

/// Records a batch. Every command has its answer, unless the transaction fails.
pub(super) async fn batch(
    tx: &mut Tx,
    commands: &[Command],
    here: &Here,
) -> Done<Vec<Result<Recorded>>> {
    let ids: Vec<_> = commands.iter().map(|command| command.attempt.0).collect();
    let known = tx
        .together(&[
            (sql::STOP_SHARE, &[&STOP]),
            (sql::SETTLE_CAMPAIGNS, &[&ids]),
            (sql::SETTLE_NUMBERS, &[&ids]),
            (sql::ATTEMPT_TO_SETTLE, &[&ids]),
            (sql::SAFETY, &[]),
        ])
        .await?;
    let mut rows = Rows::default();
    for row in &known[3] {
        rows.take_in(settling::found(Fields::of("attempts", row))?);
    }
    let mut work = Work {
        rows,
        changes: Changes::default(),
        learning: Learning {
            safety: safety::safety_in(known[4].first())?,
            locked: false,
        },
    };
    let mut answers = Vec::with_capacity(commands.len());
    for command in commands {
        answers.push(work.record(tx, command, here).await?);
    }
    work.changes.write(tx);
    Ok(answers)
}

impl Rows {
    fn take_in(&mut self, found: Found) {
        let attempt = found.attempt;
        self.contacts.insert(attempt.contact, found.contact);
        self.campaigns.insert(
            attempt.campaign,
            Campaign {
                state: found.campaign,
                next_slot: found.next_slot,
                runs: found.runs,
            },
        );
        self.numbers
            .insert(attempt.number, (found.blocked, found.last_calls));
        self.attempts.insert(attempt.id, attempt);
    }

    /// An attempt as the commands before have left it.
    fn found(&self, id: AttemptId) -> Option<Found> {
        let attempt = self.attempts.get(&id)?.clone();
        let campaign = self.campaigns.get(&attempt.campaign)?;
        let (blocked, last_calls) = *self.numbers.get(&attempt.number)?;
        Some(Found {
            contact: self.contacts.get(&attempt.contact).copied().flatten(),
            campaign: campaign.state,
            next_slot: campaign.next_slot,
            runs: campaign.runs,
            blocked,
            last_calls,
            attempt,
        })
    }

    fn change(&mut self, conclusion: &Conclusion) {
        let next = &conclusion.next;
        self.attempts.insert(next.id, next.clone());
        if let Some(contact) = &conclusion.contact {
            self.contacts.insert(next.contact, Some(contact.after));
        }
        if let Some(campaign) = self.campaigns.get_mut(&next.campaign) {
            if let Some(freed) = &conclusion.freed {
                campaign.next_slot = freed.next_slot;
            }
            if conclusion.pauses.is_some() {
                campaign.state = CampaignState::Paused;
            }
        }
        if let Some((blocked, last_calls)) = self.numbers.get_mut(&next.number) {
            *blocked |= conclusion.blocks.is_some();
            *last_calls = conclusion.called.unwrap_or(*last_calls);
        }
    }
}

struct Work {
    rows: Rows,
    changes: Changes,
    learning: Learning,
}

impl Work {
    /// Records one command. The inner error is the command's own, which has changed nothing; the outer
    /// one ends the transaction.
    async fn record(
        &mut self,
        tx: &mut Tx,
        command: &Command,
        here: &Here,
    ) -> Done<Result<Recorded>> {
        let (id, now) = (command.attempt, command.now);
        let Some(found) = self.rows.found(id) else {
            return Ok(keep_unmatched(tx, command));
        };
        let settings = tx.session()?.settings_of(found.attempt.campaign).await?;
        let concluded = settling::conclude(
            &found,
            &command.evidence,
            &settings,
            self.learning.safety.stopped.as_ref(),
            command.judgement,
            now,
        );
        let conclusion = match concluded {
            Ok(Some(conclusion)) => conclusion,
            Ok(None) => return Ok(Ok(Recorded::Unchanged(found.attempt))),
            Err(error) => return Ok(Err(error)),
        };
        if conclusion.freed.is_some() && found.runs.is_some_and(|runs| !here.contains(runs)) {
            // Another instance waits for the line.
            tx.tell_at_once();
        }
        self.rows.change(&conclusion);
        self.changes.add(&found, &conclusion, now);
        self.follow(tx, &found, &conclusion, command).await?;
        Ok(Ok(conclusion.recorded()))
    }

    /// The audit trail, and what seldom follows.
    async fn follow(
        &mut self,
        tx: &mut Tx,
        found: &Found,
        conclusion: &Conclusion,
        command: &Command,
    ) -> Done<()> {
        let next = &conclusion.next;
        let deed = Deed {
            by: &command.by,
            now: command.now,
        };
        let entry = |event, detail| Entry {
            at: deed.now,
            actor: deed.by,
            event,
            campaign: Some(next.campaign),
            number: Some(next.number),
            attempt: Some(next.id),
            detail,
        };
        tx.audit(&entry(conclusion.event, &conclusion.detail))
            .await?;
        if conclusion.superseded {
            tx.at_end(
                sql::DUPLICATE_ADD,
                owned![next.id.0, digits(next.number), At(deed.now), SUPERSEDED],
            );
        }
        if let Some(reason) = conclusion.blocks.as_deref().filter(|_| !found.blocked) {
            tx.at_end(
                sql::NUMBER_BLOCK,
                owned![digits(next.number), At(deed.now), storable(reason)],
            );
            let detail = serde_json::json!({ "reason": reason }).to_string();
            tx.audit(&Entry {
                attempt: None,
                ..entry("number.block", &detail)
            })
            .await?;
        }
        if let Some(signal) = &conclusion.signal {
            let limits = command.judgement.limits;
            safety::learn(tx, &mut self.learning, signal, limits, deed).await?;
        }
        if let Some(reason) = conclusion.pauses.as_deref() {
            let (id, event) = (next.campaign, CampaignEvent::Pause);
            campaigns::moved(tx, id, found.campaign, event, Some(reason), deed).await?;
        }
        Ok(())
    }
}

fn keep_unmatched(tx: &mut Tx, command: &Command) -> Result<Recorded> {
    let detail = settling::unmatched(command.attempt, &command.evidence)?;
    tx.at_end(
        sql::UNMATCHED_ADD,
        owned![
            At(command.now),
            command.attempt.0,
            storable(&command.by.0),
            command.evidence.kind(),
            detail,
        ],
    );
    Ok(Recorded::Unmatched)
}

impl Changes {
    fn add(&mut self, found: &Found, conclusion: &Conclusion, now: Timestamp) {
        let next = &conclusion.next;
        let campaign = next.campaign;
        self.attempts
            .entry(next.id)
            .and_modify(|(_, row)| row.clone_from(next))
            .or_insert_with(|| (conclusion.before, next.clone()));
        if let Some(settled) = &conclusion.contact {
            self.add_contact(next, settled, now);
        }
        if conclusion.dialed || conclusion.freed.is_some() {
            let figures = self.campaigns.entry(campaign).or_insert(Figures {
                freed: 0,
                next_slot: found.next_slot,
                talk_millis: 0,
                called_at: None,
            });
            if conclusion.dialed {
                figures.called_at = Some(now);
            }
            if let Some(freed) = &conclusion.freed {
                figures.freed += 1;
                figures.next_slot = freed.next_slot;
                figures.talk_millis = figures.talk_millis.saturating_add(freed.talk_millis);
                if let Some(outcome) = freed.outcome {
                    *self
                        .outcomes
                        .entry((campaign, outcome.as_str()))
                        .or_default() += 1;
                }
            }
        }
        if let Some(calls) = conclusion.called {
            let called = self.numbers.entry(next.number).or_insert(Called {
                last: calls,
                times: 0,
                answered: 0,
            });
            called.last = calls;
            called.times += 1;
            called.answered += i64::from(next.outcome == Some(Outcome::Answered));
        }
    }

    fn add_contact(&mut self, next: &Attempt, settled: &ContactSettled, now: Timestamp) {
        let mut count = |state: ContactState, by| {
            *self
                .contact_counts
                .entry((next.campaign, state.as_str()))
                .or_default() += by;
        };
        count(settled.before, -1);
        count(settled.after, 1);
        let before = self.contacts.remove(&next.contact);
        let before = before.as_ref();
        self.contacts.insert(
            next.contact,
            ContactRow {
                state: settled.after,
                lead: settled.lead.or(before.and_then(|row| row.lead)),
                due_at: settled.due_at,
                reason: settled.reason,
                uncounted: i32::from(settled.uncounted) + before.map_or(0, |row| row.uncounted),
                answered: i32::from(settled.answered) + before.map_or(0, |row| row.answered),
                outcome: settled.outcome.or(before.and_then(|row| row.outcome)),
                attempt_at: settled.attempt_at.or(before.and_then(|row| row.attempt_at)),
                changed_at: now,
            },
        );
    }

    /// One statement for each table, to go out with the commit.
    fn write(self, tx: &mut Tx) {
        if !self.attempts.is_empty() {
            write_attempts(tx, self.attempts.into_values());
        }
        if !self.contacts.is_empty() {
            write_contacts(tx, &self.contacts);
        }
        for (statement, counts) in [
            (sql::CONTACT_COUNTS_MOVE, self.contact_counts),
            (sql::OUTCOME_COUNTS_MOVE, self.outcomes),
        ] {
            let counts = counts.into_iter().filter(|(_, by)| *by != 0);
            let (keys, by): (Vec<_>, Vec<_>) = counts.unzip();
            if !by.is_empty() {
                let (campaigns, words): (Vec<_>, Vec<_>) =
                    keys.into_iter().map(|(id, word)| (id.0, word)).unzip();
                tx.at_end(statement, owned![campaigns, words, by]);
            }
        }
        if !self.campaigns.is_empty() {
            let rows = || self.campaigns.values();
            tx.at_end(
                sql::CAMPAIGNS_SETTLED,
                owned![
                    self.campaigns.keys().map(|id| id.0).collect::<Vec<_>>(),
                    rows().map(|row| row.freed).collect::<Vec<_>>(),
                    rows().map(|row| At(row.next_slot)).collect::<Vec<_>>(),
                    rows().map(|row| row.talk_millis).collect::<Vec<_>>(),
                    rows().map(|row| at(row.called_at)).collect::<Vec<_>>(),
                ],
            );
        }
        if !self.numbers.is_empty() {
            let rows = || self.numbers.values();
            let last = |row: &Called| row.last.last;
            tx.at_end(
                sql::NUMBERS_CALLED,
                owned![
                    self.numbers.keys().map(|n| digits(*n)).collect::<Vec<_>>(),
                    rows()
                        .map(|row| last(row).map(|(campaign, _)| campaign.0))
                        .collect::<Vec<_>>(),
                    rows()
                        .map(|row| at(last(row).map(|(_, at)| at)))
                        .collect::<Vec<_>>(),
                    rows().map(|row| at(row.last.other)).collect::<Vec<_>>(),
                    rows().map(|row| row.times).collect::<Vec<_>>(),
                    rows().map(|row| row.answered).collect::<Vec<_>>(),
                ],
            );
        }
    }
}

fn write_attempts(tx: &mut Tx, rows: impl Iterator<Item = (AttemptState, Attempt)>) {
    let rows: Vec<_> = rows.collect();
    let next = || rows.iter().map(|(_, next)| next);
    let text = |text: &Option<String>| text.as_deref().map(storable);
    tx.at_end(
        sql::ATTEMPTS_MOVE,
        owned![
            next().map(|row| row.id.0).collect::<Vec<_>>(),
            rows.iter()
                .map(|(before, _)| before.as_str())
                .collect::<Vec<_>>(),
            next().map(|row| row.state.as_str()).collect::<Vec<_>>(),
            next().map(|row| at(row.dialed_at)).collect::<Vec<_>>(),
            next().map(|row| at(row.dial_before)).collect::<Vec<_>>(),
            next().map(|row| text(&row.call_id)).collect::<Vec<_>>(),
            next().map(|row| at(row.answered_at)).collect::<Vec<_>>(),
            next().map(|row| at(row.ended_at)).collect::<Vec<_>>(),
            next().map(|row| at(row.empty_look_at)).collect::<Vec<_>>(),
            next()
                .map(|row| row.outcome.map(Outcome::as_str))
                .collect::<Vec<_>>(),
            next().map(|row| text(&row.cause)).collect::<Vec<_>>(),
            next().map(|row| row.may_have_rung).collect::<Vec<_>>(),
        ],
    );
}

fn write_contacts(tx: &mut Tx, contacts: &BTreeMap<ContactId, ContactRow>) {
    let rows = || contacts.values();
    tx.at_end(
        sql::CONTACTS_SETTLE,
        owned![
            contacts.keys().map(|id| id.0).collect::<Vec<_>>(),
            rows().map(|row| row.state.as_str()).collect::<Vec<_>>(),
            rows()
                .map(|row| row.lead.map(LeadStatus::as_str))
                .collect::<Vec<_>>(),
            rows().map(|row| at(row.due_at)).collect::<Vec<_>>(),
            rows().map(|row| row.reason).collect::<Vec<_>>(),
            rows().map(|row| row.uncounted).collect::<Vec<_>>(),
            rows().map(|row| row.answered).collect::<Vec<_>>(),
            rows()
                .map(|row| row.outcome.map(Outcome::as_str))
                .collect::<Vec<_>>(),
            rows().map(|row| at(row.attempt_at)).collect::<Vec<_>>(),
            rows().map(|row| At(row.changed_at)).collect::<Vec<_>>(),
        ],
    );
}
