//! The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for the day on
//! which it is lost.
//!
//! A code is good for its step of 30 seconds and the one before and after. Which step was used is
//! the ledger's to remember, so that no code works twice. Recovery codes have 80 random bits and are
//! kept as hashes.

use qrcode::{Color, QrCode};
use ringonce_domain::Timestamp;
use ringonce_engine::entropy::Entropy;
use ringonce_store::model::{SecretHash, TwoFactorSecret};
use totp_rs::{Algorithm, Builder, Totp};

use crate::problem::Problem;
use crate::token::hash;

/// Bytes of a secret: as many as SHA-1 takes (RFC 4226, 4).
const SECRET_BYTES: usize = 20;
/// Recovery codes that a person is given.
const RECOVERY_CODES: usize = 10;
/// Letters and digits that are not taken for each other; 32, so that each carries five bits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Characters of a recovery code, in groups of four.
const RECOVERY_CHARS: usize = 16;
/// Cells of white around a QR code (ISO/IEC 18004).
const MARGIN: usize = 4;

/// A secret as an authenticator takes it.
pub(crate) struct Offer {
    /// In base32, in groups of four, for typing.
    pub(crate) secret: String,
    /// `otpauth://…`
    pub(crate) url: String,
    /// The same as a QR code: its cells as the path of an SVG, and the cells of a side.
    pub(crate) path: String,
    pub(crate) side: usize,
}

/// A fresh secret.
pub(crate) fn new_secret(entropy: &dyn Entropy) -> TwoFactorSecret {
    let mut bytes = vec![0; SECRET_BYTES];
    entropy.fill(&mut bytes);
    TwoFactorSecret(bytes)
}

/// The step of a code that is right at this time.
pub(crate) fn step_of(secret: &TwoFactorSecret, code: &str, wall: Timestamp) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(wall.as_millis() / 1_000).ok()?;
    totp(secret, "person").ok()?.check(&code, seconds)
}

/// What a person is shown once to set their authenticator up.
pub(crate) fn offer(secret: &TwoFactorSecret, email: &str) -> Result<Offer, Problem> {
    let totp = totp(secret, email)?;
    let url = totp.to_url().map_err(|error| Problem::fault(&error))?;
    let code = QrCode::new(&url).map_err(|error| Problem::fault(&error))?;
    Ok(Offer {
        secret: grouped(&totp.secret().to_base32()),
        path: path(&code),
        side: code.width() + 2 * MARGIN,
        url,
    })
}

/// Fresh recovery codes.
pub(crate) fn recovery_codes(entropy: &dyn Entropy) -> Vec<String> {
    let code = || {
        let mut bytes = [0; RECOVERY_CHARS];
        entropy.fill(&mut bytes);
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        grouped(&letters.iter().collect::<String>()).replace(' ', "-")
    };
    std::iter::repeat_with(code).take(RECOVERY_CODES).collect()
}

/// What is kept of a recovery code, however it was typed.
pub(crate) fn recovery_hash(code: &str) -> SecretHash {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    SecretHash(hash(&format!("recovery {letters}")))
}

/// Whether text looks like the code of an authenticator rather than a recovery code.
pub(crate) fn is_code(text: &str) -> bool {
    let digits = text.chars().filter(|c| !c.is_whitespace());
    digits.clone().all(|c| c.is_ascii_digit()) && digits.count() == 6
}

fn totp(secret: &TwoFactorSecret, email: &str) -> Result<Totp, Problem> {
    Builder::new()
        // What every authenticator understands.
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret.0.clone())
        .with_account_name(email)
        .with_issuer(Some("Ringonce"))
        .build()
        .map_err(|error| Problem::fault(&error))
}

fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups = letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

/// Dark cells, those beside each other as one stroke.
fn path(code: &QrCode) -> String {
    use std::fmt::Write as _;

    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..]
                .iter()
                .take_while(|cell| **cell == Color::Dark)
                .count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN);
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ringonce_engine::entropy::SeededEntropy;

    use super::*;

    /// RFC 6238, appendix B: the secret `12345678901234567890`, six digits.
    fn rfc() -> TwoFactorSecret {
        TwoFactorSecret(b"12345678901234567890".to_vec())
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let at = Timestamp::from_millis(seconds * 1_000);
            let step = u64::try_from(seconds / 30).unwrap();
            assert_eq!(step_of(&rfc(), code, at), Some(step), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_ones_beside_it() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        for (seconds, good) in [
            (29, true),
            (59, true),
            (89, true),
            (90, false),
            (120, false),
        ] {
            let is_good = step_of(&rfc(), "287082", at(seconds)).is_some();
            assert_eq!(is_good, good, "{seconds}");
        }
        assert_eq!(step_of(&rfc(), "287 082", at(59)), Some(1));
        for wrong in ["287083", "28708", "", "abcdef", "0287082"] {
            assert_eq!(step_of(&rfc(), wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_typed() {
        let codes = recovery_codes(&SeededEntropy::new(1));
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), RECOVERY_CODES);
        for code in &codes {
            assert_eq!(code.len(), 19, "{code}");
            assert!(!is_code(code));
            let typed = code.to_uppercase().replace('-', " ");
            assert!(recovery_hash(&typed) == recovery_hash(code));
        }
        assert!(is_code("123 456") && !is_code("12345") && !is_code("1234567"));
    }

    #[test]
    fn a_secret_is_offered_for_scanning_and_for_typing() {
        let offer = offer(&rfc(), "ana@example.com").unwrap();
        assert_eq!(offer.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(
            offer
                .url
                .starts_with("otpauth://totp/Ringonce:ana%40example.com?"),
            "{}",
            offer.url
        );
        assert!(
            offer.path.starts_with("M4 4h7v1h-7z"),
            "{}",
            &offer.path[..40]
        );
    }
}
