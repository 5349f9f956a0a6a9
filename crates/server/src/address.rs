//! Addresses of our own pages.

use std::fmt::Write as _;

/// A path with a query of those values that are not empty.
pub(crate) fn address(path: &str, values: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a string cannot fail.
        let _ = write!(address, "{mark}{name}={}", encoded(value));
        mark = '&';
    }
    address
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .fold(String::with_capacity(value.len()), |mut text, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~/,".contains(&byte) {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_values_whatever_stands_in_them() {
        assert_eq!(address("/audit", &[("actor", "")]), "/audit");
        assert_eq!(
            address(
                "/audit",
                &[("actor", "a&b=c d#+ü"), ("campaign", ""), ("after", "5-7")]
            ),
            "/audit?actor=a%26b%3Dc%20d%23%2B%C3%BC&after=5-7"
        );
    }
}
