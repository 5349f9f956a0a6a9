//! What a recording is called in the archive: a template, filled in with values that cannot lead out of the archive.
//!
//! A name and a campaign are words that people chose: whatever is no letter, digit, dot, hyphen or
//! underscore in them becomes an underscore, and no field can begin with a dot or hold a separator.
//! So a name never leads out of the archive, and each has the attempt in it: none meets another.

use std::str::FromStr;

use ringonce_domain::{AttemptId, Timestamp};

/// Characters of one field at most, and bytes.
const FIELD: usize = 60;
const FIELD_BYTES: usize = 80;
/// Bytes of one part of a name at most: file systems take 255, of which the ending has some.
const PART_BYTES: usize = 240;
/// Characters of a template at most.
const TEMPLATE: usize = 200;
/// The fields that a template may have.
const FIELDS: [&str; 6] = ["campaign", "date", "contact", "attempt", "number", "name"];

/// A template for names, such as `{campaign}/{date}/{contact}_{attempt}.wav`. The ending is the
/// format's, whatever the template has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(usize),
}

/// What the fields of a template stand for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The campaign's id and name.
    pub campaign: String,
    /// The UTC day of the call, `2026-11-21`.
    pub date: String,
    /// The contact's id.
    pub contact: String,
    /// The attempt's id.
    pub attempt: String,
    /// The number called.
    pub number: String,
    /// The contact's name.
    pub name: String,
}

impl Naming {
    /// The name, without an ending.
    pub fn name(&self, names: &Names) -> String {
        let values = [
            &names.campaign,
            &names.date,
            &names.contact,
            &names.attempt,
            &names.number,
            &names.name,
        ];
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Field(i) => tame(values[*i]),
        });
        pieces.collect()
    }

    /// Whether a contact's name is looked up for it.
    pub fn wants_name(&self) -> bool {
        self.0.contains(&Piece::Field(5))
    }
}

impl Default for Naming {
    fn default() -> Self {
        let text = |text: &str| Piece::Text(text.to_owned());
        Self(vec![
            Piece::Field(0),
            text("/"),
            Piece::Field(1),
            text("/"),
            Piece::Field(2),
            text("_"),
            Piece::Field(3),
        ])
    }
}

impl FromStr for Naming {
    type Err = String;

    fn from_str(template: &str) -> Result<Self, String> {
        if template.len() > TEMPLATE {
            return Err(format!("is longer than {TEMPLATE} characters"));
        }
        let bare = [".wav", ".mp3"]
            .iter()
            .find_map(|ending| template.strip_suffix(ending));
        let pieces = pieces(bare.unwrap_or(template))?;
        let naming = Self(pieces);
        if !naming.0.contains(&Piece::Field(3)) {
            return Err("lacks {attempt}, without which two recordings could meet".into());
        }
        let shape = naming.name(&Names {
            campaign: "c".into(),
            date: "d".into(),
            contact: "o".into(),
            attempt: "a".into(),
            number: "n".into(),
            name: "m".into(),
        });
        if shape
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.'))
        {
            return Err("has a part that is empty or begins with a dot".into());
        }
        let words = || "\u{416}".repeat(FIELD);
        let longest = naming.name(&Names {
            campaign: words(),
            date: "2026-11-21".into(),
            contact: i64::MAX.to_string(),
            attempt: AttemptId::new(Timestamp::from_millis(0), [0; 10]).to_string(),
            number: "+123456789012345".into(),
            name: words(),
        });
        if longest.split('/').any(|part| part.len() > PART_BYTES) {
            return Err(format!(
                "has a part that can be longer than {PART_BYTES} bytes, which file systems refuse: put a `/` in it"
            ));
        }
        Ok(naming)
    }
}

fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        push_text(&mut pieces, text)?;
        let (field, after) = after.split_once('}').ok_or("has a `{` without a `}`")?;
        let known = FIELDS.iter().position(|it| *it == field);
        let known = known.ok_or_else(|| {
            format!(
                "has {{{field}}}, which is no field; there are {{{}}}",
                FIELDS.join("}, {")
            )
        })?;
        pieces.push(Piece::Field(known));
        rest = after;
    }
    push_text(&mut pieces, rest)?;
    Ok(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) -> Result<(), String> {
    if let Some(odd) = text.chars().find(|it| !(is_plain(*it) || *it == '/')) {
        return Err(format!(
            "has `{odd}`; letters, digits, `.`, `-`, `_` and `/` can be used"
        ));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Ok(())
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "-_.".contains(c)
}

/// A field's value as it can stand in a name.
fn tame(value: &str) -> String {
    let plain = |c| if is_plain(c) { c } else { '_' };
    let tamed: String = value.chars().take(FIELD).map(plain).collect();
    let tamed = &tamed[..tamed.floor_char_boundary(FIELD_BYTES)];
    let tamed = tamed.trim_start_matches('.');
    if tamed.is_empty() {
        return "_".into();
    }
    tamed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            campaign: "7-Spring / north".into(),
            date: "2026-11-21".into(),
            contact: "31".into(),
            attempt: "0193".into(),
            number: "+12025550123".into(),
            name: "../../Ana López".into(),
        }
    }

    #[test]
    fn a_template_is_filled_in_with_tamed_words() {
        for (template, name) in [
            (
                "{campaign}/{date}/{contact}_{attempt}.wav",
                "7-Spring___north/2026-11-21/31_0193",
            ),
            ("{number}-{attempt}", "_12025550123-0193"),
            ("{name}.{attempt}.mp3", "_.._Ana_López.0193"),
        ] {
            let naming: Naming = template.parse().unwrap();
            assert_eq!(naming.name(&names()), name, "{template}");
        }
        let usual: Naming = "{campaign}/{date}/{contact}_{attempt}.wav".parse().unwrap();
        assert_eq!(usual, Naming::default());
        assert!(!usual.wants_name());
    }

    #[test]
    fn no_field_leads_out_of_the_archive() {
        let naming: Naming = "{campaign}/{name}/{attempt}".parse().unwrap();
        for evil in ["..", "/", "", ".", "...", "../..", "a/../b", "\\..\\", "\0"] {
            let it = Names {
                campaign: evil.into(),
                name: evil.into(),
                ..names()
            };
            let name = naming.name(&it);
            let parts: Vec<_> = name.split('/').collect();
            assert_eq!(parts.len(), 3, "{name}");
            assert!(
                parts
                    .iter()
                    .all(|it| !it.is_empty() && !it.starts_with('.')),
                "{name}"
            );
        }
        let long = Names {
            campaign: "x".repeat(1_000),
            ..names()
        };
        assert!(naming.name(&long).len() < 200);
        let wide = Names {
            name: "\u{20000}\u{416}".repeat(60),
            ..names()
        };
        let name = naming.name(&wide);
        assert!(
            name.split('/').all(|part| part.len() <= FIELD_BYTES),
            "{name}"
        );
    }

    #[test]
    fn a_template_that_could_do_harm_is_refused() {
        for (template, word) in [
            ("{contact}", "{attempt}"),
            ("{colour}_{attempt}", "{colour}"),
            ("{attempt", "`}`"),
            ("/{attempt}", "empty"),
            ("a//{attempt}", "empty"),
            ("../{attempt}", "dot"),
            ("a/.{attempt}", "dot"),
            ("{attempt}/", "empty"),
            ("a b{attempt}", "` `"),
            ("a\\{attempt}", "`\\`"),
            ("{name}{name}{name}{attempt}", "longer"),
        ] {
            let refused = template.parse::<Naming>().unwrap_err();
            assert!(refused.contains(word), "{template}: {refused}");
        }
    }
}
