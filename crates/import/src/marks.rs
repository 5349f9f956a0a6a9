//! Rows marked as not to be called: by a column for it, or by a remark.
//!
//! A mark that cannot be read leaves the row out: the report names it and the caller may decide
//! otherwise.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};
use ringonce_domain::text::fold;

use crate::headers::words_of;

/// Remarks that a number is not to be called, folded and without spaces.
#[rustfmt::skip]
const REMARKS: &[&str] = &[
    "dnc", "donotcall", "dontcall", "donotcontact", "dontcontact", "donotphone", "donotring", "donotdial",
    "nocall", "nocalls", "nevercall", "stopcalling", "optout", "optedout", "unsubscribed", "wrongnumber",
    "nichtanrufen", "bittenichtanrufen", "nichtkontaktieren", "keinanruf", "keineanrufe", "anrufverbot",
    "werbesperre", "telefonsperre", "gesperrt", "falschenummer", "neplusappeler", "nepasappeler",
    "nepascontacter", "desinscrit", "nollamar", "nocontactar", "numeroequivocado",
    "naoligar", "naocontatar", "naocontactar", "nonchiamare", "noncontattare", "nietbellen",
    "belmeniet", "ringinte", "ringikke", "maikkeringes", "alasoita", "niedzwonic", "nevolat",
    "nehivja", "nusunati", "aramayin", "незвонить", "μηνκαλειτε", "אללהתקשר", "لاتتصل",
    "nottobecalled", "nottocall", "nichtmehranrufen", "keineanrufemehr", "neplusmappeler",
    "nomasllamadas", "请勿致电", "勿打电话", "勿拨打", "電話不可", "電話禁止", "架電禁止", "架電不可", "전화금지",
];

/// Parts of a header that mark its column as do-not-call, folded and without spaces.
#[rustfmt::skip]
const HEADERS: &[&str] = &[
    "donotcall", "dontcall", "donotcontact", "dontcontact", "donotphone", "donotallow", "unsubtime", "donotring", "donotdial",
    "donotallow", "unsubtime", "nocall", "nevercall", "optout", "optedout", "unsubscribe", "nichtanrufen", "nichtkontaktieren",
    "anrufverbot", "werbesperre", "telefonsperre", "anrufsperre", "kontaktsperre", "neplusappeler",
    "nepasappeler", "nepascontacter", "bloctel", "desinscri", "nollamar", "nocontactar", "listarobinson",
    "naoligar", "naocontatar", "naocontactar", "naoperturbe", "nonchiamare", "noncontattare",
    "nietbellen", "belmeniet", "ringinte", "ringikke", "alasoita", "niedzwonic", "nevolat", "nehivja",
    "aramayin", "незвонить", "недзвонити", "請勿致電", "请勿致电", "勿打", "勿扰", "勿擾",
    "架電禁止", "電話禁止", "電話不可", "전화금지", "수신거부", "robinsonliste", "werbewiderspruch",
    "sperrvermerk", "keinanruf", "keineanrufe", "listerouge", "oppositionappel", "registroopposizioni",
    "nonchiamarmi", "naoligue", "naomeligue", "nietbenaderen", "ringej", "ikkering", "maikkeringes",
    "suoramarkkinointikielto", "aranmasin", "لاتتصل", "לאלהתקשר", "μηνκαλειτε", "nusuna", "черныйсписок", "黑名单",
    "黑名單",
];
/// Single words that mark it.
#[rustfmt::skip]
const HEADER_WORDS: &[&str] = &[
    "dnc", "tps", "ctps", "rpo", "robinson", "blacklist", "blacklisted", "suppressed", "suppression",
    "suppress", "blocked", "litigator", "stop", "remove", "removed", "exclude", "excluded", "deceased",
    "widerspruch", "gesperrt", "abgemeldet", "verstorben", "opposition", "refus", "decede", "baja", "bloqueado",
    "fallecido", "disiscritto", "deceduto", "descadastrado", "falecido", "afgemeld", "geblokkeerd", "overleden",
    "sprzeciw", "nix", "sparrad", "reservert", "отказ",
];
/// Words of such a header for another medium.
const OTHER_MEDIA: &[&str] = &[
    "email",
    "mail",
    "mails",
    "emails",
    "sms",
    "text",
    "texts",
    "fax",
    "newsletter",
    "post",
    "postal",
    "whatsapp",
    "tracking",
    "cookies",
];

/// Values that say the opposite, folded and without spaces.
#[rustfmt::skip]
const CONTRARY: &[&str] = &[
    "", "no", "n", "0", "00", "false", "f", "nein", "non", "nao", "nej", "nie", "nee", "nei", "ei", "ne",
    "nem", "nu", "hayir", "h", "нет", "ні", "н", "οχι", "לא", "لا", "नहीं", "否", "不", "いいえ", "아니오", "falsch",
    "falso", "faux", "off", "none", "na", "nil", "null", "ok", "okay", "call", "calls", "allowed", "erlaubt",
    "optin", "optedin", "in", "subscribed", "unchecked", "notset", "notlisted", "active", "oktocall",
    "maycall", "cancall", "notondnc", "notdnc", "notontheregister", "clean", "clear", "notregistered",
];

