//! How simulated phones answer, where chance is not to decide: for load tests that need many calls at
//! once, and for trying one kind of call.

use ringonce_carrier::simulator::{Behaviour, Config, Personas, Tempo};
use ringonce_domain::Millis;

/// How calls are answered, and how long they take.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub(crate) struct Phones {
    /// How every call is answered: answers, voicemail, no-answer, busy, rejects, fails, congested,
    /// bad-at-once, bad-after-ringing [default: by the number's last digits, and else by the seed]
    #[arg(long, value_name = "BEHAVIOUR", value_parser = behaviour)]
    everyone: Option<Behaviour>,
    /// How long every answered call lasts [default: 5 to 120 seconds]
    #[arg(long, value_name = "SECONDS")]
    talk_seconds: Option<u32>,
    /// How many times faster than usual calls go [default: 1]
    #[arg(long, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    hurry: Option<u32>,
}

impl Phones {
    /// The simulator's configuration with such phones and this seed.
    pub(crate) fn world(self, seed: u64) -> Config {
        Config {
            seed,
            personas: Personas {
                everyone: self.everyone,
                ..Personas::default()
            },
            tempo: Tempo {
                talk: self
                    .talk_seconds
                    .map(|seconds| Millis::from_secs(u64::from(seconds))),
                hurry: self.hurry.unwrap_or(1),
            },
            ..Config::default()
        }
    }

    /// The options, and whether they were given.
    pub(crate) const fn given(self) -> [(bool, &'static str); 3] {
        [
            (self.everyone.is_some(), "--everyone"),
            (self.talk_seconds.is_some(), "--talk-seconds"),
            (self.hurry.is_some(), "--hurry"),
        ]
    }
}

fn behaviour(text: &str) -> Result<Behaviour, String> {
    let word = serde_json::Value::String(text.replace('-', "_"));
    serde_json::from_value(word).map_err(|_| "see the list in `--help`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behaviours_are_written_with_dashes_or_underscores() {
        assert_eq!(behaviour("no-answer"), Ok(Behaviour::NoAnswer));
        assert_eq!(behaviour("bad_at_once"), Ok(Behaviour::BadAtOnce));
        assert!(behaviour("sings").is_err());
    }
}
