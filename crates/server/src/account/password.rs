//! Passwords: which are good enough, and what is kept of them.
//!
//! The length rules are those of NIST SP 800-63B-4 for passwords that stand alone: 15 code points or
//! more, any character, no rules of composition; what is guessable is refused instead. Argon2id has
//! the parameters that OWASP recommends (19 MiB, two passes); a hash made with others is made again
//! when its owner signs in. Hashing happens apart from everything else, a few at a time.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc;
use argon2::{Argon2, Params, PasswordHasher as _, PasswordVerifier as _};
use ringonce_domain::Email;
use ringonce_engine::entropy::Entropy;
use ringonce_store::model::PasswordHash;
use tokio::sync::Semaphore;

use crate::language::{Language, Speech as _};
use crate::limits;
use crate::problem::Problem;

/// The product's name, which a password must not be built on.
const PRODUCT: &str = "ringonce";
/// Parts of names and addresses that are shorter may stand in a password.
const TELLING_CHARS: usize = 4;

/// Hashes passwords and compares them.
#[derive(Debug)]
pub(crate) struct Passwords {
    slots: Arc<Semaphore>,
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is another password, or there is none to compare with.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, and its hash was made with other parameters than today's.
    Outdated,
}

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    /// Fewer than [`limits::PASSWORD_LEAST_CHARS`].
    Short,
    /// More than [`limits::PASSWORD_MOST_CHARS`].
    Long,
    /// It contains its owner's name or address, or the product's name.
    Telling,
    /// An attacker with a list of common passwords would guess it.
    Guessable,
}

impl Weakness {
    /// The message in the catalogue.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Short => "password-short",
            Self::Long => "password-long",
            Self::Telling => "password-telling",
            Self::Guessable => "password-guessable",
        }
    }
}

impl From<Weakness> for Problem {
    fn from(weakness: Weakness) -> Self {
        let advice = Language::English.say(weakness.message());
        Self::invalid(advice).in_field("password")
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            slots: Arc::new(Semaphore::new(limits::PASSWORDS_AT_ONCE)),
        }
    }
}

impl Passwords {
    /// The hash of a password that is good enough for its owner.
    pub(crate) async fn accept(
        &self,
        password: String,
        owner: (Email, String),
        entropy: &dyn Entropy,
    ) -> Result<Result<PasswordHash, Weakness>, Problem> {
        let mut salt = [0; argon2::RECOMMENDED_SALT_LEN];
        entropy.fill(&mut salt);
        self.apart(move || {
            let (email, name) = &owner;
            match weakness(&password, email, name) {
                Some(weakness) => Ok(Err(weakness)),
                None => hash(&password, &salt).map(Ok),
            }
        })
        .await?
    }

    /// The hash of a password under today's parameters, of one that was accepted before.
    pub(crate) async fn renew(
        &self,
        password: String,
        entropy: &dyn Entropy,
    ) -> Result<PasswordHash, Problem> {
        let mut salt = [0; argon2::RECOMMENDED_SALT_LEN];
        entropy.fill(&mut salt);
        self.apart(move || hash(&password, &salt)).await?
    }

    /// Compares a password with a hash; with none it takes the same time and is wrong.
    pub(crate) async fn check(
        &self,
        password: String,
        known: Option<PasswordHash>,
    ) -> Result<Verdict, Problem> {
        // What is longer was never accepted, and is not worth the hashing.
        if password.chars().count() > limits::PASSWORD_MOST_CHARS {
            return Ok(Verdict::Wrong);
        }
        self.apart(move || {
            let compared = compare(&password, known.as_ref().unwrap_or(&NOBODYS));
            if known.is_some() {
                compared
            } else {
                Verdict::Wrong
            }
        })
        .await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let slot = Arc::clone(&self.slots).acquire_owned();
        let slot = tokio::time::timeout(limits::PASSWORD_WAIT, slot).await;
        let Ok(Ok(slot)) = slot else {
            let advice = "too many people sign in at this moment; try again shortly";
            return Err(Problem::unavailable(advice).retry_after(5));
        };
        let done = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            work()
        });
        done.await.map_err(|error| Problem::fault(&error))
    }
}

/// The hash that is compared for an unknown user, so that the answer takes as long.
static NOBODYS: LazyLock<PasswordHash> = LazyLock::new(|| {
    hash(
        "nobody has this password",
        &[7; argon2::RECOMMENDED_SALT_LEN],
    )
    .unwrap_or_else(|_| PasswordHash(String::new()))
});

