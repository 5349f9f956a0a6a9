//! Icons, drawn in a square of 16: markup of our own that pages put in as it is.

/// The markup of an icon; hidden from screen readers, for words stand beside each. Empty when there
/// is none of this name, which no test lets through.
pub(crate) fn icon(name: &str) -> String {
    let shape = ICONS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, shape)| *shape);
    format!(
        r#"<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape}</svg>"#
    )
}

/// Names and shapes. `class="line"` is stroked, everything else filled.
const ICONS: &[(&str, &str)] = &[
    ("play", r#"<path d="M4 2.5v11l9-5.5z"/>"#),
    ("pause", r#"<path d="M4 2.5h3v11H4zM9 2.5h3v11H9z"/>"#),
    ("check", r#"<path class="line" d="M2.5 8.5l4 4 7-9"/>"#),
    ("cross", r#"<path class="line" d="M3.5 3.5l9 9m0-9l-9 9"/>"#),
    (
        "clock",
        r#"<circle class="line" cx="8" cy="8" r="6"/><path class="line" d="M8 4.5V8l2.5 2"/>"#,
    ),
    (
        "pencil",
        r#"<path class="line" d="M3 13l1-3.5L11 2.5l2.5 2.5L6.5 12z"/>"#,
    ),
    ("stop", r#"<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/>"#),
    ("plus", r#"<path class="line" d="M8 3v10M3 8h10"/>"#),
    ("menu", r#"<path class="line" d="M2 4h12M2 8h12M2 12h12"/>"#),
    (
        "search",
        r#"<circle class="line" cx="7" cy="7" r="4.5"/><path class="line" d="M10.5 10.5L14 14"/>"#,
    ),
    (
        "campaigns",
        r#"<path class="line" d="M2 6.5v3h2.5L11 13V3L4.5 6.500zM13.5 6v4"/>"#,
    ),
    (
        "calls",
        r#"<path class="line" d="M3.2 2.500h2.300l1.2 3-1.6 1.200a8 8 0 0 0 4.2 4.200l1.2-1.6 3 1.200v2.300c0 .6-.5 1-1.1 1C7.2 13.5 2.5 8.8 2.2 3.600c0-.6.4-1.1 1-1.100z"/>"#,
    ),
    (
        "numbers",
        r#"<path class="line" d="M6 2L4.5 14M11.5 2L10 14M2.5 5.500h11.500M2 10.500h11.5"/>"#,
    ),
    (
        "agents",
        r#"<path class="line" d="M2.5 3h11v7.500h-6L4 13.500v-3H2.500zM5 6h6M5 8h4"/>"#,
    ),
    (
        "instances",
        r#"<path class="line" d="M2.5 2.500h11v4.500h-11zM2.5 9h11v4.500h-11zM5 4.750h.01M5 11.250h.01"/>"#,
    ),
    (
        "carriers",
        r#"<path class="line" d="M8 9v5M5 14h6M5.2 9.300a4 4 0 1 1 5.6 0M3.2 11.300a6.5 6.5 0 1 1 9.6 0"/>"#,
    ),
    (
        "audit",
        r#"<path class="line" d="M3.5 2h9v12h-9zM6 5h4M6 8h4M6 11h2"/>"#,
    ),
    (
        "settings",
        r#"<path class="line" d="M2 4.500h7M12.5 4.500H14M2 11.500h1.500M7 11.500h7"/><circle class="line" cx="10.5" cy="4.5" r="1.7"/><circle class="line" cx="5" cy="11.5" r="1.7"/>"#,
    ),
    (
        "users",
        r#"<circle class="line" cx="6" cy="5.5" r="2.5"/><path class="line" d="M1.5 13.500a4.5 4.5 0 0 1 9 0M10.5 3.200a2.5 2.5 0 0 1 0 4.600M12 9.700a4.5 4.5 0 0 1 2.5 3.8"/>"#,
    ),
    (
        "account",
        r#"<circle class="line" cx="8" cy="5.5" r="2.7"/><path class="line" d="M2.8 14a5.2 5.2 0 0 1 10.4 0"/>"#,
    ),
    (
        "leave",
        r#"<path class="line" d="M6.5 2.500h-4v11h4M6.5 8h7M11 5.500L13.5 8 11 10.5"/>"#,
    ),
    (
        "copy",
        r#"<path class="line" d="M5.5 5.500h8v8h-8zM10.5 5.500v-3h-8v8h3"/>"#,
    ),
    (
        "download",
        r#"<path class="line" d="M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.500h11"/>"#,
    ),
    (
        "upload",
        r#"<path class="line" d="M8 11V3M4.5 6L8 2.5 11.5 6M2.5 13.500h11"/>"#,
    ),
    ("right", r#"<path class="line" d="M6 3l5 5-5 5"/>"#),
    ("left", r#"<path class="line" d="M10 3L5 8l5 5"/>"#),
    (
        "block",
        r#"<circle class="line" cx="8" cy="8" r="6"/><path class="line" d="M3.8 3.800l8.4 8.4"/>"#,
    ),
    (
        "warning",
        r#"<path class="line" d="M8 2L14.5 13.500h-13zM8 6.500v3M8 11.500h.01"/>"#,
    ),
    (
        "info",
        r#"<circle class="line" cx="8" cy="8" r="6"/><path class="line" d="M8 7.500v3.500M8 5h.01"/>"#,
    ),
    (
        "share",
        r#"<circle class="line" cx="4" cy="8" r="2"/><circle class="line" cx="12" cy="3.5" r="2"/><circle class="line" cx="12" cy="12.5" r="2"/><path class="line" d="M5.8 7l4.4-2.500M5.8 9l4.4 2.5"/>"#,
    ),
    (
        "trash",
        r#"<path class="line" d="M2.5 4.500h11M6 4.500V2.500h4v2M4 4.500l.7 9h6.600l.7-9"/>"#,
    ),
];

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_icon_that_a_template_names_is_drawn() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for part in text.split("icon(\"").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(ICONS.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }
}
