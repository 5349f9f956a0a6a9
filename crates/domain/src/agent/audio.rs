//! A recorded message: an uploaded file, or an address from which the carrier fetches it.

use std::fmt;
use std::str::FromStr;

use crate::ids::MediaId;

/// The longest address of audio or of a stream.
pub(super) const MAX_URL: usize = 2_000;
/// The prefix before an uploaded file's id.
const UPLOADED: &str = "media:";

/// Where a recorded message is. Written as `media:` and the id of an uploaded file, or as an
/// `https` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audio {
    /// A file that was uploaded.
    Uploaded(MediaId),
    /// An address that the carrier fetches.
    Elsewhere(String),
}

impl Audio {
    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<String> {
        match self {
            Self::Uploaded(_) => None,
            Self::Elsewhere(url) => address_problem(url, "https://"),
        }
    }
}

/// What is wrong with an address that must begin with `scheme`.
pub(super) fn address_problem(url: &str, scheme: &str) -> Option<String> {
    let host = url.strip_prefix(scheme);
    let host = host.and_then(|rest| rest.split(['/', '?', '#']).next());
    if host.is_none_or(|host| host.is_empty() || host.contains('@')) {
        return Some(format!("`{url}` is not a {scheme} address"));
    }
    if url.len() > MAX_URL || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("is too long, or has a space in it".into());
    }
    None
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uploaded(id) => write!(f, "{UPLOADED}{id}"),
            Self::Elsewhere(url) => f.write_str(url),
        }
    }
}

impl FromStr for Audio {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(id) = text.strip_prefix(UPLOADED) else {
            return Ok(Self::Elsewhere(text.to_owned()));
        };
        id.parse()
            .map(Self::Uploaded)
            .map_err(|_| format!("{text:?} names no uploaded file; copy its id from the list"))
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Audio {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "`media:` and the id of an uploaded file, or an `https` address",
            ))
            .examples(["https://example.com/message.mp3"])
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Audio {
    fn name() -> std::borrow::Cow<'static, str> {
        "AgentAudio".into()
    }
}

crate::text::json_text!(Audio);