/// Headers of a column that says who may be called, folded and without spaces.
#[rustfmt::skip]
const PERMISSIONS: &[&str] = &[
    "optin", "optedin", "phoneoptin", "calloptin", "oktocall", "okaytocall", "maycall", "cancall",
    "allowcalls", "allowcall", "callsallowed", "callallowed", "consent", "consenttocall",
    "callconsent", "phoneconsent", "hasconsent", "consentgiven", "permissiontocall", "einwilligung",
    "anruferlaubt", "darfangerufenwerden", "werbeeinwilligung", "consentement", "consentimiento",
    "maywecall", "allowedtocall", "callable", "contactable", "permission", "marketingconsent",
    "tcpaconsent", "optinphone", "optintelefon", "telefonoptin", "aceptallamadas", "согласие",
    "consentimento", "consenso", "toestemming", "samtykke", "samtycke", "zgoda", "souhlas",
];
/// Values by which such a column allows a call, folded and without spaces; an empty one says nothing.
#[rustfmt::skip]
const PERMITTED: &[&str] = &[
    "", "yes", "y", "ye", "yep", "ja", "j", "oui", "o", "si", "s", "sim", "tak", "ano", "igen", "da", "evet", "да", "так",
    "ναι", "כן", "نعم", "हाँ", "是", "有", "はい", "예", "네", "true", "t", "wahr", "vrai", "vero", "verdadero", "1", "10", "x", "ok",
    "okay", "granted", "given", "allowed", "permitted", "accepted", "agreed", "consented", "confirmed", "optin", "optedin",
    "in", "subscribed", "active", "call", "maycall", "express", "expresswritten", "written", "erteilt", "erlaubt",
    "liegtvor", "accorde", "donne", "otorgado", "concesso",
];

/// What a column says about whether its rows may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Not to be called, unless the value says the opposite.
    DoNotCall,
    /// May be called, unless the value says no.
    MayCall,
}

impl Says {
    /// The header's meaning, if it is about this at all.
    pub(crate) fn of(title: &str) -> Option<Self> {
        if header(title) {
            return Some(Self::DoNotCall);
        }
        let joined = words_of(title).concat();
        PERMISSIONS
            .contains(&joined.as_str())
            .then_some(Self::MayCall)
    }

    /// Whether the value leaves its row out.
    pub(crate) fn leaves_out(self, value: &str) -> bool {
        match self {
            Self::DoNotCall => leaves_out(value),
            Self::MayCall => {
                let is_date = value.bytes().filter(u8::is_ascii_digit).count() >= 6;
                let is_checked = value.contains(['✓', '✔', '☑', '✅']);
                let joined = words_of(value).concat();
                let is_said = !value.trim().is_empty();
                !is_date
                    && !is_checked
                    && is_said
                    && (joined.is_empty() || !PERMITTED.contains(&joined.as_str()))
            }
        }
    }
}

/// Whether a header is about permission, for calls or for another medium: such a column has no numbers.
pub(crate) fn speaks_of_permission(header: &str) -> bool {
    let joined = words_of(header).concat();
    Says::of(header).is_some()
        || joined.contains("optout")
        || joined.contains("optin")
        || joined.contains("consent")
}

/// Whether a column's header says that it marks rows not to be called.
fn header(header: &str) -> bool {
    if header.len() > 80 {
        return false;
    }
    let words = words_of(header);
    let joined = words.concat();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    !has(OTHER_MEDIA) && (has(HEADER_WORDS) || HEADERS.iter().any(|part| joined.contains(part)))
}

fn leaves_out(value: &str) -> bool {
    /// An empty check box, or no value.
    const EMPTY: [&str; 8] = ["", "-", "--", "–", "—", ".", "☐", "□"];
    let letters: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() {
        return !EMPTY.contains(&value.trim());
    }
    !CONTRARY.contains(&fold(&letters).as_str())
}

/// Word stems of all remarks: few cells have one, and only these are examined further.
static STEMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let stems = concat!(
        "(?i)call|dnc|contact|phone|ring|dial|opt|unsub|wrong|anruf|kontakt|sperr|falsche|appel|desinscr|",
        "désinscr|liste rouge|llam|equivocad|ligar|contat|chiam|bell?en|belme|soita|dzwo|volat|hivja|suna|aramay|",
        "звон|καλ|להתקשר|تتصل|致电|电话|勿|電話|架電|전화"
    );
    RegexBuilder::new(stems).build().ok()
});

