//! Which fields that an agent says are missing from a campaign's contacts, before any is called.
//!
//! Each text is checked against each contact: a field that no contact has keeps the campaign from
//! starting, because every callee would hear a text with a gap; a field that some contacts lack is
//! reported with their count and with what they would hear. An empty field counts as absent.

mod report;

use self::report::braced;
pub use self::report::{FieldReport, LackingField, MissingField};
use super::Agent;
use crate::script::{Field, Fields, NAME, NUMBER, Script, folded, nearest, sayable, says_number};

/// The columns of a campaign's files, by how they were used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Titles of those whose values are kept with the contacts.
    pub kept: Vec<String>,
    /// Titles of those that hold the numbers.
    pub phone: Vec<String>,
    /// Titles of those that were not read.
    pub ignored: Vec<String>,
}

/// Counts the contacts that lack a field.
#[derive(Clone, Debug)]
pub struct FieldCount {
    columns: Columns,
    places: Vec<Place>,
    contacts: u64,
}

/// A field in a text.
#[derive(Clone, Debug)]
struct Place {
    at: String,
    script: Script,
    field: Field,
    lacking: u64,
    /// What the first contact hears that lacks it.
    hears: String,
}

impl Agent {
    /// The fields that would be left out for one contact: they are empty, and the text provides no
    /// other words.
    pub fn silent_for(&self, contact: &Fields) -> Vec<LackingField> {
        let mut count = FieldCount::new(self, Columns::default());
        count.add(contact);
        let silent = count.places.iter();
        let silent = silent.filter(|place| place.lacking > 0 && place.field.otherwise.is_none());
        silent.map(|place| place.lacks(1)).collect()
    }
}

impl FieldCount {
    /// Nothing counted yet. A field that occurs in several texts counts once for each text that is
    /// said in its place.
    pub fn new(agent: &Agent, columns: Columns) -> Self {
        let mut places: Vec<Place> = Vec::new();
        for (at, script) in agent.scripts() {
            for field in script.fields() {
                let is_same = |place: &Place| {
                    place.field.otherwise == field.otherwise
                        && folded(&place.field.name) == folded(&field.name)
                };
                if !places.iter().any(is_same) {
                    places.push(Place {
                        at: at.clone(),
                        script: script.clone(),
                        field: field.clone(),
                        lacking: 0,
                        hears: String::new(),
                    });
                }
            }
        }
        Self {
            columns,
            places,
            contacts: 0,
        }
    }

    /// Whether any text has a field; contacts need not be counted otherwise.
    pub fn is_needed(&self) -> bool {
        !self.places.is_empty()
    }

    /// Counts a contact.
    pub fn add(&mut self, contact: &Fields) {
        self.contacts += 1;
        for place in &mut self.places {
            if contact.get(&place.field.name).is_none() {
                place.lacking += 1;
                if place.lacking == 1 {
                    place.hears = place.script.around(&place.field.name, contact);
                }
            }
        }
    }

    /// The counts. With no contacts nothing is missing.
    pub fn report(&self) -> FieldReport {
        let mut report = FieldReport {
            contacts: self.contacts,
            fields: self.sayable(),
            ..FieldReport::default()
        };
        for place in self.places.iter().filter(|place| place.lacking > 0) {
            if place.lacking == self.contacts
                && (place.field.otherwise.is_none() || !self.is_field(&place.field.name))
            {
                report.missing.push(self.missing(place));
            } else {
                report.lacking.push(place.lacks(self.contacts));
            }
        }
        report
    }

    /// The fields that can be said, as they are written between braces.
    fn sayable(&self) -> Vec<String> {
        let own = [NAME, NUMBER].map(str::to_owned);
        let kept = self.columns.kept.iter().map(|title| sayable(title));
        let mut found: Vec<String> = Vec::new();
        for title in own.into_iter().chain(kept) {
            if !title.is_empty() && !found.iter().any(|other| folded(other) == folded(&title)) {
                found.push(title);
            }
        }
        found
    }

    fn is_field(&self, name: &str) -> bool {
        let name = folded(name);
        says_number(&name) || self.sayable().iter().any(|field| folded(field) == name)
    }

