//! Metadata as JSON text, written without an intermediate form.

use std::fmt::Write;

/// `"title":` as JSON.
pub(crate) fn key(title: &str) -> String {
    let mut text = String::with_capacity(title.len() + 3);
    write_json_string(title, &mut text);
    text.push(':');
    text
}

/// A JSON object of strings, written without an intermediate form.
pub(crate) struct Object<'a> {
    from: usize,
    text: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn open(text: &'a mut String) -> Self {
        text.push('{');
        Self {
            from: text.len(),
            text,
            is_empty: true,
        }
    }

    pub(crate) fn add(&mut self, key: &str, value: &str) {
        if !self.is_empty {
            self.text.push(',');
        }
        self.is_empty = false;
        self.text.push_str(key);
        write_json_string(value, self.text);
    }

    /// How many bytes were added.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() - self.from
    }

    pub(crate) fn close(self) {
        self.text.push('}');
    }
}

/// As in RFC 8259, without the NUL character, which databases refuse.
fn write_json_string(value: &str, text: &mut String) {
    text.push('"');
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(&value[from..at]);
        from = at + 1;
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0 => {}
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{byte:04x}");
            }
        }
    }
    text.push_str(&value[from..]);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_strings_read_back_as_they_were() {
        for value in [
            "",
            "plain",
            "quote \" and \\",
            "line\nbreak\r\t",
            "\u{1}\u{1f}",
            "żółć 电话 🙂",
        ] {
            let mut text = String::new();
            write_json_string(value, &mut text);
            assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
        }
    }

    #[test]
    fn the_zero_character_is_dropped() {
        let mut text = String::new();
        write_json_string("a\0b", &mut text);
        assert_eq!(text, "\"ab\"");
    }
}
