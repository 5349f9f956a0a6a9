//! Regions to choose from, by their names in the language of the page.

use ringonce_domain::{Language, Region};

/// A region that can be chosen.
pub(crate) struct Choice {
    /// Two letters.
    pub(crate) code: String,
    pub(crate) name: &'static str,
    /// The time zones of its places; a browser that is in one of them is taken to be there.
    pub(crate) zones: String,
    pub(crate) is_chosen: bool,
}

/// Every region by name.
pub(crate) fn choices(language: Language, chosen: Option<Region>) -> Vec<Choice> {
    let mut all: Vec<_> = Region::all()
        .map(|region| Choice {
            code: region.to_string(),
            name: region.name(language),
            zones: region.zones().collect::<Vec<_>>().join(" "),
            is_chosen: chosen == Some(region),
        })
        .collect();
    all.sort_by_key(|choice| plain(choice.name));
    all
}

/// A name as it is filed: Åland between Afghanistan and Albania.
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        'Á' | 'Å' | 'á' | 'ã' => 'a',
        'É' | 'é' => 'e',
        'Í' | 'í' => 'i',
        'Ó' | 'ó' | 'ô' => 'o',
        'Ú' | 'ú' | 'ü' => 'u',
        'Ç' | 'ç' => 'c',
        'ñ' => 'n',
        other => other.to_ascii_lowercase(),
    };
    name.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_filed_under_a_plain_letter() {
        for language in Language::ALL {
            for choice in choices(*language, None) {
                let first = plain(choice.name).chars().next();
                assert!(
                    first.is_some_and(|c| c.is_ascii_lowercase()),
                    "{} is filed under {first:?}",
                    choice.name
                );
            }
        }
        let names: Vec<_> = choices(Language::English, None)
            .into_iter()
            .map(|choice| choice.name)
            .collect();
        let place = |name: &str| names.iter().position(|other| *other == name).unwrap();
        assert!(place("Afghanistan") < place("Åland Islands"));
        assert!(place("Åland Islands") < place("Albania"));
    }
}
