//! Idempotency keys of requests.

use ringonce_domain::{CampaignId, Timestamp};

use crate::model::{HeldKey, KeyTurn, KeyedRequest, SWEPT_AT_ONCE};
use crate::row::Fields;
use crate::transaction::{Record, Transaction, values};
use crate::{Result, StoreError, sql};

/// See [`crate::RequestKeys::take_key`].
pub(crate) async fn take<T: Transaction>(
    tx: &mut T,
    asked: &KeyedRequest,
    now: Timestamp,
) -> Result<KeyTurn, T::Failure> {
    let HeldKey {
        caller,
        key,
        holder,
    } = &asked.key;
    let (caller, key, holder) = (caller.as_str(), &key[..], &holder[..]);
    let old = now - asked.kept;
    tx.change(sql::KEYS_SWEEP, values![old, now, SWEPT_AT_ONCE])
        .await?;
    tx.change(sql::KEY_FORGET, values![caller, key, old, now])
        .await?;
    let Some(row) = tx.row(sql::KEY_LOCK, values![caller, key]).await? else {
        let counted = tx
            .row(sql::KEYS_COUNTED, values![caller, asked.most])
            .await?;
        let count: Option<u32> = counted
            .map(|row| Fields::of("request_keys", &row).count("keys"))
            .transpose()?;
        if count.is_some_and(|count| count >= asked.most) {
            return Ok(KeyTurn::TooMany);
        }
        let row = values![caller, key, &asked.request[..], now, holder, asked.until];
        // Another request may have entered the key since the look-up.
        return Ok(match tx.change(sql::KEY_ADD, row).await? {
            1 => KeyTurn::First,
            _ => KeyTurn::UnderWay,
        });
    };
    let known = known(&row, asked, now)?;
    if known == KeyTurn::First {
        let over = values![caller, key, holder, asked.until];
        tx.change(sql::KEY_TAKE_OVER, over).await?;
    }
    Ok(known)
}

/// What a known key means for a request; [`KeyTurn::First`] when the request takes it over.
fn known(row: &Record, asked: &KeyedRequest, now: Timestamp) -> Result<KeyTurn> {
    let fields = Fields::of("request_keys", row);
    Ok(if fields.hash("request")? != asked.request {
        KeyTurn::OtherRequest
    } else if fields
        .maybe_instant("held_until")?
        .is_some_and(|until| until > now)
    {
        KeyTurn::UnderWay
    } else {
        let campaign = fields.maybe_int("campaign_id")?.map(CampaignId);
        campaign.map_or(KeyTurn::First, KeyTurn::Made)
    })
}

/// See [`crate::RequestKeys::hold_key`].
pub(crate) async fn hold<T: Transaction>(
    tx: &mut T,
    key: &HeldKey,
    until: Timestamp,
) -> Result<bool, T::Failure> {
    let held = values![key.caller.as_str(), &key.key[..], &key.holder[..], until];
    Ok(tx.change(sql::KEY_HOLD, held).await? == 1)
}

/// Notes the campaign of a request, in the transaction that makes it visible.
pub(crate) async fn made<T: Transaction>(
    tx: &mut T,
    key: &HeldKey,
    campaign: CampaignId,
) -> Result<(), T::Failure> {
    let holder = &key.holder[..];
    let note = values![key.caller.as_str(), &key.key[..], holder, campaign.0];
    match tx.change(sql::KEY_MADE, note).await? {
        1 => Ok(()),
        _ => Err(StoreError::KeyLost.into()),
    }
}

/// See [`crate::RequestKeys::release_key`].
pub(crate) async fn release<T: Transaction>(tx: &mut T, key: &HeldKey) -> Result<(), T::Failure> {
    let held = values![key.caller.as_str(), &key.key[..], &key.holder[..]];
    tx.change(sql::KEY_FREE, held.clone()).await?;
    tx.change(sql::KEY_RELEASE, held).await?;
    Ok(())
}