fn hash(password: &str, salt: &[u8]) -> Result<PasswordHash, Problem> {
    let hash: phc::PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map_err(|error| Problem::fault(&error))?;
    Ok(PasswordHash(hash.to_string()))
}

fn compare(password: &str, known: &PasswordHash) -> Verdict {
    let Ok(known) = phc::PasswordHash::new(&known.0) else {
        return Verdict::Wrong;
    };
    if Argon2::default()
        .verify_password(password.as_bytes(), &known)
        .is_err()
    {
        return Verdict::Wrong;
    }
    let today = Params::DEFAULT;
    let same = Params::try_from(&known).is_ok_and(|params| {
        (params.m_cost(), params.t_cost(), params.p_cost())
            == (today.m_cost(), today.t_cost(), today.p_cost())
    });
    if same {
        Verdict::Right
    } else {
        Verdict::Outdated
    }
}

/// Why a password is not good enough for this person, if it is not.
fn weakness(password: &str, email: &Email, name: &str) -> Option<Weakness> {
    let length = password.chars().count();
    if length < limits::PASSWORD_LEAST_CHARS {
        return Some(Weakness::Short);
    }
    if length > limits::PASSWORD_MOST_CHARS {
        return Some(Weakness::Long);
    }
    let lower = password.to_lowercase();
    let name = name.to_lowercase();
    let mut telling = vec![PRODUCT, email.as_str(), email.local_part()];
    telling.extend(name.split_whitespace());
    telling.retain(|part| part.chars().count() >= TELLING_CHARS);
    if telling.iter().any(|part| lower.contains(part)) {
        return Some(Weakness::Telling);
    }
    let score = zxcvbn::zxcvbn(password, &telling).score();
    (score < zxcvbn::Score::Three).then_some(Weakness::Guessable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_judged_by_its_length_and_by_what_people_guess() {
        let email: Email = "ana.ruiz@example.com".parse().unwrap();
        for (password, weakness) in [
            ("correct horse battery staple", None),
            ("Trombón añejo, 7 tejados!", None),
            ("電話番号帳電話番号帳猫犬鳥魚馬牛羊", None),
            ("short one, no?", Some(Weakness::Short)),
            ("電話番号帳電話番号帳猫犬鳥魚", Some(Weakness::Short)),
            ("aaaaaaaaaaaaaaaaaaaa", Some(Weakness::Guessable)),
            ("passwordpassword", Some(Weakness::Guessable)),
            ("qwertyuiopasdfghjkl", Some(Weakness::Guessable)),
            ("my ringonce secret of 2026", Some(Weakness::Telling)),
            ("the blue ana.ruiz of tomorrow", Some(Weakness::Telling)),
            ("Maravilla y tres tejados rojos", Some(Weakness::Telling)),
        ] {
            assert_eq!(
                super::weakness(password, &email, "Ana Maravilla"),
                weakness,
                "{password}"
            );
        }
        let long = "x, y ".repeat(60);
        assert_eq!(super::weakness(&long, &email, "Ana"), Some(Weakness::Long));
    }

    #[test]
    fn a_hash_is_made_with_the_recommended_parameters_and_others_are_outdated() {
        let made = hash("correct horse battery staple", &[1; 16]).unwrap();
        assert!(
            made.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            made.0
        );
        assert_eq!(
            compare("correct horse battery staple", &made),
            Verdict::Right
        );
        assert_eq!(
            compare("correct horse battery stapl", &made),
            Verdict::Wrong
        );
        let weak = Argon2::new(
            argon2::Algorithm::Argon2id,
            argon2::Version::V0x13,
            Params::new(8 * 1024, 1, 1, None).unwrap(),
        );
        let old: phc::PasswordHash = weak
            .hash_password_with_salt(b"an old one", &[1; 16])
            .unwrap();
        let old = PasswordHash(old.to_string());
        assert_eq!(compare("an old one", &old), Verdict::Outdated);
        assert_eq!(
            compare("x", &PasswordHash("no hash".into())),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn nobodys_password_is_wrong_and_is_compared_all_the_same() {
        let passwords = Passwords::default();
        let wrong = passwords
            .check("nobody has this password".into(), None)
            .await;
        assert_eq!(wrong.unwrap(), Verdict::Wrong);
        assert_eq!(
            compare("nobody has this password", &NOBODYS),
            Verdict::Right
        );
    }
}
