//! Live updates as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::stream;
use futures::{Stream, StreamExt as _};

use crate::api::wire::LiveView;
use crate::problem::Problem;
use crate::{AppState, limits};

/// Tells whenever anything changed, at most four times a second: events named `state`, which say
/// how calling stands; read what else you show.
#[utoipa::path(get, path = "/events", tag = "campaigns",
    responses((status = 200, body = LiveView, content_type = "text/event-stream"),
              (status = 429, body = Problem)))]
pub(crate) async fn stream(
    State(state): State<AppState>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let slot = std::sync::Arc::clone(&state.event_slots)
        .try_acquire_owned()
        .map_err(|_| {
            let advice = format!(
                "{} event streams are open; close some",
                limits::EVENT_STREAMS
            );
            Problem::too_many(advice).retry_after(30)
        })?;
    let mut receiver = state.live.subscribe(&state);
    receiver.mark_changed();
    let events = stream::unfold((receiver, slot), |(mut receiver, slot)| async move {
        loop {
            // The distributor has gone: the server stops.
            receiver.changed().await.ok()?;
            let text = receiver.borrow_and_update().to_string();
            if !text.is_empty() {
                let event = Event::default().event("state").data(text);
                return Some((Ok(event), (receiver, slot)));
            }
        }
    });
    // Browsers open it again and are asked again who they are: a session that ended hears no more.
    let life = tokio::time::timeout(limits::EVENT_STREAM, std::future::pending::<()>());
    let events = events.take_until(Box::pin(life));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(limits::EVENT_KEEP_ALIVE)))
}
