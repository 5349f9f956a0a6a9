//! Cuts a field at its words and separators into stretches of digits, each with the meaning of the
//! words beside it.

use super::{FRAGMENT_DIGITS, NEIGHBOUR_DIGITS, count, trimmed};
use crate::number::NumberError;
use crate::number::labels::{self, Word};

/// Some digits with their punctuation, and the meaning of the words beside them.
#[derive(Debug, Default)]
pub(super) struct Stretch<'a> {
    pub(super) digits: &'a str,
    pub(super) extension: Option<&'a str>,
    pub(super) label: String,
    pub(super) is_fax: bool,
}

/// A piece of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Digits(&'a str),
    Word { text: &'a str, from: usize },
    Break,
}

/// Cuts the field at its words and separators.
pub(super) fn stretches(text: &str) -> Result<Vec<Stretch<'_>>, NumberError> {
    let tokens = tokens(text);
    let mut found: Vec<Stretch<'_>> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    // A label belongs to the number after it when its part of the field begins with a label.
    let mut pending: Option<Stretch<'_>> = None;
    let mut labels_come_first = None;
    let mut begins_part = true;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at] {
            Token::Break => {
                attach(&mut found, pending.take());
                (labels_come_first, begins_part) = (None, true);
            }
            Token::Digits(digits) => {
                let digits = if begins_part {
                    without_ordinal(digits)
                } else {
                    digits
                };
                labels_come_first = labels_come_first.or(Some(false));
                found.push(Stretch {
                    digits: trimmed(digits),
                    ..pending.take().unwrap_or_default()
                });
                begins_part = false;
            }
            Token::Word { text: word, from } => match role(text, &tokens, at) {
                Word::Label | Word::Fax if labels::says_number(word) && found.is_empty() => {}
                meaning @ (Word::Label | Word::Fax) => {
                    let comes_first = *labels_come_first.get_or_insert(true);
                    let label = if comes_first || found.is_empty() || leads(text, &tokens, at) {
                        pending.get_or_insert_default()
                    } else {
                        let last = found.len() - 1;
                        &mut found[last]
                    };
                    if !label.label.is_empty() {
                        label.label.push(' ');
                    }
                    label.label.push_str(word);
                    label.is_fax |= meaning == Word::Fax;
                }
                Word::Extension => {
                    let next = tokens.get(at + 1).copied();
                    match (found.last_mut(), next.and_then(extension)) {
                        (Some(number), Some((digits, rest))) if number.extension.is_none() => {
                            if is_mask(text, from, word, number.digits, digits) {
                                unknown.push(word);
                            }
                            number.extension = Some(digits);
                            at += 1;
                            if rest.bytes().any(|b| b.is_ascii_digit()) {
                                found.push(Stretch {
                                    digits: trimmed(rest),
                                    ..Stretch::default()
                                });
                            }
                        }
                        // Another extension of the same number: kept with the text that is not
                        // dialled.
                        (Some(_), Some((digits, _))) => {
                            found.push(Stretch {
                                digits,
                                ..Stretch::default()
                            });
                            at += 1;
                        }
                        (Some(_), None) if word.chars().count() > 1 => {}
                        _ => unknown.push(word),
                    }
                }
                Word::Alternative => {
                    attach(&mut found, pending.take());
                    (labels_come_first, begins_part) = (None, true);
                }
                Word::Unknown => unknown.push(word),
            },
        }
        at += 1;
    }
    attach(&mut found, pending);
    if unknown.is_empty() {
        Ok(found)
    } else {
        Err(NumberError::Letters(unknown.join(" ")))
    }
}

/// A label after the last number, although its part of the field began with a label.
fn attach<'a>(found: &mut [Stretch<'a>], pending: Option<Stretch<'a>>) {
    if let (Some(last), Some(label)) = (found.last_mut(), pending) {
        if !last.label.is_empty() {
            last.label.push(' ');
        }
        last.label.push_str(&label.label);
        last.is_fax |= label.is_fax;
    }
}

