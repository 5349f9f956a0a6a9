//! Reads a time zone as people write it in a column of a list: where the callee is.
//!
//! A name (`America/Los_Angeles`, `Tokyo Standard Time`) is believed wherever the number belongs. A
//! word that means different places (`CST`, `London`, `UTC-8`) is read in the country of the
//! number. An unclear text narrows the hours: all its meanings apply, and every zone of the
//! number's country too. It must never open an hour that the number alone would keep closed, unless
//! a place was named beyond doubt.

mod clocks;
mod offset;
mod places;

use crate::Number;
use crate::hours::Zone;
use crate::time::Timestamp;

use super::{zones_of, zones_of_country};

/// CLDR's name for a zone that is not known: it stands for every zone of the number's country.
const UNKNOWN: &str = "Etc/Unknown";
/// The longest text that is read.
const MAX_CHARS: usize = 120;

/// A text's meaning for a callee's zones; all of them apply at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing: the zones of the number apply.
    Nothing,
    /// The callee is in one of these.
    Zones(Vec<Zone>),
    /// It is not understood, or may mean these among others: they apply, and so does every zone of
    /// the number's country.
    Unclear(Vec<Zone>),
}

impl Said {
    /// The form in which a contact keeps it: names of the IANA database, comma-separated, and
    /// `Etc/Unknown` for every zone of the number's country. It reads back as itself.
    pub fn stored(&self) -> Option<String> {
        let (unknown, zones) = match self {
            Self::Nothing => return None,
            Self::Zones(zones) => (None, zones),
            Self::Unclear(zones) => (Some(UNKNOWN), zones),
        };
        let names: Vec<&str> = unknown
            .into_iter()
            .chain(zones.iter().map(Zone::name))
            .collect();
        Some(names.join(","))
    }

    /// What to tell the author of the text; none when it is understood.
    pub fn remark(&self) -> Option<String> {
        let Self::Unclear(zones) = self else {
            return None;
        };
        let names: Vec<&str> = zones.iter().map(Zone::name).collect();
        let may_mean = if names.is_empty() {
            "is not understood as a time zone".to_owned()
        } else {
            format!(
                "is not clear as a time zone here (it may mean {})",
                names.join(", ")
            )
        };
        Some(format!(
            "{may_mean}; called only when the hours are open in every zone of the number's country, \
             write a name such as America/New_York"
        ))
    }
}

/// The callee's candidate zones by the form that the contact keeps, and whether that was unclear.
pub fn of_stored(stored: &str, number: Number) -> (Vec<Zone>, bool) {
    let mut zones = Vec::new();
    let mut is_unclear = false;
    for name in stored.split(',') {
        // A name that a later database lacks is unclear too.
        match name.parse() {
            Ok(zone) => add(&mut zones, &zone),
            Err(_) => is_unclear = true,
        }
    }
    if is_unclear {
        for zone in zones_of_country(number) {
            add(&mut zones, &zone);
        }
    }
    (zones, is_unclear)
}

/// What a text says about the zones of the person who has the number.
pub fn of_words(text: &str, number: Number) -> Said {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_wrapping(c));
    if text.is_empty() {
        return Said::Nothing;
    }
    if text.chars().nth(MAX_CHARS).is_some() {
        return Said::Unclear(Vec::new());
    }
    if let Some(zones) = kept(text) {
        return Said::Unclear(zones);
    }
    places::named(text).map_or_else(
        || {
            Callee::of(number)
                .read(text)
                .unwrap_or(Said::Unclear(Vec::new()))
        },
        |zone| Said::Zones(vec![zone]),
    )
}

/// The zones beside `Etc/Unknown` in the form that a contact keeps; none for any other text.
fn kept(text: &str) -> Option<Vec<Zone>> {
    let mut names = text.split(',').map(str::trim);
    let is_unknown = names.next()?.eq_ignore_ascii_case(UNKNOWN);
    is_unknown.then(|| names.filter_map(|name| name.parse().ok()).collect())
}

/// The name to write instead of a word for the time on clocks, such as `America/New_York` for
/// `EST`; none for any other word.
pub(crate) fn clock_city(word: &str) -> Option<&'static str> {
    clocks::city(&key(word))
}

