//! A campaign's settings from the command line: a JSON file, and options for the most common ones.

use std::path::{Path, PathBuf};

use ringonce_domain::hours::Zone;
use ringonce_domain::{Region, RepeatRule, Settings};

use crate::failure::Failure;

/// The longest settings file, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// How the campaign calls. Options override the file.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "How it calls")]
pub(crate) struct SettingsArgs {
    /// Settings as JSON, the same document that the API takes
    #[arg(long, value_name = "FILE.json")]
    settings: Option<PathBuf>,
    /// IANA time zone of the business hours, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<Zone>,
    /// Calls under way at most; 1 is strictly one after the other
    #[arg(long, value_name = "N")]
    calls_at_once: Option<u32>,
    /// Seconds between the starts of calls (between end and start when one at once)
    #[arg(long, value_name = "SECONDS")]
    delay: Option<f64>,
    /// Whether calls by earlier campaigns count: never-again, after-30-days, only-this-campaign
    #[arg(long, value_name = "RULE", value_parser = repeat_rule)]
    repeat: Option<RepeatRule>,
}

impl SettingsArgs {
    /// The settings: those of the file or else `defaults`, changed by the options. A file without a
    /// region gets the usual one.
    pub(crate) fn settings(
        &self,
        region: Option<Region>,
        usual: Option<Region>,
        defaults: Settings,
    ) -> Result<Settings, Failure> {
        let mut settings = match &self.settings {
            Some(path) => from_file(path, defaults.carrier, usual)?,
            None => defaults,
        };
        if let Some(zone) = &self.time_zone {
            settings.time_zone = zone.clone();
            settings.refuse_clock()?;
        }
        settings.pacing.calls_at_once = self.calls_at_once.unwrap_or(settings.pacing.calls_at_once);
        settings.pacing.delay_seconds = self.delay.unwrap_or(settings.pacing.delay_seconds);
        settings.repeat = self.repeat.unwrap_or(settings.repeat);
        settings.region = region.or(settings.region);
        settings.validate()?;
        Ok(settings)
    }

    /// Whether no setting was given.
    pub(crate) const fn is_default(&self) -> bool {
        self.settings.is_none()
            && self.time_zone.is_none()
            && self.calls_at_once.is_none()
            && self.delay.is_none()
            && self.repeat.is_none()
    }
}

/// The settings of a file; one without a carrier or a region gets the usual one.
fn from_file(path: &Path, carrier: String, region: Option<Region>) -> Result<Settings, Failure> {
    let of_file = |error: std::io::Error| Failure::of_file(path, &error);
    if std::fs::metadata(path).map_err(of_file)?.len() > MAX_FILE {
        return Err(of_file(std::io::Error::other("too large for settings")));
    }
    let json = std::fs::read_to_string(path).map_err(of_file)?;
    let mut settings = Settings::given(&json).map_err(|error| {
        let mut failure = Failure::from(error);
        failure.what = format!("{}: {}", path.display(), failure.what);
        failure
    })?;
    let given: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    if given.get("carrier").is_none() {
        settings.carrier = carrier;
    }
    if given.get("region").is_none() {
        settings.region = region;
    }
    Ok(settings)
}

fn repeat_rule(text: &str) -> Result<RepeatRule, String> {
    match text.replace('_', "-").as_str() {
        "never-again" => Ok(RepeatRule::NeverAgain),
        "only-this-campaign" => Ok(RepeatRule::OnlyThisCampaign),
        other => other
            .strip_prefix("after-")
            .and_then(|rest| {
                rest.strip_suffix("-days")
                    .or_else(|| rest.strip_suffix("-day"))
            })
            .and_then(|days| days.parse().ok())
            .map(RepeatRule::AfterDays)
            .ok_or_else(|| {
                "use never-again, after-30-days (any number) or only-this-campaign".into()
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeat_rules_are_written_as_people_say_them() {
        for (text, rule) in [
            ("never-again", RepeatRule::NeverAgain),
            ("only_this_campaign", RepeatRule::OnlyThisCampaign),
            ("after-30-days", RepeatRule::AfterDays(30)),
            ("after-1-day", RepeatRule::AfterDays(1)),
        ] {
            assert_eq!(repeat_rule(text), Ok(rule));
        }
        for text in ["", "after-days", "after--3-days", "sometimes"] {
            assert!(repeat_rule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn options_override_and_are_validated() {
        let args = SettingsArgs {
            delay: Some(-1.0),
            ..SettingsArgs::default()
        };
        let failure = args.settings(None, None, Settings::default()).unwrap_err();
        assert!(
            failure.what.starts_with("pacing.delay_seconds"),
            "{failure}"
        );

        let args = SettingsArgs {
            calls_at_once: Some(3),
            ..SettingsArgs::default()
        };
        let settings = args
            .settings(Some("GB".parse().unwrap()), None, Settings::default())
            .unwrap();
        assert_eq!(settings.pacing.calls_at_once, 3);
        assert_eq!(settings.region.unwrap().to_string(), "GB");
    }
}
