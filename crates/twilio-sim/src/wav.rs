//! Sound: recordings that are made up, and how long a fetched file lasts.

const RATE: u32 = 8_000;
/// Half a day, in seconds: no longer sound is made.
const LONGEST: u64 = 43_200;

/// A quiet tone of 440 Hz, 8 kHz, 16 bits, of this length.
pub(crate) fn tone(seconds: u64, channels: u8) -> Vec<u8> {
    let samples = u32::try_from(seconds.min(LONGEST)).unwrap_or(0) * RATE;
    let frame = u32::from(channels) * 2;
    let length = samples * frame;
    let mut file = Vec::with_capacity(length as usize + 44);
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(u16::from(channels).to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * frame).to_le_bytes());
    file.extend((u16::from(channels) * 2).to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    for sample in 0..samples {
        // A triangle of 18 steps: 444 Hz, without a sine.
        let step = i16::try_from(sample % 18).unwrap_or(0);
        let height = (step - 9).abs() * 200 - 900;
        for _ in 0..channels {
            file.extend(height.to_le_bytes());
        }
    }
    file
}

/// Silence as an MP3 of this length: empty frames of 24 ms, 48 kHz, mono, 32 kbit/s.
pub(crate) fn silence(seconds: u64) -> Vec<u8> {
    const HEAD: [u8; 4] = [0xFF, 0xFB, 0x14, 0xC0];
    const FRAME: usize = 96;
    let frames = usize::try_from((seconds.min(LONGEST) * 1_000).div_ceil(24)).unwrap_or(0);
    let mut file = vec![0; frames * FRAME];
    for frame in file.chunks_exact_mut(FRAME) {
        frame[..HEAD.len()].copy_from_slice(&HEAD);
    }
    file
}

/// The length of a sound: by a WAV's header, else as if it had 64 kbit/s.
#[expect(
    clippy::cast_precision_loss,
    reason = "files are far below 2^53 bytes, and this is an estimate"
)]
pub(crate) fn seconds(file: &[u8]) -> f64 {
    let word = |at: usize| {
        let bytes = file.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    let of_wav = || {
        (file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WAVE"))
            .then(|| word(28))
            .flatten()
            .filter(|rate| *rate > 0)
            .map(|rate| (file.len().saturating_sub(44)) as f64 / f64::from(rate))
    };
    of_wav().unwrap_or(file.len() as f64 / 8_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_whole_frames_of_96_bytes() {
        let file = silence(3);
        assert_eq!(file.len(), 125 * 96);
        assert!(
            file.chunks(96)
                .all(|frame| frame.starts_with(&[0xFF, 0xFB]))
        );
    }

    #[test]
    fn a_tone_lasts_as_long_as_its_header_says() {
        for (length, channels) in [(0, 1), (3, 1), (5, 2)] {
            let file = tone(length, channels);
            assert!((seconds(&file) - f64::from(u8::try_from(length).unwrap())).abs() < 1e-9);
            assert_eq!(
                file.len(),
                44 + usize::try_from(length).unwrap() * 16_000 * usize::from(channels)
            );
        }
    }
}
