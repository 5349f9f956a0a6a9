//! Header words for phone numbers, names and the like, in many languages.
//!
//! All words are in the form to which [`headers`](crate::headers) converts a header: lower case, no
//! accents, and in the lists of whole headers no spaces.

/// Parts of a longer header that mean phone, anywhere in it.
#[rustfmt::skip]
pub(crate) const PHONE_PARTS: &[&str] = &[
    "phone", "telefon", "telephon", "mobil", "celular", "cellul", "rufnummer", "handynummer",
    "telefoon", "mobiel", "puhelin", "telepon", "telemovel", "telefone", "komork", "ceptel",
    "телефон", "мобильн", "мобільн", "сотов", "τηλεφων", "κινητ", "טלפון", "هاتف", "جوال",
    "موبايل", "تليفون", "تلفن", "موبایل", "फोन", "मोबाइल", "ফোন", "மொபைல்", "โทรศัพท์",
    "dienthoai", "电话", "電話", "手机", "手機", "携帯", "전화", "휴대폰",
];

/// Words that may mean a phone number if the values agree.
#[rustfmt::skip]
pub(crate) const PERHAPS_PHONE: &[&str] = &[
    "number", "numbers", "no", "nr", "num", "numero", "nummer", "numer", "numeri", "contact",
    "dial", "номер", "号码", "號碼", "番号", "번호", "رقم", "नंबर", "line",
];

/// Words that make a header speak *about* a phone number; its values must then confirm it.
#[rustfmt::skip]
pub(crate) const ABOUT_PHONE: &[&str] = &[
    "type", "typ", "tipo", "ext", "extension", "country", "code", "carrier", "operator",
    "provider", "status", "state", "valid", "verified", "consent", "optin", "label", "model",
    "brand", "os", "date", "time", "count", "calls", "minutes", "plan", "fax", "owner", "name",
    "mail", "email", "city", "timezone", "zone", "id",
];

/// Headers of a person's full name.
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

/// Headers of a full name, or of the missing part beside the other.
#[rustfmt::skip]
pub(crate) const NAME: &[&str] = &[
    "name", "names", "nombre", "nome", "nom", "naam", "namn", "navn", "nimi", "nazwa", "jmeno",
    "meno", "nev", "ad", "isim", "imie", "ime", "nume", "имя", "име", "імя", "ονομα", "שם",
    "nama", "ten", "pangalan", "jina", "名", "名称",
];

/// Headers of a first name and nothing else.
#[rustfmt::skip]
pub(crate) const FIRST_NAME: &[&str] = &[
    "firstname", "first", "fname", "givenname", "forename", "christianname", "nombres",
    "primernombre", "nombredepila", "primeironome", "nomeproprio", "prenom", "prenume", "vorname",
    "rufname", "voornaam", "fornamn", "fornavn", "etunimi", "eesnimi", "krestnijmeno",
    "keresztnev", "utonev", "prenombre", "имяклиента", "μικροονομα", "שםפרטי", "الاسمالاول",
    "पहलानाम", "namadepan",
];

/// Headers of a last name and nothing else.
#[rustfmt::skip]
pub(crate) const LAST_NAME: &[&str] = &[
    "lastname", "last", "lname", "surname", "familyname", "secondname", "apellido", "apellidos",
    "primerapellido", "sobrenome", "apelido", "ultimonome", "cognome", "nomdefamille", "nachname",
    "familienname", "zuname", "achternaam", "efternamn", "etternavn", "efternavn", "sukunimi",
    "perekonnanimi", "nazwisko", "prijmeni", "priezvisko", "vezeteknev", "csaladnev", "soyad",
    "soyadi", "soyisim", "prezime", "numedefamilie", "фамилия", "прізвище", "фамилно", "επωνυμο",
    "שםמשפחה", "اسمالعائلة", "اللقب", "उपनाम", "namabelakang", "姓", "苗字", "성",
];

