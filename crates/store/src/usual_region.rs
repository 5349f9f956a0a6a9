//! The region in which a deployment's people write numbers without a country code: a fact of the ledger,
//! so that every instance, page and command reads such a number alike.

use ringonce_domain::Region;
use serde_json::json;

use crate::Result;
use crate::audit::Entry;
use crate::deed::Deed;
use crate::row::{Cells, Fields};

/// The name of the fact; its value is a code of two letters, or empty when the region was taken back.
pub(crate) const FACT: &str = "usual_region";

/// The fact's row.
pub(crate) fn read(row: &dyn Cells) -> Result<Option<Region>> {
    let fields = Fields::of("facts", row);
    match fields.str(1)? {
        "" => Ok(None),
        _ => fields.word(1).map(Some),
    }
}

/// What the fact's value is.
pub(crate) fn value(region: Option<Region>) -> String {
    region.map(|region| region.to_string()).unwrap_or_default()
}

/// What the audit trail says of a change.
pub(crate) fn detail(before: Option<Region>, after: Option<Region>) -> String {
    json!({ "setting": FACT, "before": before, "after": after }).to_string()
}

/// The entry in the audit trail.
pub(crate) fn entry<'a>(detail: &'a str, Deed { by, now }: Deed<'a>) -> Entry<'a> {
    Entry {
        at: now,
        actor: by,
        event: "settings.change",
        campaign: None,
        number: None,
        attempt: None,
        detail,
    }
}