/// The same for a place or a name of Windows.
pub(crate) fn place_city(word: &str) -> Option<&'static str> {
    places::city(&key(word))
}

/// Quotes and invisible marks around a text.
const fn is_wrapping(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}'
    )
}

/// The callee's country and zones, as far as the number shows them.
struct Callee {
    /// Two letters.
    region: String,
    own: &'static [Zone],
    /// All zones of the country, the number's own first.
    country: Vec<Zone>,
}

impl Callee {
    fn of(number: Number) -> Self {
        Self {
            region: number
                .region()
                .map(|region| region.to_string())
                .unwrap_or_default(),
            own: zones_of(number),
            country: zones_of_country(number),
        }
    }

    /// None when nothing is understood.
    fn read(&self, text: &str) -> Option<Said> {
        if let Some(said) = self.read_one(text) {
            return Some(said);
        }
        let (before, rest) = offset::before(text);
        if let Some(said) = before.and(self.read_whole(rest)) {
            return Some(said);
        }
        if let Some(said) = self.read_whole(text) {
            return Some(said);
        }
        before.map(|minutes| self.at(minutes))
    }

    /// A text without an offset before it: a word, a word with a note in brackets, or several.
    fn read_whole(&self, text: &str) -> Option<Said> {
        self.read_one(text)
            .or_else(|| {
                let (word, note) = text.strip_suffix(')')?.rsplit_once('(')?;
                self.read_one(word).or_else(|| self.read_one(note))
            })
            .or_else(|| self.read_list(text))
            .or_else(|| {
                let words = text.split('/').map(|word| self.clock(&key(word)));
                all(&words.collect::<Option<Vec<Said>>>()?)
            })
    }

    /// `Amsterdam, Berlin, Rome` or `Los Angeles, CA`: the places that are in the number's country,
    /// else all of them, if all are understood.
    fn read_list(&self, text: &str) -> Option<Said> {
        let parts: Vec<Option<Said>> = text
            .split([',', ';', '|'])
            .filter(|part| !part.trim().is_empty())
            .map(|part| self.read_one(part))
            .collect();
        if parts.len() < 2 {
            return None;
        }
        let clear: Vec<Said> = parts
            .iter()
            .flatten()
            .filter(|said| matches!(said, Said::Zones(_)))
            .cloned()
            .collect();
        if matches!(parts.first(), Some(Some(Said::Zones(_)))) || parts.iter().all(Option::is_some)
        {
            let known: Vec<Said> = parts.into_iter().flatten().collect();
            return all(if clear.is_empty() { &known } else { &clear });
        }
        // A first part that is not understood may qualify everything after it.
        let known: Vec<Said> = parts.into_iter().flatten().collect();
        all(&known).map(|said| Said::Unclear(said.into_zones()))
    }

    fn read_one(&self, text: &str) -> Option<Said> {
        let text = text.trim();
        if let Some(minutes) = offset::whole(text) {
            return Some(self.at(minutes));
        }
        if let Some(zone) = places::named(text) {
            return Some(Said::Zones(vec![zone]));
        }
        let key = key(text);
        self.clock(&key)
            .or_else(|| places::windows(&key).map(|zone| Said::Zones(vec![zone])))
            .or_else(|| self.place(&key))
    }

    /// A place without its continent: certain where the number's country has it.
    fn place(&self, key: &str) -> Option<Said> {
        let named = places::places(key);
        if named.is_empty() {
            return None;
        }
        let here: Vec<Zone> = named
            .iter()
            .filter(|zone| self.country.contains(zone))
            .cloned()
            .collect();
        Some(if here.is_empty() {
            self.unsure(named)
        } else {
            Said::Zones(here)
        })
    }