/// Words by which a phone column belongs to another person, to the caller, or to a machine.
#[rustfmt::skip]
pub(crate) const OF_ANOTHER: &[&str] = &[
    "attorney", "lawyer", "reference", "references", "neighbor", "neighbour", "roommate", "ice", "school", "teacher",
    "hospital", "pharmacy", "bank", "insurance", "store", "dealer", "broker", "realtor", "seller", "tenant", "driver",
    "caseworker", "worker", "receptionist", "reception", "hq", "headquarters", "corporate", "friend", "sibling", "coborrower",
    "borrower", "cosigner", "beneficiary", "invited", "sponsor", "elevator", "wrong", "deceased", "invalid", "bill",
    "imei", "order", "tracking", "vater", "mutter", "eltern", "arzt", "makler", "hausverwaltung", "vermieter",
    "ehepartner", "sekretariat", "schule", "zentrale", "medecin", "conseiller", "employeur", "conjoint", "asesor", "padre",
    "madre", "medico", "agente", "coniuge", "avvocato", "abogado", "avocat", "anwalt", "nachbar", "son", "daughter", "brother",
    "sister", "child", "grandparent", "caregiver", "nurse", "vendor", "supplier", "lieferant", "緊急連絡先",
    "assistant", "assistants", "emergency", "referrer", "referral", "referred", "agent", "agents", "owner",
    "doctor", "physician", "manager", "supervisor", "employer", "spouse", "partner", "wife", "husband",
    "mother", "father", "parent", "guardian", "kin", "relative", "secretary", "recruiter",
    "caller", "callerid", "ani", "from", "source", "sender", "our", "salesperson", "rep", "landlord",
    "notfall", "notfallkontakt", "assistent", "vertreter", "berater", "betreuer", "partnerin", "absender",
    "urgence", "urgences", "urgencia", "emergencia", "emergenza", "noodgeval", "asistente", "pager",
    "fax", "telefax", "telex", "tty", "tdd", "isdn", "radio", "callback", "company", "firma", "switchboard",
    "hotline", "support", "asst", "old", "previous", "former", "alte", "altes", "alter", "vorherige",
    "ancien", "ancienne", "antiguo", "anterior", "vecchio", "oude", "inactive", "disconnected",
];
/// Whole headers of this kind, without their spaces.
pub(crate) const OF_ANOTHER_PARTS: &[&str] = &["companymainphone", "tollfree", "tollfreenumber"];

/// Headers of the country of a number, without their spaces.
#[rustfmt::skip]
pub(crate) const COUNTRY: &[&str] = &[
    "country", "countrycode", "phonecountry", "phonecountrycode", "mobilecountrycode", "callingcode",
    "countrycallingcode", "dialcode", "diallingcode", "dialingcode", "countrydialcode", "isd", "isdcode",
    "idd", "iddcode", "cc", "telcountrycode", "land", "landcode", "landesvorwahl",
    "landervorwahl", "laendervorwahl", "landeskennzahl", "pays", "codepays", "indicatifpays",
    "indicatifinternational", "pais", "codigopais", "codigodepais", "codigodelpais", "prefijointernacional",
    "prefijopais", "paese", "codicepaese", "prefissointernazionale", "ddi", "landnummer", "landskod",
    "landekode", "landkode", "kraj", "kodkraju", "kierunkowykraju", "zeme", "国家代码", "国家区号", "国番号",
];

/// Headers of an area code in a column of its own, without their spaces.
#[rustfmt::skip]
pub(crate) const AREA_CODE: &[&str] = &[
    "areacode", "area", "phoneareacode", "citycode", "std", "stdcode", "stdprefix", "prefix", "phoneprefix",
    "vorwahl", "ortsvorwahl", "vorwahlnummer", "onkz", "ortsnetzkennzahl", "netzkennzahl", "prefijo",
    "codigodearea", "lada", "ddd", "prefisso", "indicatif", "netnummer", "kengetal", "kierunkowy",
    "predvolba", "riktnummer", "区号", "市外局番", "지역번호",
];

/// Words of a longer header that mean country.
pub(crate) const COUNTRY_WORDS: &[&str] = &[
    "country",
    "land",
    "pays",
    "pais",
    "paese",
    "страна",
    "国家",
    "国",
    "국가",
    "kraj",
    "zeme",
    "ulke",
    "maa",
];

/// Words that only mean number: as a header they may mean any number.
pub(crate) const NUMBERS: &[&str] = &[
    "number",
    "numbers",
    "nummer",
    "numero",
    "numeros",
    "номер",
    "line",
    "call",
    "dial",
    "other",
    "primary",
    "secondary",
    "main",
    "company",
    "business",
    "pro",
    "personal",
    "private",
    "direct",
    "day",
    "night",
    "evening",
];

/// Headers of a time zone, without their spaces; a longer header contains one of them.
#[rustfmt::skip]
pub(crate) const ZONES: &[&str] = &[
    "timezone", "zeitzone", "fuseauhoraire", "zonahoraria", "husohorario", "usohorario", "fusoorario", "fusohorario", "tijdzone",
    "strefaczasowa", "casovapasma", "casovepasmo", "casovapasmo", "idozona", "fusorar", "saatdilimi", "tidszon", "tidszone", "tidssone",
    "aikavyohyke", "часовойпояс", "часовийпояс", "часовазона", "ζωνηωρας", "אזורזמן", "المنطقةالزمنية", "समयक्षेत्र", "タイムゾーン", "时区", "時區", "時間帯",
    "시간대", "utcoffset", "gmtoffset", "muigio", "zonawaktu", "เขตเวลา",
];
