//! Named values of a ledger. A value that several processes read, change and write back is replaced only
//! while it is the value that was read.

use ringonce_domain::Region;
use serde_json::json;

use crate::Result;
use crate::model::AuditContext;
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};

/// See [`crate::Admin::replace_fact`].
pub(crate) async fn replace<T: Transaction>(
    tx: &mut T,
    name: &str,
    held: Option<&str>,
    value: &str,
) -> Result<bool, T::Failure> {
    let changed = match held {
        Some(held) => tx.change(sql::FACT_REPLACE, values![name, held, value]),
        None => tx.change(sql::FACT_ADD, values![name, value]),
    };
    Ok(changed.await? == 1)
}

/// See [`crate::Admin::fact`].
pub(crate) async fn fact<R: Reader>(
    reader: &mut R,
    name: &str,
) -> Result<Option<String>, R::Failure> {
    let row = reader.row(sql::FACT, values![name]).await?;
    let value = row.map(|row| Fields::of("facts", &row).text("value"));
    Ok(value.transpose()?)
}

/// See [`crate::Admin::fact_or_set`].
pub(crate) async fn fact_or_set<T: Transaction>(
    tx: &mut T,
    name: &str,
    value: &str,
) -> Result<String, T::Failure> {
    tx.change(sql::FACT_ADD, values![name, value]).await?;
    let held = fact(tx, name).await?;
    Ok(held.unwrap_or_else(|| value.to_owned()))
}

/// Sets a named value unconditionally, for a transaction that keeps others from reading it meanwhile.
pub(crate) async fn set<T: Transaction>(
    tx: &mut T,
    name: &str,
    value: &str,
) -> Result<(), T::Failure> {
    tx.at_end(sql::FACT_SET, values![name, value]).await
}

/// The name of the usual region; its value is a code of two letters, or empty after the region was removed.
const USUAL_REGION: &str = "usual_region";

fn region_in(row: Option<&Record>) -> Result<Option<Region>> {
    let Some(row) = row else { return Ok(None) };
    let fields = Fields::of("facts", row);
    match fields.str("value")? {
        "" => Ok(None),
        _ => fields.word("value").map(Some),
    }
}

/// See [`crate::Admin::usual_region`].
pub(crate) async fn usual_region<R: Reader>(reader: &mut R) -> Result<Option<Region>, R::Failure> {
    let row = reader.row(sql::FACT, values![USUAL_REGION]).await?;
    Ok(region_in(row.as_ref())?)
}

/// See [`crate::Admin::set_usual_region`].
pub(crate) async fn set_usual_region<T: Transaction>(
    tx: &mut T,
    region: Option<Region>,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    // A missing row cannot be locked; an empty value means the same.
    tx.change(sql::FACT_ADD, values![USUAL_REGION, ""]).await?;
    let before = tx.row(sql::FACT_LOCK, values![USUAL_REGION]).await?;
    let before = region_in(before.as_ref())?;
    if before == region {
        return Ok(false);
    }
    let value = region.map(|region| region.to_string());
    set(tx, USUAL_REGION, &value.unwrap_or_default()).await?;
    let detail = json!({ "setting": USUAL_REGION, "before": before, "after": region });
    tx.audit_plain("settings.change", &detail, on).await?;
    Ok(true)
}
