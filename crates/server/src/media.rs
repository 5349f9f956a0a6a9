//! Serves uploaded audio under unguessable addresses: to carriers, which do not sign in, and to our pages.
//!
//! The id is random. A file never changes, so clients may cache it for ever; ranges are answered as RFC
//! 9110, section 14, says.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use ringonce_domain::ids::MediaId;
use ringonce_store::model::MediaDetail;

use crate::AppState;
use crate::extract::Path;
use crate::problem::Problem;
use crate::routes::{Routes, Rule};
use crate::token::hex;

/// The route of uploaded audio.
pub(crate) fn routes() -> Routes {
    Routes::default().other(
        Rule::Open,
        Method::GET,
        "/carriers/media/{media}/{name}",
        get(serve),
    )
}

/// Where a file is served. Its name is for people; the id alone decides.
pub(crate) fn path(file: &MediaDetail) -> String {
    let name: String = file
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("/carriers/media/{}/{name}", file.id)
}

/// What of a file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// From the first byte to the last.
    Part(u32, u32),
    /// A range beyond the end.
    Nothing,
}

async fn serve(
    State(state): State<AppState>,
    Path((id, _)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nowhere = || Problem::not_found("there is nothing at this address");
    let id: MediaId = id.parse().map_err(|_| nowhere())?;
    let file = state.store.media(id).await.map_err(|error| {
        if matches!(error, ringonce_store::StoreError::NotFound { .. }) {
            nowhere()
        } else {
            error.into()
        }
    })?;
    let tag = format!("\"{}\"", hex(&file.sha256));
    let length = u32::try_from(file.length).unwrap_or(u32::MAX);
    let given = |name| headers.get(name).and_then(|it| it.to_str().ok());
    if given(header::IF_NONE_MATCH).is_some_and(|known| known.split(", ").any(|it| it == tag)) {
        return Ok(dressed(
            StatusCode::NOT_MODIFIED.into_response(),
            &file,
            &tag,
        ));
    }
    let range = given(header::RANGE);
    // A range of another version than the client has would be of no use.
    let range = range.filter(|_| given(header::IF_RANGE).is_none_or(|known| known == tag));
    let (status, from, to) = match range.map_or(Wanted::Whole, |range| wanted(range, length)) {
        Wanted::Whole => (StatusCode::OK, 0, length.saturating_sub(1)),
        Wanted::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Wanted::Nothing => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(
                &mut response,
                header::CONTENT_RANGE,
                &format!("bytes */{length}"),
            );
            return Ok(response);
        }
    };
    let bytes = state.store.media_part(id, from, to - from + 1).await?;
    let mut response = (status, Body::from(bytes)).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {from}-{to}/{length}");
        set(&mut response, header::CONTENT_RANGE, &part);
    }
    Ok(dressed(response, &file, &tag))
}

fn dressed(mut response: Response, file: &MediaDetail, tag: &str) -> Response {
    for (name, value) in [
        (header::CONTENT_TYPE, file.content_type.as_str()),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, tag),
    ] {
        set(&mut response, name, value);
    }
    response
}

/// Sets a header to a value that is always valid.
pub(crate) fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// What a `Range` asks for. One range is answered; a header that is not understood or names several
/// ranges is ignored.
pub(crate) fn wanted(range: &str, length: u32) -> Wanted {
    let Some((from, to)) = range
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| match text.trim() {
        text if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) => None,
        // A number that is too large means the end of the file.
        text => Some(text.parse().unwrap_or(u32::MAX)),
    };
    let last = length.saturating_sub(1);
    match (number(from), number(to)) {
        (Some(from), None) if to.trim().is_empty() && from <= last => Wanted::Part(from, last),
        (Some(from), Some(to)) if from <= to && from <= last => Wanted::Part(from, to.min(last)),
        (Some(from), Some(to)) if from > to => Wanted::Whole,
        (None, Some(0)) if from.trim().is_empty() => Wanted::Nothing,
        (None, Some(count)) if from.trim().is_empty() => {
            Wanted::Part(length.saturating_sub(count), last)
        }
        (Some(_), Some(_)) => Wanted::Nothing,
        (Some(_), None) if to.trim().is_empty() => Wanted::Nothing,
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_part_nothing_or_everything() {
        for (range, part) in [
            ("bytes=0-0", Wanted::Part(0, 0)),
            ("bytes=2-5", Wanted::Part(2, 5)),
            ("bytes=2-", Wanted::Part(2, 9)),
            ("bytes=-3", Wanted::Part(7, 9)),
            ("bytes=-99", Wanted::Part(0, 9)),
            ("bytes=5-99999999999999", Wanted::Part(5, 9)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=99999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=0-1,4-5", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(wanted(range, 10), part, "{range}");
        }
    }
}
