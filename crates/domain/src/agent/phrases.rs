//! The standard sentences that an agent speaks without their being in its texts, in the languages
//! of the pages; English in any other.

/// A standard sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// After the opt-out key.
    OptedOut,
    /// After an answer was noted or recorded.
    Thanks,
    /// After a key that does nothing.
    NoSuchKey,
    /// When a transfer is not answered.
    NobodyThere,
    /// Before a spoken answer.
    Speak,
}

/// Each language with its sentences, in the order of [`Phrase`].
const SENTENCES: &[(&str, [&str; 5])] = &[
    (
        "en",
        [
            "You will not be called again. Goodbye.",
            "Thank you. Goodbye.",
            "That key does nothing.",
            "Nobody can take your call at the moment. Goodbye.",
            "Please speak after the tone, and press any key when you are done.",
        ],
    ),
    (
        "es",
        [
            "No volveremos a llamarle. Adiós.",
            "Gracias. Adiós.",
            "Esa tecla no hace nada.",
            "Nadie puede atenderle en este momento. Adiós.",
            "Hable después del tono y pulse cualquier tecla al terminar.",
        ],
    ),
    (
        "de",
        [
            "Sie werden nicht mehr angerufen. Auf Wiederhören.",
            "Vielen Dank. Auf Wiederhören.",
            "Diese Taste ist nicht belegt.",
            "Im Moment kann niemand Ihren Anruf annehmen. Auf Wiederhören.",
            "Bitte sprechen Sie nach dem Ton, und drücken Sie danach eine beliebige Taste.",
        ],
    ),
    (
        "fr",
        [
            "Nous ne vous appellerons plus. Au revoir.",
            "Merci. Au revoir.",
            "Cette touche ne fait rien.",
            "Personne ne peut prendre votre appel pour le moment. Au revoir.",
            "Parlez après le bip, puis appuyez sur une touche.",
        ],
    ),
    (
        "pt",
        [
            "Não voltaremos a ligar. Até logo.",
            "Obrigado. Até logo.",
            "Essa tecla não faz nada.",
            "Ninguém pode atender neste momento. Até logo.",
            "Fale após o sinal e pressione qualquer tecla ao terminar.",
        ],
    ),
    (
        "it",
        [
            "Non la chiameremo più. Arrivederci.",
            "Grazie. Arrivederci.",
            "Questo tasto non fa nulla.",
            "Al momento nessuno può rispondere. Arrivederci.",
            "Parli dopo il segnale acustico e prema un tasto quando ha finito.",
        ],
    ),
];

/// The sentence in a language, given by its BCP 47 tag.
pub fn phrase(language: &str, which: Phrase) -> &'static str {
    let wanted = language.split('-').next().unwrap_or_default();
    let known = |(tag, _): &&(&str, [&str; 5])| tag.eq_ignore_ascii_case(wanted);
    let (_, sentences) = SENTENCES.iter().find(known).unwrap_or(&SENTENCES[0]);
    sentences[which as usize]
}

/// The language in which the sentence is spoken: the wanted one, or English.
pub fn spoken_language(language: &str) -> &str {
    let wanted = language.split('-').next().unwrap_or_default();
    let known = SENTENCES
        .iter()
        .any(|(tag, _)| tag.eq_ignore_ascii_case(wanted));
    if known { language } else { "en-US" }
}
