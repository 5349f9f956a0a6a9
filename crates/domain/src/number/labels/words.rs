//! The word lists of [`super`], each folded: lower case, no accents.

/// Names of a phone number and nothing else, without their spaces: headers of a column, labels of a
/// number.
#[rustfmt::skip]
pub const PHONE: &[&str] = &[
    // English
    "phone", "phonenumber", "phoneno", "phonenum", "phonenr", "phones", "telephone",
    "telephonenumber", "telephoneno", "tel", "telno", "telnumber", "mobile", "mobilephone",
    "mobilenumber", "mobileno", "mobilephonenumber", "cell", "cellphone", "cellnumber",
    "cellphonenumber", "cellular", "contactnumber", "contactno", "contactphone", "customerphone",
    "primaryphone", "mainphone", "phonemobile", "phone1", "mobile1", "tel1", "telephone1",
    "msisdn", "e164", "callednumber", "dialnumber", "numbertodial", "numbertocall",
    "callernumber",
    // Spanish, Portuguese, Italian, Romanian, Catalan
    "telefono", "numerodetelefono", "numerotelefono", "notelefono", "movil", "telefonomovil",
    "celular", "numerodecelular", "telefonocelular", "tlf", "telf", "tfno", "telefone",
    "numerodetelefone", "telemovel", "telefonecelular", "cellulare", "numeroditelefono",
    "telefonocellulare", "recapitotelefonico", "numardetelefon", "telefonmobil", "telefon1",
    // French
    "numerodetelephone", "numtelephone", "numtel", "ntel", "notel", "portable",
    "telephoneportable", "telportable", "telmobile", "gsm",
    // German, Dutch, Scandinavian
    "telefon", "telefonnummer", "telefonnr", "telnr", "rufnummer", "rufnr", "handy",
    "handynummer", "handynr", "mobil", "mobilnummer", "mobilnr", "mobiltelefon",
    "mobilfunknummer", "fon", "telefoon", "telefoonnummer", "telefoonnr", "mobiel",
    "mobielnummer", "mobieltelefoonnummer", "telefonnumer", "mobilnumer", "tlfnr", "mobiltlf",
    "simi", "simanumer",
    // Finnish, Estonian, Hungarian, Turkish
    "puhelin", "puhelinnumero", "matkapuhelin", "matkapuhelinnumero", "puh", "telefoninumber",
    "telefonszam", "mobilszam", "telefonno", "telefonnumarasi", "ceptelefonu", "ceptel", "gsmno",
    // Polish, Czech, Slovak, Croatian, Lithuanian, Latvian
    "numertelefonu", "nrtelefonu", "komorka", "telefonkomorkowy", "telefonnicislo",
    "cislotelefonu", "telefonnecislo", "mobilnitelefon", "brojtelefona", "mobitel", "telefonas",
    "telefononumeris", "talrunis", "telefonanumurs",
    // Russian, Ukrainian, Bulgarian, Serbian
    "телефон", "фон", "номертелефона", "мобильный", "мобильныйтелефон", "сотовый",
    "сотовыйтелефон", "тел", "номертелефону", "мобільний", "мобільнийтелефон", "телефоненномер",
    "телефонниномер", "мобилен", "мобилентелефон", "бројтелефона",
    // Greek, Hebrew, Arabic, Persian, Urdu
    "τηλεφωνο", "αριθμοστηλεφωνου", "κινητο", "κινητοτηλεφωνο", "טלפון", "מספרטלפון", "נייד",
    "טלפוןנייד", "פלאפון", "هاتف", "الهاتف", "رقمالهاتف", "رقمهاتف", "جوال", "الجوال",
    "رقمالجوال", "موبايل", "رقمالموبايل", "تليفون", "تلفون", "المحمول", "تلفن", "شمارهتلفن",
    "موبایل", "تلفنهمراه", "شمارهموبایل", "فون", "فوننمبر", "موبائلنمبر",
    // Hindi, Bengali, Tamil, Thai, Vietnamese, Indonesian, Malay, Tagalog, Swahili
    "फोन", "फोननंबर", "फोनसंख्या", "मोबाइल", "मोबाइलनंबर", "दूरभाष", "ফোন", "মোবাইল", "ফোননম্বর",
    "தொலைபேசி", "โทรศัพท์", "เบอร์โทร", "เบอร์โทรศัพท์", "มือถือ", "dienthoai", "sodienthoai",
    "sdt", "didong", "telepon", "nomortelepon", "nomertelepon", "notelepon", "nohp", "nomorhp",
    "hp", "telefonbimbit", "notelefon", "telepono", "simu", "nambariyasimu",
    // Chinese, Japanese, Korean
    "电话", "電話", "电话号码", "電話號碼", "手机", "手機", "手机号", "手机号码", "手機號碼", "移动电话", "行動電話", "联系电话", "聯絡電話",
    "联系方式", "電話番号", "携帯", "携帯電話", "携帯番号", "携帯電話番号", "전화", "전화번호", "휴대폰", "휴대전화", "휴대폰번호", "핸드폰",
    "연락처",
];

/// Names of a landline, without their spaces: a mobile phone takes precedence over it.
#[rustfmt::skip]
pub const LANDLINE: &[&str] = &[
    "landline", "landlines",
    "festnetz", "festnetznummer", "vast", "vastetelefoon", "fixe", "telephonefixe", "fijo", "telefonofijo",
    "fixo", "telefonefixo", "fisso", "telefonofisso", "fastnet", "fasttelefon", "stacjonarny", "座机",
];

