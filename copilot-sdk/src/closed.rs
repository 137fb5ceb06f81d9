//! Why a connection or a session has ended.

use std::sync::Arc;

use crate::error::{Error, ErrorKind};

/// Why a connection has ended, kept for the errors of later calls.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) kind: ErrorKind,
    pub(crate) reason: Arc<str>,
    /// Whether this program ended it: streams then end without an error, and only calls fail.
    pub(crate) orderly: bool,
}

impl Closed {
    pub(crate) fn new(kind: ErrorKind, reason: impl Into<Arc<str>>) -> Self {
        Self { kind, reason: reason.into(), orderly: false }
    }

    /// Creates the reason of an end requested by this program.
    pub(crate) fn orderly(reason: impl Into<Arc<str>>) -> Self {
        Self { orderly: true, ..Self::new(ErrorKind::Closed, reason) }
    }

    pub(crate) fn error(&self) -> Error {
        Error::new(self.kind, &*self.reason)
    }
}

impl From<&Error> for Closed {
    fn from(error: &Error) -> Self {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::new(error.kind(), text)
    }
}
