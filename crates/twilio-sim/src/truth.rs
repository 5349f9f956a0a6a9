//! The truth log: an append-only line of JSON for everything that happens to a call, written before any
//! callback or answer reports it. Tests count rings here, and not by an adapter or a ledger.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::call::{Call, Origin};

/// The log, in memory and maybe in a file.
#[derive(Debug)]
pub(crate) struct Truth(Mutex<Lines>);

#[derive(Debug)]
struct Lines {
    kept: String,
    file: Option<File>,
}

impl Truth {
    pub(crate) fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path
            .map(|path| OpenOptions::new().create(true).append(true).open(path))
            .transpose()?;
        Ok(Self(Mutex::new(Lines {
            kept: String::new(),
            file,
        })))
    }

    /// Logs an event of a call.
    pub(crate) fn about(&self, call: &Call, event: &str) {
        self.write(&json!({
            "at": call.updated,
            "event": event,
            "sid": call.sid,
            "parent": call.parent(),
            "foreign": call.origin == Origin::Foreign,
            "url": call.order.source.url(),
            "to": call.order.to,
            "trunk": call.order.trunk,
            "from": call.order.from,
            "status": call.status.word(),
            "started": call.started,
            "answered": call.answered,
            "ended": call.ended,
            "duration": call.duration,
            "sip": call.sip_code,
        }));
    }

    pub(crate) fn write(&self, line: &Value) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = format!("{line}\n");
        if let Some(file) = &mut lines.file
            && let Err(error) = file.write_all(text.as_bytes())
        {
            tracing::error!(%error, "the truth log cannot be written");
        }
        lines.kept.push_str(&text);
    }

    /// All of it, oldest first.
    pub(crate) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.clone()
    }
}
