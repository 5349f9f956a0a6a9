//! What number formats of a workbook show beside the number: a date is a number in its cell, and a
//! country code may be only in the format.

/// How a cell's number is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// As a date or a time.
    Date,
    /// With literal characters around it: digits, a plus, a currency, a percent sign.
    Beside {
        /// Before the number.
        before: String,
        /// The least number of digits, padded with zeros.
        digits: usize,
        /// After the number.
        behind: String,
    },
}

impl Shown {
    /// How a format with this code shows numbers.
    pub(crate) fn of(code: &str) -> Self {
        if is_date_code(code) {
            return Self::Date;
        }
        // Formats of negative numbers, zeros and texts come after the first.
        let (mut before, mut behind, mut digits, mut seen) =
            (String::new(), String::new(), 0, false);
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            let literal: String = match letter {
                ';' => break,
                '"' => letters.by_ref().take_while(|c| *c != '"').collect(),
                '[' => {
                    let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                    let currency = inside.strip_prefix('$');
                    currency.map_or_else(String::new, |it| {
                        it.split('-').next().unwrap_or_default().to_owned()
                    })
                }
                '\\' => letters.next().into_iter().collect(),
                '_' | '*' => {
                    letters.next();
                    continue;
                }
                '0' | '#' | '?' => {
                    seen = true;
                    digits += usize::from(letter == '0' && !behind.contains('.'));
                    continue;
                }
                ',' | '.' if seen => continue,
                other => other.to_string(),
            };
            if seen {
                behind += &literal;
            } else {
                before += &literal;
            }
        }
        let says = |text: &str| {
            text.contains(|c: char| {
                c.is_ascii_digit() || "+%$€£¥₹".contains(c) || c.is_alphabetic()
            })
        };
        let is_general = code.trim().eq_ignore_ascii_case("general") || code.trim() == "@";
        if is_general || !says(&before) && !says(&behind) && digits < 7 {
            return Self::Number;
        }
        Self::Beside {
            before,
            digits,
            behind,
        }
    }
}

/// Formats that every workbook has (18.8.30 of ECMA-376, the East Asian ones included).
pub(crate) fn is_built_in_date(format: u16) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a code such as `dd/mm/yy` shows parts of a date, apart from its literal text.
pub(crate) fn is_date_code(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.find(|c| *c == '"')),
            '[' => drop(letters.find(|c| *c == ']')),
            '\\' | '_' | '*' => drop(letters.next()),
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_format_shows_beside_a_number_is_kept() {
        let beside = |before: &str, digits, behind: &str| Shown::Beside {
            before: before.to_owned(),
            digits,
            behind: behind.to_owned(),
        };
        for (code, expected) in [
            ("General", Shown::Number),
            ("0", Shown::Number),
            ("#,##0", Shown::Number),
            ("(###) ###-####", Shown::Number),
            ("dd/mm/yy", Shown::Date),
            ("\"+44 \"0", beside("+44 ", 1, "")),
            ("\\+49 ###", beside("+49 ", 0, "")),
            ("\"030 \"0", beside("030 ", 1, "")),
            ("0000000000", beside("", 10, "")),
            ("0%", beside("", 1, "%")),
            ("#,##0 [$€-407]", beside("", 1, " €")),
        ] {
            assert_eq!(Shown::of(code), expected, "{code}");
        }
    }

    #[test]
    fn date_formats_are_told_from_number_formats() {
        for (code, expected) in [
            ("dd/mm/yyyy", true),
            ("h:mm", true),
            ("[$-409]d-mmm-yy", true),
            ("General", false),
            ("0.00", false),
            ("#,##0 \"days\"", false),
            ("[Red]0", false),
            ("\\d0", false),
        ] {
            assert_eq!(is_date_code(code), expected, "{code}");
        }
    }
}
