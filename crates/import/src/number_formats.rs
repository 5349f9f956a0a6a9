//! Which number formats of a workbook show dates: a date is a number in its cell, and only the format
//! tells.

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
