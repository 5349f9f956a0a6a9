//! Enumerations with one spelling everywhere (database, API, CLI and documentation), and the form
//! in which words typed by people are compared.

/// A word that a vocabulary does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a {what}; use one of: {known}")]
pub struct UnknownWord {
    /// What was expected, such as `campaign state`.
    pub what: &'static str,
    /// What was given.
    pub value: String,
    /// The words that are known, comma-separated.
    pub known: String,
}

/// Declares an enum whose variants have one textual form each, with `ALL`, `as_str`, `Display`,
/// `FromStr`, serde and the API's schema over that form, and a `meaning` from the documentation of each.
macro_rules! string_enum {
    ($(#[$meta:meta])* $what:literal $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[doc = $doc])+ #[cfg_attr(feature = "schema", schema(rename = $text))] $variant),+
        }

        impl $name {
            /// Every word, in the order in which people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in the database, the API and the documentation.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What the word means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    $crate::text::UnknownWord {
                        what: $what,
                        value: text.chars().take(40).collect(),
                        known: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }

        $crate::text::json_text!($name);
    };
}

pub(crate) use string_enum;

/// In JSON a type is its text: what `Display` writes and `FromStr` reads.
macro_rules! json_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text: String = serde::Deserialize::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use json_text;

/// The word in small letters without accents, as it is compared.
pub fn fold(word: &str) -> String {
    word.chars()
        .flat_map(char::to_lowercase)
        .filter_map(without_accent)
        .collect()
}

/// The letter without its accent; none for a combining mark that stands alone.
pub const fn without_accent(letter: char) -> Option<char> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ạ' | 'ả' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ệ' | 'ế' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' | 'ọ' | 'ố' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'أ' | 'إ' | 'آ' => 'ا',
        // Hindi writes f as ph with a dot below, in one character or two.
        '\u{95E}' => '\u{92B}',
        '\u{300}'..='\u{36F}' | '\u{93C}' => return None,
        _ => letter,
    })
}
