//! `reference`: the documents that are generated from the program itself, so that they always agree
//! with it.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use ringonce_domain::Settings;

use crate::cli::Cli;
use crate::config;
use crate::output;

/// Columns of the help texts.
const WIDTH: usize = 100;
/// The text of `docs/book/src/configuration.md` around the generated parts.
const CONFIGURATION: &str = include_str!("configuration.md");

/// Print a reference document, as Markdown
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which document
    #[arg(value_enum)]
    document: Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Document {
    /// Every command, for docs/book/src/cli.md
    Cli,
    /// Every setting, for docs/book/src/configuration.md
    Configuration,
    /// The states of attempts and campaigns, for docs/book/src/states.md
    States,
    /// The API's description, for docs/openapi.json
    Openapi,
    /// Every route and who may use it, for docs/routes.md
    Routes,
}

/// Prints it.
pub(crate) fn run(args: &Args) {
    output::raw(&match args.document {
        Document::Cli => command_line(),
        Document::Configuration => configuration(),
        Document::States => ringonce_domain::diagram::states_page(),
        Document::Openapi => ringonce_server::openapi_json(),
        Document::Routes => ringonce_server::routes_page(),
    });
}

/// Every command with its help.
fn command_line() -> String {
    let mut root = Cli::command().term_width(WIDTH).bin_name("ringonce");
    root.build();
    let mut text = String::from(
        "# The command line\n\n\
         Results go to standard output, progress and notes to standard error. Every command takes \
         `--json`\n(one document on standard output) and `--quiet`.\n\n\
         Made from the program by `cargo xtask regenerate`; `ringonce COMMAND --help` says the same.\n",
    );
    write_command(&mut root, 2, &mut text);
    text
}

/// Options that every command has; they are shown once.
const EVERYWHERE: [&str; 6] = ["data", "database", "config", "json", "quiet", "help"];

fn without_global_options(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let known = EVERYWHERE.contains(&argument.get_id().as_str());
        if known { argument.hide(true) } else { argument }
    })
}

fn write_command(command: &mut clap::Command, depth: usize, text: &mut String) {
    let name = command
        .get_bin_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned();
    let help = command.render_long_help().to_string();
    // Writing to a string cannot fail.
    let _ = write!(text, "\n{} {name}\n\n```text\n", "#".repeat(depth));
    for line in help.trim_end().lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("```\n");
    for subcommand in command
        .get_subcommands_mut()
        .filter(|command| !command.is_hide_set())
    {
        *subcommand = without_global_options(std::mem::take(subcommand));
        write_command(subcommand, (depth + 1).min(4), text);
    }
}

/// The deployment's configuration and a campaign's settings.
fn configuration() -> String {
    let settings = serde_json::to_string_pretty(&Settings::default()).unwrap_or_default();
    CONFIGURATION
        .replace("{{configuration}}", config::template().trim_end())
        .replace("{{settings}}", &settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dotted paths of every field of an object; lists and the agent's variants are not entered.
    fn paths(value: &serde_json::Value, prefix: &str, found: &mut Vec<String>) {
        for (key, value) in value.as_object().into_iter().flatten() {
            let path = if prefix.is_empty() {
                key.clone()
            } else {
                format!("{prefix}.{key}")
            };
            match value {
                serde_json::Value::Object(fields) if !fields.is_empty() => {
                    paths(value, &path, found);
                }
                _ => found.push(path),
            }
        }
    }

    #[test]
    fn every_setting_of_a_campaign_is_explained() {
        let mut found = Vec::new();
        paths(
            &serde_json::to_value(Settings::default()).unwrap(),
            "",
            &mut found,
        );
        assert!(found.len() > 15, "{found:?}");
        for path in found {
            assert!(
                CONFIGURATION.contains(&format!("| `{path}` |")),
                "{path} is not explained"
            );
        }
    }

    #[test]
    fn the_documents_have_every_command_and_every_setting() {
        let text = command_line();
        for command in [
            "ringonce dial",
            "ringonce campaign export",
            "ringonce prove",
            "ringonce doctor",
        ] {
            assert!(text.contains(&format!("# {command}\n")), "{command}");
        }
        let text = configuration();
        assert!(!text.contains("{{"), "a part is missing");
        assert!(text.contains("RINGONCE_LISTEN"));
    }
}