/// Headers of name columns; names contain such words without meaning them.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "name", "names", "company", "organisation", "organization", "org", "account", "business", "employer",
    "firm", "firma", "unternehmen", "entreprise", "societe", "empresa", "azienda", "bedrijf", "foretag",
    "title", "job", "email", "mail", "address", "street", "city", "town", "website", "url", "domain",
    "product", "produkt", "campaign", "list", "source", "owner",
];

/// Whether a column holds names, by its header: a remark counts there only if it is the whole cell.
pub(crate) fn holds_names(header: &str) -> bool {
    words_of(header)
        .iter()
        .any(|word| NAMES.contains(&word.as_str()))
}

/// Whether a cell of any other column says that its row is not to be called.
pub(crate) fn is_remark(value: &str, is_of_names: bool) -> bool {
    /// In a longer text such words may have another meaning.
    const MOST_BYTES: usize = 120;
    value.len() <= MOST_BYTES
        && value.len() >= 3
        && STEMS.as_ref().is_some_and(|stems| stems.is_match(value))
        && if is_of_names {
            let parts = value.split(['(', ')', '[', ']', '-', '–', ':', '*', '/']);
            let is_one = |part: &str| REMARKS.contains(&words_of(part).concat().as_str());
            parts.chain([value]).any(is_one)
        } else {
            in_text(value).is_some()
        }
}

/// Remarks that count only alone: `no calls on Sundays` may be called on other days.
const ALONE: [&str; 2] = ["nocall", "nocalls"];

/// The remark in a line of free text.
pub(crate) fn in_text(line: &str) -> Option<&'static str> {
    const MOST_WORDS: usize = 5;
    if !line.contains(char::is_alphabetic) {
        return None;
    }
    let words = words_of(line);
    (0..words.len()).find_map(|from| {
        (1..=MOST_WORDS.min(words.len() - from)).find_map(|count| {
            let joined = words[from..from + count].concat();
            let is_whole = count == words.len();
            let says = |remark: &&str| *remark == joined && (is_whole || !ALONE.contains(remark));
            REMARKS.iter().copied().find(says)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_marks_rows_is_known_by_its_header() {
        for says in [
            "DNC",
            "Do Not Call",
            "do_not_call",
            "DoNotCall",
            "Opt out",
            "Opted-Out?",
            "Opt-out date",
            "Nicht anrufen",
            "Ne pas appeler",
            "No llamar",
            "Não ligar",
            "Non chiamare",
            "TPS flag",
            "Phone opt out",
            "Do Not Phone",
            "Phone DNC",
            "Robinsonliste",
            "電話不可",
            "Litigator",
        ] {
            assert!(header(says), "{says}");
        }
        for silent in [
            "Email Opt Out",
            "SMS opt-out",
            "Call time",
            "Notes",
            "Opt in",
            "Name",
            "Robin",
        ] {
            assert!(!header(silent), "{silent}");
        }
    }

    #[test]
    fn every_value_but_a_clear_no_leaves_a_row_out() {
        for out in [
            "yes",
            "Y",
            "x",
            "1",
            "TRUE",
            "ja",
            "oui",
            "✓ yes",
            "2024-01-31",
            "DNC",
            "?? maybe",
        ] {
            assert!(leaves_out(out), "{out}");
        }
        for call in [
            "",
            " ",
            "no",
            "N",
            "0",
            "False",
            "nein",
            "-",
            "n/a",
            "OK to call",
        ] {
            assert!(!leaves_out(call), "{call}");
        }
    }

    #[test]
    fn a_column_of_permissions_leaves_out_who_said_no() {
        let says = Says::of("Consent to call?");
        assert_eq!(says, Some(Says::MayCall));
        for (value, out) in [
            ("No", true),
            ("revoked", true),
            ("none", true),
            ("pending", true),
            ("-", true),
            ("", false),
            ("yes", false),
            ("✓", false),
            ("2024-01-31", false),
        ] {
            assert_eq!(Says::MayCall.leaves_out(value), out, "{value}");
        }
    }

    #[test]
    fn a_remark_is_found_in_a_cell_and_in_a_line() {
        assert!(is_remark(" Do not call! ", false));
        assert!(is_remark("DNC", false));
        assert!(is_remark("asked not to be called", false));
        assert!(is_remark("on DNC list", false));
        assert!(is_remark("Nicht mehr anrufen!", false));
        assert!(!is_remark("call before noon", false));
        assert!(is_remark("no calls", false));
        assert!(!is_remark("no calls on Sundays, ever", false));
        assert!(!is_remark("likes opera", false));
        assert!(holds_names("Company name") && !is_remark("Opt Out Ltd", true));
        assert!(is_remark("DNC", true));
        assert_eq!(
            in_text("Ada 202-555-0123 please do not call"),
            Some("donotcall")
        );
        assert_eq!(in_text("Ada 202-555-0123"), None);
    }
}
