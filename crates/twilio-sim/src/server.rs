//! The HTTP server: connections, and requests that are never answered.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::api::{self, Ask, Reply};
use crate::dates;
use crate::form::Form;
use crate::look_alike::LookAlike;
use crate::problem::Problem;
use crate::tempo::Tempo;

/// The largest request, in bytes.
const MOST: usize = 256 << 10;
/// The pause after an error of the listener, as when file descriptors have run out.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` resolves.
pub(crate) async fn serve(
    listener: TcpListener,
    world: Arc<LookAlike>,
    stop: impl Future<Output = ()>,
) {
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            () = &mut stop => return,
            accepted = listener.accept() => accepted,
        };
        match stream {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, Arc::clone(&world)))),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                Tempo::real_pause(BREATH).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, world: Arc<LookAlike>) {
    // Answers leave at once; where the option fails they are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(Arc::clone(&world), request));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke");
    }
}

/// An error closes the connection without an answer.
async fn respond(
    world: Arc<LookAlike>,
    request: Request<Incoming>,
) -> Result<Response<Sent>, io::Error> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MOST).collect().await else {
        return Ok(response(
            Problem::bad(20001, "The request is too large").into(),
        ));
    };
    let ask = Ask {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: Form::parse(head.uri.query().unwrap_or_default().as_bytes()),
        authorization: head
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        body: body.to_bytes(),
    };
    let mut reply = api::answer(&world, &ask);
    if let Reply::Late(millis, late) = reply {
        Tempo::real_pause(Duration::from_millis(millis)).await;
        reply = *late;
    }
    match reply {
        Reply::Cut => Err(io::Error::other("the answer is lost")),
        reply => {
            let mut response = response(reply);
            let date = dates::rfc2822(world.dated(Tempo::now())).replace("+0000", "GMT");
            if let Ok(date) = date.parse() {
                response.headers_mut().insert(DATE, date);
            }
            Ok(response)
        }
    }
}

fn response(reply: Reply) -> Response<Sent> {
    let announced = match &reply {
        Reply::Half(_, bytes) => Some(bytes.len()),
        _ => None,
    };
    let (status, kind, mut body) = match reply {
        Reply::Json(status, json) => (
            status,
            "application/json; charset=utf-8",
            json.to_string().into_bytes(),
        ),
        Reply::Bytes(kind, bytes) | Reply::Half(kind, bytes) => (200, kind, bytes),
        Reply::Nothing | Reply::Cut | Reply::Late(..) => (204, "", Vec::new()),
    };
    let mut builder = Response::builder().status(status);
    if !kind.is_empty() {
        builder = builder.header(CONTENT_TYPE, kind);
    }
    if status == 401 {
        builder = builder.header(WWW_AUTHENTICATE, "Basic realm=\"Twilio API\"");
    }
    if let Some(length) = announced {
        builder = builder.header(CONTENT_LENGTH, length);
        body.truncate(length / 2);
    }
    let sent = Sent {
        bytes: Some(body.into()),
        breaks_off: announced.is_some(),
    };
    builder.body(sent).unwrap_or_default()
}

/// The body of an answer, which may break off before its announced length.
#[derive(Default)]
struct Sent {
    bytes: Option<Bytes>,
    breaks_off: bool,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None if self.breaks_off => Some(Err(io::Error::other("the rest is lost"))),
            None => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Some(bytes) if !self.breaks_off => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
