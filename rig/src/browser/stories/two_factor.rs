//! A user protects their account with an authenticator, signs in with its codes, loses it, and signs in with
//! a recovery code, which works once.

use std::time::Duration;

use anyhow::{Context, Result};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::browser::people::{FIRST, PASSWORD, first, sign_in};
use crate::browser::{Browser, Page};
use crate::stopwatch::pause;
use crate::time_of_day::now;

/// Seconds of one code.
const STEP: u64 = 30;
/// Seconds that must be left of a step, so that the code of the step before is accepted.
const ENOUGH: u64 = 15;

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&[])?;
    let page = browser.page(&server, 1280, 900)?;
    first(&page, &server.first_link()?)?;
    page.open("/account")?;
    page.press("Add an authenticator")?;
    page.fill("Password", PASSWORD)?;
    page.press("Next")?;
    page.holds(
        "a secret to be shown",
        "document.querySelector('#confirm-dialog [data-secret]').textContent.length > 15",
    )?;
    page.picture("two-factor")?;
    let secret = page.text_of("#confirm-dialog [data-secret]")?;
    let authenticator = Authenticator::at_a_fresh_step(&secret)?;

    // A code is valid in its step and those beside it, once: the one before is used first.
    page.fill("Code", &authenticator.before())?;
    page.press("Confirm")?;
    page.holds(
        "recovery codes to be shown",
        "document.querySelector('#recovery-dialog [data-secret]')?.textContent.length > 20",
    )?;
    let codes = page.text_of("#recovery-dialog [data-secret]")?;
    let recovery = codes.split_whitespace().next().context("recovery codes")?;
    page.press("I have saved it")?;

    let other = browser.page(&server, 1280, 900)?;
    sign_in(&other, FIRST)?;
    other.arrives_at("/login/code")?;
    other.open("/")?;
    other.arrives_at("/login")?;
    enters_code(&other, &authenticator.before())?;
    other.sees("This code is wrong or was used before")?;
    other.forgive("401")?;
    other.picture("sign-in-code")?;
    enters_code(&other, &authenticator.current())?;
    other.sees("Sign out")?;

    // The phone is lost: a recovery code works, once.
    for lets_in in [true, false] {
        let lost = browser.page(&server, 1280, 900)?;
        sign_in(&lost, FIRST)?;
        lost.arrives_at("/login/code")?;
        lost.fill("Code", recovery)?;
        lost.press("Sign in")?;
        if lets_in {
            lost.sees("Sign out")?;
        } else {
            lost.sees("This code is wrong")?;
            lost.forgive("401")?;
        }
    }
    Ok(())
}

fn enters_code(page: &Page<'_>, code: &str) -> Result<()> {
    if !page.path()?.starts_with("/login/code") {
        sign_in(page, FIRST)?;
        page.arrives_at("/login/code")?;
    }
    page.fill("Code", code)?;
    page.press("Sign in")
}

/// The app on a user's phone.
struct Authenticator {
    totp: Totp,
    seconds: u64,
}

impl Authenticator {
    /// Waits until the code of the step before is valid for a while.
    fn at_a_fresh_step(secret: &str) -> Result<Self> {
        let letters: String = secret.split_whitespace().collect();
        let secret = Secret::try_from_base32(letters).context("the secret that was shown")?;
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP)
            .with_account_name(FIRST.email)
            .with_secret(secret)
            .build()?;
        while seconds() % STEP > STEP - ENOUGH {
            pause(Duration::from_millis(100));
        }
        Ok(Self {
            totp,
            seconds: seconds(),
        })
    }

    fn before(&self) -> String {
        self.totp.generate(self.seconds - STEP).to_string()
    }

    /// The code of now, which is of a later step than the one before.
    fn current(&self) -> String {
        self.totp.generate(seconds()).to_string()
    }
}

fn seconds() -> u64 {
    u64::try_from(now().as_millis() / 1_000).unwrap_or_default()
}
