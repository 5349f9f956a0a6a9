//! The records of an XLS (BIFF8), and the strings and values in them.
//!
//! Source: [MS-XLS], <https://learn.microsoft.com/en-us/openspecs/office_file_formats/ms-xls/>.
//! Any length and position in a file may be false: nothing here reserves memory by them, and reading
//! beyond an end returns none.

/// The complete records in this stream: kind and content. Records that continue the one before are
/// returned on their own.
pub(crate) fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let content = rest.get(4..4 + length)?;
        rest = &rest[4 + length..];
        Some((kind, content))
    })
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number in 30 bits (2.5.217): an integer or the upper half of a float, perhaps times 100.
pub(crate) fn rk_value(rk: u32) -> f64 {
    let value = if rk & 2 == 0 {
        f64::from_bits(u64::from(rk & !3) << 32)
    } else {
        f64::from(rk.cast_signed() >> 2)
    };
    if rk & 1 == 0 { value } else { value / 100.0 }
}

/// A record and those that continue it, read as one.
pub(crate) struct Pieces<'a> {
    records: Vec<&'a [u8]>,
    record: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(records: Vec<&'a [u8]>) -> Self {
        Self {
            records,
            record: 0,
            at: 0,
        }
    }

    /// The rest of the current piece; at its end, the next piece.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = &self.records.get(self.record)?[self.at..];
            if !rest.is_empty() {
                return Some(rest);
            }
            self.record += 1;
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest()?.first()?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let step = self.rest()?.len().min(bytes);
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// A string of this many characters (2.5.293): one byte each or two, formatting after them. Where a
    /// string continues in the next piece, that piece gives its own width.
    pub(crate) fn string(&mut self, characters: usize, text: &mut String) -> Option<()> {
        const WIDE: u8 = 1;
        const PHONETIC: u8 = 4;
        const RICH: u8 = 8;
        let mut flags = self.byte()?;
        let runs = if flags & RICH == 0 {
            0
        } else {
            usize::from(self.u16()?)
        };
        let phonetic = if flags & PHONETIC == 0 {
            0
        } else {
            self.u32()? as usize
        };
        let mut left = characters;
        let mut units = Vec::new();
        while left > 0 {
            let record = self.record;
            let mut rest = self.rest()?;
            if self.record != record {
                flags = self.byte()?;
                rest = self.rest()?;
            }
            let width = if flags & WIDE == 0 { 1 } else { 2 };
            let count = (rest.len() / width).min(left);
            let bytes = &rest[..count * width];
            if width == 1 {
                units.extend(bytes.iter().map(|&b| u16::from(b)));
            } else {
                units.extend(
                    bytes
                        .chunks_exact(2)
                        .map(|b| u16::from_le_bytes([b[0], b[1]])),
                );
            }
            // A character cut in half at the end of a piece is damage: continue after it.
            self.at += if count == 0 { rest.len() } else { bytes.len() };
            left -= count;
        }
        text.extend(
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        self.skip(runs * 4 + phonetic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_integers_or_floats_perhaps_in_hundredths() {
        for (rk, expected) in [
            (0x3FF0_0000, 1.0),
            (0x004B_5646, 1_234_321.0),
            (0x004B_5647, 12_343.21),
            (0x3FF0_0001, 0.01),
        ] {
            assert!((rk_value(rk) - expected).abs() < 1e-9, "{rk:x}");
        }
    }

    #[test]
    fn a_string_goes_on_in_the_next_piece_in_another_width() {
        let mut text = String::new();
        let mut pieces = Pieces::new(vec![&[0, b'A', b'd'], &[1, b'a', 0, 0x22, 0x21]]);
        assert_eq!(pieces.string(4, &mut text), Some(()));
        assert_eq!(text, "Ada™");
    }

    #[test]
    fn a_string_longer_than_its_record_is_none() {
        let mut pieces = Pieces::new(vec![&[0, b'A']]);
        assert_eq!(pieces.string(60_000, &mut String::new()), None);
    }

    #[test]
    fn records_end_where_the_stream_does() {
        let stream = [1, 0, 2, 0, 7, 8, 2, 0, 9, 0, 1];
        assert_eq!(records(&stream).collect::<Vec<_>>(), [(1, &[7, 8][..])]);
    }
}
