//! `serve`: the API and the pages, with the engine beside them, until somebody asks the process to
//! end. Then, in this order: no further claim and the campaigns handed over, answers under way
//! recorded, no further connection, event streams closed, requests under way answered, the ledger
//! closed. Carriers are listened to for as long as their answers are.

use std::net::SocketAddr;
use std::sync::Arc;

use ringonce_domain::InstanceId;
use ringonce_engine::alerts::LogAlerts;
use ringonce_engine::entropy::{Entropy, SystemEntropy};
use ringonce_engine::recordings::Keeping;
use ringonce_engine::{Engine, Presence};
use ringonce_server::{About, AppState, Hosts, Parts, token};
use ringonce_store::model::Page;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Context;
use crate::archive;
use crate::carriers::configured;
use crate::commands::carrier_setup::{CarrierSetup, Inside};
use crate::commands::simulation;
use crate::config::{Config, LogFormat, Server};
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::logging;
use crate::output::{self, count};
use crate::signals::interrupted;
use crate::uploads::Uploads;

/// The token that the first start makes.
const FIRST_TOKEN: &str = "first";

/// Serve the API and the pages, and run campaigns
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce serve
  ringonce serve --speed 60 --skip-idle
  ringonce serve --listen 0.0.0.0:8000 --allow-remote --log-format json
  ringonce serve --config ringonce.toml --database postgres://ana@localhost/calls

The first start prints an API token, once, and every start a link for the first user as long as there is
none; `ringonce token create NAME` makes more. The carrier is
simulated inside this process unless a real one is configured, which `ringonce carrier test` checks:
then phones ring. On PostgreSQL any number of instances serve one ledger, with a carrier that is
configured; `ringonce twilio-sim` is one to rehearse with. Ctrl-C or SIGTERM ends it in order: campaigns go on elsewhere, calls under way are recorded,
and others, or the next start, go on with them.")]
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
    #[command(flatten)]
    inside: Inside,
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
    warn_of_remote(wanted);
    logging::start(
        &config.log.filter,
        args.log_format.unwrap_or(config.log.format),
    )?;

    let real = configured(config)?;
    CarrierSetup::check(args.inside, &real, &Database::of(config)?)?;
    let ledger = Ledger::open(config).await?;
    let lock = ledger.lock_engine()?;
    if lock.is_some() {
        simulation::take_over(&ledger).await?;
    }
    let keeping = keeping(config, &ledger, !real.is_empty())?;
    let archive = keeping.as_ref().map(|it| Arc::clone(&it.archive));
    let listener = listen(wanted).await?;
    let address = listener.local_addr().unwrap_or(wanted);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let world = if real.is_empty() {
        CarrierSetup::inside(args.inside, &ledger).await?
    } else {
        CarrierSetup::real(real, entropy.as_ref(), &ledger).await?
    };

    let (stop_engine, engine_stopping) = watch::channel(false);
    let (stop_server, server_stopping) = watch::channel(false);
    let engine = Engine::new(
        Arc::clone(&ledger.store),
        world.carriers(),
        world.clock(),
        Arc::clone(&entropy),
        Arc::new(LogAlerts),
        world.engine_config(config.limits(), &ledger),
        engine_stopping,
    )
    .present_as(presence(config, address))
    .keep_recordings(keeping);
    let mut status = engine.status();
    let uploads = Uploads::of(engine.instance(), ledger.folder())?;
    let state = AppState::new(Parts {
        store: Arc::clone(&ledger.store),
        clock: world.clock(),
        entropy: Arc::clone(&entropy),
        status: engine.status(),
        stopping: server_stopping,
        carriers: world.carriers(),
        events: engine.events(),
        denials: engine.denials(),
        archive,
        hosts,
        uploads: uploads.folder().to_owned(),
        about: about(&ledger, config, address, engine.instance()),
    });
    introduce(&ledger, entropy.as_ref(), &state, address, context).await?;
    let mut calling = tokio::spawn(async move { engine.run().await });
    let serving = tokio::spawn(ringonce_server::serve(listener, state));
    let skipping = async {
        while status.changed().await.is_ok() {
            world.skip_gap(&status.borrow_and_update());
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
        let _ = stop_engine.send(true);
        let called = (&mut calling).await;
        let _ = stop_server.send(true);
        (serving.await, called)
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

/// What is done with recordings. Simulated calls are not recorded.
fn keeping(config: &Config, ledger: &Ledger, is_real: bool) -> Result<Option<Keeping>, Failure> {
    let keeping = is_real.then(|| archive::keeping(&config.recordings, ledger.folder()));
    keeping.transpose()
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

fn warn_of_remote(listen: SocketAddr) {
    if !listen.ip().is_loopback() {
        output::warn(format!(
            "warning: {listen} can be reached by other machines over plain HTTP; put a proxy that speaks TLS before it"
        ));
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

/// How this instance introduces itself to the others.
fn presence(config: &Config, address: SocketAddr) -> Presence {
    let public_url = config.server.public_url.clone();
    Presence {
        name: config.server.name.clone().unwrap_or_else(machine),
        process: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        address: Some(public_url.unwrap_or_else(|| format!("http://{address}"))),
    }
}

/// What people call this machine.
fn machine() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map(|name| name.trim().to_owned())
        .or_else(|_| std::env::var("HOSTNAME"))
        .unwrap_or_else(|_| "instance".to_owned())
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

/// What the server may tell of how it was started.
fn about(ledger: &Ledger, config: &Config, address: SocketAddr, instance: InstanceId) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: ledger.database().shown(),
        listen: address.to_string(),
        public_url: config.server.public_url.clone(),
        data: config.data.display().to_string(),
        log: config.log.filter.clone(),
        limits: config.limits(),
        instance: Some(instance),
    }
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
    let newest = Page {
        after: None,
        limit: 1,
    };
    let first = if ledger.store.tokens(None, newest).await?.is_empty() {
        let order = token::Order::of_machine(FIRST_TOKEN);
        let made = token::create(
            ledger.store.as_ref(),
            entropy,
            order,
            ledger.occasion().await?,
        );
        made.await?.map(|(token, _)| token)
    } else {
        None
    };
    out.line(format!("Ringonce serves on {url}"));
    let others = others(ledger).await?;
    if ledger.database().file().is_none() {
        out.line(format!(
            "It is one of {} on {}",
            count(others + 1, "instance"),
            ledger.database().shown()
        ));
    }
    let welcome = state.first_path(actor()).await?;
    let welcome = welcome.map(|path| format!("{url}{path}"));
    if let Some(token) = &first {
        out.line(format!("API token, shown only this once: {token}"));
    }
    if let Some(link) = &welcome {
        out.line(format!(
            "Nobody can sign in yet. Make your account, within a day, at {link}"
        ));
    }
    out.document(
        &json!({ "url": url, "token": first, "welcome": welcome, "other_instances": others }),
    );
    Ok(())
}

/// How many other instances live.
async fn others(ledger: &Ledger) -> Result<u64, Failure> {
    let now = ledger.now().await?;
    let known = ledger.store.instances().await?;
    Ok(known.iter().filter(|instance| instance.lives(now)).count() as u64)
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
            name: None,
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
