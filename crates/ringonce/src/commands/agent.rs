//! `agent`: what callees hear, version by version.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;
use ringonce_domain::Agent;
use ringonce_domain::agent::{Action, PreviewStep, preview};
use ringonce_domain::ids::AgentId;
use ringonce_domain::script::Fields;
use ringonce_store::StoreError;
use ringonce_store::model::{AgentDetail, Page};
use serde_json::json;

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::output::{Output, table};
use crate::times;

/// Agents and versions listed at most.
const LISTED: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List agents, the latest first
    List {
        /// Only archived agents
        #[arg(long)]
        archived: bool,
    },
    /// Show an agent with its versions
    Show(Which),
    /// Write an agent
    #[command(after_help = "Example:
  ringonce agent add Reminder --text 'Hello {name|there}. Press 9 for no more calls.' --opt-out 9
  ringonce agent add Desk --content desk.json")]
    Add {
        /// Its name for people
        name: String,
        #[command(flatten)]
        content: Content,
    },
    /// Make another version of an agent; campaigns keep theirs
    Edit {
        #[command(flatten)]
        which: Which,
        /// Another name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        content: Content,
    },
    /// Show what a contact would hear, in order
    #[command(after_help = "Example:
  ringonce agent preview 3 --name Ana --field City=Rome")]
    Preview {
        #[command(flatten)]
        which: Which,
        /// The contact's name
        #[arg(long, default_value = "")]
        name: String,
        /// Another column of the list, such as City=Rome; may be given several times
        #[arg(long = "field", value_name = "COLUMN=VALUE")]
        fields: Vec<String>,
    },
    /// Archive an agent, or restore it
    Archive {
        #[command(flatten)]
        which: Which,
        /// Restore it
        #[arg(long)]
        restore: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// The agent's number, as `agent list` shows it
    #[arg(value_name = "AGENT")]
    id: AgentId,
}

/// What an agent says: a file, or a text.
#[derive(Debug, clap::Args)]
pub(crate) struct Content {
    /// A JSON file of any kind; the chapter *Agents* has an example of each
    #[arg(long = "content", value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// A text to be spoken, in place of a file
    #[arg(long)]
    text: Option<String>,
    /// The language of the text
    #[arg(long, requires = "text", default_value = "en-US")]
    language: String,
    /// The key by which a callee asks never to be called again
    #[arg(long, requires = "text", value_name = "KEY")]
    opt_out: Option<String>,
}

impl Content {
    /// The agent in these options, if any was given.
    fn read(&self) -> Result<Option<Agent>, Failure> {
        let json = match (&self.file, &self.text) {
            (Some(path), _) => std::fs::read_to_string(path).map_err(|error| {
                Failure::new(Exit::Usage, format!("{}: {error}", path.display()))
            })?,
            (None, Some(text)) => {
                let (language, opt_out) = (&self.language, &self.opt_out);
                let kind = "text";
                json!({ "kind": kind, "text": text, "language": language, "opt_out": opt_out })
                    .to_string()
            }
            (None, None) => return Ok(None),
        };
        let agent: Agent = serde_json::from_str(&json).map_err(|error| {
            Failure::new(Exit::Usage, error.to_string())
                .help("the chapter Agents of the book has an example of each kind")
        })?;
        agent
            .validate_given()
            .map_err(|wrong| Failure::new(Exit::Usage, wrong.to_string()))?;
        Ok(Some(agent))
    }
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    match command {
        Command::List { archived } => list(archived, context).await,
        Command::Show(which) => show(&which, context).await,
        Command::Add { name, content } => {
            let said = content.read()?.ok_or_else(|| {
                Failure::new(Exit::Usage, "there is nothing to say")
                    .help("give --text or --content")
            })?;
            let ledger = Ledger::open(&context.config).await?;
            playable(&ledger, &said).await?;
            let now = ledger.now().await?;
            let id = ledger.store.add_agent(name, said, actor(), now).await?;
            changed(&ledger, id, out).await
        }
        Command::Edit {
            which,
            name,
            content,
        } => {
            let said = content.read()?;
            let ledger = Ledger::existing(&context.config).await?;
            let now = ledger.now().await?;
            if let Some(said) = said {
                playable(&ledger, &said).await?;
                let revised = ledger.store.revise_agent(which.id, said, actor(), now);
                revised.await?;
            }
            if let Some(name) = name {
                ledger
                    .store
                    .name_agent(which.id, name, actor(), now)
                    .await?;
            }
            changed(&ledger, which.id, out).await
        }
        Command::Preview {
            which,
            name,
            fields,
        } => hear(&which, name, &fields, context).await,
        Command::Archive { which, restore } => {
            let ledger = Ledger::existing(&context.config).await?;
            let now = ledger.now().await?;
            let shelved = ledger.store.archive_agent(which.id, !restore, actor(), now);
            shelved.await?;
            let done = if restore { "restored" } else { "archived" };
            out.line(format!("agent {} is {done}", which.id));
            out.document(&json!({ "id": which.id, "archived": !restore }));
            Ok(())
        }
    }
}

