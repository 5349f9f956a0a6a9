//! The claim: choosing whom to call next, and making it so, in one transaction.
//!
//! # Overview
//! 1. The campaign's row is locked: the lease, the state, the pace and the contacts of this campaign
//!    change under this lock only. A claim under a lease that is not in force any more ends here, which
//!    is the fence: an instance that slept through its lease finds another epoch.
//! 2. The rows of the next contacts' numbers are made where there are none, and locked. A number that
//!    somebody else is judging or settling is left for a later claim: nobody waits, and two campaigns
//!    never judge one number at the same time.
//! 3. Facts are read in a statement that begins after the locks are held, so it sees whatever was
//!    committed before; [`crate::claiming`] judges them.
//! 4. What it decides is written with the commit. The unique index on live attempts would refuse what
//!    the locks had let through.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ringonce_domain::caps::PastCall;
use ringonce_domain::claim::Decision;
use ringonce_domain::contact::Reason;
use ringonce_domain::{Attempt, Caps, ContactState, Number, Settings, Timestamp};

use super::failure::{Done, Failure};
use super::sql;
use super::time::At;
use super::tx::{STOP, Tx, owned};
use crate::audit::Entry;
use crate::claiming::{Campaign, Candidate, EnoughCalls, JUDGED, PAGE};
use crate::ledger::campaigns::missing;
use crate::ledger::safety::safety_in;
use crate::model::{Actor, ClaimRequest, Claimed};
use crate::row::{Fields, digits};
use crate::transaction::Reader as _;

/// The page size that stands in the statements; it is replaced by one of [`PAGES`], so that each size
/// has a plan of its own.
const WRITTEN_PAGE: &str = "LIMIT 16";
const PAGES: [usize; 3] = [PAGE, 64, JUDGED];

/// See [`crate::Dialing::claim`].
pub(super) async fn claim(tx: &mut Tx, request: &ClaimRequest) -> Done<Claimed> {
    let mut claimed = Claimed::default();
    let known = tx
        .together(&[
            (sql::STOP_SHARE.postgres, &[&STOP]),
            (sql::CLAIM_CAMPAIGN.postgres, &[&request.campaign.0]),
            (sql::SAFETY.postgres, &[]),
        ])
        .await?;
    let row = known[1].first();
    let row = row.ok_or_else(|| Failure::Store(missing(request.campaign)))?;
    let campaign = Campaign::read(&Fields::of("campaigns", row))?;
    if let Some(reason) = campaign.refuses(request) {
        claimed.held = Some(reason);
        return Ok(claimed);
    }
    let settings = tx.settings_of(request.campaign).await?;
    let stopped = safety_in(known[2].first().map(|row| row as _))?.stopped;
    let room = match campaign.room(&settings, stopped.as_ref(), request.now) {
        Ok(room) => room,
        Err(reason) => {
            tx.at_end(
                sql::LEASE_EXTEND,
                owned![request.campaign.0, At(request.lease_until)],
            );
            claimed.held = Some(reason);
            return Ok(claimed);
        }
    };
    let mut work = Work {
        request,
        settings,
        claimed,
        judged: 0,
        written: 0,
        duplicates: 0,
        skips: Skips::default(),
        defers: Defers::default(),
    };
    let wanted = request.ids.len().min(room as usize);
    work.judge_until_filled(tx, wanted).await?;
    work.write(tx, campaign);
    Ok(work.claimed)
}

/// Contacts that a rule forbids for good.
#[derive(Default)]
struct Skips {
    ids: Vec<i64>,
    reasons: Vec<&'static str>,
}

/// Contacts that a rule forbids until an instant.
#[derive(Default)]
struct Defers {
    ids: Vec<i64>,
    until: Vec<At>,
    reasons: Vec<&'static str>,
}

/// A claim under way.
struct Work<'a> {
    request: &'a ClaimRequest,
    settings: Arc<Settings>,
    claimed: Claimed,
    judged: usize,
    /// Attempts that were written with an earlier page.
    written: usize,
    /// Contacts skipped because another campaign has called their number.
    duplicates: i64,
    skips: Skips,
    defers: Defers,
}

