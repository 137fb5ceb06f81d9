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
    id: Option<Box<RawValue>>,
    method: Box<str>,
    writer: Arc<Writer>,
}

impl Responder {
    pub(super) fn new(id: &RawValue, method: &str, writer: Arc<Writer>) -> Self {
        Self { id: Some(id.to_owned()), method: method.into(), writer }
    }

    /// Answers with a result.
    pub(crate) fn result(mut self, result: &impl Serialize) {
        let Some(id) = &self.id else { return };
        match to_json(result) {
            Ok(result) => {
                self.writer.send(&[RESPONSE, id.get().as_bytes(), br#","result":"#, &result, b"}"]);
                self.id = None;
            }
            Err(error) => {
                let method = &*self.method;
                tracing::error!(method, %error, "an answer cannot be written; it is an error now");
                self.refuse(CODE_INTERNAL, &error.to_string());
            }
        }
    }

    /// Answers with an error.
    pub(crate) fn error(mut self, code: i64, message: &str) {
        self.refuse(code, message);
    }

    fn refuse(&mut self, code: i64, message: &str) {
        let Some(id) = self.id.take() else { return };
        let id = id.get().as_bytes();
        match to_json(&Refusal { code, message }) {
            Ok(error) => self.writer.send(&[RESPONSE, id, br#","error":"#, &error, b"}"]),
            Err(error) => {
                tracing::error!(method = &*self.method, %error, "a refusal cannot be written");
            }
        }
    }
}

impl HeapSize for Responder {
    fn heap_size(&self) -> usize {
        self.id.heap_size() + allocation(self.method.len())
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if self.id.is_some() {
            let message = format!("the handler of {} ended without an answer", self.method);
            self.refuse(CODE_INTERNAL, &message);
        }
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Responder({})", self.method)
    }
}
