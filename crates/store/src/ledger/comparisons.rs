//! How our calls of a day compare with a carrier's own list of them.

use std::collections::BTreeSet;

use ringonce_domain::Number;
use serde_json::json;

use crate::Result;
use crate::listing::limit;
use crate::model::{
    Actor, AuditContext, Comparison, Difference, DifferenceAt, MAX_DIFFERENCES, Page,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};

fn comparison(row: &Record) -> Result<Comparison> {
    let fields = Fields::of("comparisons", row);
    let caller_ids = serde_json::from_str(fields.str("caller_ids")?);
    Ok(Comparison {
        carrier: fields.text("carrier")?,
        day: fields.text("day")?,
        compared_at: fields.instant("compared_at")?,
        ours: fields.count("ours")?,
        theirs: fields.count("theirs")?,
        others: fields.count("others")?,
        differences: fields.count("differences")?,
        caller_ids: caller_ids.map_err(|error| fields.corrupt("caller_ids", &error))?,
    })
}

fn difference(row: &Record) -> Result<DifferenceAt> {
    let fields = Fields::of("differences", row);
    let difference = serde_json::from_str(fields.str("difference")?);
    Ok(DifferenceAt {
        place: fields.count("place")?,
        difference: difference.map_err(|error| fields.corrupt("difference", &error))?,
    })
}

/// See [`crate::Inbox::comparisons`].
pub(crate) async fn comparisons<R: Reader>(
    reader: &mut R,
    carrier: &str,
    limit: u32,
) -> Result<Vec<Comparison>, R::Failure> {
    let rows = reader
        .rows(sql::COMPARISONS, values![carrier, limit])
        .await?;
    Ok(rows.iter().map(comparison).collect::<Result<_>>()?)
}

/// See [`crate::Inbox::differences`].
pub(crate) async fn differences<R: Reader>(
    reader: &mut R,
    carrier: &str,
    day: &str,
    page: &Page<u64>,
) -> Result<Vec<DifferenceAt>, R::Failure> {
    let asked = values![carrier, day, page.after.unwrap_or(0), limit(page)];
    let rows = reader.rows(sql::DIFFERENCES, asked).await?;
    Ok(rows.iter().map(difference).collect::<Result<_>>()?)
}

/// See [`crate::Inbox::caller_ids`].
pub(crate) async fn caller_ids<R: Reader>(
    reader: &mut R,
    carrier: &str,
) -> Result<BTreeSet<Number>, R::Failure> {
    let named = reader
        .rows(sql::CALLER_IDS_OF_CAMPAIGNS, values![carrier])
        .await?;
    let mut all = BTreeSet::new();
    for row in &named {
        let fields = Fields::of("campaigns", row);
        let Some(text) = fields.maybe_text("caller_ids")? else {
            continue;
        };
        let numbers: Vec<Number> =
            serde_json::from_str(&text).map_err(|error| fields.corrupt("settings", &error))?;
        all.extend(numbers);
    }
    Ok(all)
}

/// See [`crate::Inbox::compared`].
pub(crate) async fn compared<T: Transaction>(
    tx: &mut T,
    comparison: &Comparison,
    differences: &[Difference],
    by: &Actor,
) -> Result<(), T::Failure> {
    let (carrier, day) = (&*comparison.carrier, &*comparison.day);
    let row = values![
        carrier,
        day,
        comparison.compared_at,
        comparison.ours,
        comparison.theirs,
        comparison.others,
        comparison.differences,
        json!(comparison.caller_ids).to_string(),
    ];
    tx.at_end(sql::COMPARISON_SET, row).await?;
    tx.at_end(sql::DIFFERENCES_DROP, values![carrier, day])
        .await?;
    for (place, difference) in (1_u64..).zip(differences.iter().take(MAX_DIFFERENCES)) {
        let row = values![carrier, day, place, json!(difference).to_string()];
        tx.at_end(sql::DIFFERENCE_ADD, row).await?;
    }
    let detail = json!({ "carrier": carrier, "day": day, "ours": comparison.ours,
        "theirs": comparison.theirs, "others": comparison.others,
        "differences": comparison.differences });
    let on = AuditContext::new(by.clone(), comparison.compared_at);
    tx.audit_plain("carrier.compare", &detail, &on).await
}
