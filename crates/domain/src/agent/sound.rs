//! The format of an uploaded file, by its first bytes: neither the file's name nor the browser's
//! content type is evidence.

/// The content type of audio that carriers play; none for anything else. Headerless formats (raw
/// μ-law, GSM) cannot be told from noise, and are refused.
pub fn sound_type(file: &[u8]) -> Option<&'static str> {
    let at = |place: usize, mark: &[u8]| file.get(place..place + mark.len()) == Some(mark);
    if at(0, b"RIFF") && at(8, b"WAVE") {
        Some("audio/wav")
    } else if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        Some("audio/aiff")
    } else if at(0, b".snd") {
        Some("audio/basic")
    } else if at(0, b"ID3") || is_mpeg_frame(file) {
        Some("audio/mpeg")
    } else {
        None
    }
}

/// Whether a frame of MPEG audio, layer III, begins here (ISO 11172-3, 2.4.1.3).
fn is_mpeg_frame(file: &[u8]) -> bool {
    let [first, second, third, ..] = file else {
        return false;
    };
    let is_synchronised = *first == 0xff && second & 0xe0 == 0xe0;
    let version = second >> 3 & 0b11;
    let layer = second >> 1 & 0b11;
    let bit_rate = third >> 4;
    let sampling = third >> 2 & 0b11;
    is_synchronised && version != 0b01 && layer == 0b01 && bit_rate < 15 && sampling != 0b11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (file, kind) in [
            (&b"RIFF\x24\0\0\0WAVEfmt "[..], Some("audio/wav")),
            (b"FORM\0\0\0\x20AIFFCOMM", Some("audio/aiff")),
            (b".snd\0\0\0\x18", Some("audio/basic")),
            (b"ID3\x04\0", Some("audio/mpeg")),
            (b"\xff\xfb\x90\x64", Some("audio/mpeg")),
            (b"\xff\xf3\x40\xc4", Some("audio/mpeg")),
            (b"\xff\xff\xff\xff", None),
            (b"\xff\xfb", None),
            (b"OggS\0\x02", None),
            (b"RIFF\x24\0\0\0AVI ", None),
            (b"<script>alert(1)</script>", None),
            (b"", None),
        ] {
            assert_eq!(sound_type(file), kind, "{file:?}");
        }
    }
}
