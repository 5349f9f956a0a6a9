//! The connection to the server: address, TLS, pool, and the settings of every session.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::{Done, Failure};
use crate::StoreError;

/// How long connecting may take, and waiting for a connection of the pool.
const CONNECT: Duration = Duration::from_secs(5);
const WAIT: Duration = Duration::from_secs(10);
/// How long the server may leave data unacknowledged before the connection counts as cut.
const CUT: Duration = Duration::from_secs(10);

/// The settings of every session. A process that freezes in a transaction holds locks that others wait for:
/// the server ends its transaction after a few seconds, so a takeover never waits longer. A transaction that
/// has waited for a lock must read what the other has written, which a stricter isolation would hide, and an
/// answered commit must be on disk: a server's other defaults are overruled. A plan that reads a whole table,
/// made while the table is small, would be kept while it grows, and every statement is tested to find its rows
/// by an index ([`super::plans`]): no other plan is made. Measured in a fresh ledger, a call then takes the
/// server 0.4 of the time.
pub(super) const SESSION: &str = "
    SET statement_timeout = '30s';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '3s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = warning;
    SET TIME ZONE 'UTC';
    SET jit = off;
    SET enable_seqscan = off;
    SELECT set_config('synchronous_commit', 'on', false)
      WHERE current_setting('synchronous_commit') IN ('off', 'local');
";

/// The address of a ledger.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// For people: without password.
    pub(super) shown: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Address {
    /// Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`.
    ///
    /// `sslmode` is `disable` or `verify-full` (also spelt `require`). Without it, TLS is used
    /// towards every server but those on this machine.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let wrong = |reason: String| StoreError::Address {
            address: without_password(base),
            reason,
        };
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(value),
                _ => others.push(pair),
            }
        }
        let rest = if others.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", others.join("&"))
        };
        let mut config: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
            wrong(format!("{error}; write postgres://user@host/database"))
        })?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            let missing = "it names no host or no database; write postgres://user@host/database";
            return Err(wrong(missing.to_owned()));
        }
        let encrypted = match mode {
            None => !config.get_hosts().iter().all(is_here),
            Some("disable") => false,
            Some("require" | "verify-full") => true,
            Some(other) => {
                return Err(wrong(format!(
                    "sslmode={other} protects from nobody who can answer in the server's place; write verify-full, or disable"
                )));
            }
        };
        config
            .connect_timeout(CONNECT)
            .tcp_user_timeout(CUT)
            .keepalives_idle(CUT)
            .ssl_mode(if encrypted {
                SslMode::Require
            } else {
                SslMode::Disable
            });
        if config.get_application_name().is_none() {
            config.application_name("ringonce");
        }
        let tls = if encrypted {
            Some(tls(roots).map_err(wrong)?)
        } else {
            None
        };
        let shown = shown(&config);
        Ok(Self { config, tls, shown })
    }

    /// A pool of at most `connections`; connects when first asked.
    pub(super) fn pool(&self, connections: usize) -> Result<Pool, StoreError> {
        let settings = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &self.tls {
            Some(tls) => Manager::from_config(self.config.clone(), tls.clone(), settings),
            None => Manager::from_config(self.config.clone(), NoTls, settings),
        };
        let prepare = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
            Box::pin(async move {
                client
                    .batch_execute(SESSION)
                    .await
                    .map_err(HookError::Backend)
            })
        });
        Pool::builder(manager)
            .max_size(connections)
            // The connection that was used last knows its statements and pages best.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(CONNECT * 2))
            .wait_timeout(Some(WAIT))
            .post_create(prepare)
            .build()
            .map_err(|error| StoreError::Database(error.to_string()))
    }

    /// A connection of its own, whose messages `driven` takes.
    pub(super) async fn connect<T>(&self, driven: impl AsyncFnOnce(Client, Way) -> T) -> Done<T> {
        Ok(if let Some(tls) = &self.tls {
            let (client, connection) = self.config.connect(tls.clone()).await?;
            driven(client, Way::Tls(Box::new(connection))).await
        } else {
            let (client, connection) = self.config.connect(NoTls).await?;
            driven(client, Way::Plain(Box::new(connection))).await
        })
    }
}

/// A connection that has to be polled.
pub(super) enum Way {
    Plain(Box<Connection<Socket, NoTlsStream>>),
    Tls(Box<Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>>),
}

impl Way {
    /// The next message that is no answer; `None` when the connection is closed.
    pub(super) async fn message(&mut self) -> Option<Done<tokio_postgres::AsyncMessage>> {
        std::future::poll_fn(|context| match self {
            Self::Plain(connection) => connection.poll_message(context),
            Self::Tls(connection) => connection.poll_message(context),
        })
        .await
        .map(|message| message.map_err(Failure::from))
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    }
}

fn tls(roots: Option<&str>) -> Result<MakeRustlsConnect, String> {
    let mut store = rustls::RootCertStore::empty();
    if let Some(path) = roots {
        let unusable = |error: &dyn std::fmt::Display| format!("sslrootcert={path}: {error}");
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))? {
            let certificate = certificate.map_err(|error| unusable(&error))?;
            store.add(certificate).map_err(|error| unusable(&error))?;
        }
        if store.is_empty() {
            return Err(unusable(&"it holds no certificate"));
        }
    } else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if store.is_empty() {
            return Err(
                "this machine has no certificates of authorities; name a file with sslrootcert=…"
                    .to_owned(),
            );
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn shown(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => String::new(),
    };
    let user = config
        .get_user()
        .map(|user| format!("{user}@"))
        .unwrap_or_default();
    let port = match config.get_ports().first() {
        Some(port) if *port != 5_432 => format!(":{port}"),
        _ => String::new(),
    };
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{user}{host}{port}/{database}")
}

/// An address that could not be read, without what may be a password.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let user = url[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}{user}{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address = Address::parse("postgres://ann:s3cret@127.0.0.1:5599/calls").unwrap();
        assert_eq!(address.shown, "postgres://ann@127.0.0.1:5599/calls");
        assert_eq!(format!("{address:?}"), address.shown);
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said_without_its_password() {
        for (url, word) in [
            ("postgres://ann:s3cret@127.0.0.1", "no database"),
            (
                "postgres://ann:s3cret@127.0.0.1:many/calls",
                "connection string",
            ),
            (
                "postgres://ann:s3cret@db.example.com/calls?sslmode=prefer",
                "verify-full",
            ),
            (
                "postgres://ann:s3cret@db.example.com/calls?sslrootcert=none.pem",
                "none.pem",
            ),
        ] {
            let said = Address::parse(url).map(|_| ()).unwrap_err().to_string();
            assert!(said.contains(word), "{url}: {said}");
            assert!(!said.contains("s3cret"), "{url}: {said}");
        }
    }

    #[test]
    fn only_the_way_to_this_machine_goes_without_tls() {
        let plain = Address::parse("postgres://ann@localhost/calls").unwrap();
        assert!(plain.tls.is_none());
        let away = Address::parse("postgres://ann@db.example.com/calls?sslmode=disable").unwrap();
        assert!(away.tls.is_none());
    }
}