/// Refuses an agent whose audio file does not exist.
async fn playable(ledger: &Ledger, content: &Agent) -> Result<(), Failure> {
    let Some(id) = content.media() else {
        return Ok(());
    };
    match ledger.store.media(id).await {
        Err(StoreError::NotFound { .. }) => {
            let what = format!("audio: there is no uploaded file {id}");
            Err(Failure::new(Exit::Usage, what).help("`ringonce media list` shows those there are"))
        }
        found => Ok(found.map(|_| ())?),
    }
}

async fn changed(ledger: &Ledger, id: AgentId, out: Output) -> Result<(), Failure> {
    let agent = ledger.store.agent(id).await?;
    let (name, version) = (&agent.name, agent.version);
    out.line(format!("agent {id} {name:?}, version {version}"));
    out.document(&agent);
    Ok(())
}

async fn list(archived: bool, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let page = Page {
        after: None,
        limit: LISTED,
    };
    let agents = ledger.store.agents(archived, page).await?;
    let mut rows = table(["AGENT", "NAME", "KIND", "VERSION", "SAYS"]);
    for agent in &agents {
        let says: String = agent.content.headline().chars().take(50).collect();
        rows.add_row([
            agent.id.to_string(),
            agent.name.clone(),
            agent.content.kind().to_owned(),
            agent.version.to_string(),
            says,
        ]);
    }
    context.out.table(&rows);
    context.out.document(&json!({ "items": agents }));
    Ok(())
}

async fn show(which: &Which, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let agent: AgentDetail = ledger.store.agent(which.id).await?;
    let page = Page {
        after: None,
        limit: LISTED,
    };
    let versions = ledger.store.agent_versions(which.id, page).await?;
    let out = context.out;
    out.line(format!("{} ({})", agent.name, agent.content.kind()));
    for version in &versions {
        let said = serde_json::to_string(&version.content).unwrap_or_default();
        let (number, at, by) = (
            version.version,
            times::utc(version.made_at),
            &version.made_by.0,
        );
        out.line(format!("version {number}, {at}, {by}: {said}"));
    }
    out.document(&json!({ "agent": agent, "versions": versions }));
    Ok(())
}

async fn hear(
    which: &Which,
    name: String,
    fields: &[String],
    context: &Context,
) -> Result<(), Failure> {
    let mut columns = BTreeMap::new();
    for field in fields {
        let Some((column, value)) = field.split_once('=') else {
            let what = format!("{field:?} names no column; write COLUMN=VALUE");
            return Err(Failure::new(Exit::Usage, what));
        };
        columns.insert(column.to_owned(), value.to_owned());
    }
    let ledger = Ledger::existing(&context.config).await?;
    let agent = ledger.store.agent(which.id).await?;
    let heard = preview(&agent.content, &Fields::new(name, columns))
        .map_err(|wrong| Failure::new(Exit::Failed, wrong.to_string()))?;
    for step in &heard {
        context.out.line(words(step));
    }
    context.out.document(&json!({ "heard": heard }));
    Ok(())
}

/// A step of a call in a line.
fn words(step: &PreviewStep) -> String {
    let then = |action: &Action, says: &Option<String>| {
        let says = says.as_deref();
        let says = says.map_or_else(String::new, |says| format!(": “{says}”"));
        format!("{}{says}", does(action))
    };
    match step {
        PreviewStep::Says { text, seconds } => format!("says “{text}” (about {seconds} s)"),
        PreviewStep::Plays { audio } => format!("plays {audio}"),
        PreviewStep::OnKey { key, action, says } => format!("key {key}: {}", then(action, says)),
        PreviewStep::WithoutKey {
            repeats,
            action,
            says,
        } => format!(
            "without a key: again {repeats}×, then {}",
            then(action, says)
        ),
        PreviewStep::Streams { url, parameters } => {
            let told = parameters
                .iter()
                .map(|(name, value)| format!(" {name}={value:?}"));
            format!("connects with {url}{}", told.collect::<String>())
        }
        PreviewStep::Connects { to } => does(&Action::Transfer(to.clone())),
        PreviewStep::Machine { text, audio } => match (text, audio) {
            (Some(text), _) => format!("an answering machine hears “{text}”"),
            (None, Some(audio)) => format!("an answering machine hears {audio}"),
            (None, None) => "an answering machine hears nothing".into(),
        },
    }
}

fn does(action: &Action) -> String {
    match action {
        Action::OptOut => "never calls again".into(),
        Action::Repeat => "begins again".into(),
        Action::Record { seconds, .. } => format!("records an answer of up to {seconds} s"),
        Action::Disposition { word } => format!("notes “{word}”"),
        Action::HangUp => "ends the call".into(),
        Action::Transfer(to) => {
            let whisper = to.whisper.as_deref();
            let whisper = whisper.map(|text| format!(", who hears “{text}” first"));
            let fallback = to.fallback.as_deref();
            let fallback = fallback.map(|text| format!("; if nobody answers says “{text}”"));
            let parts = [whisper, fallback].map(Option::unwrap_or_default);
            format!("connects with {}{}", to.number, parts.concat())
        }
    }
}