    fn missing(&self, place: &Place) -> MissingField {
        let name = &place.field.name;
        let is_among = |titles: &[String]| titles.iter().any(|it| folded(it) == folded(name));
        let fields = self.sayable();
        let mut meant = nearest(name, fields.iter().map(String::as_str));
        let shown = braced(name);
        let text = if self.is_field(name) {
            meant = None;
            let provided = format!("{{{name}|…}}");
            format!("no contact has anything in {shown}; write {provided} with what is said then")
        } else if is_among(&self.columns.ignored) {
            meant = None;
            format!("no contact has {shown}, because that column was not read")
        } else {
            if is_among(&self.columns.phone) {
                meant = Some(NUMBER);
            }
            let advice = meant.map(|meant| format!("; did you mean {}?", braced(meant)));
            format!("no contact has {shown}{}", advice.unwrap_or_default())
        };
        MissingField {
            at: place.at.clone(),
            field: name.clone(),
            nearest: meant.map(str::to_owned),
            text,
        }
    }
}

impl Place {
    fn lacks(&self, of: u64) -> LackingField {
        let (lacking, all) = (grouped(self.lacking), grouped(of));
        let has = if self.lacking == 1 { "has" } else { "have" };
        let contacts = if of == 1 { "contact" } else { "contacts" };
        let heard = if self.hears.is_empty() {
            "nothing".to_owned()
        } else {
            format!("“{}”", self.hears)
        };
        LackingField {
            at: self.at.clone(),
            field: self.field.name.clone(),
            contacts: self.lacking,
            otherwise: self.field.otherwise.clone(),
            hears: self.hears.clone(),
            text: format!(
                "{lacking} of {all} {contacts} {has} no {}: {} {heard}",
                braced(&self.field.name),
                listener(&self.at)
            ),
        }
    }
}

/// The person or machine that hears a text.
fn listener(at: &str) -> &'static str {
    match at {
        "voicemail" => "their answering machine hears",
        _ if at.starts_with("parameters.") => "the voice agent is told",
        _ if at.ends_with("whisper") => "the person who takes the call hears",
        _ => "they hear",
    }
}

