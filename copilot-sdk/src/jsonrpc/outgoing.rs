//! Messages to the other side.

use serde::Serialize;

use super::writer::Writer;
use crate::json_text::{Digits, is_plain, push_text};

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

/// Sends a request.
pub(super) fn send_request(writer: &Writer, id: u64, method: &str, params: &[u8]) {
    let id = Digits::of(id);
    let mut escaped = Vec::new();
    let method = if is_plain(method) {
        method.as_bytes()
    } else {
        push_text(&mut escaped, method);
        escaped.get(1..escaped.len() - 1).unwrap_or_default()
    };
    writer.send(&[
        RESPONSE,
        id.as_bytes(),
        br#","method":""#,
        method,
        br#"","params":"#,
        params,
        b"}",
    ]);
}
