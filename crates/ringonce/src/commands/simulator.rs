//! `simulator`: the simulated carrier as a process of its own, which any number of instances call.
//!
//! Its log is the truth: it is written before anybody hears of anything, and a simulator that was
//! killed goes on from it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::simulator::{Config, Faults, Log, Simulator};
use ringonce_domain::Trust;
use ringonce_server::{Reach, serve_simulator};
use serde_json::json;
use tokio::sync::watch;

use crate::Context;
use crate::commands::phones::Phones;
use crate::commands::serve::{listen, refuse_remote};
use crate::config::LogFormat;
use crate::failure::{Exit, Failure};
use crate::ledger::log_failure;
use crate::logging;
use crate::signals::interrupted;

/// The longest file of faults, in bytes.
const MAX_FAULTS: u64 = 1 << 20;

/// Serve a simulated carrier to any number of instances
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce simulator --log simulator.log
  ringonce simulator --listen 127.0.0.1:9100 --log simulator.log --seed 7 --faults faults.json
  ringonce simulator --log simulator.log --everyone answers --talk-seconds 600

Instances use it with `ringonce serve --simulator http://127.0.0.1:9100`. No phone rings. Who picks up
follows from the seed. What happened stands in the log before anybody hears of it; a simulator that is
started again with the same log goes on with the calls in it. Events are posted once to the instance
that placed the call; one that is not there loses them.

A file of faults holds any of these, as probabilities from 0 to 1 and longest durations in
milliseconds: lost_request, lost_response, slow_response, slow_response_up_to, refused_network,
refused_congestion, refused_configuration, lost_event, late_event, late_event_up_to, repeated_event,
reordered_event, look_up_failure, look_up_lag, look_up_lag_up_to (at most 20000), and outages, a list
of {\"from\": …, \"until\": …}, instants in ISO 8601.")]
pub(crate) struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9100")]
    listen: SocketAddr,
    /// Allow an address that other machines can reach, and callbacks to other machines
    #[arg(long)]
    allow_remote: bool,
    /// The carrier's own log, made when missing
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// Decides who picks up, when, and what goes wrong
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What goes wrong between the carrier and its callers, as JSON
    #[arg(long, value_name = "FILE.json")]
    faults: Option<PathBuf>,
    #[command(flatten)]
    phones: Phones,
    /// What the process's own messages are written for
    #[arg(long, value_enum)]
    log_format: Option<LogFormat>,
}

/// Serves until it is asked to end.
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let config = &context.config;
    refuse_remote(args.listen, args.allow_remote)?;
    logging::start(
        &config.log.filter,
        args.log_format.unwrap_or(config.log.format),
    )?;
    let world = Config {
        faults: args.faults.as_deref().map_or(Ok(Faults::default()), read)?,
        ..args.phones.world(args.seed)
    };
    let log = Log::File(args.log.clone());
    let simulator = Simulator::open(world, &log, Arc::new(SystemClock))
        .map(Arc::new)
        .map_err(|error| log_failure(&error))?;
    let listener = listen(args.listen).await?;
    let address = listener.local_addr().unwrap_or(args.listen);
    let url = format!("http://{address}");
    let live = simulator.live_calls();
    context
        .out
        .line(format!("The simulated carrier is at {url}"));
    context
        .out
        .document(&json!({ "url": url, "log": args.log, "live_calls": live }));

    let reach = if args.allow_remote {
        Reach::Anyone
    } else {
        Reach::ThisMachine
    };
    let (stop, stopping) = watch::channel(false);
    let serving = serve_simulator(listener, simulator, reach, stopping);
    let ending = async {
        interrupted().await;
        // Whoever is gone needs no telling.
        let _ = stop.send(true);
        interrupted().await;
    };
    tokio::select! {
        served = serving => served.map_err(|error| {
            Failure::new(Exit::Failed, format!("the simulated carrier broke: {error}"))
        }),
        () = ending => std::process::exit(Exit::Interrupted as i32),
    }
}

/// Reads faults, and refuses those that no look-up could be trusted under.
fn read(path: &Path) -> Result<Faults, Failure> {
    let unusable = |what: String| {
        Failure::new(Exit::Input, format!("{}: {what}", path.display()))
            .help("`ringonce simulator --help` lists what it may hold")
    };
    let of_file = |error: std::io::Error| Failure::of_file(path, &error);
    if std::fs::metadata(path).map_err(of_file)?.len() > MAX_FAULTS {
        return Err(unusable("too large for faults".into()));
    }
    let json = std::fs::read_to_string(path).map_err(of_file)?;
    let faults: Faults =
        serde_json::from_str(&json).map_err(|error| unusable(error.to_string()))?;
    // Callers believe a look-up after this long, and half of it is for the way and the clocks.
    let most = Trust::default().settling.get() * 2 / 3;
    if faults.look_up_lag > 0.0 && faults.look_up_lag_up_to.get() > most {
        return Err(unusable(format!("look_up_lag_up_to: at most {most}")));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: &str) -> Result<Faults, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("faults.json");
        std::fs::write(&path, json).unwrap();
        read(&path)
    }

    #[test]
    fn faults_are_read_and_what_cannot_be_used_is_named() {
        let read = faults(r#"{"lost_event": 0.5, "late_event_up_to": 9}"#).unwrap();
        assert!((read.lost_event - 0.5).abs() < f64::EPSILON);
        for (json, word) in [
            (r#"{"lost_events": 1}"#, "lost_events"),
            (
                r#"{"look_up_lag": 1, "look_up_lag_up_to": 60000}"#,
                "look_up_lag_up_to",
            ),
            ("{", "faults.json"),
        ] {
            let failure = faults(json).expect_err(json);
            assert_eq!(failure.exit, Exit::Input);
            assert!(failure.what.contains(word), "{failure}");
        }
    }
}
