//! The parts of an XLSX and the relations between them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::damaged;
use super::text::{Text, write_decoded};
use super::xml::Element;
use crate::ImportError;
use crate::strings::Strings;

/// A part that is being read.
pub(super) type Part<'a, R> = Reader<BufReader<ZipFile<'a, R>>>;

/// An open package.
pub(super) struct Package<R> {
    archive: ZipArchive<R>,
    /// Each part's index, by its path in lower case: programs do not agree on case.
    places: HashMap<String, usize>,
}

/// A part to which another refers.
pub(super) struct Related {
    pub(super) id: String,
    /// The last word of its type, as `worksheet`.
    pub(super) kind: String,
    /// Its path.
    pub(super) target: String,
}

impl<R: Read + Seek> Package<R> {
    pub(super) fn open(file: R) -> Result<Self, ImportError> {
        let archive = ZipArchive::new(file).map_err(damaged)?;
        let places = archive
            .file_names()
            .enumerate()
            .filter_map(|(place, name)| Some((place_of(&name.ok()?), place)))
            .collect();
        Ok(Self { archive, places })
    }

    /// The path of the workbook itself.
    pub(super) fn main_part(&mut self) -> Result<String, ImportError> {
        const USUAL: &str = "xl/workbook.xml";
        if !self.has("_rels/.rels") {
            return Ok(USUAL.to_owned());
        }
        let related = self.relations("_rels/.rels", "")?;
        let main = related
            .into_iter()
            .find(|part| part.kind == "officeDocument");
        Ok(main.map_or_else(|| USUAL.to_owned(), |main| main.target))
    }

    /// The parts to which this part refers.
    pub(super) fn related(&mut self, part: &str) -> Result<Vec<Related>, ImportError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        self.relations(&join(folder, &format!("_rels/{name}.rels")), folder)
    }

    fn relations(&mut self, part: &str, folder: &str) -> Result<Vec<Related>, ImportError> {
        let mut related = Vec::new();
        self.each_element(part, |element| {
            if element.name() == "Relationship" {
                let kind = element.text("Type").unwrap_or_default();
                related.push(Related {
                    id: element.text("Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: join(folder, &element.text("Target").unwrap_or_default()),
                });
            }
        })?;
        Ok(related)
    }

    /// Calls the function with every element of a part.
    pub(super) fn each_element(
        &mut self,
        part: &str,
        mut show: impl FnMut(&Element<'_>),
    ) -> Result<(), ImportError> {
        let mut xml = self.read(part)?;
        each_event(&mut xml, |event| {
            if let Event::Start(start) = event {
                show(&Element(start));
            }
        })
    }

    pub(super) fn has(&self, part: &str) -> bool {
        self.places.contains_key(&place_of(part))
    }

    /// The strings in a part.
    pub(super) fn strings(&mut self, part: &str) -> Result<Strings, ImportError> {
        let mut strings = Strings::default();
        let mut text = Text::default();
        let mut xml = self.read(part)?;
        each_event(&mut xml, |event| {
            text.take(event);
            if let Event::End(end) = event
                && end.local_name().into_inner() == "si"
            {
                write_decoded(text.as_str(), strings.open());
                strings.end();
                text.clear();
            }
        })?;
        Ok(strings)
    }

    /// Begins to read a part.
    pub(super) fn read(&mut self, part: &str) -> Result<Part<'_, R>, ImportError> {
        let place = self.places.get(&place_of(part));
        let place = *place.ok_or_else(|| damaged(format!("the part {part} is missing")))?;
        let file = self.archive.by_index(place).map_err(damaged)?;
        let mut xml = Reader::from_reader(BufReader::new(file));
        let config = xml.config_mut();
        config.check_end_names = false;
        config.check_comments = false;
        config.expand_empty_elements = true;
        Ok(xml)
    }
}

fn each_event(
    xml: &mut Reader<impl BufRead>,
    mut show: impl FnMut(&Event<'_>),
) -> Result<(), ImportError> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Eof => return Ok(()),
            event => show(&event),
        }
    }
}

/// The key of a path: lower case, forward slashes, none at the beginning.
fn place_of(path: &str) -> String {
    path.replace('\\', "/")
        .trim_start_matches('/')
        .to_ascii_lowercase()
}

/// The path of a target that is relative to a folder.
fn join(folder: &str, target: &str) -> String {
    if target.starts_with('/') || folder.is_empty() {
        return target.trim_start_matches('/').to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_their_folder_or_from_the_top() {
        for (folder, target, path) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/styles.xml", "xl/styles.xml"),
            ("xl", "../docs/a.xml", "docs/a.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
        ] {
            assert_eq!(join(folder, target), path);
        }
        assert_eq!(place_of("\\xl\\Workbook.XML"), "xl/workbook.xml");
    }
}