impl Work<'_> {
    async fn judge_until_filled(&mut self, tx: &mut Tx, wanted: usize) -> Done<()> {
        while self.claimed.attempts.len() < wanted && self.judged < JUDGED {
            let left = wanted - self.claimed.attempts.len();
            let page = PAGES.into_iter().find(|page| *page >= left);
            let page = page.unwrap_or(JUDGED);
            let (candidates, all) = candidates(tx, self.request, &self.settings.caps, page).await?;
            let before = self.judged;
            for (candidate, recent) in &candidates {
                if self.claimed.attempts.len() == wanted {
                    return Ok(());
                }
                self.judge(tx, candidate, recent).await?;
            }
            if all < page && self.claimed.attempts.len() < wanted {
                let held = if candidates.len() < all {
                    "their numbers are in somebody else's hands for a moment"
                } else {
                    "no contact is due"
                };
                self.claimed.held = Some(held.to_owned());
                return Ok(());
            }
            if self.judged == before {
                // A whole page of numbers that others hold: they are free in a moment.
                return Ok(());
            }
            self.send(tx).await?;
        }
        Ok(())
    }

    async fn judge(&mut self, tx: &mut Tx, candidate: &Candidate, recent: &[PastCall]) -> Done<()> {
        self.judged += 1;
        let (decision, detail) = candidate.judge(self.request, &self.settings, recent);
        let mut attempt = None;
        let event = match decision {
            Decision::Call => {
                let id = self.request.ids[self.claimed.attempts.len()];
                attempt = Some(id);
                let made = candidate.attempt(id, self.request);
                self.claimed.attempts.push(made);
                "attempt.claimed"
            }
            Decision::Skip(reason) => {
                self.claimed.skipped += 1;
                self.duplicates += i64::from(reason == Reason::ALREADY_CALLED);
                self.skips.ids.push(candidate.contact.0);
                self.skips.reasons.push(reason.0);
                "contact.skipped"
            }
            Decision::Defer(until, reason) => {
                self.claimed.deferred += 1;
                self.defers.ids.push(candidate.contact.0);
                self.defers.until.push(At(until));
                self.defers.reasons.push(reason.0);
                "contact.deferred"
            }
        };
        tx.audit(&Entry {
            at: self.request.now,
            actor: &Actor::new("engine"),
            event,
            campaign: Some(self.request.campaign),
            number: Some(candidate.number),
            attempt,
            detail: &detail,
        })
        .await
    }

    /// Writes what was judged so far, so that the next page begins after it.
    async fn send(&mut self, tx: &mut Tx) -> Done<()> {
        self.write_contacts(tx);
        tx.send_last().await
    }

    fn write_contacts(&mut self, tx: &mut Tx) {
        let now = At(self.request.now);
        let skips = std::mem::take(&mut self.skips);
        if !skips.ids.is_empty() {
            tx.at_end(sql::CONTACTS_SKIP, owned![skips.ids, skips.reasons, now]);
        }
        let defers = std::mem::take(&mut self.defers);
        if !defers.ids.is_empty() {
            tx.at_end(
                sql::CONTACTS_DEFER,
                owned![defers.ids, defers.until, defers.reasons, now],
            );
        }
        // Attempts of an earlier page are written already: their contacts are not pending any more.
        let fresh: &[Attempt] = &self.claimed.attempts[self.written..];
        if !fresh.is_empty() {
            write_attempts(tx, self.request, fresh);
        }
        self.written = self.claimed.attempts.len();
    }

    /// Writes the rest, changes every figure once, by the sum, and says what holds the rest of the
    /// wish.
    fn write(&mut self, tx: &mut Tx, campaign: Campaign) {
        self.write_contacts(tx);
        let id = self.request.campaign;
        let started = u32::try_from(self.claimed.attempts.len()).unwrap_or(u32::MAX);
        let skipped = self.claimed.skipped;
        super::count_contacts(
            tx,
            id,
            &[
                (ContactState::Pending, -i64::from(started + skipped)),
                (ContactState::Calling, i64::from(started)),
                (ContactState::Skipped, i64::from(skipped)),
            ],
        );
        let after = campaign.after(&self.settings, started, self.request.now);
        tx.at_end(
            sql::CAMPAIGN_CLAIMED,
            owned![
                id.0,
                i64::from(started),
                At(after.next_slot),
                self.duplicates,
                At(self.request.lease_until),
            ],
        );
        let filled = self.claimed.attempts.len() == self.request.ids.len();
        if self.claimed.held.is_none() && !filled {
            self.claimed.held = after.room(&self.settings, None, self.request.now).err();
        }
    }
}

