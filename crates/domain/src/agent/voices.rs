//! The languages and voices that carriers speak, so that a slip is found when an agent is saved and not by a
//! callee who hears silence.
//!
//! The voices of Polly are a table, `voices.tsv`. Google has hundreds and adds to them each month: of its names the form
//! is checked, and the language.

use super::Agent;
use crate::script::nearest;
use crate::settings::InvalidSetting;

/// Twilio's own voices.
const BASIC: [&str; 3] = ["man", "woman", "alice"];
/// How Polly makes a voice; without one of these in its usual way.
const WAYS: [&str; 3] = ["-Neural", "-Generative", "-LongForm"];
/// Before the names of voices at `SignalWire`, which are not checked further ("Text-to-speech providers").
const ENGINES: [&str; 8] = [
    "amazon.",
    "azure.",
    "cartesia.",
    "deepgram.",
    "elevenlabs.",
    "gcloud.",
    "openai.",
    "rime.",
];

/// Each language with Polly's voices for it.
fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("voices.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').unwrap_or((line, "")))
}

fn languages() -> impl Iterator<Item = &'static str> {
    table().map(|(language, _)| language)
}

fn first_part(language: &str) -> &str {
    language.split('-').next().unwrap_or_default()
}

/// The language that carriers call by this BCP 47 tag, as they spell it: `en-GB` for `en-gb`, `es-ES` for
/// `es`.
pub fn spoken_as(tag: &str) -> Option<&'static str> {
    let exact = languages().find(|it| it.eq_ignore_ascii_case(tag));
    exact.or_else(|| languages().find(|it| first_part(it).eq_ignore_ascii_case(tag)))
}

impl Agent {
    /// Checks an agent that is given to be saved: [`Self::validate`], and also that carriers speak its
    /// language and know its voice. What is stored stays as it is when voices are taken away.
    ///
    /// # Errors
    /// The first field that cannot be used, with advice.
    pub fn validate_given(&self) -> Result<(), InvalidSetting> {
        self.validate()?;
        let language = language_problem(self.language()).map(|problem| ("language", problem));
        let voice = || Some(("voice", voice_problem(self.voice()?)?));
        language.or_else(voice).map_or(Ok(()), |(field, problem)| {
            Err(InvalidSetting {
                field: field.to_owned(),
                problem,
            })
        })
    }
}

fn language_problem(tag: &str) -> Option<String> {
    if spoken_as(tag).is_some() {
        return None;
    }
    let is_close = |it: &&str| first_part(it).eq_ignore_ascii_case(first_part(tag));
    let close: Vec<_> = languages().filter(is_close).collect();
    let advice = match (close.is_empty(), nearest(tag, languages())) {
        (false, _) => format!("write {}", close.join(", ")),
        (true, Some(meant)) => format!("did you mean {meant}?"),
        (true, None) => "write one such as en-US or es".to_owned(),
    };
    Some(format!("carriers do not speak {tag:?}; {advice}"))
}

fn voice_problem(voice: &str) -> Option<String> {
    let polly = || table().flat_map(|(_, names)| names.split_whitespace());
    let of_engine = |engine: &&str| voice.len() > engine.len() && voice.starts_with(engine);
    if BASIC.contains(&voice) || ENGINES.iter().any(of_engine) {
        return None;
    }
    if let Some(name) = voice.strip_prefix("Google.") {
        return google_problem(voice, name);
    }
    let (name, way) = WAYS
        .iter()
        .find_map(|way| Some((voice.strip_suffix(way)?, *way)))
        .unwrap_or((voice, ""));
    let plain = name.strip_prefix("Polly.");
    if plain.is_some_and(|plain| polly().any(|it| it == plain)) {
        return None;
    }
    let all: Vec<_> = polly().map(|it| format!("Polly.{it}")).collect();
    let known = all.iter().map(String::as_str).chain(BASIC);
    let advice = nearest(plain.unwrap_or(name), polly())
        .map(|it| format!("Polly.{it}"))
        .or_else(|| nearest(name, known).map(str::to_owned))
        .map_or_else(String::new, |it| format!("did you mean {it}{way}? "));
    Some(format!(
        "{voice:?} is no voice that carriers know; {advice}Names are man, woman, Polly.Joanna, \
         Polly.Joanna-Neural, Google.en-US-Standard-C and the like; leave it out for the carrier's own"
    ))
}

