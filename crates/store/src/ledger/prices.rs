//! What calls cost. A price and the sum of its campaign change in one transaction; the price of a call whose end
//! was told wrong is withdrawn where that end is, for it may be that of another call.

use std::collections::BTreeMap;

use ringonce_domain::{AttemptId, CampaignId, Currency, Price, Timestamp};
use serde_json::json;

use super::inbox::first_id;
use crate::Result;
use crate::listing::limit;
use crate::model::{AuditContext, Page, PriceTotal, Priced, Unpriced};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};

/// The columns `price` and `currency`.
pub(crate) fn price(fields: &Fields<'_>) -> Result<Option<Price>> {
    let (millionths, currency) = (fields.maybe_int("price")?, fields.maybe_word("currency")?);
    Ok(millionths
        .zip(currency)
        .map(|(millionths, currency)| Price {
            currency,
            millionths,
        }))
}

/// The rows of `campaign_prices`.
pub(super) fn totals(rows: &[Record]) -> Result<Vec<PriceTotal>> {
    let total = |row: &Record| {
        let fields = Fields::of("campaign_prices", row);
        Ok(PriceTotal {
            price: Price {
                currency: fields.word("currency")?,
                millionths: fields.int("millionths")?,
            },
            calls: fields.count("calls")?,
            answered: fields.count("answered")?,
        })
    };
    rows.iter().map(total).collect()
}

/// See [`crate::Inbox::unpriced`].
pub(crate) async fn unpriced<R: Reader>(
    reader: &mut R,
    carrier: &str,
    from: Timestamp,
    until: Timestamp,
    page: &Page<AttemptId>,
) -> Result<Vec<Unpriced>, R::Failure> {
    let first = first_id(from);
    let after = page.after.map_or(first, |after| after.max(first));
    let asked = values![after, first_id(until), carrier, limit(page)];
    let rows = reader.rows(sql::ATTEMPTS_UNPRICED, asked).await?;
    let unpriced = rows.iter().map(|row| {
        let fields = Fields::of("attempts", row);
        Ok(Unpriced {
            attempt: AttemptId(fields.uuid("id")?),
            call_id: fields.text("call_id")?,
        })
    });
    Ok(unpriced.collect::<Result<_>>()?)
}

/// See [`crate::Inbox::learn_prices`].
pub(crate) async fn learn<T: Transaction>(
    tx: &mut T,
    carrier: &str,
    prices: &[Priced],
    on: &AuditContext,
) -> Result<u64, T::Failure> {
    let mut sums: BTreeMap<(CampaignId, Currency), (i64, i64, i64)> = BTreeMap::new();
    let mut learned = 0_u64;
    for Priced { call, price } in prices {
        let currency = price.currency.as_str();
        let given = values![
            call.attempt,
            price.millionths,
            currency,
            call.call_id.as_str()
        ];
        let Some(row) = tx.row(sql::PRICE_SET, given).await? else {
            continue;
        };
        let fields = Fields::of("attempts", &row);
        let campaign = fields.campaign("campaign_id")?;
        let (calls, answered, millionths) = sums.entry((campaign, price.currency)).or_default();
        *calls += 1;
        *answered += i64::from(fields.flag("answered")?);
        *millionths += price.millionths;
        learned += 1;
    }
    if learned == 0 {
        return Ok(0);
    }
    for ((campaign, currency), (calls, answered, millionths)) in sums {
        let row = values![campaign, currency.as_str(), calls, answered, millionths];
        tx.at_end(sql::PRICE_COUNT, row).await?;
    }
    let detail = json!({ "carrier": carrier, "calls": learned });
    tx.audit_plain("carrier.prices", &detail, on).await?;
    Ok(learned)
}
