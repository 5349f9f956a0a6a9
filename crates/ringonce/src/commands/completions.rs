//! `completions`: shell completions for the program's commands.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ringonce completions bash > ~/.local/share/bash-completion/completions/ringonce")]
pub(crate) struct Args {
    /// bash, elvish, fish, powershell or zsh
    shell: Shell,
}

/// Prints them.
pub(crate) fn run(args: &Args) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ringonce", &mut script);
    output::raw(&String::from_utf8_lossy(&script));
}