/// `Google.`, a language, the way in which the voice is made, and its name.
fn google_problem(voice: &str, name: &str) -> Option<String> {
    let is_of = |language: &&str| {
        let rest = name.strip_prefix(*language);
        let rest = rest.and_then(|rest| rest.strip_prefix('-'));
        rest.and_then(|rest| rest.split_once('-'))
            .is_some_and(|(way, rest)| !way.is_empty() && !rest.is_empty())
    };
    if languages().any(|language| is_of(&language)) {
        return None;
    }
    let mut parts = name.split('-');
    let language = [parts.next(), parts.next()].map(Option::unwrap_or_default);
    let language = language.join("-");
    Some(language_problem(&language).unwrap_or_else(|| {
        format!("{voice:?} is no voice of Google; write one such as Google.{language}-Standard-A")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_spelt_as_carriers_do() {
        for (tag, spoken) in [
            ("en-US", Some("en-US")),
            ("en-gb", Some("en-GB")),
            ("en", Some("en-US")),
            ("ES", Some("es-ES")),
            ("pt", Some("pt-BR")),
            ("arb", Some("arb")),
            ("hi-IN", Some("hi-IN")),
            ("en-UK", None),
            ("xx", None),
            ("", None),
        ] {
            assert_eq!(spoken_as(tag), spoken, "{tag}");
        }
    }

    #[test]
    fn every_line_of_the_table_is_a_language_and_names() {
        for (language, names) in table() {
            let is_part = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(
                !language.is_empty() && language.split('-').all(is_part),
                "{language}"
            );
            assert!(names.split_whitespace().all(is_part), "{language}: {names}");
        }
    }

    #[test]
    fn what_no_carrier_speaks_is_refused_with_what_was_probably_meant() {
        for (tag, words) in [
            ("en-UK", "write en-US, en-GB, en-AU"),
            ("es-AR", "write es-ES, es-MX, es-US"),
            ("hii-IN", "did you mean hi-IN?"),
            ("qqq", "such as en-US"),
        ] {
            let problem = language_problem(tag).expect(tag);
            assert!(problem.contains(words), "{problem}");
        }
        for (voice, words) in [
            ("Lucia", "did you mean Polly.Lucia?"),
            ("polly.joanna", "did you mean Polly.Joanna?"),
            ("Polly.Joana", "did you mean Polly.Joanna?"),
            ("Polly.Mathew-Neural", "did you mean Polly.Matthew-Neural?"),
            ("Woman", "did you mean woman?"),
            ("Polly.", "man, woman"),
            ("amazon.", "man, woman"),
            ("Google.en-US", "Google.en-US-Standard-A"),
            ("Google.en-UK-Standard-A", "write en-US, en-GB"),
            ("no voice at all", "man, woman"),
        ] {
            let problem = voice_problem(voice).expect(voice);
            assert!(problem.contains(words), "{problem}");
        }
    }

    #[test]
    fn names_in_a_documented_form_are_voices() {
        for voice in [
            "man",
            "woman",
            "alice",
            "Polly.Joanna",
            "Polly.Lupe-Neural",
            "Polly.Ruth-Generative",
            "Google.en-US-Standard-C",
            "Google.en-GB-Chirp3-HD-Aoede",
            "Google.yue-HK-Standard-A",
            "amazon.Emma:neural:en-GB",
            "elevenlabs.rachel",
        ] {
            assert_eq!(voice_problem(voice), None, "{voice}");
        }
    }

    #[test]
    fn an_agent_is_checked_when_it_is_given_and_not_when_it_is_read() {
        let json = r#"{"kind": "text", "text": "Hi", "language": "en-UK", "voice": "Joana"}"#;
        let agent: Agent = serde_json::from_str(json).unwrap();
        assert_eq!(agent.validate(), Ok(()));
        assert_eq!(agent.validate_given().unwrap_err().field, "language");
        let json = json.replace("en-UK", "en-GB");
        let agent: Agent = serde_json::from_str(&json).unwrap();
        assert_eq!(agent.validate_given().unwrap_err().field, "voice");
    }
}
