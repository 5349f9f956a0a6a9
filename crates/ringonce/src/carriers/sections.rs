//! The sections `[carriers.NAME]` of the configuration: one for each account, whose name campaigns give.
//!
//! What a section holds depends on its kind of carrier, so that it is read in two steps: as a table, to which
//! the environment adds, and then by its kind.

use std::collections::BTreeMap;
use std::fmt;

use confique::Layer as _;
use confique::meta::{Expr, FieldKind, LeafKind, Meta};
use ringonce_carrier::simulator;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Configured, twilio};
use crate::config::Config;
use crate::failure::{Exit, Failure};

/// Every kind of carrier that there is an adapter for.
const KINDS: [Kind; 2] = [twilio::TWILIO, twilio::SIGNALWIRE];
/// Names that stand for something else in campaigns' settings or in addresses.
const TAKEN: [&str; 2] = [simulator::NAME, "media"];
/// The longest name.
const MAX_NAME: usize = 40;
const HELP: &str = "`ringonce config` prints every setting with its default";

/// A kind of carrier that there is an adapter for.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Its name, which is also that of the account which needs no other.
    pub(super) name: &'static str,
    /// What its sections hold.
    pub(super) settings: &'static Meta,
    /// The same, documented.
    pub(super) template: fn() -> String,
    /// Whether a section can be read.
    pub(super) check: fn(&Section) -> Result<(), Failure>,
    /// Makes a carrier of a section.
    pub(super) configure: fn(&Config, &Section) -> Result<Configured, Failure>,
}

/// The section of one account.
#[derive(Clone)]
pub(crate) struct Section {
    /// The carrier's name, as campaigns' settings spell it.
    pub(super) name: String,
    pub(super) kind: &'static Kind,
    table: Map<String, Value>,
}

/// All sections. They hold secrets, and are not shown.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sections(BTreeMap<String, Map<String, Value>>);

impl fmt::Debug for Sections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Sections {
    /// Adds what the environment holds: of each account that the file names, and of one that is named as its kind.
    /// Checks that each can be read.
    pub(crate) fn with(
        mut self,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        for kind in &KINDS {
            self.0.entry(kind.name.to_owned()).or_default();
        }
        let mut variables = BTreeMap::new();
        for (name, table) in &mut self.0 {
            if !is_name(name) {
                return Err(invalid(format!(
                    "carriers.{name}: a carrier's name has small letters, digits and single hyphens, begins with a letter, is no longer than {MAX_NAME} and none of {}",
                    TAKEN.join(" and ")
                )));
            }
            let kind = kind_of(name, table)?;
            for field in kind.settings.fields {
                let variable = variable(name, field.name);
                if let Some(other) = variables.insert(variable.clone(), name.clone()) {
                    return Err(invalid(format!(
                        "carriers.{other} and carriers.{name} both have the variable {variable}: name one of them otherwise"
                    )));
                }
                if let Some(text) = environment(&variable).filter(|text| !text.is_empty()) {
                    let value = value(&text, &field.kind);
                    let value =
                        value.map_err(|problem| invalid(format!("{variable}: {problem}")))?;
                    table.insert(field.name.to_owned(), value);
                }
            }
        }
        self.0.retain(|_, table| !table.is_empty());
        for section in self.sections(None)? {
            (section.kind.check)(&section)?;
        }
        Ok(self)
    }

    /// The sections in the order of their names, the usual one first.
    pub(crate) fn sections(&self, usual: Option<&str>) -> Result<Vec<Section>, Failure> {
        if let Some(usual) = usual
            && !self.0.is_empty()
            && !self.0.contains_key(usual)
        {
            return Err(invalid(format!(
                "carrier: there is no section carriers.{usual}"
            )));
        }
        let sections = self.0.iter().map(|(name, table)| {
            Ok(Section {
                kind: kind_of(name, table)?,
                name: name.clone(),
                table: table.clone(),
            })
        });
        let mut sections: Vec<Section> = sections.collect::<Result<_, Failure>>()?;
        sections.sort_by_key(|it| usual != Some(&it.name));
        Ok(sections)
    }
}

impl Section {
    /// Where it stands in the configuration.
    pub(super) fn path(&self) -> String {
        format!("carriers.{}", self.name)
    }

    /// The environment variable of one of its settings.
    pub(super) fn variable(&self, field: &str) -> String {
        variable(&self.name, field)
    }

    /// What it holds.
    pub(super) fn read<C: confique::Config>(&self) -> Result<C, Failure> {
        let mut table = self.table.clone();
        table.remove("kind");
        let problem = |words: String| {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            invalid(format!("{}: {words}", self.path()))
        };
        // The error of a value of the wrong kind shows it, and it may be a secret.
        for (key, value) in &table {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            let read = C::Layer::deserialize(Value::Object(alone));
            if read.is_err_and(|error| error.to_string().starts_with("invalid")) {
                return Err(problem(format!(
                    "{key} has a value of the wrong kind; a text stands in quotes"
                )));
            }
        }
        let layer = C::Layer::deserialize(Value::Object(table));
        let layer = layer.map_err(|error| problem(error.to_string()))?;
        let whole = C::from_layer(layer.with_fallback(C::Layer::default_values()));
        whole.map_err(|error| problem(format!("{error:#}")))
    }
}

