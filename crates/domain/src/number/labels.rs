//! Words beside a phone number that say which of a person's numbers it is: `cell`, `(home)`, `h:`.
//!
//! Any other word is no label, and a number beside it is refused: the word may be part of the
//! number in the keypad's letters, a name, a remark such as "wrong number", or a mask.

mod words;

use crate::text::fold;

use words::{ALTERNATIVES, EXTENSIONS, FAX, NOTES, NUMBER, SHORT};
pub use words::{LANDLINE, PHONE, PHONE_WORDS};

/// The meaning of a word beside digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A label that says which number this is.
    Label,
    /// A fax or another machine answers here.
    Fax,
    /// An extension follows.
    Extension,
    /// Another number follows.
    Alternative,
    /// A word that does not belong in a phone field.
    Unknown,
}

/// The word's meaning; a single letter is a label only where it `is_apart` from digits.
pub(super) fn meaning(word: &str, is_apart: bool) -> Word {
    let folded = fold(word);
    let is_in = |list: &[&str]| list.contains(&folded.as_str());
    if is_in(EXTENSIONS) {
        Word::Extension
    } else if is_in(FAX) {
        Word::Fax
    } else if is_in(PHONE)
        || is_in(LANDLINE)
        || is_in(PHONE_WORDS)
        || is_in(NOTES)
        || (is_apart && is_in(SHORT))
    {
        Word::Label
    } else {
        Word::Unknown
    }
}

/// Whether a folded word names a machine that answers, such as a fax.
pub fn is_of_a_machine(folded: &str) -> bool {
    FAX.contains(&folded) && folded.chars().count() > 1
}

/// Whether a folded word says whose number it is or where it rings: `home`, `work`, `mom`.
pub fn says_which(folded: &str) -> bool {
    NOTES.contains(&folded)
}

/// Whether the word is short for number.
pub(super) fn says_number(word: &str) -> bool {
    NUMBER.contains(&fold(word).as_str())
}

/// Whether the word, with blanks on both sides, joins two numbers.
pub(super) fn is_alternative(word: &str) -> bool {
    ALTERNATIVES.contains(&fold(word).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages_are_labels_and_names_are_not() {
        for (word, expected) in [
            ("cell", Word::Label),
            ("Mobile", Word::Label),
            ("HOME", Word::Label),
            ("mom", Word::Label),
            ("Büro", Word::Label),
            ("privé", Word::Label),
            ("手机", Word::Label),
            ("дом", Word::Label),
            ("h", Word::Label),
            ("ext", Word::Extension),
            ("доб", Word::Extension),
            ("Fax", Word::Fax),
            ("Anna", Word::Unknown),
            ("alt", Word::Unknown),
            ("XXXX", Word::Unknown),
            ("none", Word::Unknown),
            ("wrong", Word::Unknown),
        ] {
            assert_eq!(meaning(word, true), expected, "{word}");
        }
        assert_eq!(meaning("w", false), Word::Unknown);
    }

    #[test]
    fn every_word_is_in_the_form_in_which_it_is_looked_for() {
        for list in [
            PHONE,
            LANDLINE,
            PHONE_WORDS,
            NOTES,
            SHORT,
            FAX,
            EXTENSIONS,
            ALTERNATIVES,
        ] {
            for word in list {
                assert_eq!(&fold(word), word);
            }
        }
    }
}
