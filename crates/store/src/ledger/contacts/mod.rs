//! Contacts and their files, in keyset pages at a cost that grows with their rows.

mod range;
mod search;

use ringonce_domain::{CampaignId, ContactId, ContactState, Number, RepeatRule, Timestamp};

use super::campaigns::{contacts_of, require_there};
use crate::Result;
use crate::listing::limit;
use crate::model::{
    ContactDetail, Foreseen, Page, RowProblem, WAITING_LOOKED_AT, Waiting, WaitingFor,
};
use crate::row::{Fields, digits};
use crate::sql;
use crate::transaction::{Reader, Record, values};
pub(crate) use search::find;

/// Characters of a name by which contacts are found and ordered.
const NAME_KEY: usize = 40;

/// The beginning of a name as searches compare it: without case and surrounding space.
pub(crate) fn name_key(name: &str) -> String {
    let name = name.trim();
    if name.is_ascii() {
        return name[..name.len().min(NAME_KEY)].to_ascii_lowercase();
    }
    let folded = name.chars().flat_map(char::to_lowercase);
    folded.take(NAME_KEY).collect()
}

/// See [`crate::Contacts::contacts`].
pub(crate) async fn contacts<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
    state: Option<ContactState>,
    page: &Page<ContactId>,
) -> Result<Vec<ContactDetail>, L::Failure> {
    require_there(reader, campaign).await?;
    let (first, past) = contacts_of(campaign);
    let after = page.after.map_or(first, |id| id.0.max(first));
    let mut given = values![after, past, limit(page)];
    let statement = match state {
        None => sql::CONTACTS,
        Some(state) => {
            given.extend(values![state.as_str(), campaign]);
            sql::CONTACTS_IN_STATE
        }
    };
    let rows = reader.rows(statement, given).await?;
    Ok(details(&rows)?)
}

/// Contacts as listings show them.
pub(super) fn details(rows: &[Record]) -> Result<Vec<ContactDetail>> {
    rows.iter().map(detail).collect()
}

fn detail(row: &Record) -> Result<ContactDetail> {
    let fields = Fields::of("contacts", row);
    Ok(ContactDetail {
        id: ContactId(fields.int("id")?),
        campaign: fields.campaign("campaign_id")?,
        line: fields.count("line")?,
        number: fields.number("number")?,
        name: fields.text("name")?,
        state: fields.word("state")?,
        lead: fields.word("lead")?,
        reason: fields.maybe_text("reason")?,
        due_at: fields.maybe_instant("due_at")?,
        attempts: fields.count("attempts")?,
        answered: fields.count("answered")?,
        last_outcome: fields.maybe_word("last_outcome")?,
        last_attempt_at: fields.maybe_instant("last_attempt_at")?,
        changed_at: fields.instant("changed_at")?,
        metadata: fields.text("metadata")?,
    })
}

/// See [`crate::Contacts::waiting`].
pub(crate) async fn waiting<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<Waiting, L::Failure> {
    require_there(reader, campaign).await?;
    let given = values![campaign, WAITING_LOOKED_AT, now];
    let rows = reader.rows(sql::CONTACTS_WAITING, given).await?;
    let reasons = rows.iter().map(|row| {
        let fields = Fields::of("contacts", row);
        Ok(WaitingFor {
            reason: fields.text("reason")?,
            contacts: fields.count("contacts")?,
            first_due: fields.instant("first_due")?,
            due: fields.count("due")?,
        })
    });
    let mut reasons = reasons.collect::<Result<Vec<_>>>()?;
    // Most first.
    reasons.sort_by(|a, b| (b.contacts, &a.reason).cmp(&(a.contacts, &b.reason)));
    Ok(Waiting {
        looked_at: reasons.iter().map(|one| one.contacts).sum(),
        reasons,
    })
}

/// See [`crate::Contacts::foresee`].
pub(crate) async fn foresee<L: Reader>(
    reader: &mut L,
    numbers: &[Number],
    repeat: RepeatRule,
    now: Timestamp,
) -> Result<Foreseen, L::Failure> {
    let numbers: Vec<i64> = numbers.iter().map(|number| digits(*number)).collect();
    let given = values![numbers, repeat.horizon(now)];
    let Some(row) = reader.row(sql::NUMBERS_FORESEEN, given).await? else {
        return Ok(Foreseen::default());
    };
    let fields = Fields::of("numbers", &row);
    Ok(Foreseen {
        blocked: fields.count("blocked")?,
        called: fields.count("called")?,
    })
}

/// See [`crate::Contacts::layouts`].
pub(crate) async fn layouts<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
) -> Result<Vec<String>, L::Failure> {
    let rows = reader.rows(sql::LAYOUTS, values![campaign]).await?;
    let layouts = rows
        .iter()
        .map(|row| Fields::of("lists", row).text("layout"));
    Ok(layouts.collect::<Result<_>>()?)
}

/// See [`crate::Contacts::problems`].
pub(crate) async fn problems<L: Reader>(
    reader: &mut L,
    campaign: CampaignId,
    page: &Page<u32>,
) -> Result<Vec<RowProblem>, L::Failure> {
    let after = page.after.unwrap_or(0);
    let rows = reader
        .rows(sql::PROBLEMS, values![campaign, after, limit(page)])
        .await?;
    let problems = rows.iter().map(|row| {
        let fields = Fields::of("list_problems", row);
        Ok(RowProblem {
            line: fields.count("line")?,
            column: fields.text("field")?,
            value: fields.text("value")?,
            reason: fields.text("reason")?,
            fields: fields.text("fields")?,
        })
    });
    Ok(problems.collect::<Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_by_its_beginning_without_case() {
        let long = "N".repeat(NAME_KEY + 1);
        for (name, key) in [
            (" Ada LOVELACE\t", "ada lovelace"),
            ("\u{a0}JÜRGEN ", "jürgen"),
            (&long, &long.to_lowercase()[1..]),
            (
                &format!("É{long}"),
                &format!("é{}", &long.to_lowercase()[2..]),
            ),
            ("", ""),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }
}
