//! Elements, and the document that they make. Whatever text is given, nothing in it becomes markup.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::Twiml;

pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, readable(&value.into())));
        self
    }

    pub(super) fn holding(mut self, children: Vec<Self>) -> Self {
        self.children = children;
        self
    }

    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = readable(&text.into());
        self
    }

    fn write(&self, out: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|(name, value)| (*name, value.as_str()));
        let start = BytesStart::new(self.name).with_attributes(attributes);
        if self.children.is_empty() && self.text.is_empty() {
            return out.write_event(Event::Empty(start));
        }
        out.write_event(Event::Start(start))?;
        for child in &self.children {
            child.write(out)?;
        }
        if !self.text.is_empty() {
            out.write_event(Event::Text(BytesText::new(&self.text)))?;
        }
        out.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// The document of these steps.
pub(super) fn document(steps: Vec<Element>) -> Twiml {
    let mut out = Writer::new(Vec::new());
    let root = Element::new("Response").holding(steps);
    // Writing to memory does not fail.
    let _ = out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let _ = root.write(&mut out);
    Twiml(String::from_utf8(out.into_inner()).unwrap_or_default())
}

/// What XML 1.0 allows in a document.
fn readable(text: &str) -> String {
    let is_readable = |c: &char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    text.chars().filter(is_readable).collect()
}
