//! What calls cost, as the carrier says later.

use ringonce_domain::{AttemptId, Price};
use serde::Serialize;

/// A call whose price a carrier may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpriced {
    /// The attempt.
    pub attempt: AttemptId,
    /// The carrier's name for the call.
    pub call_id: String,
}

/// What a carrier charges for a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The call, by the name under which the carrier lists it: the price of another is none of ours.
    pub call: Unpriced,
    /// The price.
    pub price: Price,
}

/// What some calls cost together in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PriceTotal {
    /// The sum.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schema(value_type = ringonce_domain::price::PriceText))]
    pub price: Price,
    /// The calls whose prices it is the sum of.
    pub calls: u64,
    /// Those of them that were answered.
    pub answered: u64,
}
