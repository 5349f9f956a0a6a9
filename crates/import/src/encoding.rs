//! Bytes to text: which encoding a file has, and decoding it piece by piece.
//!
//! A byte order mark decides. Without one, UTF-8 is what is valid as UTF-8 to the last byte; the
//! whole file is looked at, because the first letter with an accent may come in the last line.
//! Everything else is guessed from the bytes beyond ASCII.

use std::io::{self, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use ringonce_domain::number::Region;

use crate::ImportError;

const BLOCK: usize = 64 << 10;
/// Bytes around letters beyond ASCII that are enough to guess an encoding by.
const EVIDENCE: usize = 1 << 20;
/// Of this many multi-byte letters, one may be broken for the file to count as UTF-8 still.
const DAMAGE: usize = 50;

/// Reads `file` from its start to its end and says how its text is encoded.
///
/// # Errors
/// [`ImportError::Empty`] and [`ImportError::NotAList`] for what is no text.
pub(crate) fn detect(
    file: &mut impl Read,
    region: Option<Region>,
) -> Result<&'static Encoding, ImportError> {
    let mut block = vec![0; BLOCK];
    let mut filled = read_full(file, &mut block)?;
    if block[..filled].trim_ascii().is_empty() && filled < BLOCK {
        return Err(ImportError::Empty);
    }
    if let Some((encoding, bom)) = Encoding::for_bom(&block[..filled]) {
        return if filled == bom {
            Err(ImportError::Empty)
        } else {
            Ok(encoding)
        };
    }
    if let Some(encoding) = utf16_by_zeros(&block[..filled]) {
        return Ok(encoding);
    }
    if is_binary(&block[..filled]) {
        return Err(ImportError::NotAList {
            what: "a binary file",
            remedy: "choose a CSV, XLSX, XLS or TXT file",
        });
    }
    let mut evidence = Evidence::new();
    while filled > 0 {
        evidence.feed(&block[..filled]);
        filled = read_full(file, &mut block)?;
    }
    Ok(evidence.verdict(region))
}

/// Zeros in every other place are the high bytes of Latin letters and digits.
fn utf16_by_zeros(head: &[u8]) -> Option<&'static Encoding> {
    let (mut even, mut odd) = (0, 0);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let many = head.len() / 4;
    match (even, odd) {
        (0, odd) if odd > 0 && odd >= many => Some(UTF_16LE),
        (even, 0) if even > 0 && even >= many => Some(UTF_16BE),
        _ => None,
    }
}

/// A zero, or more control characters than a stray one.
fn is_binary(head: &[u8]) -> bool {
    let is_control = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a);
    let controls = head.iter().filter(|b| is_control(b)).count();
    head.contains(&0) || controls * 100 > head.len()
}

fn read_full(file: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < block.len() {
        match file.read(&mut block[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(filled)
}

/// What has been seen of the letters beyond ASCII.
struct Evidence {
    detector: EncodingDetector,
    fed: usize,
    /// Decodes as UTF-8 over the borders of blocks, only to count what goes wrong.
    utf8: Decoder,
    scratch: String,
    letters: usize,
    broken: usize,
}

impl Evidence {
    fn new() -> Self {
        Self {
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
            fed: 0,
            utf8: UTF_8.new_decoder_without_bom_handling(),
            scratch: String::with_capacity(3 * BLOCK + 16),
            letters: 0,
            broken: 0,
        }
    }

    fn feed(&mut self, block: &[u8]) {
        if Encoding::ascii_valid_up_to(block) == block.len() {
            return;
        }
        if self.fed < EVIDENCE {
            self.detector.feed(block, false);
            self.fed += block.len();
        }
        self.scratch.clear();
        let (_, _, had_errors) = self.utf8.decode_to_string(block, &mut self.scratch, false);
        let beyond_ascii = self.scratch.chars().filter(|c| !c.is_ascii());
        if had_errors {
            for letter in beyond_ascii {
                if letter == char::REPLACEMENT_CHARACTER {
                    self.broken += 1;
                } else {
                    self.letters += 1;
                }
            }
        } else {
            self.letters += beyond_ascii.count();
        }
    }

    fn verdict(mut self, region: Option<Region>) -> &'static Encoding {
        if self.broken * DAMAGE <= self.letters {
            return UTF_8;
        }
        self.detector.feed(b"", true);
        let domain = region.map(|region| region.to_string().to_ascii_lowercase());
        self.detector
            .guess(domain.as_deref().map(str::as_bytes), Utf8Detection::Deny)
    }
}

/// A file as text.
pub(crate) struct Decoded<R> {
    file: R,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
}

impl<R: Read + Seek> Decoded<R> {
    /// Starts at the beginning of `file`, behind its byte order mark.
    pub(crate) fn new(mut file: R, encoding: &'static Encoding) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self {
            file,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BLOCK],
            from: 0,
            to: 0,
            ended: false,
        })
    }

    /// Appends some text; what is not valid in the encoding becomes U+FFFD. False at the end.
    pub(crate) fn read_more(&mut self, text: &mut String) -> io::Result<bool> {
        let before = text.len();
        while text.len() == before && !self.ended {
            if self.from == self.to {
                self.from = 0;
                self.to = read_full(&mut self.file, &mut self.raw)?;
            }
            let last = self.from == self.to;
            text.reserve(BLOCK);
            let (result, read, _) =
                self.decoder
                    .decode_to_string(&self.raw[self.from..self.to], text, last);
            self.from += read;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(text.len() > before)
    }
}
