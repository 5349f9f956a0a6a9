//! Reads a number as a person typed it, with what the ledger holds and with the deployment's usual region.
//! The page that looks numbers up and the API share it.

use std::borrow::Cow;

use ringonce_domain::Number;
use ringonce_domain::number::{Meaning, NumberError, Readings};
use ringonce_store::model::NumberDetail;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::{AppState, limits, visibility};

/// What a typed text means to this ledger.
pub(crate) struct TypedNumber {
    /// One number and why, or those to choose from.
    pub(crate) meaning: Meaning,
    /// Every number that the text can mean, the likelier ones first, those that the ledger holds with
    /// their history; the history of the others was not asked for.
    pub(crate) readings: Vec<(Number, Option<NumberDetail>)>,
    /// How many of them are written so in their country.
    pub(crate) likely: usize,
}

/// The text that a person typed into an address, where a plus at the beginning becomes a blank.
pub(crate) fn of_address(text: &str) -> Cow<'_, str> {
    match text.strip_prefix(' ') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("+{rest}").into(),
        _ => text.into(),
    }
}

/// Reads a text; the inner error says why it is no number.
pub(crate) async fn read(
    state: &AppState,
    caller: &Caller,
    text: &str,
) -> Result<Result<TypedNumber, NumberError>, Problem> {
    let usual = state.store.usual_region().await?;
    let readings = match Number::readings(text, usual) {
        Ok(readings) => readings,
        Err(error) => return Ok(Err(error)),
    };
    let mut asked = readings.to_look_up();
    asked.truncate(limits::READINGS_LOOKED_UP);
    let likely = asked.len();
    let mut held = Vec::new();
    for number in asked {
        held.extend(visibility::number(state, caller, number).await?);
    }
    let numbers: Vec<_> = held.iter().map(|detail| detail.number).collect();
    Ok(Ok(TypedNumber {
        meaning: readings.meaning(&numbers),
        readings: with_history(&readings, held),
        likely,
    }))
}

fn with_history(
    readings: &Readings,
    mut held: Vec<NumberDetail>,
) -> Vec<(Number, Option<NumberDetail>)> {
    let all = readings.all().into_iter();
    all.map(|number| {
        let place = held.iter().position(|detail| detail.number == number);
        (number, place.map(|place| held.swap_remove(place)))
    })
    .collect()
}
