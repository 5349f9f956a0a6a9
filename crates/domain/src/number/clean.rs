//! Converts each character of a phone field to one form, so that the later rules see digits, ASCII
//! punctuation, letters and `\n`, whichever keyboard or program the text came from.

use std::borrow::Cow;

use super::NumberError;

/// The first digit of each run of ten decimal digits that people write phone numbers in
/// (Unicode, general category Nd).
const ZEROS: [char; 20] = [
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{17E0}',
    '\u{1810}',
    '\u{FF10}',
    '\u{1D7CE}',
];
/// The mathematical digits follow each other in five alphabets of ten.
const LAST_MATHEMATICAL_DIGIT: char = '\u{1D7FF}';

/// The text with every character in its plain form: ASCII digits and punctuation, one space for any
/// white space, `\n` for any line break, nothing invisible, no bullets.
///
/// # Errors
/// [`NumberError::Invisible`] when there is nothing else, [`NumberError::Characters`] for symbols
/// that no phone number has.
pub(super) fn clean(raw: &str) -> Result<Cow<'_, str>, NumberError> {
    let is_plain = |b: u8| matches!(b, b' '..=b'~') && !matches!(b, b'"' | b'\'' | b'_' | b'`');
    let has_brackets = |b: u8| matches!(b, b'[' | b']' | b'{' | b'}' | b'<' | b'>');
    if raw.bytes().all(|b| is_plain(b) && !has_brackets(b)) && !raw.trim_start().starts_with('=') {
        return Ok(Cow::Borrowed(raw.trim()));
    }
    let mut text = String::with_capacity(raw.len());
    let mut unknown = String::new();
    for c in raw.chars() {
        match plain(c) {
            Plain::Is(c) => text.push(c),
            Plain::Nothing => {}
            Plain::Unknown => {
                if unknown.len() < 40 && !unknown.contains(c) {
                    unknown.push(c);
                }
            }
        }
    }
    if !unknown.is_empty() {
        return Err(NumberError::Characters(shown(&unknown)));
    }
    let trimmed = text.trim();
    let trimmed = trimmed.strip_prefix('=').unwrap_or(trimmed).trim();
    if trimmed.is_empty() && raw.chars().any(|c| !c.is_whitespace()) {
        return Err(NumberError::Invisible(shown(raw)));
    }
    Ok(Cow::Owned(trimmed.to_owned()))
}

enum Plain {
    Is(char),
    Nothing,
    Unknown,
}

fn plain(c: char) -> Plain {
    Plain::Is(match c {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' | '"' | '\'' | '`' | '_' | '[' | ']' | '{' | '}' | '<' | '>' => ' ',
        ' '..='~' => c,
        _ if is_invisible(c) => return Plain::Nothing,
        _ if c.is_whitespace() => ' ',
        // Full width: the same characters, as Chinese and Japanese keyboards write them.
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = u32::from(c) - 0xFEE0;
            return char::from_u32(ascii).map_or(Plain::Unknown, plain);
        }
        _ if digit(c).is_some() => digit(c).unwrap_or(c),
        '‐'..='―' | '−' | 'ー' | '﹘' | '﹣' | '⁃' => '-',
        '﹙' => '(',
        '﹚' => ')',
        '\u{37E}' | '､' | '、' | '؛' | '،' => ';',
        '⁄' | '∕' => '/',
        // Quotation marks, bullets, and signs that only mean phone.
        '‘' | '’' | '“' | '”' | '„' | '‚' | '«' | '»' | '‹' | '›' | '´' | '·' | '•' | '‣' | '▪'
        | '▫' | '●' | '○' | '◦' | '∙' | '■' | '□' | '►' | '▶' | '➤' | '→' | '✓' | '✔' | '☎'
        | '☏' | '✆' | '\u{1F4DE}' | '\u{1F4F1}' | '\u{1F4F2}' | '\u{1F57B}' | '°' | '【' | '】'
        | '「' | '」' | '〈' | '〉' => ' ',
        '№' => return Plain::Is(' '),
        '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₺' | '₴' | '₪' | '¢' | '฿' | '₫' => {
            '$'
        }
        _ if c.is_alphabetic() || is_mark(c) => c,
        _ => return Plain::Unknown,
    })
}

/// The text with the digits and signs of every script as ASCII ones, and the rest as it is.
pub fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    let ascii = |c: char| match c {
        '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => digit(c),
    };
    if text.is_ascii() || !text.chars().any(|c| !c.is_ascii() && ascii(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| {
        if c.is_ascii() {
            c
        } else {
            ascii(c).unwrap_or(c)
        }
    };
    Cow::Owned(text.chars().map(plain).collect())
}

fn digit(c: char) -> Option<char> {
    let zero = ZEROS.iter().rev().find(|zero| **zero <= c)?;
    let after = u32::from(c) - u32::from(*zero);
    let is_mathematical = *zero == '\u{1D7CE}' && c <= LAST_MATHEMATICAL_DIGIT;
    let value = if is_mathematical { after % 10 } else { after };
    char::from_digit(value, 10).filter(|_| value < 10)
}

/// Marks that letters of India, Thailand, Arabia and Israel are written with.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{DFF}' | '\u{E31}'..='\u{E4E}')
}

/// Whether the character is invisible: controls, marks of direction and joining, variation
/// selectors, the frame of a keycap.
pub fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E01EF}')
}

/// Characters in a form that people recognise: an invisible one by its code, `U+200B`.
fn shown(characters: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for c in characters.chars().filter(|c| !c.is_whitespace()).take(8) {
        let code = format!("U+{:04X}", u32::from(c));
        let part = if is_invisible(c) || c == '\u{FFFD}' {
            code
        } else {
            format!("{c} ({code})")
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_one_plain_form() {
        for (raw, plain) in [
            ("202-555-0123", "202-555-0123"),
            ("\u{FF12}\u{FF10}\u{FF12}\u{FF0D}\u{FF15}", "202-5"),
            ("202\u{202F}555\u{2009}0123", "202 555 0123"),
            ("+1\u{FE0F}\u{20E3} 202", "+1 202"),
            ("\u{661}\u{966}\u{E50}\u{1D7D9}", "1001"),
            ("• 202·555·0123", "202 555 0123"),
            ("\u{260E}\u{FE0F} 202", "202"),
            ("\u{FEFF}202\u{200B}555", "202555"),
            ("='+1 202'", "+1 202"),
            ("202\r\n303", "202\n\n303"),
            ("[+1] {202}", "+1   202"),
        ] {
            assert_eq!(clean(raw).as_deref(), Ok(plain), "{raw:?}");
        }
    }

    #[test]
    fn what_no_number_has_is_named() {
        assert_eq!(
            clean("202\u{FFFD}555"),
            Err(NumberError::Characters("U+FFFD".into()))
        );
        assert_eq!(
            clean("❌ 202"),
            Err(NumberError::Characters("❌ (U+274C)".into()))
        );
        assert_eq!(
            clean("\u{200B}\u{2060}"),
            Err(NumberError::Invisible("U+200B, U+2060".into()))
        );
    }
}
