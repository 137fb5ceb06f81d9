//! The guarantee that every request is answered.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::outgoing::{CODE_INTERNAL, RESPONSE, Refusal};
use super::params::to_json;
use super::writer::Writer;
use crate::heap_size::{HeapSize, allocation};

/// Answers one request exactly once: dropped unanswered, it answers with an error.
pub(crate) struct Responder {
    /// The id as JSON, and the method; `None` once it is answered.
    request: Option<Box<str>>,
    /// The length of the id.
    id: usize,
    writer: Arc<Writer>,
}

impl Responder {
    pub(super) fn new(id: &RawValue, method: &str, writer: Arc<Writer>) -> Self {
        let id = id.get();
        Self { request: Some([id, method].concat().into()), id: id.len(), writer }
    }

    /// Answers with a result.
    pub(crate) fn result(mut self, result: &impl Serialize) {
        match to_json(result) {
            Ok(result) => self.json(&result),
            Err(error) => {
                let method = self.method();
                tracing::error!(method, %error, "an answer cannot be written; it is an error now");
                self.refuse(CODE_INTERNAL, &error.to_string());
            }
        }
    }

    /// Answers with a result that is JSON.
    pub(crate) fn json(mut self, result: &[u8]) {
        self.send(br#","result":"#, result);
    }

    /// Answers with an error.
    pub(crate) fn error(mut self, code: i64, message: &str) {
        self.refuse(code, message);
    }

    fn refuse(&mut self, code: i64, message: &str) {
        match to_json(&Refusal { code, message }) {
            Ok(error) => self.send(br#","error":"#, &error),
            Err(error) => {
                tracing::error!(method = self.method(), %error, "a refusal cannot be written");
                self.request = None;
            }
        }
    }

    /// Sends the response, once.
    fn send(&mut self, key: &[u8], value: &[u8]) {
        let Some(request) = self.request.take() else { return };
        let id = request.as_bytes().get(..self.id).unwrap_or_default();
        self.writer.send(&[RESPONSE, id, key, value, b"}"]);
    }

    fn method(&self) -> &str {
        self.request.as_deref().and_then(|request| request.get(self.id..)).unwrap_or_default()
    }
}

impl HeapSize for Responder {
    fn heap_size(&self) -> usize {
        self.request.as_ref().map_or(0, |request| allocation(request.len()))
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if self.request.is_some() {
            let message = format!("the handler of {} ended without an answer", self.method());
            self.refuse(CODE_INTERNAL, &message);
        }
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Responder({})", self.method())
    }
}
