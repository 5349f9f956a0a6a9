//! One attempt, as the rules about a call's events and recordings read it.

use ringonce_domain::{Attempt, AttemptId};

use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, values};
use crate::{Result, StoreError};

/// See [`crate::Dialing::attempt`].
pub(crate) async fn attempt<R: Reader>(
    reader: &mut R,
    id: AttemptId,
) -> Result<Option<Attempt>, R::Failure> {
    let row = reader.row(sql::ATTEMPT, values![id]).await?;
    let attempt = row.map(|row| Fields::of("attempts", &row).attempt());
    Ok(attempt.transpose()?)
}

/// An attempt that a command names.
pub(crate) async fn known<R: Reader>(reader: &mut R, id: AttemptId) -> Result<Attempt, R::Failure> {
    let found = attempt(reader, id).await?;
    let missing = || StoreError::NotFound {
        what: "call",
        id: id.to_string(),
    };
    Ok(found.ok_or_else(missing)?)
}
