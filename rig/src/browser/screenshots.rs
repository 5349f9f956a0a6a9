//! The book's pictures: taken by the stories, chosen here, and kept with the book's text.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::driver::picture;
use super::{Args, tell};
use crate::workspace::root;

/// Which pictures the book shows.
const CHOSEN: [&str; 8] = [
    "call",
    "campaign",
    "dashboard-empty",
    "draft",
    "emergency-stop",
    "new-campaign-preview",
    "two-factor",
    "users",
];

/// Runs the stories, and copies the pictures of the book.
pub(crate) fn renew() -> Result<()> {
    let (_, badly) = tell(&Args::default())?;
    ensure!(
        badly.is_empty(),
        "stories went badly, no picture is taken over: {}",
        badly.join("; ")
    );
    let folder = root().join("docs/book/src/images");
    fs::create_dir_all(&folder)?;
    for name in CHOSEN {
        let from = picture(name)?;
        fs::copy(&from, folder.join(name).with_extension("png"))
            .with_context(|| format!("no story takes a picture called {name}"))?;
    }
    println!("{} pictures in {}", CHOSEN.len(), folder.display());
    Ok(())
}
