//! JSON-RPC 2.0 in both directions over one byte stream; knows no word of Copilot.
//!
//! A [`Peer`] calls the other side and hands what the other side says to its [`Inbound`]. The
//! reader awaits nothing but the stream; frames are written from the caller while the pipe is free
//! and by one task while it is not.

mod message;
mod peer;
mod pending;
mod reader;
mod responder;
mod writer;

pub(crate) use message::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND};
pub(crate) use peer::Peer;
pub(crate) use reader::Inbound;
pub(crate) use responder::Responder;

use crate::error::{Error, ErrorKind};

/// Why a connection is over; kept, so that every call from then on can say it.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) kind: ErrorKind,
    pub(crate) reason: std::sync::Arc<str>,
    /// This program ended it: readers simply end, only calls fail.
    pub(crate) orderly: bool,
}

impl Closed {
    pub(crate) fn new(kind: ErrorKind, reason: impl Into<std::sync::Arc<str>>) -> Self {
        Self { kind, reason: reason.into(), orderly: false }
    }

    /// The end that this program asked for.
    pub(crate) fn orderly(reason: impl Into<std::sync::Arc<str>>) -> Self {
        Self { orderly: true, ..Self::new(ErrorKind::Closed, reason) }
    }

    pub(crate) fn error(&self) -> Error {
        Error::new(self.kind, &*self.reason)
    }
}

impl From<&Error> for Closed {
    fn from(error: &Error) -> Self {
        let mut text = error.to_string();
        if let Some(source) = std::error::Error::source(error) {
            text = format!("{text}: {source}");
        }
        Self::new(error.kind(), text)
    }
}

#[cfg(test)]
mod tests;
