//! What people call a phone number and a name in the header of a list, in many languages.
//!
//! All words are in the form that [`headers`](crate::headers) brings a header to: small letters,
//! no accents, and in the lists of whole headers no spaces.

/// Headers that say phone number and nothing else.
#[rustfmt::skip]
pub(crate) const PHONE: &[&str] = &[
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

/// Parts of a longer header that say phone, wherever they stand in it.
#[rustfmt::skip]
pub(crate) const PHONE_PARTS: &[&str] = &[
    "phone", "telefon", "telephon", "mobil", "celular", "cellul", "rufnummer", "handynummer",
    "telefoon", "mobiel", "puhelin", "telepon", "telemovel", "telefone", "komork", "ceptel",
    "телефон", "мобильн", "мобільн", "сотов", "τηλεφων", "κινητ", "טלפון", "هاتف", "جوال",
    "موبايل", "تليفون", "تلفن", "موبایل", "फोन", "मोबाइल", "ফোন", "மொபைல்", "โทรศัพท์",
    "dienthoai", "电话", "電話", "手机", "手機", "携帯", "전화", "휴대폰",
];

/// Words of a longer header that say phone when they stand alone.
#[rustfmt::skip]
pub(crate) const PHONE_WORDS: &[&str] = &[
    "tel", "cell", "mob", "fon", "gsm", "msisdn", "handy", "portable", "movil", "tlf", "telf",
    "sms", "whatsapp", "тел", "hp", "simu",
];

/// Words that may mean a phone number if the values agree.
#[rustfmt::skip]
pub(crate) const PERHAPS_PHONE: &[&str] = &[
    "number", "numbers", "no", "nr", "num", "numero", "nummer", "numer", "numeri", "contact",
    "dial", "номер", "号码", "號碼", "番号", "번호", "رقم", "नंबर", "fax", "line",
];

/// Words that make a header speak *about* a phone number; its values must then prove it.
#[rustfmt::skip]
pub(crate) const ABOUT_PHONE: &[&str] = &[
    "type", "typ", "tipo", "ext", "extension", "country", "code", "carrier", "operator",
    "provider", "status", "state", "valid", "verified", "consent", "optin", "label", "model",
    "brand", "os", "date", "time", "count", "calls", "minutes", "plan", "fax", "owner", "name",
    "mail", "email", "city", "timezone", "zone", "id",
];

/// Headers that say a person's full name.
#[rustfmt::skip]
pub(crate) const FULL_NAME: &[&str] = &[
    "fullname", "contactname", "customername", "clientname", "leadname", "personname",
    "displayname", "membername", "patientname", "guestname", "studentname", "ownername",
    "subscribername", "nombrecompleto", "nombreyapellido", "nombreyapellidos", "nombredelcliente",
    "nomecompleto", "nomecognome", "nomeecognome", "nomedocliente", "nomcomplet", "nometprenom",
    "nomprenom", "nomduclient", "vollstandigername", "vorundnachname", "vornamenachname",
    "kundenname", "ansprechpartner", "volledigenaam", "klantnaam", "fullstandigtnamn", "fultnavn",
    "kokonimi", "imieinazwisko", "jmenoaprijmeni", "teljesnev", "adsoyad", "adisoyadi", "фио",
    "полноеимя", "имяфамилия", "піб", "ονοματεπωνυμο", "שםמלא", "الاسمالكامل", "الاسم", "اسم",
    "نام", "नाम", "पूरानाम", "নাম", "ชื่อ", "hoten", "hovaten", "namalengkap", "姓名", "客户姓名", "氏名",
    "お名前", "名前", "성명", "이름", "성함", "contact", "customer", "client", "kunde", "kontakt", "cliente",
];

/// Headers that are a full name, or the half that is missing beside the other.
#[rustfmt::skip]
pub(crate) const NAME: &[&str] = &[
    "name", "names", "nombre", "nome", "nom", "naam", "namn", "navn", "nimi", "nazwa", "jmeno",
    "meno", "nev", "ad", "isim", "imie", "ime", "nume", "имя", "име", "імя", "ονομα", "שם",
    "nama", "ten", "pangalan", "jina", "名", "名称",
];

/// Headers that say a first name and nothing else.
#[rustfmt::skip]
pub(crate) const FIRST_NAME: &[&str] = &[
    "firstname", "first", "fname", "givenname", "forename", "christianname", "nombres",
    "primernombre", "nombredepila", "primeironome", "nomeproprio", "prenom", "prenume", "vorname",
    "rufname", "voornaam", "fornamn", "fornavn", "etunimi", "eesnimi", "krestnijmeno",
    "keresztnev", "utonev", "prenombre", "имяклиента", "μικροονομα", "שםפרטי", "الاسمالاول",
    "पहलानाम", "namadepan",
];

/// Headers that say a last name and nothing else.
#[rustfmt::skip]
pub(crate) const LAST_NAME: &[&str] = &[
    "lastname", "last", "lname", "surname", "familyname", "secondname", "apellido", "apellidos",
    "primerapellido", "sobrenome", "apelido", "ultimonome", "cognome", "nomdefamille", "nachname",
    "familienname", "zuname", "achternaam", "efternamn", "etternavn", "efternavn", "sukunimi",
    "perekonnanimi", "nazwisko", "prijmeni", "priezvisko", "vezeteknev", "csaladnev", "soyad",
    "soyadi", "soyisim", "prezime", "numedefamilie", "фамилия", "прізвище", "фамилно", "επωνυμο",
    "שםמשפחה", "اسمالعائلة", "اللقب", "उपनाम", "namabelakang", "姓", "苗字", "성",
];
