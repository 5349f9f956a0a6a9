//! What a callee answered, or what picked up in their place, in words.

use ringonce_domain::Number;
use ringonce_store::model::{Answer, AuditEntry};

use crate::pages::frame::Frame;

/// The answer that an entry of the trail tells of.
pub(super) fn told(entry: &AuditEntry) -> Option<Answer> {
    if entry.event != "call.answer" {
        return None;
    }
    serde_json::from_str(&entry.detail).ok()
}

/// What it is called as a step of the call, and in which colour.
pub(super) fn step(answer: &Answer, frame: &Frame) -> (&'static str, String) {
    let class = match answer {
        Answer::OptOut(_) => "bad",
        Answer::Disposition(_) | Answer::Transfer(_) => "good",
        Answer::Key(_) => "",
        Answer::Machine(word) if word == "human" => "good",
        Answer::Machine(_) => "warn",
    };
    (class, frame.word("step-answer", answer.parts().0))
}

/// What it is called among the facts of a call, and the answer itself.
pub(super) fn fact(answer: &Answer, frame: &Frame) -> (String, String) {
    let name = match answer {
        Answer::Machine(_) => "call-picked-up",
        _ => "call-answer",
    };
    (frame.say(name), words(answer, frame))
}

/// The answer itself as the evidence of a step; the carrier's own word where it is not ours.
pub(super) fn detail(answer: &Answer, frame: &Frame) -> Vec<(String, String)> {
    let mut pairs = vec![fact(answer, frame)];
    if let Answer::Machine(word) = answer {
        pairs.push((frame.say("call-cause"), word.clone()));
    }
    pairs
}

fn words(answer: &Answer, frame: &Frame) -> String {
    match answer {
        Answer::OptOut(key) => frame.say1("answer-opt-out", "key", key.clone()),
        Answer::Disposition(word) => word.clone(),
        Answer::Transfer(to) => {
            let to: Result<Number, _> = to.parse();
            let shown = to.map_or_else(|_| String::new(), Number::international);
            frame.say1("answer-transfer", "number", shown)
        }
        Answer::Key(key) => frame.say1("answer-key", "key", key.clone()),
        Answer::Machine(word) => frame.word("picked-up", who(word)),
    }
}

/// Who picked up, of a carrier's word such as `machine_end_beep`.
fn who(word: &str) -> &'static str {
    match word {
        "human" => "person",
        "fax" => "fax",
        word if word.starts_with("machine") => "machine",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_carrier_says_who_picked_up() {
        for (word, expected) in [
            ("human", "person"),
            ("machine_start", "machine"),
            ("machine_end_beep", "machine"),
            ("machine_end_other", "machine"),
            ("fax", "fax"),
            ("unknown", "unknown"),
            ("anything else", "unknown"),
        ] {
            assert_eq!(who(word), expected, "{word}");
        }
    }
}
