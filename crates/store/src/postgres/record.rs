//! Evidence about attempts, and everything that follows from it, in one transaction for many commands.
//!
//! The rows of all attempts are locked and read at once; [`crate::settling`] is asked about one command
//! after the other, each seeing what those before it have changed; what has changed in the end is
//! written with the commit, one statement for each table.

use std::collections::{HashMap, HashSet, VecDeque};

use ringonce_domain::repeat::LastCalls;
use ringonce_domain::{
    Attempt, AttemptId, CampaignEvent, CampaignId, CampaignState, ContactId, Evidence, InstanceId,
    Number, Settings, Timestamp,
};

use tokio_postgres::Row;
use uuid::Uuid;

use super::changes::Changes;
use super::failure::Done;
use super::recorder::LocalInstances;
use super::time::At;
use super::tx::{STOP, Tx, owned};
use super::{sql, storable};
use crate::Result;
use crate::audit::Entry;
use crate::ledger::safety::{self, Learning};
use crate::ledger::{campaigns, duplicates};
use crate::model::{AuditContext, Recorded};
use crate::row::{Fields, digits};
use crate::settling::{self, Command, Conclusion, Found, FoundContact, SUPERSEDED};
use crate::transaction::Reader as _;

/// What the rows hold, as far as the commands have changed it.
#[derive(Default)]
struct Rows {
    attempts: HashMap<AttemptId, Attempt>,
    contacts: HashMap<ContactId, Option<FoundContact>>,
    campaigns: HashMap<CampaignId, Campaign>,
    numbers: HashMap<Number, (bool, LastCalls)>,
    /// Attempts whose number another holds, and when that was claimed.
    held: HashMap<AttemptId, Timestamp>,
    /// Attempts after which their contact rang again.
    followed: HashSet<AttemptId>,
}

#[derive(Clone, Copy)]
struct Campaign {
    state: CampaignState,
    next_slot: Timestamp,
    runs: Option<InstanceId>,
}