    /// A word for the time on clocks, such as `EST`.
    fn clock(&self, key: &str) -> Option<Said> {
        let meanings = clocks::meanings(key)?;
        let mut here = Vec::new();
        for meaning in meanings
            .iter()
            .filter(|meaning| meaning.is_used_in(&self.region))
        {
            let keeps = |zone: &&Zone| hours_of(zone).winter == meaning.winter;
            let meant = self
                .country
                .iter()
                .filter(|zone| meaning.zones.contains(&zone.name()));
            let own = self.own.iter().filter(keeps);
            let mut found: Vec<&Zone> = meant.chain(own).collect();
            if found.is_empty() {
                found.extend(self.country.iter().filter(keeps));
            }
            for zone in found {
                add(&mut here, zone);
            }
        }
        if !here.is_empty() {
            return Some(Said::Zones(here));
        }
        let zones = meanings.iter().flat_map(|meaning| meaning.zones.iter());
        Some(self.unsure(zones.filter_map(|name| name.parse().ok()).collect()))
    }

    /// Some minutes ahead of UTC: every zone of the country that ever has this offset, and the
    /// offset itself when no zone has it in winter, because then summer time was either ignored or
    /// included.
    fn at(&self, minutes: i32) -> Said {
        let mut zones: Vec<Zone> = Vec::new();
        for zone in self
            .country
            .iter()
            .filter(|zone| hours_of(zone).has(minutes))
        {
            if !zones.iter().any(|known| hours_of(known) == hours_of(zone)) {
                zones.push(zone.clone());
            }
        }
        if zones.is_empty() {
            return Said::Unclear(offset::around(minutes, 60));
        }
        if !zones.iter().any(|zone| hours_of(zone).winter == minutes) {
            zones.extend(offset::around(minutes, 0));
        }
        Said::Zones(zones)
    }

    /// Zones that may be meant; certain when they have the same hours as the number's own.
    fn unsure(&self, zones: Vec<Zone>) -> Said {
        let is_own = |zone: &Zone| self.own.iter().any(|own| hours_of(own) == hours_of(zone));
        if !zones.is_empty() && zones.iter().all(is_own) {
            let mut all = self.own.to_vec();
            for zone in &zones {
                add(&mut all, zone);
            }
            return Said::Zones(all);
        }
        Said::Unclear(zones)
    }
}

impl Said {
    fn into_zones(self) -> Vec<Zone> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Zones(zones) | Self::Unclear(zones) => zones,
        }
    }
}

/// The combination of several meanings; none for an empty list.
fn all(said: &[Said]) -> Option<Said> {
    if said.is_empty() {
        return None;
    }
    let mut zones = Vec::new();
    for zone in said.iter().cloned().flat_map(Said::into_zones) {
        add(&mut zones, &zone);
    }
    let is_unclear = said.iter().any(|said| matches!(said, Said::Unclear(_)));
    Some(if is_unclear {
        Said::Unclear(zones)
    } else {
        Said::Zones(zones)
    })
}

fn add(zones: &mut Vec<Zone>, zone: &Zone) {
    if !zones.contains(zone) {
        zones.push(zone.clone());
    }
}

/// A zone's offsets from UTC in the course of a year, in minutes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Hours {
    january: i32,
    july: i32,
    winter: i32,
}

impl Hours {
    fn has(self, minutes: i32) -> bool {
        self.january == minutes || self.july == minutes
    }
}

/// The database's rules for 2035: today's, as far as they are known.
fn hours_of(zone: &Zone) -> Hours {
    const JANUARY: Timestamp = Timestamp::from_millis(2_052_432_000_000);
    const JULY: Timestamp = Timestamp::from_millis(2_068_070_400_000);
    let [january, july] = [JANUARY, JULY].map(|at| zone.offset_minutes(at).unwrap_or_default());
    Hours {
        january,
        july,
        winter: january.min(july),
    }
}

/// A text as the tables spell it: lowercase without accents, dots, brackets and underscores.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars().flat_map(char::to_lowercase) {
        let c = plain(c);
        if c == '.' || c == '\'' || c == '’' || is_wrapping(c) {
            continue;
        }
        if c == '&' {
            key.push_str(if key.is_empty() { "and" } else { " and" });
            gap = true;
        } else if c == '/' {
            key.push('/');
            gap = false;
        } else if c.is_alphanumeric() || c == '+' || c == ':' {
            if gap && !key.is_empty() && !key.ends_with('/') {
                key.push(' ');
            }
            key.push(c);
            gap = false;
        } else {
            gap = true;
        }
    }
    key
}

/// A letter without its accent, for the accents that names of zones have.
const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}