/// Words that say phone in a longer header, or as the label of a number.
#[rustfmt::skip]
pub const PHONE_WORDS: &[&str] = &[
    "tel", "cell", "mob", "fon", "gsm", "msisdn", "handy", "portable", "movil", "tlf", "telf",
    "sms", "whatsapp", "тел", "hp", "simu",
];

/// Whose number it is, or where it rings.
#[rustfmt::skip]
pub(super) const NOTES: &[&str] = &[
    // English
    "home", "work", "office", "business", "desk", "main", "direct", "private", "personal", "primary",
    "secondary", "preferred", "other", "day", "daytime", "evening", "night", "residence",
    "res", "bus", "company", "reception", "switchboard", "voice", "ph", "number", "numbers", "call", "dial", "line", "mobiles", "cells", "mum", "mom", "mommy", "mummy",
    "mother", "dad", "daddy", "father", "parent", "parents", "wife", "husband", "spouse", "partner",
    "son", "daughter", "brother", "sister", "grandma", "grandpa", "grandmother", "grandfather", "aunt",
    "uncle", "guardian", "self", "viber", "signal", "telegram", "wa", "tollfree",
    // German, Dutch
    "privat", "geschaftlich", "dienstlich", "dienst", "buro", "arbeit", "zuhause", "daheim", "haus",
    "hause", "zentrale", "direkt", "beruflich", "tags", "tagsuber", "abends", "mutter",
    "vater", "mama", "papa", "mutti", "vati", "eltern", "frau", "mann", "sohn", "tochter", "oma", "opa",
    "nummer", "thuis", "prive", "werk", "kantoor", "zakelijk", "moeder", "vader", "vrouw",
    // French
    "domicile", "maison", "travail", "bureau", "pro", "professionnel", "perso", "personnel",
    "principal", "mere", "pere", "maman", "mari", "femme", "epouse", "epoux", "fils", "fille",
    // Spanish, Portuguese, Italian
    "casa", "trabajo", "oficina", "personal", "particular", "principal", "madre", "padre",
    "mama", "esposa", "esposo", "marido", "hijo", "hija", "numero", "numeros", "trabalho",
    "escritorio", "residencial", "comercial", "pessoal", "mae", "pai", "filho", "filha",
    "lavoro", "ufficio", "abitazione", "personale", "privato", "moglie", "marito", "figlio",
    "figlia", "mamma", "babbo", "cel", "cell", "mov",
    // Scandinavian, Finnish
    "hem", "arbete", "jobb", "kontor", "hemma", "hjem", "arbejde", "arbeid", "hjemme",
    "mor", "far", "mamma", "pappa", "koti", "tyo", "toimisto", "aiti", "isa",
    // Polish, Czech, Slovak, Hungarian, Romanian, Turkish
    "dom", "domowy", "praca", "sluzbowy", "biuro", "prywatny", "mama", "tata", "matka", "ojciec", "kom",
    "domu", "domov", "prace", "kancelar", "otthon", "otthoni", "munkahelyi", "iroda", "anya", "apa",
    "acasa", "serviciu", "birou", "ev", "cep", "ofis", "anne", "baba",
    // Russian, Ukrainian, Bulgarian, Greek
    "дом", "домашний", "раб", "рабочий", "работа", "офис", "моб", "сот", "мама", "папа", "номер",
    "домашнiй", "робочий", "мати", "батько", "служебен", "домашен", "σπιτι", "εργασια", "γραφειο",
    "σταθερο", "κιν", "τηλ",
    // Hebrew, Arabic, Hindi
    "בית", "עבודה", "משרד", "אמא", "אבא", "منزل", "المنزل", "عمل", "العمل", "مكتب", "घर", "कार्यालय",
    "ऑफिस",
    // Chinese, Japanese, Korean
    "家", "家庭", "住宅", "工作", "公司", "办公室", "辦公室", "办公", "自宅", "会社", "勤務先", "固定", "집", "회사", "직장",
];

/// Short for number: labels before the digits, with a full stop or a colon or after another label.
pub(super) const NUMBER: &[&str] = &["no", "nr", "num", "n"];

/// One letter each: home, work, mobile, cell, office, telephone, phone, direct.
pub(super) const SHORT: &[&str] = &["h", "w", "m", "c", "o", "t", "p", "d", "b", "g"];

/// Names of machines that answer and hear no voice.
#[rustfmt::skip]
pub(super) const FAX: &[&str] = &[
    "fax", "telefax", "faxnr", "faxnummer", "telefaks", "faks", "f", "telex", "pager", "факс", "传真",
    "傳真", "ファックス", "팩스", "פקס", "فاكس", "φαξ",
];

/// Marks of an extension, which is dialled once the call is answered.
#[rustfmt::skip]
pub(super) const EXTENSIONS: &[&str] = &[
    "ext", "extn", "extension", "exten", "xtn", "xt", "x", "int", "interno", "anexo", "ramal", "poste",
    "extensao", "dw", "durchwahl", "nst", "nebenstelle", "klappe", "kl", "toestel", "anknytning",
    "lokal", "lok", "wew", "wewn", "linka", "klapka", "mellek", "dahili", "доб", "вн", "внутр",
    "内線", "内线", "分机", "分機", "내선", "ต่อ",
];

/// Words between two numbers.
#[rustfmt::skip]
pub(super) const ALTERNATIVES: &[&str] = &[
    "and", "or", "und", "oder", "bzw", "y", "o", "u", "e", "ou", "et", "oppure", "sinon", "en", "of", "och", "eller", "og",
    "ja", "tai", "i", "lub", "oraz", "a", "nebo", "alebo", "vagy", "es", "sau", "si", "ve", "veya", "и",
    "или", "та", "або", "και", "η", "או", "او", "و", "या", "और", "和", "或", "及", "또는",
];
