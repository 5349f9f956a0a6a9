//! What a batch of settlements writes at its end: one statement for each table, and each row once, however
//! many commands changed it.

use std::collections::BTreeMap;

use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignId, ContactId, ContactState, LeadStatus, Number,
    Outcome, Timestamp,
};

use super::time::{At, at};
use super::tx::{Tx, owned};
use super::{sql, storable};
use crate::model::Span;
use crate::row::digits;
use crate::settling::{Conclusion, ContactSettled, Counted, Found, NumberCalled};

/// Changes to be written at the end of a batch.
#[derive(Default)]
pub(super) struct Changes {
    /// Each with the state in which it was found.
    attempts: BTreeMap<AttemptId, (AttemptState, Attempt)>,
    contacts: BTreeMap<ContactId, ContactRow>,
    contact_counts: BTreeMap<(CampaignId, &'static str), i64>,
    outcomes: BTreeMap<(CampaignId, &'static str), i64>,
    campaigns: BTreeMap<CampaignId, Figures>,
    numbers: BTreeMap<Number, NumberCalled>,
    /// Calls and their talk, by bucket.
    activity: BTreeMap<(CampaignId, Span, Timestamp, &'static str), (i64, i64)>,
}

struct ContactRow {
    state: ContactState,
    lead: Option<LeadStatus>,
    due_at: Option<Timestamp>,
    reason: Option<&'static str>,
    uncounted: i32,
    answered: i32,
    never_left: i32,
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

impl Changes {
    /// Adds the changes of one command.
    pub(super) fn add(&mut self, found: &Found, conclusion: &Conclusion, now: Timestamp) {
        let next = &conclusion.next;
        let campaign = next.campaign;
        self.attempts
            .entry(next.id)
            .and_modify(|(_, row)| row.clone_from(next))
            .or_insert_with(|| (conclusion.before, next.clone()));
        if let Some(settled) = &conclusion.contact {
            self.add_contact(next, settled, now);
        }
        if conclusion.dialed() || conclusion.line.is_some() {
            let figures = self.campaigns.entry(campaign).or_insert(Figures {
                freed: 0,
                next_slot: found.next_slot,
                talk_millis: 0,
                called_at: None,
            });
            if conclusion.dialed() {
                figures.called_at = Some(now);
            }
            if let Some(line) = &conclusion.line {
                figures.freed += line.freed;
                figures.next_slot = line.next_slot;
                figures.talk_millis = figures.talk_millis.saturating_add(line.talk_millis);
            }
        }
        for counted in conclusion.activity.iter().flatten() {
            self.count(campaign, counted);
        }
        if let Some(now) = conclusion.called {
            self.numbers
                .entry(next.number)
                .and_modify(|called| {
                    called.last = now.last;
                    called.times += now.times;
                    called.answered += now.answered;
                })
                .or_insert(now);
        }
    }

    fn count(&mut self, campaign: CampaignId, counted: &Counted) {
        *self
            .outcomes
            .entry((campaign, counted.outcome.as_str()))
            .or_default() += counted.calls;
        for span in Span::ALL {
            let start = span.start_of(counted.at);
            let bucket = (campaign, span, start, counted.outcome.as_str());
            let (calls, talk) = self.activity.entry(bucket).or_default();
            *calls += counted.calls;
            *talk = talk.saturating_add(counted.talk_millis);
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
                answered: settled.answered + before.map_or(0, |row| row.answered),
                never_left: i32::try_from(settled.never_left).unwrap_or(i32::MAX),
                outcome: settled.outcome.or(before.and_then(|row| row.outcome)),
                attempt_at: settled.attempt_at.or(before.and_then(|row| row.attempt_at)),
                changed_at: now,
            },
        );
    }

    /// One statement for each table, to go out with the commit.
    pub(super) fn write(mut self, tx: &mut Tx) {
        self.activity.retain(|_, counted| *counted != (0, 0));
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
        if !self.activity.is_empty() {
            write_activity(tx, &self.activity);
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
            let last = |row: &NumberCalled| row.last.last;
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

fn write_activity(
    tx: &mut Tx,
    activity: &BTreeMap<(CampaignId, Span, Timestamp, &'static str), (i64, i64)>,
) {
    let buckets = || activity.keys();
    tx.at_end(
        sql::ACTIVITY_COUNT,
        owned![
            buckets().map(|bucket| bucket.0.0).collect::<Vec<_>>(),
            buckets()
                .map(|bucket| bucket.1.minutes())
                .collect::<Vec<_>>(),
            buckets().map(|bucket| At(bucket.2)).collect::<Vec<_>>(),
            buckets().map(|bucket| bucket.3).collect::<Vec<_>>(),
            activity
                .values()
                .map(|(calls, _)| *calls)
                .collect::<Vec<_>>(),
            activity.values().map(|(_, talk)| *talk).collect::<Vec<_>>(),
        ],
    );
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
            next()
                .map(|row| row.caller_id.map(digits))
                .collect::<Vec<_>>(),
            next().map(|row| row.guessed).collect::<Vec<_>>(),
            next().map(|row| at(row.corrected_at)).collect::<Vec<_>>(),
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
            rows().map(|row| row.never_left).collect::<Vec<_>>(),
        ],
    );
}
