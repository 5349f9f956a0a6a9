//! Rendered pages that several viewers share, so that a page with many viewers is rendered once.
//!
//! After each event ([`crate::live`]) every open page fetches itself again, with the header `X-Live`. The
//! answer is kept until the next event. A request for the same address gets it too when its caller has the
//! same permissions, sees the same campaigns and reads the same language in the same zone. Rendering starts
//! after the event, so the answer shows at least the state that the event announced.
//!
//! A shared answer holds nothing about one viewer: the frame leaves the name out, and only pages without
//! any other personal content are registered as watched ([`crate::routes::Routes::watched`]).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ringonce_domain::Permission;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::{AppState, language, limits};

/// Says that a page fetches itself again after an event.
pub(crate) const LIVE: HeaderName = HeaderName::from_static("x-live");

/// Answers that are kept, by who may see them.
#[derive(Default)]
pub(crate) struct Views(Mutex<HashMap<String, Place>>);

/// The last answer for one kind of viewer at one address; the request that renders it holds the lock, and
/// the others wait for it.
type Place = Arc<tokio::sync::Mutex<Option<Made>>>;

/// A rendered page.
struct Made {
    /// The event after which it was begun.
    tick: u64,
    page: Bytes,
}

impl Views {
    fn place(&self, key: String) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= limits::SHARED_VIEWS && !places.contains_key(&key) {
            // Those that are not being rendered.
            places.retain(|_, place| Arc::strong_count(place) > 1);
        }
        Arc::clone(places.entry(key).or_default())
    }
}

/// Answers from what was rendered for a viewer of the same kind, or renders.
pub(crate) async fn share(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>();
    let (Some(caller), true) = (caller, request.headers().contains_key(LIVE)) else {
        return next.run(request).await;
    };
    let address = request.uri().path_and_query();
    let address = address.map_or("/", axum::http::uri::PathAndQuery::as_str);
    let place = state.views.place(kind(caller, request.headers(), address));
    let mut made = place.lock().await;
    let Some(tick) = state.live.tick() else {
        return next.run(request).await;
    };
    if let Some(made) = made.as_ref().filter(|made| made.tick == tick) {
        return page(made.page.clone());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    match to_bytes(response.into_body(), limits::SHARED_VIEW_BYTES).await {
        Ok(rendered) => {
            *made = Some(Made {
                tick,
                page: rendered.clone(),
            });
            page(rendered)
        }
        Err(error) => Problem::fault(&error).into_response(),
    }
}

/// Everything on which a watched page depends, besides the ledger.
fn kind(caller: &Caller, headers: &HeaderMap, address: &str) -> String {
    let language = caller
        .language()
        .unwrap_or_else(|| language::wanted(headers));
    let mut kind = format!(
        "{:?} {} {language} {} {address}",
        caller.visible(),
        caller.person().is_ok(),
        caller.zone().unwrap_or_default()
    );
    for permission in Permission::ALL {
        if caller.may(*permission) {
            // Writing to a string cannot fail.
            let _ = write!(kind, " {permission}");
        }
    }
    kind
}

fn page(html: Bytes) -> Response {
    (
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        Body::from(html),
    )
        .into_response()
}
