//! Errors of the API, by Twilio's dictionary: a code, its HTTP status, a sentence.

use serde_json::{Value, json};

/// The answer in place of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: u32,
    pub(crate) status: u16,
    pub(crate) message: String,
}

impl Problem {
    /// A request that is invalid as it is.
    pub(crate) fn bad(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            status: 400,
            message: message.into(),
        }
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self {
            code: 20404,
            status: 404,
            message: format!("The requested resource {path} was not found"),
        }
    }

    pub(crate) fn unauthorized() -> Self {
        Self {
            code: 20003,
            status: 401,
            message: "Authenticate".to_owned(),
        }
    }

    pub(crate) fn wrong_method(method: &str) -> Self {
        Self {
            code: 20004,
            status: 405,
            message: format!("Method {method} not allowed"),
        }
    }

    pub(crate) fn too_many_requests() -> Self {
        Self {
            code: 20429,
            status: 429,
            message: "Too Many Requests".to_owned(),
        }
    }

    pub(crate) fn too_many_calls() -> Self {
        Self {
            code: 10004,
            status: 429,
            message: "Call concurrency limit exceeded".to_owned(),
        }
    }

    /// Twilio's own faults: 500 and 503.
    pub(crate) fn internal(status: u16) -> Self {
        Self {
            code: if status == 503 { 20503 } else { 20500 },
            status,
            message: if status == 503 {
                "Service Unavailable".to_owned()
            } else {
                "An internal server error has occurred".to_owned()
            },
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        })
    }
}
