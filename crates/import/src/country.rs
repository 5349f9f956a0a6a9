//! The country that a row gives for its phone numbers, as people write it in a column of its own.

use std::collections::HashMap;
use std::sync::LazyLock;

use ringonce_domain::Language;
use ringonce_domain::number::Region;

use crate::headers::words_of;

/// The meaning of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Country {
    /// A country.
    Is(Region),
    /// Nothing: the list's own region applies.
    Nothing,
    /// Words that are no country.
    Unknown,
}

/// Names that people use beside the English and Spanish ones of Unicode, folded and without spaces, and
/// codes of three letters (ISO 3166-1 alpha-3).
#[rustfmt::skip]
const ALIASES: &[(&str, &str)] = &[
    ("US", "usa us unitedstatesofamerica america etatsunis vereinigtestaaten stativniti verenigdestaten estadosunidos statiuniti сша 美国 アメリカ"),
    ("GB", "uk gbr greatbritain britain england scotland wales northernireland grossbritannien vereinigteskonigreich royaumeuni angleterre regnounito reinounido inglaterra verenigdkoninkrijk 英国"),
    ("CA", "can kanada"), ("AU", "aus australien australie"), ("NZ", "nzl neuseeland"), ("IE", "irl irland irlande eire"),
    ("DE", "deu ger deutschland allemagne alemania germania duitsland tyskland niemcy alemanha германия 德国 ドイツ"),
    ("AT", "aut osterreich oesterreich autriche oostenrijk osterrike"),
    ("CH", "che schweiz suisse svizzera suiza zwitserland schweitz suica"),
    ("FR", "fra frankreich francia frankrijk frankrike franca"), ("IT", "ita italien italia italie italie"),
    ("ES", "esp spanien espagne spagna spanje espana espanha"), ("PT", "prt portugal"),
    ("NL", "nld niederlande paysbas holland nederland thenetherlands paisesbajos paesibassi"),
    ("BE", "bel belgien belgique belgie belgio"), ("LU", "lux luxemburg"), ("DK", "dnk danmark danemark danemark"),
    ("SE", "swe schweden suede sverige zweden"), ("NO", "nor norwegen norvege norge noorwegen"),
    ("FI", "fin finnland finlande suomi"), ("PL", "pol polen pologne polska polonia"),
    ("CZ", "cze tschechien czechrepublic republiquetcheque cesko ceskarepublika tschechischerepublik"),
    ("SK", "svk slowakei slovensko"), ("HU", "hun ungarn hongrie magyarorszag"), ("RO", "rou rumanien roumanie"),
    ("BG", "bgr bulgarien"), ("GR", "grc griechenland grece ellada hellas ελλαδα"), ("HR", "hrv kroatien hrvatska croatie"),
    ("SI", "svn slowenien slovenija"), ("RS", "srb serbien srbija"), ("TR", "tur turkei turquie turkiye turkey"),
    ("RU", "rus russland russie россия russianfederation"), ("UA", "ukr ukraine україна украина"),
    ("IL", "isr"), ("AE", "are uae vereinigtearabischeemirate emiratsarabesunis"), ("SA", "sau saudiarabien ksa"),
    ("IN", "ind indien inde bharat भारत"), ("PK", "pak"), ("CN", "chn prc peoplesrepublicofchina mainlandchina 中国 中國"),
    ("HK", "hkg hongkong"), ("TW", "twn taiwan 台湾 台灣"), ("JP", "jpn japon giappone 日本"), ("KR", "kor southkorea republicofkorea sudkorea 한국 대한민국"),
    ("SG", "sgp singapur singapour"), ("MY", "mys"), ("ID", "idn indonesien"), ("TH", "tha"), ("VN", "vnm vietnam"), ("PH", "phl thephilippines philippinen"),
    ("ZA", "zaf sudafrika afriquedusud"), ("NG", "nga"), ("KE", "ken kenia"), ("EG", "egy agypten egypte"), ("MA", "mar marokko maroc"),
    ("BR", "bra brasilien bresil brasil"), ("MX", "mex mexiko mexique"), ("AR", "arg argentinien argentine"), ("CL", "chl"), ("CO", "col kolumbien"), ("PE", "per"),
];

/// Every name of a region, folded and without spaces.
static NAMES: LazyLock<HashMap<String, Region>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for region in Region::all() {
        for &language in Language::ALL {
            names.insert(joined(region.name(language)), region);
        }
    }
    for (code, aliases) in ALIASES {
        if let Ok(region) = code.parse::<Region>() {
            names.extend(aliases.split(' ').map(|name| (name.to_owned(), region)));
        }
    }
    names
});

fn joined(text: &str) -> String {
    words_of(text).concat()
}

/// The meaning of a value: `DE`, `+49`, `0049`, `49.0`, `Germany`, `Deutschland`, `DEU`.
pub(crate) fn read(value: &str) -> Country {
    let value = value.trim();
    let code = || value.parse::<Region>().ok().filter(|_| value.is_ascii());
    if let Some(region) = code().or_else(|| of_calling_code(value)) {
        return Country::Is(region);
    }
    let name = joined(value);
    match (name.as_str(), NAMES.get(&name)) {
        (_, Some(region)) => Country::Is(*region),
        ("" | "na" | "none" | "null" | "nil" | "unknown" | "tbd" | "unbekannt", _) => {
            Country::Nothing
        }
        _ => Country::Unknown,
    }
}

fn of_calling_code(value: &str) -> Option<Region> {
    let digits = value.strip_suffix(".0").unwrap_or(value);
    let digits = digits.trim_start_matches(['+', '(', ' ']);
    let digits = digits.trim_end_matches([')', ' ']).trim_start_matches('0');
    let is_code = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| Region::of_calling_code(digits.parse().ok()?))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_letters_its_code_and_its_names() {
        for (value, region) in [
            ("DE", "DE"),
            ("uk", "GB"),
            ("+49", "DE"),
            ("0044", "GB"),
            ("(1)", "US"),
            ("44.0", "GB"),
            ("USA", "US"),
            ("U.S.A.", "US"),
            ("United Kingdom", "GB"),
            ("England", "GB"),
            ("Germany", "DE"),
            ("Österreich", "AT"),
            ("Schweiz", "CH"),
            ("España", "ES"),
            ("DEU", "DE"),
            ("Alemania", "DE"),
            ("日本", "JP"),
        ] {
            assert_eq!(read(value), Country::Is(region.parse().unwrap()), "{value}");
        }
        for value in ["", " ", "n/a", "?", "unknown"] {
            assert_eq!(read(value), Country::Nothing, "{value}");
        }
        for value in ["Atlantis", "ZZ", "999", "12345", "EMEA"] {
            assert_eq!(read(value), Country::Unknown, "{value}");
        }
    }
}
