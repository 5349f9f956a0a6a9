//! The systemd unit, the Debian package and the container's recipe. Each is checked against the files that it
//! names, as far as that goes without installing it.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::crates_io::Program;
use crate::workspace::{debug_binary, output, program, root, run, target};

const CARGO_DEB: Program = Program {
    package: "cargo-deb",
    version: "3.8.0",
    features: &["gzip"],
};
/// The most exposure that `systemd-analyze security` may find; 10 is full exposure.
const EXPOSURE: &str = "20";
/// The files that the package must have.
const PACKAGED: [&str; 5] = [
    "./usr/bin/ringonce",
    "./etc/ringonce/ringonce.toml",
    "./usr/lib/systemd/system/ringonce.service",
    "./usr/share/doc/ringonce/copyright",
    "./usr/share/doc/ringonce/NOTICE",
];

/// Checks them all. Returns how many checks held.
pub(crate) fn check() -> Result<u64> {
    unit()?;
    package()?;
    container()?;
    Ok(3)
}

/// The unit is understood by systemd, and lets the service do little.
fn unit() -> Result<()> {
    let unit = fs::read_to_string(root().join("packaging/ringonce.service"))?;
    let installed = "/usr/bin/ringonce";
    ensure!(
        unit.contains(installed),
        "the unit does not start {installed}"
    );
    let built = debug_binary("ringonce");
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("ringonce.service");
    fs::write(&copy, unit.replace(installed, &built.to_string_lossy()))?;
    let needs = "systemd-analyze judges the unit (Debian: `apt-get install systemd`)";
    run(Command::new("systemd-analyze")
        .arg("verify")
        .arg("--man=no")
        .arg(&copy))
    .context(needs)?;
    run(Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager"])
        .arg(format!("--threshold={EXPOSURE}"))
        .arg(&copy))
    .context(needs)
}

/// A package can be made, and holds what it should.
fn package() -> Result<()> {
    let folder = target().join("packages");
    let deb = folder.join("ringonce.deb");
    fs::create_dir_all(&folder)?;
    run(program(CARGO_DEB.ready()?)
        .args(["--package", "ringonce", "--no-build", "--fast"])
        // The build that the other suites use: the contents of the package are judged here, not its speed.
        .args(["--profile", "dev"])
        .arg("--output")
        .arg(&deb))?;
    let listed = output(Command::new("dpkg-deb").arg("--contents").arg(&deb))?;
    for path in PACKAGED {
        ensure!(
            listed.contains(path),
            "the package has no {path}:\n{listed}"
        );
    }
    let scripts = output(
        Command::new("dpkg-deb")
            .args(["--info"])
            .arg(&deb)
            .arg("postinst"),
    )?;
    ensure!(
        scripts.contains("adduser --system") && scripts.contains("deb-systemd"),
        "the package neither makes its account nor knows its unit:\n{scripts}"
    );
    Ok(())
}

/// Every file that the recipe copies exists, and it ends without rights.
fn container() -> Result<()> {
    let recipe = fs::read_to_string(root().join("Dockerfile"))?;
    for line in recipe
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from="))
    {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let sources = words
            .split_last()
            .map(|(_, sources)| sources)
            .unwrap_or_default();
        for source in sources {
            ensure!(
                root().join(source).exists(),
                "Dockerfile copies {source}, which is not there"
            );
        }
    }
    for wanted in [
        "\nUSER ringonce\n",
        "\nHEALTHCHECK ",
        "cargo build --release --locked",
    ] {
        ensure!(
            recipe.contains(wanted),
            "Dockerfile has no `{}`",
            wanted.trim()
        );
    }
    Ok(())
}
