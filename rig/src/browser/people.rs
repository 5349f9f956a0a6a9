//! Users of the pages: how the first account is made, and how others are invited and sign in.

use anyhow::{Context, Result};

use super::Page;

/// The first account, an admin's.
pub(crate) const FIRST: Person = Person {
    name: "Ann Example",
    email: "ann@example.com",
};
/// The password of every user: long enough, and unlike any name.
pub(crate) const PASSWORD: &str = "seven quiet lighthouse kettles";

/// A user with an account.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
}

/// Makes the first account by the link that the first start printed.
pub(crate) fn first(page: &Page<'_>, link: &str) -> Result<()> {
    page.open(link)?;
    page.fill("Name", FIRST.name)?;
    page.fill("E-mail address", FIRST.email)?;
    page.fill("New password", PASSWORD)?;
    page.press("Go on")?;
    page.arrives_at("/")?;
    page.sees("Sign out")
}

/// Signs in with name and password, in another browser.
pub(crate) fn sign_in(page: &Page<'_>, person: Person) -> Result<()> {
    page.open("/login")?;
    page.fill("E-mail address", person.email)?;
    page.fill("Password", PASSWORD)?;
    page.press("Sign in")
}

/// Invites a person, as the admin who is signed in on this page. Returns the link to pass on.
pub(crate) fn invite(page: &Page<'_>, person: Person, role: &str) -> Result<String> {
    page.open("/users")?;
    page.press("Invite a person")?;
    page.fill("Name", person.name)?;
    page.fill("E-mail address", person.email)?;
    page.press(role)?;
    page.press("Make the link")?;
    page.holds(
        "a link to be shown",
        "document.querySelector('#link-shown [data-secret]')?.textContent.includes('/welcome')",
    )?;
    let link = page.text_of("#link-shown [data-secret]")?;
    page.press("I have saved it")?;
    let path = link.find("/welcome").map(|at| link[at..].trim().to_owned());
    path.with_context(|| format!("{link} is no link to this server"))
}

/// Accepts an invitation, in a browser without a session.
pub(crate) fn accept(page: &Page<'_>, link: &str) -> Result<()> {
    page.open(link)?;
    page.fill("New password", PASSWORD)?;
    page.press("Go on")?;
    page.sees("Sign out")
}
