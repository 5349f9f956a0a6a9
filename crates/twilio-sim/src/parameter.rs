//! One parameter of a request: read, and refused with its name and Twilio's code.

use reqwest::Url;

use crate::form::Form;
use crate::order::Hook;
use crate::problem::Problem;

/// An address and its method, if it is given.
pub(crate) fn hook(
    form: &Form,
    url: &str,
    method: &str,
    code: u32,
) -> Result<Option<Hook>, Problem> {
    let Some(address) = form.get(url) else {
        return Ok(None);
    };
    let known = Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !known {
        return Err(Problem::bad(
            code,
            format!("{url} is not a valid URL: {address}"),
        ));
    }
    let get = match form.get(method) {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("POST") => false,
        Some(word) if word.eq_ignore_ascii_case("GET") => true,
        Some(word) => {
            return Err(Problem::bad(21209, format!("Invalid {method}: {word}")));
        }
    };
    Ok(Some(Hook {
        url: address.to_owned(),
        get,
    }))
}

/// Values of a parameter that may be repeated or hold several words.
pub(crate) fn words<'a>(form: &'a Form, name: &str) -> impl Iterator<Item = &'a str> {
    form.all(name).flat_map(str::split_whitespace)
}

/// Seconds from one to the most; the default if none are given.
pub(crate) fn seconds(
    form: &Form,
    name: &str,
    (default, most): (u32, u32),
    code: u32,
) -> Result<u32, Problem> {
    form.get(name).map_or(Ok(default), |text| {
        text.parse()
            .ok()
            .filter(|seconds| (1..=most).contains(seconds))
            .ok_or_else(|| Problem::bad(code, format!("Invalid {name}: {text}")))
    })
}

/// A number within bounds, if it is given.
pub(crate) fn bounded(
    form: &Form,
    name: &str,
    least: u32,
    most: u32,
) -> Result<Option<u32>, Problem> {
    let Some(text) = form.get(name) else {
        return Ok(None);
    };
    let number = text.parse().ok();
    let number = number.filter(|number| (least..=most).contains(number));
    number
        .map(Some)
        .ok_or_else(|| Problem::bad(20001, format!("Invalid {name}: {text}")))
}

/// One of the words that a parameter may have, if it is given.
pub(crate) fn word<'a>(
    form: &'a Form,
    name: &str,
    known: &[&str],
) -> Result<Option<&'a str>, Problem> {
    match form.get(name) {
        Some(word) if !known.contains(&word) => {
            Err(Problem::bad(20001, format!("Invalid {name}: {word}")))
        }
        word => Ok(word),
    }
}

/// Whether it is switched on.
pub(crate) fn is_true(form: &Form, name: &str) -> bool {
    form.get(name)
        .is_some_and(|word| word.eq_ignore_ascii_case("true"))
}