/// Records a batch. Every command has its answer, unless the transaction fails.
pub(super) async fn batch(
    tx: &mut Tx,
    commands: &[Command],
    here: &LocalInstances,
) -> Done<Vec<Result<Recorded>>> {
    let ids: Vec<_> = commands.iter().map(|command| command.attempt.0).collect();
    let locked: Vec<_> = commands
        .iter()
        .filter(|command| !command.evidence.iter().all(only_goes_on))
        .map(|command| command.attempt.0)
        .collect();
    let known = tx
        .together(&[
            (sql::STOP_SHARE.postgres, &[&STOP]),
            (sql::SETTLE_CAMPAIGNS.postgres, &[&ids]),
            (sql::SETTLE_NUMBERS.postgres, &[&locked]),
            (sql::ATTEMPT_TO_SETTLE.postgres, &[&ids]),
            (sql::SAFETY.postgres, &[]),
        ])
        .await?;
    let mut rows = Rows::of(&known[3])?;
    let over: Vec<_> = rows.over().filter(|id| !locked.contains(id)).collect();
    if !over.is_empty() {
        // A call that was given up goes on: that changes its number. Rare, and so is the deadlock that
        // locks out of their order may bring, after which the batch is run again.
        let again = tx
            .together(&[
                (sql::SETTLE_NUMBERS.postgres, &[&over]),
                (sql::ATTEMPT_TO_SETTLE.postgres, &[&ids]),
            ])
            .await?;
        rows = Rows::of(&again[1])?;
    }
    let mut work = Work {
        rows,
        changes: Changes::default(),
        learning: Learning {
            safety: safety::safety_in(known[4].first().map(|row| row as _))?,
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

/// Whether evidence says of a live call only that it is there and how far it is. That neither ends it
/// nor blocks its number, so the number's row, which every claim judges by, needs no lock.
const fn only_goes_on(evidence: &Evidence) -> bool {
    matches!(
        evidence,
        Evidence::Accepted { .. } | Evidence::Ringing | Evidence::Answered
    )
}

impl Rows {
    /// The columns of `attempt_to_settle`.
    fn of(found: &[Row]) -> Done<Self> {
        let mut rows = Self::default();
        for row in found {
            rows.take_in(settling::found(&Fields::of("attempts", row))?);
        }
        Ok(rows)
    }

    /// The attempts that are over.
    fn over(&self) -> impl Iterator<Item = Uuid> {
        let over = self.attempts.values().filter(|it| !it.state.is_live());
        over.map(|it| it.id.0)
    }

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
        if let Some(at) = found.other_claimed_at {
            self.held.insert(attempt.id, at);
        }
        if found.rung_later {
            self.followed.insert(attempt.id);
        }
        self.attempts.insert(attempt.id, attempt);
    }

    /// An attempt as the commands before have left it.
    fn found(&self, id: AttemptId) -> Option<Found> {
        let attempt = self.attempts.get(&id)?.clone();
        let campaign = self.campaigns.get(&attempt.campaign)?;
        let (blocked, last_calls) = *self.numbers.get(&attempt.number)?;
        Some(Found {
            contact: self.contacts.get(&attempt.contact).copied().flatten(),
            other_claimed_at: self.held_since(&attempt),
            rung_later: self.followed.contains(&attempt.id),
            campaign: campaign.state,
            next_slot: campaign.next_slot,
            runs: campaign.runs,
            blocked,
            last_calls,
            attempt,
        })
    }

    /// When the attempt was claimed that holds the number of one that is over.
    fn held_since(&self, over: &Attempt) -> Option<Timestamp> {
        if over.state.is_live() {
            return None;
        }
        let by_another =
            |it: &&Attempt| it.id != over.id && it.number == over.number && it.state.is_live();
        let here = || self.attempts.values().find(by_another);
        let known = self.held.get(&over.id).copied();
        known.or_else(|| here().map(|it| it.claimed_at))
    }

    fn change(&mut self, conclusion: &Conclusion) {
        let next = &conclusion.next;
        self.attempts.insert(next.id, next.clone());
        if let (Some(settled), Some(Some(contact))) =
            (&conclusion.contact, self.contacts.get_mut(&next.contact))
        {
            *contact = contact.after(settled);
        }
        if let Some(campaign) = self.campaigns.get_mut(&next.campaign) {
            if let Some(line) = &conclusion.line {
                campaign.next_slot = line.next_slot;
            }
            if conclusion.pauses.is_some() {
                campaign.state = CampaignState::Paused;
            }
        }
        if let Some((blocked, last_calls)) = self.numbers.get_mut(&next.number) {
            *blocked |= conclusion.blocks.is_some();
            *last_calls = conclusion.called.map_or(*last_calls, |called| called.last);
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
        here: &LocalInstances,
    ) -> Done<Result<Recorded>> {
        let Some(found) = self.rows.found(command.attempt) else {
            return Ok(keep_unmatched(tx, command));
        };
        let settings = tx.settings_of(found.attempt.campaign).await?;
        let mut recorded = Recorded::Unchanged(found.attempt);
        let mut pieces: VecDeque<_> = command.evidence.iter().collect();
        while let Some(piece) = pieces.pop_front() {
            let Some(found) = self.rows.found(command.attempt) else {
                break;
            };
            if found.attempt.outgrew(piece) {
                break;
            }
            if let Some(call_id) = found.attempt.another_call(piece) {
                let on = AuditContext::new(command.by.clone(), command.now);
                let found_out = [settling::two_calls(&found.attempt, call_id, on.now)];
                let limits = command.judgement.limits;
                duplicates::raise(tx, &mut self.learning, &found_out, limits, &on).await?;
                let (attempt, call_id) = (found.attempt, call_id.to_owned());
                return Ok(Ok(Recorded::AnotherCall { attempt, call_id }));
            }
            match self
                .apply(tx, &found, piece, &settings, command, here)
                .await?
            {
                Ok(Some(conclusion)) => {
                    if conclusion.reopened {
                        pieces.push_front(piece);
                    }
                    recorded = recorded.then(conclusion.recorded());
                }
                Ok(None) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(recorded))
    }

    /// Applies one piece of evidence; `None` when it changes nothing that matters.
    async fn apply(
        &mut self,
        tx: &mut Tx,
        found: &Found,
        piece: &Evidence,
        settings: &Settings,
        command: &Command,
        here: &LocalInstances,
    ) -> Done<Result<Option<Conclusion>>> {
        let now = command.now;
        let concluded = settling::conclude(
            found,
            piece,
            settings,
            self.learning.safety.stopped.as_ref(),
            command.judgement,
            now,
        );
        let conclusion = match concluded {
            Ok(Some(conclusion)) => conclusion,
            Ok(None) => return Ok(Ok(None)),
            Err(error) => return Ok(Err(error)),
        };
        if conclusion.line.is_some() && found.runs.is_some_and(|runs| !here.contains(runs)) {
            // Another instance waits for the line.
            tx.tell_at_once();
        }
        self.rows.change(&conclusion);
        self.changes.add(found, &conclusion, now);
        self.follow(tx, found, &conclusion, command).await?;
        Ok(Ok(Some(conclusion)))
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
        let on = &AuditContext::new(command.by.clone(), command.now);
        let entry = |event, detail| Entry {
            at: on.now,
            actor: &on.by,
            event,
            campaign: Some(next.campaign),
            number: Some(next.number),
            attempt: Some(next.id),
            detail,
        };
        tx.audit(&entry(conclusion.event, &conclusion.detail))
            .await?;
        if conclusion.takes_back_end() {
            // Before the attempt's row changes, which says how its price is counted.
            for statement in [sql::PRICE_HOLD, sql::PRICE_UNCOUNT, sql::PRICE_WITHDRAW] {
                tx.at_end(statement, owned![next.id.0]);
            }
        }
        if conclusion.superseded {
            tx.at_end(
                sql::DUPLICATE_ADD,
                owned![next.id.0, digits(next.number), At(on.now), SUPERSEDED],
            );
        }
        if let Some(reason) = conclusion.blocks.as_deref().filter(|_| !found.blocked) {
            tx.at_end(
                sql::NUMBER_BLOCK,
                owned![digits(next.number), At(on.now), storable(reason)],
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
            safety::learn(tx, &mut self.learning, signal, limits, on).await?;
        }
        if let Some(reason) = conclusion.pauses.as_deref() {
            let (id, event) = (next.campaign, CampaignEvent::Pause);
            campaigns::moved(tx, id, found.campaign, event, Some(reason), on).await?;
        }
        Ok(())
    }
}

fn keep_unmatched(tx: &mut Tx, command: &Command) -> Result<Recorded> {
    for piece in &command.evidence {
        let detail = settling::unmatched(command.attempt, piece)?;
        tx.at_end(
            sql::UNMATCHED_ADD,
            owned![
                At(command.now),
                command.attempt.0,
                storable(&command.by.0),
                piece.kind(),
                detail,
            ],
        );
    }
    Ok(Recorded::Unmatched)
}
