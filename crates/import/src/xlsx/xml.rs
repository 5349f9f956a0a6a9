//! Elements of XML and their attributes, by names without their prefixes.

use quick_xml::escape::unescape;
use quick_xml::events::BytesStart;

/// A start tag.
pub(super) struct Element<'a>(pub(super) &'a BytesStart<'a>);

impl Element<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The attributes by their names without prefixes, as they are written. Malformed ones end them.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.0.attributes_raw();
        std::iter::from_fn(move || {
            let (key, behind) = rest.split_once('=')?;
            let behind = behind.trim_ascii_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, behind) = behind[1..].split_once(quote)?;
            let key = key.trim_ascii();
            rest = behind;
            Some((key.rsplit_once(':').map_or(key, |(_, local)| local), value))
        })
    }

    /// The attribute as it is written.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes();
        attributes.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// The attribute as unescaped text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let raw = self.attribute(name)?;
        Some(unescape(raw).map_or_else(|_| raw.to_owned(), Into::into))
    }

    /// The attribute as a number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim_ascii().parse().ok()
    }

    /// Whether the attribute is true.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self.attribute(name), Some("1" | "true" | "on"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_their_names_without_prefixes() {
        let tag = "x:sheet name=\"A &amp; B\"\n r:id = 'rId1' sheetId=\"7\" hidden=\"1\" broken";
        let start = BytesStart::from_content(tag, 7);
        let element = Element(&start);
        assert_eq!(element.name(), "sheet");
        assert_eq!(element.text("name").as_deref(), Some("A & B"));
        assert_eq!(element.attribute("id"), Some("rId1"));
        assert_eq!(element.number("sheetId"), Some(7));
        assert_eq!(element.number("name"), None);
        assert!(element.is("hidden") && !element.is("broken"));
    }
}
