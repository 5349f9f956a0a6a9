//! Errors as problem details (RFC 9457): what is wrong and what to do, without internals.
//!
//! A fault of the server is logged under an id, and the answer carries only the id.

use std::num::NonZeroU32;

use axum::Json;
use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ringonce_domain::InvalidSetting;
use ringonce_engine::intake::IntakeError;
use ringonce_import::ImportError;
use ringonce_store::StoreError;
use ringonce_store::model::RowProblem;
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `urn:ringonce:problem:` and the kind, such as `not-found`.
    #[serde(rename = "type")]
    #[schema(example = "urn:ringonce:problem:not-found")]
    kind: &'static str,
    /// The kind in words.
    #[schema(example = "Not found")]
    title: &'static str,
    /// The status of the answer.
    #[schema(value_type = u16, example = 404)]
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    /// What is wrong here, and what to do.
    #[schema(example = "there is no campaign 7")]
    detail: String,
    /// The setting or field that is wrong, when one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Rows of the file that could not be used, when that is what is wrong; the first 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejected: Vec<RowProblem>,
    #[serde(skip)]
    retry_after: Option<NonZeroU32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn as_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $function:ident, $status:ident, $kind:literal, $title:literal;)+) => {
        impl Problem {
            $($(#[$meta])*
            pub(crate) fn $function(detail: impl Into<String>) -> Self {
                Self {
                    kind: concat!("urn:ringonce:problem:", $kind),
                    title: $title,
                    status: StatusCode::$status,
                    detail: detail.into(),
                    field: None,
                    rejected: Vec::new(),
                    retry_after: None,
                }
            })+
        }
    };
}

kinds! {
    /// The request cannot be read.
    malformed, BAD_REQUEST, "malformed-request", "Malformed request";
    /// The request has no valid credentials.
    unauthorized, UNAUTHORIZED, "unauthorized", "Not signed in";
    /// The request comes from another site.
    cross_site, FORBIDDEN, "cross-site-request", "Cross-site request";
    /// The caller lacks the permission.
    not_allowed, FORBIDDEN, "not-allowed", "Not allowed";
    /// No such thing.
    not_found, NOT_FOUND, "not-found", "Not found";
    /// No such method.
    wrong_method, METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed";
    /// The bytes stopped coming.
    too_slow, REQUEST_TIMEOUT, "request-timeout", "Request timed out";
    /// The state of the thing does not allow it.
    conflict, CONFLICT, "conflict", "Not possible in this state";
    /// It was there, and is over.
    gone, GONE, "gone", "Over";
    /// The same key is being worked on.
    key_in_use, CONFLICT, "idempotency-key-in-use", "Same request under way";
    /// More bytes than are accepted.
    too_large, PAYLOAD_TOO_LARGE, "too-large", "Too large";
    /// Another media type is needed.
    wrong_media, UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Unsupported media type";
    /// Sent to a host that we are not.
    wrong_host, MISDIRECTED_REQUEST, "misdirected-request", "Wrong host";
    /// A value cannot be used.
    invalid, UNPROCESSABLE_ENTITY, "invalid-value", "Invalid value";
    /// The file cannot be used.
    unusable_file, UNPROCESSABLE_ENTITY, "unusable-file", "File cannot be used";
    /// The same key came with another request.
    key_reused, UNPROCESSABLE_ENTITY, "idempotency-key-reused", "Key used for another request";
    /// Too many at once, or too fast.
    too_many, TOO_MANY_REQUESTS, "too-many-requests", "Too many requests";
    /// Our fault.
    internal, INTERNAL_SERVER_ERROR, "internal", "Internal error";
    /// For a while.
    unavailable, SERVICE_UNAVAILABLE, "unavailable", "Unavailable";
    /// No room on the disk.
    disk_full, INSUFFICIENT_STORAGE, "disk-full", "Disk full";
}

impl Problem {
    /// The status of the answer.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// When to come back, in seconds.
    pub(crate) fn wait(&self) -> Option<u32> {
        self.retry_after.map(NonZeroU32::get)
    }

