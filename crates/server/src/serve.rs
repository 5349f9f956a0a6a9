//! Connections: at most so many, closed when they are slow, drained when the server stops.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::auth::Peer;
use crate::{AppState, limits, live, router};

/// Serves until `Parts::stopping` holds true. Then: no further connection; event streams end;
/// answers under way are finished, up to [`limits::DRAIN`].
///
/// # Errors
/// When the listener cannot accept any more, other than for a passing shortage.
pub async fn serve(listener: TcpListener, state: AppState) -> io::Result<()> {
    let mut stopping = state.stopping.clone();
    let app = router(state);
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits::CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = live::stopped(&mut stopping) => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        match accepted {
            Ok((stream, peer, slot)) => {
                let connection = converse(stream, peer, app.clone(), graceful.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Err(error) if is_passing(&error) => {
                tracing::warn!(%error, "a connection was not accepted");
                // Out of file descriptors: wait for some to be given back, or for the stop.
                let rest = tokio::time::timeout(limits::ACCEPT_REST, live::stopped(&mut stopping));
                if rest.await.is_ok() {
                    break;
                }
            }
            Err(error) => return Err(error),
        }
    }
    drop(listener);
    if tokio::time::timeout(limits::DRAIN, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections were cut at shutdown");
    }
    Ok(())
}

type Accepted = (TcpStream, Peer, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> io::Result<Accepted> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    // Answers and events leave at once; a client that does not want that loses little.
    let _ = stream.set_nodelay(true);
    Ok((stream, Peer(address.ip()), slot))
}

async fn converse(stream: TcpStream, peer: Peer, app: Router, watcher: Watcher) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD)
        .max_buf_size(limits::HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection broke");
    }
}

fn is_passing(error: &io::Error) -> bool {
    const OUT_OF_FILES: [i32; 2] = [23, 24];
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
            | io::ErrorKind::OutOfMemory
    ) || error
        .raw_os_error()
        .is_some_and(|code| OUT_OF_FILES.contains(&code))
}
