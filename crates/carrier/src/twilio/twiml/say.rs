//! Texts in parts that one `<Say>` takes.
//!
//! Twilio drops a longer one with warning 13521, and the callee hears nothing. Its limits go by the voice: 4,096 for the
//! basic ones, 3,000 for Polly, 5,000 for Google, in bytes ("UTF-8 single byte characters"), and 4,500
//! characters as it stands in an address. Which voice speaks when none is named is a setting of the account, so
//! the least of them holds for all. A letter of Hindi takes nine of the last, an emoji twelve and more.

use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text of one `<Say>`, in bytes.
const MAX_BYTES: usize = 3_000;
/// The same as it stands in an address.
const MAX_ENCODED: usize = 4_500;

/// The parts: as few as there must be, cut after a sentence where that leaves at least half of what fits, else between words,
/// else between letters as people see them.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let at = cut(rest);
        let (part, after) = rest.split_at(at);
        parts.push(part.trim_end());
        rest = after.trim_start();
    }
    parts
}

/// Where the first part ends.
fn cut(text: &str) -> usize {
    let fits = fitting(text);
    if fits == text.len() {
        return fits;
    }
    let (head, tail) = text.split_at(fits);
    let sentences = text.split_sentence_bound_indices().map(|(at, _)| at);
    let sentence = sentences
        .take_while(|at| *at <= fits)
        .last()
        .filter(|at| *at > fits / 2);
    let word = || {
        let ends = tail.starts_with(char::is_whitespace).then_some(fits);
        ends.or_else(|| head.rfind(char::is_whitespace))
            .filter(|at| *at > 0)
    };
    let letter = || {
        let letters = text.grapheme_indices(true).map(|(at, _)| at);
        letters.take_while(|at| *at <= fits).last()
    };
    // A letter with thousands of accents is cut where it fits.
    let at = sentence.or_else(word).or_else(letter);
    at.filter(|at| *at > 0).unwrap_or(fits)
}

/// How many bytes of the text one `<Say>` takes.
fn fitting(text: &str) -> usize {
    let mut encoded = 0;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        encoded += match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => 1,
            other => other.len_utf8() * 3,
        };
        if end > MAX_BYTES || encoded > MAX_ENCODED {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(text: &str) -> usize {
        // `+` for a space is one character where `%20` has three.
        let written: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        written.len() + 2 * written.matches('+').count()
    }

    fn fits(text: &str) -> bool {
        text.len() <= MAX_BYTES && encoded(text) <= MAX_ENCODED
    }

    #[test]
    fn texts_in_every_writing_are_said_in_as_few_parts_as_fit() {
        for (text, count) in [
            ("word ".repeat(500), 1),
            ("a".repeat(3_000), 1),
            ("a".repeat(3_001), 2),
            ("नमस्ते ".repeat(78), 1),
            ("नमस्ते ".repeat(150), 2),
            ("😀".repeat(375), 1),
            ("😀".repeat(376), 2),
            ("你好。".repeat(400), 3),
        ] {
            let parts = parts(&text);
            assert_eq!(parts.len(), count, "{}", &text[..12]);
            assert!(parts.iter().all(|part| fits(part)));
        }
        assert_eq!(parts(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn a_text_is_cut_after_a_sentence_or_a_word_and_within_no_letter() {
        let sentence = "Your table is booked for this evening. ";
        let sentences = sentence.repeat(100);
        assert!(
            parts(&sentences)
                .iter()
                .all(|part| part.ends_with("evening."))
        );
        let hindi = "आपकी मेज़ आज शाम के लिए बुक है। ".repeat(40);
        assert!(parts(&hindi).iter().all(|part| part.ends_with('।')));
        let words = "evening ".repeat(600);
        assert!(parts(&words).iter().all(|part| part.ends_with("evening")));
        // A family is one letter of 25 bytes, joined.
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦".repeat(200);
        for part in parts(&family) {
            assert_eq!(part.len() % 25, 0, "{part}");
        }
    }

    #[test]
    fn a_letter_that_fits_nowhere_is_cut() {
        let heaped = format!("a{}", "\u{301}".repeat(3_000));
        let parts = parts(&heaped);
        assert!(parts.iter().all(|part| fits(part)));
        assert_eq!(parts.concat(), heaped);
    }

    proptest! {
        #[test]
        fn nothing_is_left_out_but_space(text in "(\\PC|[ \n.!?👩\u{200d}ि]){0,400}", times in 1_usize..20) {
            let text = text.repeat(times);
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let parts = parts(&text);
            prop_assert!(parts.iter().all(|part| !part.is_empty() && fits(part)));
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
        }
    }
}
