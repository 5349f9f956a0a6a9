//! Converts bytes to text: determines a file's encoding, and decodes it piece by piece.
//!
//! A byte order mark decides. Without one, a file is UTF-8 if it is valid to the last byte; the whole
//! file is examined, because the first letter with an accent may come in the last line. Any other
//! encoding is guessed from the bytes beyond ASCII.

use std::io::{self, Read, Seek};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use ringonce_domain::number::Region;

use crate::ImportError;

const BLOCK: usize = 64 << 10;
/// Bytes around letters beyond ASCII that suffice to guess an encoding.
const EVIDENCE: usize = 1 << 20;
/// One in this many multi-byte letters may be broken for the file still to count as UTF-8.
const DAMAGE: usize = 50;

/// Reads `file` to its end and returns its encoding.
///
/// # Errors
/// [`ImportError::Empty`], and [`ImportError::NotAList`] for content that is not text.
pub(crate) fn detect(
    file: &mut (impl Read + Seek),
    region: Option<Region>,
) -> Result<&'static Encoding, ImportError> {
    let mut block = vec![0; BLOCK];
    file.rewind()?;
    let filled = read_full(file, &mut block)?;
    let head = &block[..filled];
    if head.trim_ascii().is_empty() && filled < BLOCK {
        return Err(ImportError::Empty);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        let has_text = filled > mark;
        return has_text.then_some(encoding).ok_or(ImportError::Empty);
    }
    if let Some(encoding) = utf16_by_zeros(head) {
        return Ok(encoding);
    }
    if is_binary(head) {
        return Err(ImportError::NotAList {
            what: "a binary file",
            remedy: "choose a CSV, XLSX, XLS or TXT file",
        });
    }
    file.rewind()?;
    if is_utf8(file, &mut block)? {
        return Ok(UTF_8);
    }
    file.rewind()?;
    Ok(guess(file, &mut block, region)?)
}

/// Whether the rest of the file is UTF-8, except for a few broken letters.
fn is_utf8(file: &mut impl Read, block: &mut [u8]) -> io::Result<bool> {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(3 * BLOCK + 16);
    let (mut letters, mut broken) = (0, 0);
    loop {
        let filled = read_full(file, block)?;
        text.clear();
        let (.., has_broken) = decoder.decode_to_string(&block[..filled], &mut text, filled == 0);
        letters += text.bytes().filter(|b| *b >= 0xC0).count();
        if has_broken {
            broken += text.matches(char::REPLACEMENT_CHARACTER).count();
        }
        if filled == 0 {
            return Ok(broken * DAMAGE <= letters);
        }
    }
}

/// The likeliest encoding of the rest of the file, by its letters beyond ASCII.
fn guess(
    file: &mut impl Read,
    block: &mut [u8],
    region: Option<Region>,
) -> io::Result<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut fed = 0;
    loop {
        let filled = read_full(file, block)?;
        if filled == 0 || fed >= EVIDENCE {
            break;
        }
        if Encoding::ascii_valid_up_to(&block[..filled]) < filled {
            detector.feed(&block[..filled], false);
            fed += filled;
        }
    }
    detector.feed(b"", true);
    let domain = region.map(|region| region.to_string().to_ascii_lowercase());
    Ok(detector.guess(domain.as_deref().map(str::as_bytes), Utf8Detection::Deny))
}

/// Zeros in every second place are the high bytes of Latin letters and digits.
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

/// A zero, or more than an occasional control character.
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
    /// Starts at the beginning of `file`, after its byte order mark.
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

    /// Appends some text; bytes that are invalid in the encoding become U+FFFD. False at the end.
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
