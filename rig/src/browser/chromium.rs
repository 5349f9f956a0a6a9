//! Debian's Chromium with its driver, unpacked and not installed: where the programs are, and the settings
//! with which they find their libraries and fonts.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;

/// The browser, its driver, and fonts, so that screenshots look alike everywhere.
const PACKAGES: [&str; 4] = [
    "chromium",
    "chromium-driver",
    "fonts-inter",
    "fonts-dejavu-core",
];

/// Where the browser is.
pub(crate) struct Chromium {
    /// The browser itself, not the script that people start it with.
    pub(crate) program: PathBuf,
    /// Its driver.
    pub(super) driver: PathBuf,
    root: PathBuf,
}

impl Chromium {
    /// Fetches it unless it is there.
    pub(crate) fn ready() -> Result<Self> {
        let root = debian::unpacked_with_needs(&PACKAGES, &["chromedriver", "icudtl.dat"])
            .context("the tests of the pages need Chromium")?;
        fs::write(root.join("fonts.conf"), fonts(&root))?;
        Ok(Self {
            program: root.join("usr/lib/chromium/chromium"),
            driver: root.join("usr/bin/chromedriver"),
            root,
        })
    }

    /// Lets a program, and its children, find the libraries and fonts.
    pub(crate) fn lend(&self, command: &mut Command) {
        let libraries = self.root.join("usr/lib").join(multiarch());
        command
            .env(
                "LD_LIBRARY_PATH",
                format!("{0}:{0}/pulseaudio", libraries.display()),
            )
            .env("FONTCONFIG_FILE", self.root.join("fonts.conf"))
            // A desktop's bus would only offer things that no test may change.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }

    /// How it is started, as one line.
    pub(crate) fn flags() -> String {
        Self::arguments().join(" ")
    }

    /// How a test starts it.
    pub(super) fn arguments() -> Vec<&'static str> {
        let mut arguments = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            "--no-first-run",
        ];
        if fs::metadata("/proc/self").is_ok_and(|us| us.uid() == 0) {
            // Chromium refuses to start in its sandbox as root.
            arguments.push("--no-sandbox");
        }
        arguments
    }
}

/// The folder of libraries for this kind of machine, as Debian names it.
fn multiarch() -> String {
    format!("{}-linux-gnu", std::env::consts::ARCH)
}

/// Only the fonts that were unpacked: a page must look the same on every machine.
fn fonts(root: &Path) -> String {
    let prefer = |family: &str, font: &str| {
        format!(
            "  <alias binding=\"same\"><family>{family}</family>\
             <prefer><family>{font}</family><family>DejaVu Sans</family></prefer></alias>\n"
        )
    };
    format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n<fontconfig>\n  \
         <dir>{0}/usr/share/fonts</dir>\n  <cachedir>{0}/fontcache</cachedir>\n{1}{2}{3}</fontconfig>\n",
        root.display(),
        prefer("system-ui", "Inter"),
        prefer("sans-serif", "Inter"),
        prefer("monospace", "DejaVu Sans Mono"),
    )
}
