//! Styles and scripts, in the binary, under an address that changes with their content: browsers
//! may keep them for ever.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::extract::Path;
use crate::problem::Problem;
use crate::token::hex;

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

macro_rules! style {
    ($($part:literal),+ $(,)?) => {
        concat!($(include_str!(concat!("../../assets/css/", $part, ".css"))),+)
    };
}

/// The one stylesheet: what everything uses first, then the parts of pages.
const APP: &str = style![
    "tokens", "base", "frame", "parts", "forms", "accounts", "campaign", "wizard"
];

macro_rules! assets {
    ($($name:literal: $kind:ident),+ $(,)?) => {
        const ASSETS: &[(&str, &str, &[u8])] = &[
            ("app.css", STYLE, APP.as_bytes()),
            $(($name, $kind, include_bytes!(concat!("../../assets/", $name)))),+
        ];
    };
}

assets! {
    "accounts.js": SCRIPT,
    "actions.js": SCRIPT,
    "campaign.js": SCRIPT,
    "carriers.js": SCRIPT,
    "agent-choice.js": SCRIPT,
    "agent-fields.js": SCRIPT,
    "agent-heard.js": SCRIPT,
    "agent-sound.js": SCRIPT,
    "agent.js": SCRIPT,
    "draft.js": SCRIPT,
    "events.js": SCRIPT,
    "fields.js": SCRIPT,
    "forecast.js": SCRIPT,
    "frame.js": SCRIPT,
    "http.js": SCRIPT,
    "icon-stopped.svg": PICTURE,
    "icon.svg": PICTURE,
    "keys.js": SCRIPT,
    "left-out.js": SCRIPT,
    "live.js": SCRIPT,
    "morph.js": SCRIPT,
    "new.js": SCRIPT,
    "settings.js": SCRIPT,
    "skips.js": SCRIPT,
    "upload.js": SCRIPT,
    "week.js": SCRIPT,
}

/// One hash over all assets: modules import each other by relative address, so they change together.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for (name, _, content) in ASSETS {
        hasher.update(name);
        hasher.update(content);
    }
    hex(&hasher.finalize()[..8])
});

/// The folder in which the assets of this build lie.
pub(crate) fn folder() -> String {
    format!("/assets/{}", *VERSION)
}

pub(crate) async fn serve(
    Path((version, name)): Path<(String, String)>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|(known, ..)| *known == name);
    let Some((_, kind, content)) = asset.filter(|_| version == *VERSION) else {
        return Err(Problem::not_found(
            "there is no such asset in this version; load the page again",
        ));
    };
    let tag = format!("\"{}\"", *VERSION);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (StatusCode::OK, *content).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}
