//! The head of a WAV file: whether it is one, and how long it sounds.
//!
//! By Microsoft's and IBM's *Multimedia Programming Interface and Data Specifications 1.0*: `RIFF`, the
//! length, `WAVE`, then chunks, each with a name of four letters and a length; `fmt ` says how many bytes
//! a second has, `data` is the sound.

/// As many bytes as a head has at most, by what carriers make.
pub(crate) const HEAD: usize = 4 << 10;

/// What is said of the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wave {
    /// Bytes of a second of it.
    per_second: u32,
    /// Where it begins.
    begins: u64,
    /// Its bytes; `None` when its writer did not know them.
    bytes: Option<u64>,
}

impl Wave {
    /// Reads the head.
    ///
    /// # Errors
    /// Why it is none.
    pub(crate) fn read(head: &[u8]) -> Result<Self, String> {
        if head.get(..4) != Some(b"RIFF") || head.get(8..12) != Some(b"WAVE") {
            return Err("what came is no WAV file".into());
        }
        let (mut at, mut per_second) = (12, None);
        loop {
            let chunk = head.get(at..at + 8);
            let chunk = chunk.ok_or("the WAV file has no sound in it")?;
            let length = number(&chunk[4..]).unwrap_or(0);
            let begins = at + 8;
            match &chunk[..4] {
                b"fmt " => per_second = head.get(begins + 8..begins + 12).and_then(number),
                b"data" => {
                    let per_second = per_second.filter(|it| *it > 0);
                    return Ok(Self {
                        per_second: per_second.ok_or("the WAV file does not say how it sounds")?,
                        begins: begins as u64,
                        bytes: (length != 0 && length != u32::MAX).then_some(u64::from(length)),
                    });
                }
                _ => {}
            }
            // Chunks begin at even places.
            at = begins.saturating_add(length as usize).next_multiple_of(2);
            if at > HEAD {
                return Err("the WAV file's head does not end".into());
            }
        }
    }

    /// How long it sounds, in milliseconds, in a file of this length.
    ///
    /// # Errors
    /// When the file ends before its sound does.
    pub(crate) fn millis(self, file: u64) -> Result<u64, String> {
        let there = file.saturating_sub(self.begins);
        let bytes = self.bytes.unwrap_or(there);
        if bytes > there {
            return Err(format!(
                "the WAV file is cut short: it has {there} of {bytes} bytes of sound"
            ));
        }
        Ok(bytes.saturating_mul(1_000) / u64::from(self.per_second))
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head of sound with 16,000 bytes a second, and this before it.
    fn head(before: &[u8], data: u32) -> Vec<u8> {
        let mut head = b"RIFF\0\0\0\0WAVEfmt ".to_vec();
        head.extend(16_u32.to_le_bytes());
        head.extend([1, 0, 1, 0]);
        head.extend(8_000_u32.to_le_bytes());
        head.extend(16_000_u32.to_le_bytes());
        head.extend([2, 0, 16, 0]);
        head.extend(before);
        head.extend(b"data");
        head.extend(data.to_le_bytes());
        head
    }

    #[test]
    fn the_head_says_how_long_it_sounds() {
        for (before, data, sound, millis) in [
            (&b""[..], 32_000, 32_000, 2_000),
            (b"", 8_000, 8_000, 500),
            (b"LIST\x03\0\0\0abc\0", 16_000, 16_000, 1_000),
            (b"", 0, 48_000, 3_000),
            (b"", u32::MAX, 16_000, 1_000),
            (b"", 16_000, 16_100, 1_000),
        ] {
            let head = head(before, data);
            let file = head.len() as u64 + sound;
            assert_eq!(
                Wave::read(&head).unwrap().millis(file),
                Ok(millis),
                "{data}"
            );
        }
    }

    #[test]
    fn what_is_no_whole_sound_is_told() {
        let cut = head(b"", 32_000);
        let short = Wave::read(&cut).unwrap().millis(cut.len() as u64 + 31_999);
        assert!(short.unwrap_err().contains("cut short"));
        let silent = head(b"", 8).replace_rate();
        for (bytes, word) in [
            (&b"<html>not found</html>"[..], "no WAV"),
            (b"", "no WAV"),
            (&head(b"", 8)[..36], "no sound"),
            (&silent, "how it sounds"),
            (&head(b"LIST\xff\xff\xff\x7f", 8), "does not end"),
        ] {
            let told = Wave::read(bytes).unwrap_err();
            assert!(told.contains(word), "{told}");
        }
    }

    trait Silent {
        fn replace_rate(self) -> Self;
    }

    impl Silent for Vec<u8> {
        fn replace_rate(mut self) -> Self {
            self[28..32].fill(0);
            self
        }
    }
}
