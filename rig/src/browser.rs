//! The pages in a real browser: stories of a user, from the first link on, each with a server of its own. A
//! story fails when something does not appear, when the browser reports a problem, and when the server's log
//! has an error.
//!
//! Pictures are left in `target/screenshots`; a person looks at them.

mod axe;
mod chromium;
mod driver;
mod exchange;
mod furnished;
mod page;
mod people;
mod routes;
mod screenshots;
mod stories;

use anyhow::{Result, ensure};

pub(crate) use self::axe::judge;
pub(crate) use self::chromium::Chromium;
pub(crate) use self::driver::Browser;
pub(crate) use self::exchange::Exchange;
pub(crate) use self::furnished::{Content, a_call, agent, furnish, invitation};
pub(crate) use self::page::Page;
pub(crate) use self::people::first;
pub(crate) use self::routes::{Route, pages};
pub(crate) use self::screenshots::renew;
use crate::stopwatch::{Stopwatch, show};

/// A story of a user of the pages.
struct Story {
    name: &'static str,
    tell: fn(&Browser) -> Result<()>,
}

/// The stories to tell.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Names of stories; all when none is given.
    names: Vec<String>,
}

/// Tells stories; fails when one goes badly.
pub(crate) fn run(args: &Args) -> Result<()> {
    let (_, badly) = tell(args)?;
    ensure!(badly.is_empty(), "went badly: {}", badly.join("; "));
    Ok(())
}

/// Tells stories. Returns how many went well, and what went badly.
pub(crate) fn tell(args: &Args) -> Result<(u64, Vec<String>)> {
    let browser = Browser::start()?;
    let (mut well, mut badly) = (0, Vec::new());
    for story in stories::STORIES {
        if !args.names.is_empty() && !args.names.iter().any(|name| name == story.name) {
            continue;
        }
        let watch = Stopwatch::start();
        match told(&browser, story) {
            Ok(()) => {
                well += 1;
                println!("{}: {}", story.name, show(watch.elapsed()));
            }
            Err(error) => {
                println!("{}: FAILED: {error:#}", story.name);
                badly.push(format!("{}: {error:#}", story.name));
            }
        }
    }
    ensure!(
        well > 0 || !badly.is_empty(),
        "there is no such story; there are: {}",
        stories::STORIES
            .iter()
            .map(|story| story.name)
            .collect::<Vec<_>>()
            .join(", ")
    );
    Ok((well, badly))
}

fn told(browser: &Browser, story: &Story) -> Result<()> {
    browser.begin(story.name)?;
    let went = (story.tell)(browser);
    let problems = browser.problems()?;
    went?;
    ensure!(
        problems.is_empty(),
        "the story went well, and yet:\n{}",
        problems.join("\n")
    );
    Ok(())
}