/// `1,200`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: [&str; 4] = ["First name", "Last name", "Notes", "Amount | due"];

    fn agent(json: &str) -> Agent {
        let agent: Agent = serde_json::from_str(json).unwrap();
        agent.validate().unwrap();
        agent
    }

    fn count(agent: &Agent, contacts: &[(&str, &str)]) -> FieldReport {
        let columns = Columns {
            kept: TITLES.map(str::to_owned).to_vec(),
            phone: vec!["Handynummer".into()],
            ignored: vec!["Internal remark".into()],
        };
        let mut count = FieldCount::new(agent, columns);
        for (name, metadata) in contacts {
            let number = "+12025550123".parse::<crate::Number>().unwrap();
            count.add(&Fields::of_metadata(*name, metadata).with_number(number));
        }
        count.report()
    }

    const ANA: (&str, &str) = (
        "Ana Ruiz",
        r#"{"First name": "Ana", "Notes": "Bring a coat"}"#,
    );
    const BO: (&str, &str) = ("Bo", r#"{"First name": "Bo", "Notes": " "}"#);
    const NOBODY: (&str, &str) = ("", "{}");

    #[test]
    fn a_field_that_no_contact_has_names_the_nearest_column_and_all_there_are() {
        for (text, told) in [
            (
                "Hi {Frist name}.",
                "no contact has {Frist name}; did you mean {First name}?",
            ),
            (
                "Hi {Frist name|you}.",
                "no contact has {Frist name}; did you mean {First name}?",
            ),
            ("Hi {Surname}.", "no contact has {Surname}"),
            (
                "{Handynummer}",
                "no contact has {Handynummer}; did you mean {number}?",
            ),
            (
                "{amount due}",
                "no contact has anything in {amount due}; write {amount due|…}",
            ),
            (
                "{internal_remark|}",
                "no contact has {internal_remark}, because that column was not read",
            ),
        ] {
            let report = count(&Agent::say(text), &[ANA, BO]);
            let refusal = report.refusal().expect(text);
            assert_eq!(refusal.field, "agent.text");
            assert!(
                refusal.problem.starts_with(told),
                "{text}: {}",
                refusal.problem
            );
            let all =
                "The fields are {name}, {number}, {First name}, {Last name}, {Notes}, {Amount due}";
            assert!(refusal.problem.ends_with(all), "{}", refusal.problem);
            assert_eq!(report.lacking, []);
        }
    }

    #[test]
    fn what_every_contact_has_is_no_matter() {
        for text in [
            "Hello.",
            "{name} {first_name} {NUMBER} {phone}",
            "{{Frist name}}",
        ] {
            let report = count(&Agent::say(text), &[ANA, BO]);
            assert_eq!((report.refusal(), report.lacking), (None, vec![]), "{text}");
        }
    }

    #[test]
    fn a_field_that_some_lack_is_told_with_their_count_and_what_they_hear() {
        for (text, otherwise, told) in [
            (
                "About: {Notes}.",
                None,
                "2 of 3 contacts have no {Notes}: they hear “About: .”",
            ),
            (
                "{notes}",
                None,
                "2 of 3 contacts have no {notes}: they hear nothing",
            ),
            (
                "About {Notes|your appointment}.",
                Some("your appointment"),
                "2 of 3 contacts have no {Notes}: they hear “About your appointment.”",
            ),
            (
                "Hi{Notes|}.",
                Some(""),
                "2 of 3 contacts have no {Notes}: they hear “Hi.”",
            ),
            (
                "Hi {name}.",
                None,
                "1 of 3 contacts has no {name}: they hear “Hi .”",
            ),
        ] {
            let report = count(&Agent::say(text), &[ANA, BO, NOBODY]);
            assert_eq!(report.refusal(), None, "{text}");
            let [lacking] = &report.lacking[..] else {
                panic!("{text}: {:?}", report.lacking)
            };
            assert_eq!(
                (lacking.text.as_str(), lacking.otherwise.as_deref()),
                (told, otherwise)
            );
        }
    }

    #[test]
    fn a_column_that_is_empty_for_all_is_silent_only_on_purpose() {
        let report = count(&Agent::say("{Last name|friend} {Notes|}"), &[BO, NOBODY]);
        assert_eq!(report.refusal(), None);
        assert_eq!(report.lacking.len(), 2);
        assert!(count(&Agent::say("{Last name}"), &[BO]).refusal().is_some());
    }

    #[test]
    fn without_contacts_nothing_is_missing() {
        let report = count(&Agent::say("{Frist name}"), &[]);
        assert_eq!((report.refusal(), report.lacking), (None, vec![]));
    }

    #[test]
    fn every_text_of_every_kind_is_asked() {
        let menu = r#"{"kind": "menu", "text": "Press 1.", "keys": {
            "1": {"do": "record", "text": "Speak of {Notes}."},
            "2": {"do": "transfer", "number": "+12025550188", "whisper": "{Last name}", "fallback": "{Street}"}
        }}"#;
        let stream = r#"{"kind": "stream", "url": "wss://example.com/a",
            "parameters": {"notes": "{Notes}"}, "voicemail": "{Notes|Bye}"}"#;
        let audio =
            r#"{"kind": "audio", "audio": "https://example.com/a.mp3", "voicemail": "{Steet}"}"#;
        let transfer =
            r#"{"kind": "transfer", "to": {"number": "+12025550188", "whisper": "{Notes}"}}"#;
        for (json, missing, lacking) in [
            (
                menu,
                vec!["keys.2.whisper", "keys.2.fallback"],
                vec!["keys.1.text"],
            ),
            (stream, vec![], vec!["voicemail", "parameters.notes"]),
            (audio, vec!["voicemail"], vec![]),
            (transfer, vec![], vec!["to.whisper"]),
        ] {
            let report = count(&agent(json), &[ANA, BO]);
            let at: Vec<_> = report.missing.iter().map(|it| it.at.as_str()).collect();
            assert_eq!(at, missing, "{json}");
            let at: Vec<_> = report.lacking.iter().map(|it| it.at.as_str()).collect();
            assert_eq!(at, lacking, "{json}");
        }
        let told = count(&agent(stream), &[ANA, BO]).lacking;
        assert!(
            told[0]
                .text
                .ends_with("their answering machine hears “Bye”"),
            "{}",
            told[0].text
        );
        assert!(
            told[1].text.ends_with("the voice agent is told nothing"),
            "{}",
            told[1].text
        );
    }

    #[test]
    fn one_contact_is_told_only_where_nothing_was_provided() {
        let agent = Agent::say("Hi {name|you}, {Notes}. {Street|}");
        let contact = |(name, metadata)| Fields::of_metadata(name, metadata);
        assert_eq!(agent.silent_for(&contact(ANA)), []);
        let silent = agent.silent_for(&contact(BO));
        assert_eq!(silent.len(), 1);
        assert_eq!(
            (silent[0].field.as_str(), silent[0].hears.as_str()),
            ("Notes", "Hi Bo, .")
        );
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (count, text) in [
            (7, "7"),
            (1_200, "1,200"),
            (999_999, "999,999"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }
}
