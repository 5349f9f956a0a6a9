//! A carrier that a campaign names and the configuration lacks: what is said wherever its calls were to
//! begin.

use std::fmt;

/// No calls can be made with the carrier that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    wanted: String,
    configured: Vec<String>,
}

impl Absent {
    /// Looks for a carrier among those that are configured.
    ///
    /// # Errors
    /// When it is not one of them.
    pub fn unless_among(wanted: &str, configured: &[&str]) -> Result<(), Self> {
        if configured.contains(&wanted) {
            return Ok(());
        }
        Err(Self {
            wanted: wanted.to_owned(),
            configured: configured.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    /// What to do about it.
    pub fn advice(&self) -> String {
        if self.wanted == crate::simulator::NAME {
            return "choose another carrier; the simulator calls only where no real \
                    carrier is configured"
                .to_owned();
        }
        format!(
            "configure `{}` and start the server again, or choose another carrier for it",
            self.wanted
        )
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<_> = self.configured.iter().map(|it| format!("`{it}`")).collect();
        write!(
            f,
            "the campaign calls with the carrier `{}`, which is not configured; there is {}",
            self.wanted,
            named.join(" and ")
        )
    }
}

impl std::error::Error for Absent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_which_is_missing_which_there_are_and_what_to_do() {
        assert_eq!(Absent::unless_among("twilio", &["twilio"]), Ok(()));
        for (wanted, configured, said, advice) in [
            (
                "twilio",
                &["simulator"][..],
                "`twilio`, which is not configured; there is `simulator`",
                "configure `twilio`",
            ),
            (
                "simulator",
                &["twilio", "signalwire"],
                "there is `twilio` and `signalwire`",
                "only where no real carrier",
            ),
        ] {
            let absent = Absent::unless_among(wanted, configured).unwrap_err();
            assert!(absent.to_string().contains(said), "{absent}");
            assert!(absent.advice().contains(advice), "{}", absent.advice());
        }
    }
}