    /// What is wrong, and what to do.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The field that is wrong.
    pub(crate) fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// When to come back, in seconds.
    pub(crate) const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = NonZeroU32::new(seconds);
        self
    }

    /// A fault of ours: the log gets the cause and an id, the caller the id.
    pub(crate) fn fault(cause: &dyn std::fmt::Display) -> Self {
        let id = fault_id();
        tracing::error!(fault = id, %cause, "a request failed");
        Self::internal(format!(
            "the server could not do this; its log says why under fault {id}. `ringonce doctor` looks for causes"
        ))
    }
}

/// Numbers faults in the order in which they happen: enough to find one in the log of a run.
fn fault_id() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, self.retry_after);
        let mut response = (status, Json(&self)).into_response();
        // For the routes of pages, which tell people in other words.
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.get().into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"ringonce\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Setting(wrong) => wrong.into(),
            StoreError::NotADraft { .. } | StoreError::HalfStarted { .. } => {
                Self::conflict(error.to_string())
            }
            StoreError::NotFound { .. } => Self::not_found(error.to_string()),
            StoreError::Illegal(_)
            | StoreError::Stale(_)
            | StoreError::InUse { .. }
            | StoreError::LastAdmin { .. }
            | StoreError::TwoFactor { .. }
            | StoreError::TooMany { .. } => Self::conflict(error.to_string()),
            StoreError::KeyLost => Self::key_in_use(error.to_string()).retry_after(5),
            StoreError::EmailTaken { .. } => Self::conflict(error.to_string()).in_field("email"),
            StoreError::DiskFull { .. } => {
                tracing::error!(%error, "the disk is full");
                Self::disk_full(
                    "the server's disk is full; nothing was changed. Free some space and try again",
                )
            }
            StoreError::Closed => {
                Self::unavailable("the server is shutting down; try again shortly").retry_after(5)
            }
            StoreError::Unreachable { .. } => {
                tracing::error!(%error, "a request failed");
                Self::unavailable(
                    "the ledger cannot be reached; nothing was changed, try again shortly",
                )
                .retry_after(5)
            }
            _ => Self::fault(&error),
        }
    }
}

impl From<InvalidSetting> for Problem {
    fn from(refusal: InvalidSetting) -> Self {
        Self::invalid(refusal.problem).in_field(refusal.field)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Io(cause) => cause.into(),
            ImportError::TooLarge { .. } => Self::too_large(error.to_string()),
            ImportError::NoSuchSheet { .. } => {
                Self::unusable_file(error.to_string()).in_field("sheet")
            }
            ImportError::NoSuchHeader { .. } => {
                Self::unusable_file(error.to_string()).in_field("header_line")
            }
            ImportError::NoSuchColumn { .. }
            | ImportError::NoPhoneColumn { .. }
            | ImportError::SeveralColumns { .. } => {
                Self::unusable_file(error.to_string()).in_field("columns")
            }
            _ => Self::unusable_file(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                tracing::error!(%error, "the folder for uploads is full");
                Self::disk_full(
                    "the server has no room for the file; free some space and try again",
                )
            }
            _ => Self::fault(&error),
        }
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::File(cause) => cause.into(),
            IntakeError::Setting(cause) => cause.into(),
            IntakeError::Ledger(cause) => cause.into(),
            IntakeError::NoContacts { ref rejected, .. } => {
                let rejected = rejected.clone();
                Self {
                    rejected,
                    ..Self::unusable_file(error.to_string())
                }
            }
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => {
                Self::wrong_media("send JSON with `Content-Type: application/json`")
            }
            JsonRejection::JsonDataError(cause) => Self::invalid(cause.body_text()),
            other => Self::by_status(other.status(), other.body_text()),
        }
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        Self::by_status(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::by_status(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::by_status(rejection.status(), rejection.body_text())
    }
}

impl Problem {
    /// The problem that a framework's status means.
    pub(crate) fn by_status(status: StatusCode, detail: String) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(format!(
                "the body is larger than {} KiB; send less",
                crate::limits::BODY_BYTES >> 10
            )),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::wrong_media(detail),
            StatusCode::UNPROCESSABLE_ENTITY => Self::invalid(detail),
            _ => Self::malformed(detail),
        }
    }
}