/// A documented section of each kind, named as its kind.
pub(crate) fn template() -> String {
    let section = |it: &Kind| format!("\n[carriers.{}]\n{}", it.name, (it.template)());
    KINDS.iter().map(section).collect()
}

fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase());
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    begins
        && name.chars().all(fits)
        && !name.ends_with('-')
        && !name.contains("--")
        && name.len() <= MAX_NAME
        && !TAKEN.contains(&name)
}

/// The kind of carrier that a section is about.
fn kind_of(name: &str, table: &Map<String, Value>) -> Result<&'static Kind, Failure> {
    let wanted = match table.get("kind") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => "",
        None => name,
    };
    let found = KINDS.iter().find(|it| it.name == wanted);
    found.ok_or_else(|| {
        let known = KINDS.map(|it| format!("\"{}\"", it.name)).join(" or ");
        invalid(format!(
            "carriers.{name}.kind: say what kind of carrier it is: {known}"
        ))
    })
}

/// The environment variable of a setting of an account.
fn variable(name: &str, field: &str) -> String {
    format!("RINGONCE_{name}_{field}")
        .to_uppercase()
        .replace('-', "_")
}

/// A text of the environment as the setting's kind of value.
fn value(text: &str, kind: &FieldKind) -> Result<Value, String> {
    let default = match kind {
        FieldKind::Leaf {
            kind: LeafKind::Required { default },
            ..
        } => *default,
        _ => None,
    };
    let number = |number: Option<Value>| number.ok_or(format!("`{text}` is not a number"));
    match default {
        Some(Expr::Float(_)) => number(text.trim().parse::<f64>().ok().map(Value::from)),
        Some(Expr::Integer(_)) => number(text.trim().parse::<u64>().ok().map(Value::from)),
        Some(Expr::Array(_)) => Ok(text.split(',').map(str::trim).collect()),
        _ => Ok(Value::from(text)),
    }
}

fn invalid(what: String) -> Failure {
    Failure::new(Exit::Input, what).help(HELP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(toml: &str, environment: &[(&str, &str)]) -> Result<Vec<Section>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ringonce.toml");
        std::fs::write(&path, toml).unwrap();
        let sections = Config::load(Some(&path))?.carriers;
        let held = |name: &str| {
            let found = environment.iter().find(|(held, _)| *held == name);
            found.map(|(_, text)| (*text).to_owned())
        };
        sections.with(held)?.sections(None)
    }

    #[test]
    fn the_environment_adds_to_each_account_that_is_named() {
        let found = sections(
            "[carriers.clinic-a]\nkind = \"twilio\"\naccount_sid = \"AC1\"\n",
            &[
                ("RINGONCE_CLINIC_A_AUTH_TOKEN", "hush"),
                ("RINGONCE_CLINIC_A_CALLS_PER_SECOND", "2"),
                ("RINGONCE_CLINIC_A_CALLER_IDS", "+12025550100, +12025550101"),
                ("RINGONCE_TWILIO_ACCOUNT_SID", "AC2"),
                ("RINGONCE_CLINIC_B_ACCOUNT_SID", "AC3"),
            ],
        )
        .unwrap();
        let names: Vec<_> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["clinic-a", "twilio"]);
        let read: twilio::Twilio = found[0].read().unwrap();
        assert_eq!(read.account_sid.as_deref(), Some("AC1"));
        assert_eq!(read.auth_token.unwrap().reveal(), "hush");
        assert!((read.calls_per_second - 2.0).abs() < f64::EPSILON);
        assert_eq!(read.caller_ids, ["+12025550100", "+12025550101"]);
    }

    #[test]
    fn a_section_that_cannot_be_read_is_named() {
        for (toml, word) in [
            (
                "[carriers.clinic-a]\naccount_sid = \"AC1\"",
                "carriers.clinic-a.kind",
            ),
            ("[carriers.a]\nkind = \"pigeon\"", "carriers.a.kind"),
            ("[carriers.twilio]\ncolour = 1", "colour"),
            (
                "[carriers.twilio]\ncalls_at_once = \"many\"",
                "carriers.twilio",
            ),
            ("[carriers.Clinic]\nkind = \"twilio\"", "small letters"),
            ("[carriers.a--b]\nkind = \"twilio\"", "small letters"),
            ("[carriers.simulator]\nkind = \"twilio\"", "simulator"),
            ("[carriers.media]\nkind = \"twilio\"", "media"),
            (
                "[carriers.twilio-secondary]\nkind = \"twilio\"",
                "RINGONCE_TWILIO_SECONDARY_AUTH_TOKEN",
            ),
            ("[carriers.twilio]\nsip_password = 4711", "sip_password"),
            ("[carriers.twilio]\nauth_token = [4711]", "auth_token"),
            (
                "carrier = \"b\"\n[carriers.a]\nkind = \"twilio\"",
                "carriers.b",
            ),
        ] {
            let failure = sections(toml, &[]).err();
            let failure = failure.unwrap_or_else(|| panic!("{toml}"));
            assert!(failure.what.contains(word), "{toml}: {failure}");
            assert!(!failure.what.contains("4711"), "{failure}");
        }
        let failure = sections("", &[("RINGONCE_TWILIO_CALLS_AT_ONCE", "many")]).err();
        assert!(
            failure
                .unwrap()
                .what
                .contains("RINGONCE_TWILIO_CALLS_AT_ONCE")
        );
    }
}
