//! `media`: audio that agents play. It is kept in the ledger, so that every instance serves it.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use ringonce_domain::agent::{Audio, sound_type};
use ringonce_domain::ids::MediaId;
use ringonce_engine::entropy::{Entropy as _, SystemEntropy};
use ringonce_store::model::{MAX_MEDIA_BYTES, MediaDetail, MediaRemoved, NewMedia};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::output::{grouped, table};
use crate::times;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Store a file: MP3, WAV, AIFF or AU, at most 10 MiB
    #[command(after_help = "Example:
  ringonce media add reminder.mp3")]
    Add {
        /// The file; its content decides what it is
        file: PathBuf,
    },
    /// List the files that agents may play, the latest first
    List,
    /// Delete a file, or archive it when an agent or a campaign plays it
    Remove {
        /// Its id, as `media list` shows it, with or without `media:`
        media: String,
    },
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Add { file } => add(&file, context).await,
        Command::List => list(context).await,
        Command::Remove { media } => remove(&media, context).await,
    }
}

async fn add(path: &Path, context: &Context) -> Result<(), Failure> {
    let shown = path.display();
    let refused = |what: String| Failure::new(Exit::Usage, format!("{shown}: {what}"));
    let length = std::fs::metadata(path).map_err(|error| refused(error.to_string()))?;
    if length.len() > MAX_MEDIA_BYTES as u64 {
        let most = MAX_MEDIA_BYTES >> 20;
        return Err(
            refused(format!("is larger than {most} MiB")).help("send a shorter one, or MP3")
        );
    }
    let file = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    let content_type = sound_type(&file).ok_or_else(|| {
        refused("is no audio that carriers play".into()).help("send MP3, WAV, AIFF or AU")
    })?;
    let mut random = [0; 16];
    SystemEntropy.fill(&mut random);
    let id = MediaId::new(random);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = NewMedia {
        id,
        name: name.into_owned(),
        content_type,
        sha256: Sha256::digest(&file).into(),
        content: file,
    };
    let ledger = Ledger::open(&context.config).await?;
    let now = ledger.now().await?;
    ledger.store.add_media(new, actor(), now).await?;
    let made = ledger.store.media(id).await?;
    let audio = Audio::Uploaded(id);
    context.out.line(format!("kept; agents play it as {audio}"));
    context.out.document(&document(&made));
    Ok(())
}

async fn list(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let files = ledger.store.all_media().await?;
    let mut rows = table(["AUDIO", "NAME", "KIND", "BYTES", "SINCE"]);
    for file in &files {
        rows.add_row([
            Audio::Uploaded(file.id).to_string(),
            file.name.clone(),
            file.content_type.clone(),
            grouped(file.length),
            times::utc(file.made_at),
        ]);
    }
    context.out.table(&rows);
    let files: Vec<Value> = files.iter().map(document).collect();
    context.out.document(&json!({ "items": files }));
    Ok(())
}

async fn remove(media: &str, context: &Context) -> Result<(), Failure> {
    let id: MediaId = media.trim_start_matches("media:").parse().map_err(|_| {
        Failure::new(Exit::Usage, format!("{media:?} is no id of a file"))
            .help("`ringonce media list` shows them")
    })?;
    let ledger = Ledger::existing(&context.config).await?;
    let now = ledger.now().await?;
    let how = ledger.store.remove_media(id, actor(), now).await?;
    context.out.line(match how {
        MediaRemoved::Deleted => "deleted",
        MediaRemoved::Archived => {
            "archived: an agent or a campaign plays it, and goes on playing it"
        }
    });
    let deleted = how == MediaRemoved::Deleted;
    context
        .out
        .document(&json!({ "id": id, "deleted": deleted }));
    Ok(())
}

fn document(file: &MediaDetail) -> Value {
    json!({
        "id": file.id,
        "audio": Audio::Uploaded(file.id),
        "name": file.name,
        "content_type": file.content_type,
        "bytes": file.length,
        "made_at": times::utc(file.made_at),
    })
}
