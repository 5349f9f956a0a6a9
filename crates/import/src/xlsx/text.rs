//! The text inside an element, of a cell or of a shared string.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

use super::xml::Element;

/// Collects the text of the `<t>` and `<v>` of an element, but not its pronunciation.
#[derive(Default)]
pub(super) struct Text {
    read: String,
    /// Where the part that is being read begins.
    from: Option<usize>,
    keeps_space: bool,
    is_phonetic: bool,
}

impl Text {
    pub(super) fn clear(&mut self) {
        self.read.clear();
        self.from = None;
        self.is_phonetic = false;
    }

    pub(super) fn as_str(&self) -> &str {
        &self.read
    }

    /// Adds an event's text.
    pub(super) fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(start) => match start.local_name().into_inner() {
                "t" if !self.is_phonetic => {
                    self.from = Some(self.read.len());
                    self.keeps_space = Element(start).attribute("space") == Some("preserve");
                }
                "v" => {
                    self.from = Some(self.read.len());
                    self.keeps_space = true;
                }
                "rPh" => self.is_phonetic = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().into_inner() {
                "t" | "v" => self.close(),
                "rPh" => self.is_phonetic = false,
                _ => {}
            },
            _ if self.from.is_none() => {}
            Event::Text(part) => self.read.push_str(&part.xml10_content()),
            Event::CData(part) => self.read.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => {
                if let Some(text) = resolve_xml_entity(entity) {
                    self.read.push_str(text);
                } else if let Ok(Some(char)) = entity.resolve_char_ref() {
                    self.read.push(char);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(from) = self.from.take() else { return };
        if !self.keeps_space {
            let part = self.read[from..].trim_matches([' ', '\t', '\r', '\n']);
            let part = part.to_owned();
            self.read.truncate(from);
            self.read.push_str(&part);
        }
    }
}

/// Writes text in which characters that XML cannot hold are written as `_x000D_`.
pub(super) fn write_decoded(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let unit = |from: usize| {
            let code = rest.get(from..from + 7)?;
            let hex = code.strip_prefix("_x")?.strip_suffix('_')?;
            let is_hex = hex.len() == 4 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            is_hex.then(|| u16::from_str_radix(hex, 16).ok())?
        };
        let Some(first) = unit(at) else {
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        out.push_str(&rest[..at]);
        let second = unit(at + 7).filter(|_| (0xD800..0xDC00).contains(&first));
        let units = [first, second.unwrap_or_default()];
        let units = &units[..if second.is_some() { 2 } else { 1 }];
        let chars = char::decode_utf16(units.iter().copied());
        out.extend(chars.map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)));
        rest = &rest[at + 7 * units.len()..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_cannot_hold_are_decoded() {
        for (text, expected) in [
            ("plain _ text", "plain _ text"),
            ("one_x000D_two", "one\rtwo"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE42_!", "🙂!"),
            ("_xD83D_!", "\u{fffd}!"),
            ("_x00_ _x000G_ _x", "_x00_ _x000G_ _x"),
            ("é_x", "é_x"),
        ] {
            let mut out = String::new();
            write_decoded(text, &mut out);
            assert_eq!(out, expected, "{text}");
        }
    }
}
