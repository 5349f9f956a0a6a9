//! `serve`: the API and the pages, with the engine beside them, until somebody asks the process to
//! end. Then, in this order: no further connection, event streams closed, requests under way
//! answered, calls under way recorded, the ledger closed.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ringonce_carrier::simulator;
use ringonce_carrier::{Carrier, Clock};
use ringonce_engine::Engine;
use ringonce_engine::alerts::LogAlerts;
use ringonce_engine::entropy::{Entropy, SystemEntropy};
use ringonce_server::{AppState, Hosts, Parts, token};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Context;
use crate::commands::simulation;
use crate::config::{LogFormat, Server};
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::signals::interrupted;
use crate::{logging, output};

/// Where uploads are kept while they are read, in the data folder.
const UPLOADS: &str = "uploads";
/// The token that the first start makes.
const FIRST_TOKEN: &str = "first";

/// Serve the API and the pages, and run campaigns
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce serve
  ringonce serve --speed 60 --skip-idle
  ringonce serve --listen 0.0.0.0:8000 --allow-remote --log-format json

The first start prints an API token, once; `ringonce token create NAME` makes more. The carrier is
simulated. Ctrl-C or SIGTERM ends it in order: calls under way are recorded, and the next start goes
on with them.")]
pub(crate) struct Args {
    /// Address to listen on [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Allow an address that other machines can reach; put a proxy that speaks TLS before it
    #[arg(long)]
    allow_remote: bool,
    /// What the log is written for
    #[arg(long, value_enum)]
    log_format: Option<LogFormat>,
    /// Simulated seconds per second
    #[arg(long, default_value_t = 1.0, value_parser = simulation::speed, help_heading = "The simulated world")]
    speed: f64,
    /// Do not wait for hours in which nothing is due
    #[arg(long, help_heading = "The simulated world")]
    skip_idle: bool,
    /// Decides who picks up, and when
    #[arg(long, default_value_t = 1, help_heading = "The simulated world")]
    seed: u64,
}

/// Serves until it is asked to end.
pub(crate) async fn run(args: Args, context: &Context) -> Result<(), Failure> {
    let config = &context.config;
    let wanted = args.listen.unwrap_or(config.server.listen);
    let hosts = hosts(
        wanted,
        args.allow_remote || config.server.allow_remote,
        &config.server,
    )?;
    if !wanted.ip().is_loopback() {
        output::warn(format!(
            "warning: {wanted} can be reached by other machines over plain HTTP; put a proxy that speaks TLS before it"
        ));
    }
    logging::start(
        &config.log.filter,
        args.log_format.unwrap_or(config.log.format),
    )?;

    let ledger = Ledger::open(config)?;
    let _lock = ledger.sqlite.lock_engine()?;
    ledger.claim_for_simulator().await?;
    simulation::take_over(&ledger).await?;
    let clock = simulation::clock(&ledger, args.speed).await?;
    let world = simulator::Config {
        seed: args.seed,
        ..simulator::Config::default()
    };
    let carrier = simulation::carrier(world, &ledger, &clock)?;
    let listener = listen(wanted).await?;
    let address = listener.local_addr().unwrap_or(wanted);

    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let (stop_engine, engine_stopping) = watch::channel(false);
    let (stop_server, server_stopping) = watch::channel(false);
    let engine = Engine::new(
        Arc::clone(&ledger.store),
        vec![Arc::clone(&carrier) as Arc<dyn Carrier>],
        Arc::clone(&clock) as Arc<dyn Clock>,
        Arc::clone(&entropy),
        Arc::new(LogAlerts),
        simulation::engine_config(args.speed, config.limits()),
        engine_stopping,
    );
    let mut status = engine.status();
    let state = AppState::new(Parts {
        store: Arc::clone(&ledger.store),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::clone(&entropy),
        status: engine.status(),
        stopping: server_stopping,
        hosts,
        uploads: uploads(&ledger)?,
    });
    introduce(&ledger, entropy.as_ref(), &state, address, context).await?;
    let calling = tokio::spawn(async move { engine.run().await });
    let serving = tokio::spawn(ringonce_server::serve(listener, state));
    let skipping = async {
        while args.skip_idle && status.changed().await.is_ok() {
            simulation::skip_gap(&status.borrow_and_update(), &carrier, &clock);
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = interrupted() => {}
        () = skipping => {}
    }
    tracing::info!(
        "stopping: requests and calls under way are finished; once more to stop at once"
    );
    let in_order = async {
        // Whoever is gone needs no telling.
        let _ = stop_server.send(true);
        let served = serving.await;
        let _ = stop_engine.send(true);
        (served, calling.await)
    };
    let (served, called) = tokio::select! {
        ended = in_order => ended,
        () = interrupted() => std::process::exit(Exit::Interrupted as i32),
    };
    let broken = |what: &str, error: &dyn std::fmt::Display| {
        Failure::new(Exit::Failed, format!("{what} broke: {error}"))
    };
    served
        .map_err(|error| broken("the server", &error))?
        .map_err(|error| broken("the server", &error))?;
    called.map_err(|error| broken("the engine", &error))?;
    ledger.close().await
}

/// Under which names the server answers; an error when others could reach it and nobody said so.
fn hosts(listen: SocketAddr, allow_remote: bool, server: &Server) -> Result<Hosts, Failure> {
    refuse_remote(listen, allow_remote)?;
    match &server.public_url {
        Some(url) => Hosts::public(url).ok_or_else(|| {
            Failure::new(
                Exit::Input,
                format!("server.public_url: `{url}` is not an address"),
            )
            .help("write it as https://calls.example.com")
        }),
        None if listen.ip().is_loopback() => Ok(Hosts::Loopback),
        None => Ok(Hosts::Any),
    }
}

/// An address that others could reach needs a word.
pub(crate) fn refuse_remote(listen: SocketAddr, allow_remote: bool) -> Result<(), Failure> {
    if listen.ip().is_loopback() || allow_remote {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, format!("other machines can reach {listen}, and the server speaks plain HTTP"))
        .help("listen on 127.0.0.1 behind a proxy that speaks TLS, or add --allow-remote if you know the network"))
}

