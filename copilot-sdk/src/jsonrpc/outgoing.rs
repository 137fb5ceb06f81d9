//! Messages to the other side.

use serde::Serialize;

use crate::json_text::{push_number, push_text};

pub(super) const CODE_PARSE_ERROR: i64 = -32700;
pub(crate) const CODE_METHOD_NOT_FOUND: i64 = -32601;
pub(crate) const CODE_INVALID_PARAMS: i64 = -32602;
pub(crate) const CODE_INTERNAL: i64 = -32603;

/// How a response begins, up to the request's id; so does a request.
pub(super) const RESPONSE: &[u8] = br#"{"jsonrpc":"2.0","id":"#;

/// The `error` of a response.
#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    pub(super) code: i64,
    pub(super) message: &'a str,
}

/// How a request begins, up to its params.
pub(super) fn request(id: u64, method: &str) -> Vec<u8> {
    let mut head = Vec::with_capacity(64 + method.len());
    head.extend_from_slice(RESPONSE);
    push_number(&mut head, id);
    head.extend_from_slice(br#","method":"#);
    push_text(&mut head, method);
    head.extend_from_slice(br#","params":"#);
    head
}