fn write_attempts(tx: &mut Tx, request: &ClaimRequest, attempts: &[Attempt]) {
    let column = |of: fn(&Attempt) -> i64| attempts.iter().map(of).collect::<Vec<_>>();
    let ids: Vec<_> = attempts.iter().map(|attempt| attempt.id.0).collect();
    let contacts = column(|attempt| attempt.contact.0);
    let numbers = column(|attempt| digits(attempt.number));
    let made: Vec<i32> = attempts
        .iter()
        .map(|attempt| i32::try_from(attempt.made).unwrap_or(i32::MAX))
        .collect();
    tx.at_end(
        sql::ATTEMPTS_ADD,
        owned![
            request.campaign.0,
            request.instance.0,
            At(request.now),
            ids,
            contacts.clone(),
            numbers,
            made,
        ],
    );
    tx.at_end(sql::CONTACTS_CALLING, owned![contacts, At(request.now)]);
}

/// The next due contacts whose numbers could be locked, with the calls that the caps may count, and
/// how many were due at all.
async fn candidates(
    tx: &mut Tx,
    request: &ClaimRequest,
    caps: &Caps,
    page: usize,
) -> Done<(Vec<(Candidate, Vec<PastCall>)>, usize)> {
    let sized = |statement: crate::sql::Statement| {
        statement
            .postgres
            .replace(WRITTEN_PAGE, &format!("LIMIT {page}"))
    };
    let (campaign, now) = (request.campaign.0, At(request.now));
    let since = At(request.now - caps.horizon());
    let (add, lock, next, recent) = (
        sized(sql::CLAIM_NUMBERS_ADD),
        sized(sql::CLAIM_NUMBERS_LOCK),
        sized(sql::CLAIM_CANDIDATES),
        sized(sql::CALLS_RECENT),
    );
    let answers = tx
        .together(&[
            (&add, &[&campaign, &now]),
            (&lock, &[&campaign, &now]),
            (&next, &[&campaign, &now]),
            (&recent, &[&campaign, &now, &since]),
        ])
        .await?;
    let mut locked = HashSet::with_capacity(page);
    for row in &answers[1] {
        locked.insert(Fields::of("numbers", row).number("number")?);
    }
    let mut calls = recent_calls(&answers[3], caps)?;
    let mut candidates = Vec::with_capacity(answers[2].len());
    for row in &answers[2] {
        let candidate = Candidate::read(&Fields::of("contacts", row))?;
        if locked.contains(&candidate.number) {
            let recent = calls.remove(&candidate.number).unwrap_or_default();
            candidates.push((candidate, recent));
        }
    }
    Ok((candidates, answers[2].len()))
}

/// Enough of each number's calls, the latest first, to judge every cap.
fn recent_calls(rows: &[tokio_postgres::Row], caps: &Caps) -> Done<HashMap<Number, Vec<PastCall>>> {
    let mut calls: HashMap<Number, (EnoughCalls, Vec<PastCall>)> = HashMap::new();
    for row in rows {
        let fields = Fields::of("attempts", row);
        let (enough, seen) = calls
            .entry(fields.number("number")?)
            .or_insert_with(|| (EnoughCalls::of(caps), Vec::new()));
        if enough.wants_more() {
            let ended: Timestamp = fields.instant("ended_at")?;
            let call = PastCall::new(ended, fields.word("state")?, fields.maybe_word("outcome")?);
            enough.see(&call);
            seen.push(call);
        }
    }
    let calls = calls.into_iter();
    Ok(calls.map(|(number, (_, calls))| (number, calls)).collect())
}
