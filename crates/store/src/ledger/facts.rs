//! Named values of a ledger, whichever database keeps them. A value that is read, changed and written back
//! by several must not lose what another wrote: it is replaced only while it is what was read.

use crate::sql;
use crate::transaction::{Transaction, values};

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
