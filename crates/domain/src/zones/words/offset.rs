//! Hours before or after UTC: `-08:00`, `UTC+5:30`, `GMT-8`, `Z`, and `Etc/GMT+8` with POSIX's sign.

use crate::hours::Zone;

/// The names for UTC itself, lowercase.
const ZERO: [&str; 18] = [
    "z",
    "zulu",
    "utc",
    "gmt",
    "uct",
    "ut",
    "gmt0",
    "greenwich",
    "universal",
    "etc/utc",
    "etc/gmt",
    "etc/gmt0",
    "etc/uct",
    "etc/zulu",
    "etc/greenwich",
    "etc/universal",
    "greenwich mean time",
    "coordinated universal time",
];
/// The furthest that any zone is from UTC, in minutes.
const FURTHEST: i32 = 14 * 60;

/// The offset of a text that is nothing else, in minutes.
pub(super) fn whole(text: &str) -> Option<i32> {
    let text = ascii_signs(text).to_ascii_lowercase();
    let text = text.trim();
    if ZERO.contains(&text) {
        return Some(0);
    }
    if let Some(posix) = text.strip_prefix("etc/gmt") {
        return signed(posix).map(|minutes| -minutes);
    }
    let digits = ["utc", "gmt"]
        .iter()
        .find_map(|name| text.strip_prefix(name))
        .unwrap_or(text);
    signed(digits.trim_start())
}

/// The offset that a text begins with, as `(GMT-08:00) Pacific Time`, and the text after it.
pub(super) fn before(text: &str) -> (Option<i32>, &str) {
    let text = text.trim();
    if let Some((inside, rest)) = text
        .strip_prefix(['(', '['])
        .and_then(|text| text.split_once([')', ']']))
        && let Some(minutes) = whole(inside)
    {
        return (Some(minutes), after(rest));
    }
    if let Some((first, rest)) = text.split_once(char::is_whitespace)
        && let Some(minutes) = whole(first)
    {
        return (Some(minutes), after(rest));
    }
    (None, text)
}

fn after(rest: &str) -> &str {
    rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':'))
}

/// Zones whose hours together are open only when every clock up to `margin` minutes from an offset
/// is: the whole hours around it, because the database has no others.
pub(super) fn around(minutes: i32, margin: i32) -> Vec<Zone> {
    let west = (minutes - margin).div_euclid(60).max(-12);
    let east = -(-(minutes + margin)).div_euclid(60);
    let mut hours = vec![west, east.min(14)];
    hours.dedup();
    let names = hours.into_iter().map(|hours| match hours {
        0 => "Etc/UTC".to_owned(),
        // The names have POSIX's sign: hours behind UTC are positive.
        hours => format!("Etc/GMT{:+}", -hours),
    });
    names.filter_map(|name| name.parse().ok()).collect()
}

/// `-8`, `+05:30`, `-0800`, `+5.5`: minutes.
fn signed(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits = text[1..].trim_start().trim_end_matches(['h', ' ']);
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = if let Some((hours, minutes)) = digits.split_once(':') {
        if minutes.len() != 2 {
            return None;
        }
        (hours, minutes)
    } else if let Some((hours, fraction)) = digits.split_once('.') {
        let minutes = match fraction {
            "0" | "00" => "00",
            "25" => "15",
            "5" | "50" => "30",
            "75" => "45",
            _ => return None,
        };
        (hours, minutes)
    } else if digits.len() == 4 && digits.is_ascii() {
        digits.split_at(2)
    } else {
        (digits, "00")
    };
    if !is_digits(hours) || !is_digits(minutes) || hours.len() > 2 {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= FURTHEST).then_some(sign * total)
}

/// Word processors use other minus signs.
fn ascii_signs(text: &str) -> String {
    text.replace(
        ['\u{2212}', '\u{2010}', '\u{2011}', '\u{2013}', '\u{ff0d}'],
        "-",
    )
    .replace(['\u{ff0b}', '\u{b1}'], "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_in_every_usual_spelling() {
        for (text, minutes) in [
            ("-08:00", Some(-480)),
            ("\u{2212}08:00", Some(-480)),
            ("-8", Some(-480)),
            ("-0800", Some(-480)),
            ("UTC-8", Some(-480)),
            ("utc -08:00", Some(-480)),
            ("GMT-8:00", Some(-480)),
            ("UTC+5:30", Some(330)),
            ("+5.5", Some(330)),
            ("GMT+1", Some(60)),
            ("+14:00", Some(840)),
            ("Z", Some(0)),
            ("UTC", Some(0)),
            ("Etc/UTC", Some(0)),
            ("GMT+0", Some(0)),
            ("Etc/GMT+8", Some(-480)),
            ("etc/gmt-5", Some(300)),
            ("8", None),
            ("+15:00", None),
            ("-8:60", None),
            ("-480", None),
            ("-28800", None),
            ("+1 202 555 0123", None),
            ("UTCx", None),
            ("", None),
        ] {
            assert_eq!(whole(text), minutes, "{text:?}");
        }
    }

    #[test]
    fn an_offset_before_a_name_is_taken_off() {
        for (text, minutes, rest) in [
            ("(GMT-08:00) Pacific Time", Some(-480), "Pacific Time"),
            (
                "(UTC+01:00) Amsterdam, Berlin",
                Some(60),
                "Amsterdam, Berlin",
            ),
            ("(UTC) Dublin", Some(0), "Dublin"),
            ("GMT-5 Lima", Some(-300), "Lima"),
            ("UTC-05:00 - Lima", Some(-300), "Lima"),
            ("Pacific Time", None, "Pacific Time"),
        ] {
            assert_eq!(before(text), (minutes, rest), "{text:?}");
        }
    }

    #[test]
    fn an_offset_of_no_zone_is_held_with_a_margin_to_each_side() {
        for (minutes, margin, names) in [
            (-480, 60, "Etc/GMT+9 Etc/GMT+7"),
            (0, 60, "Etc/GMT+1 Etc/GMT-1"),
            (60, 60, "Etc/UTC Etc/GMT-2"),
            (330, 60, "Etc/GMT-4 Etc/GMT-7"),
            (840, 60, "Etc/GMT-13 Etc/GMT-14"),
            (-720, 60, "Etc/GMT+12 Etc/GMT+11"),
            (-240, 0, "Etc/GMT+4"),
            (330, 0, "Etc/GMT-5 Etc/GMT-6"),
        ] {
            let zones: Vec<String> = around(minutes, margin)
                .iter()
                .map(Zone::to_string)
                .collect();
            assert_eq!(zones.join(" "), names, "{minutes}");
        }
    }
}