/// Whether the number that this label belongs to follows it, whatever comes before: `fax: …`, `(fax
/// …`.
fn leads(text: &str, tokens: &[Token<'_>], at: usize) -> bool {
    let Token::Word { text: word, from } = tokens[at] else {
        return false;
    };
    let after = text[from + word.len()..].trim_start();
    let digits_follow = matches!(tokens.get(at + 1), Some(Token::Digits(_)));
    let opens = text[..from].trim_end().ends_with('(') && !after.starts_with(')');
    let closes = after.starts_with(')');
    let is_fax = labels::meaning(word, true) == Word::Fax && !closes;
    digits_follow && (after.starts_with(':') || opens || is_fax)
}

/// The meaning of the word at this place.
fn role(text: &str, tokens: &[Token<'_>], at: usize) -> Word {
    let Token::Word { text: word, from } = tokens[at] else {
        return Word::Unknown;
    };
    let before = text[..from].chars().next_back();
    let after = text[from + word.len()..].chars().next();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    // `and/or` stands between numbers as its words do.
    let is_blank = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '/');
    let is_alternative = |token: &Token<'_>| match token {
        Token::Word { text, .. } => labels::is_alternative(text),
        Token::Break => true,
        Token::Digits(_) => false,
    };
    let before_it = tokens[..at]
        .iter()
        .rev()
        .find(|token| !is_alternative(token));
    let between = matches!(before_it, Some(Token::Digits(_)))
        && tokens[at + 1..]
            .iter()
            .any(|token| matches!(token, Token::Digits(_)));
    if between && is_blank(before) && is_blank(after) && labels::is_alternative(word) {
        return Word::Alternative;
    }
    let is_apart = !is_digit(before) && !is_digit(after);
    match labels::meaning(word, is_apart) {
        // Letters that touch digits on both sides are part of something else, whatever they spell.
        Word::Label if is_digit(before) && is_digit(after) => Word::Unknown,
        Word::Unknown if labels::says_number(word) => {
            let follows_a_label = at > 0 && matches!(tokens[at - 1], Token::Word { .. });
            if follows_a_label || matches!(after, Some('.' | ':')) {
                Word::Label
            } else {
                Word::Unknown
            }
        }
        Word::Extension
            if word.eq_ignore_ascii_case("x") && !is_digit_soon(text, from + word.len()) =>
        {
            Word::Unknown
        }
        meaning => meaning,
    }
}

fn is_digit_soon(text: &str, from: usize) -> bool {
    let rest = text[from..].trim_start_matches([' ', '.', ':', '-', '#']);
    rest.starts_with(|c: char| c.is_ascii_digit())
}

/// `98765X4321`: an `x` inside a number hides a digit. A blank, more than one digit, or a plan in
/// which all numbers have one length show that it marks an extension instead.
fn is_mask(text: &str, from: usize, word: &str, number: &str, extension: &str) -> bool {
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let before = text[..from].chars().next_back();
    let after = text[from + word.len()..].chars().next();
    word.eq_ignore_ascii_case("x")
        && touches(before)
        && touches(after)
        && (extension.len() < 2 || count(number) < 10)
}

/// Words, separators, and the text between them, where it has digits.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_alphabetic() {
            push_digits(&mut tokens, &text[from..at]);
            if text[from..at]
                .trim_end_matches([' ', '('])
                .ends_with(['/', ','])
            {
                tokens.push(Token::Break);
            }
            let is_inside = |c: char| c.is_alphabetic() || !c.is_ascii() && !c.is_whitespace();
            let length = text[at..]
                .find(|c| !is_inside(c))
                .unwrap_or(text.len() - at);
            tokens.push(Token::Word {
                text: &text[at..at + length],
                from: at,
            });
            at += length;
            from = at;
        } else if is_break(text, from, at) {
            push_digits(&mut tokens, &text[from..at]);
            if tokens.last() != Some(&Token::Break) {
                tokens.push(Token::Break);
            }
            // The sign of the next number stays with it.
            from = if matches!(c, '+' | '(') { at } else { at + 1 };
            at += 1;
        } else {
            at += c.len_utf8();
        }
    }
    push_digits(&mut tokens, &text[from..]);
    tokens
}

fn push_digits<'a>(tokens: &mut Vec<Token<'a>>, text: &'a str) {
    if text.bytes().any(|b| b.is_ascii_digit()) {
        tokens.push(Token::Digits(text));
    }
}

/// Whether another number begins at this character, `from` being where this one began.
fn is_break(text: &str, from: usize, at: usize) -> bool {
    let before = &text[from..at];
    match text.as_bytes()[at] {
        // `;ext=12`
        b';' => !text[at + 1..]
            .trim_start()
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case("ext")),
        b'|' | b'\n' | b'&' => true,
        b':' => text[at + 1..].starts_with(':') || text[..at].ends_with(':'),
        // `2) `, the next line of a list.
        b'0'..=b'9' => {
            count(before) > NEIGHBOUR_DIGITS
                && before.ends_with(' ')
                && text[at + 1..].starts_with(") ")
        }
        b'+' => count(before) > 0,
        b'(' => {
            let inside = text[at + 1..].split(')').next().unwrap_or_default();
            count(before) >= FRAGMENT_DIGITS
                && count(inside) > NEIGHBOUR_DIGITS
                && !inside.contains(char::is_alphabetic)
        }
        _ => false,
    }
}

/// The digits of an extension at the beginning of the text after its mark, and the rest.
fn extension(token: Token<'_>) -> Option<(&str, &str)> {
    /// As long as libphonenumber reads them.
    const MOST_DIGITS: usize = 20;
    let Token::Digits(text) = token else {
        return None;
    };
    let text = text.trim_start_matches([' ', '.', ':', '-', '#', '=']);
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=MOST_DIGITS)
        .contains(&length)
        .then(|| text.split_at(length))
}

/// Without the `1)` of a list.
fn without_ordinal(digits: &str) -> &str {
    let text = digits.trim_start();
    let is_ordinal = text.len() > 2
        && text.as_bytes()[0].is_ascii_digit()
        && text.as_bytes()[1] == b')'
        && text[2..].starts_with(' ');
    if is_ordinal { &text[2..] } else { digits }
}