/// An empty folder for uploads; what a process that died had received is of no use to anybody.
fn uploads(ledger: &Ledger) -> Result<PathBuf, Failure> {
    let folder = ledger.folder().join(UPLOADS);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => std::fs::create_dir(&folder),
    }
    .map_err(|error| Failure::of_file(&folder, &error))?;
    Ok(folder)
}

/// Listens, or says why it cannot.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new(Exit::Failed, format!("cannot listen on {address}: {error}"));
        match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                failure.help("another program listens there; choose another port with --listen")
            }
            std::io::ErrorKind::PermissionDenied => {
                failure.help("ports below 1024 need privileges; choose another with --listen")
            }
            _ => failure.help("choose another address with --listen"),
        }
    })
}

/// Says where it is, and the first time how to get in.
async fn introduce(
    ledger: &Ledger,
    entropy: &dyn Entropy,
    state: &AppState,
    address: SocketAddr,
    context: &Context,
) -> Result<(), Failure> {
    let out = context.out;
    let url = context
        .config
        .server
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{address}"));
    let url = url.trim_end_matches('/');
    let first = if ledger.store.tokens().await?.is_empty() {
        token::create(
            ledger.store.as_ref(),
            entropy,
            FIRST_TOKEN,
            actor(),
            ledger.now().await?,
        )
        .await?
    } else {
        None
    };
    out.line(format!("Ringonce serves on {url}"));
    // A link that signs in is for the person at the terminal, not for a log file.
    let sign_in = (first.is_some() || output::is_terminal())
        .then(|| format!("{url}{}", state.sign_in_path(FIRST_TOKEN)));
    if let Some(token) = &first {
        out.line(format!("API token, shown only this once: {token}"));
    }
    if let Some(link) = &sign_in {
        out.line(format!("Sign in, within 15 minutes: {link}"));
    }
    out.document(&json!({ "url": url, "token": first, "sign_in": sign_in }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(public_url: Option<&str>) -> Server {
        let listen = "127.0.0.1:8000".parse().unwrap();
        Server {
            listen,
            allow_remote: false,
            public_url: public_url.map(str::to_owned),
        }
    }

    #[test]
    fn an_address_that_others_can_reach_needs_a_word() {
        let everywhere = "0.0.0.0:8000".parse().unwrap();
        let refused = hosts(everywhere, false, &server(None)).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert!(refused.help.contains("TLS"), "{refused}");
        assert_eq!(hosts(everywhere, true, &server(None)).unwrap(), Hosts::Any);
        assert_eq!(
            hosts("[::1]:8000".parse().unwrap(), false, &server(None)).unwrap(),
            Hosts::Loopback
        );
    }

    #[test]
    fn a_public_address_must_be_one() {
        let local = "127.0.0.1:8000".parse().unwrap();
        let public = hosts(local, false, &server(Some("https://calls.example.com"))).unwrap();
        assert!(matches!(public, Hosts::Public { secure: true, .. }));
        assert!(hosts(local, false, &server(Some("calls.example.com"))).is_err());
    }
}
