//! What the columns of a campaign's lists are for, as each file was read.

use ringonce_domain::CampaignId;
use ringonce_import::Columns;
use ringonce_store::{Store, StoreError};
use serde::Deserialize;

/// As much of a file's layout as this needs.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ListLayout {
    columns: Columns,
}

/// The columns of each list, the first list first; none of a list whose layout says nothing of them.
pub(crate) async fn of(
    store: &dyn Store,
    campaign: CampaignId,
) -> Result<Vec<Columns>, StoreError> {
    let layouts = store.layouts(campaign).await?;
    Ok(layouts.iter().map(|text| read(text)).collect())
}

fn read(layout: &str) -> Columns {
    serde_json::from_str::<ListLayout>(layout)
        .unwrap_or_default()
        .columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_layout_says_of_columns_is_read_and_what_it_does_not_say_is_none() {
        let layout = r#"{"file": "a.csv", "columns": {"phone": ["Mobile"], "name": ["First", "Last"],
            "zone": "tz", "metadata": ["City"], "ignored": ["Id"]}}"#;
        let columns = read(layout);
        assert_eq!(
            (columns.phone, columns.ignored),
            (vec!["Mobile".into()], vec!["Id".into()])
        );
        assert_eq!(columns.zone.as_deref(), Some("tz"));
        for nothing in ["{}", "[]", "", r#"{"columns": 7}"#] {
            assert_eq!(read(nothing), Columns::default(), "{nothing}");
        }
    }
}
