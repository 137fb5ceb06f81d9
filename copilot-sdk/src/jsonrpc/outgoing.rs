//! Messages to the other side.

use serde::Serialize;
use serde_json::value::RawValue;

pub(super) const CODE_PARSE_ERROR: i64 = -32700;
pub(crate) const CODE_METHOD_NOT_FOUND: i64 = -32601;
pub(crate) const CODE_INVALID_PARAMS: i64 = -32602;
pub(crate) const CODE_INTERNAL: i64 = -32603;

const VERSION: &str = "2.0";

/// A request.
#[derive(Serialize)]
pub(super) struct Outgoing<'a, P> {
    jsonrpc: &'static str,
    id: u64,
    method: &'a str,
    params: P,
}

/// The response to a request of the other side.
#[derive(Serialize)]
pub(super) struct Response<'a, R> {
    jsonrpc: &'static str,
    id: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal<'a>>,
}

/// The `error` of a response.
#[derive(Serialize)]
pub(super) struct Refusal<'a> {
    pub(super) code: i64,
    pub(super) message: &'a str,
}

impl<'a, P> Outgoing<'a, P> {
    pub(super) fn new(id: u64, method: &'a str, params: P) -> Self {
        Self { jsonrpc: VERSION, id, method, params }
    }
}

impl<'a, R> Response<'a, R> {
    pub(super) fn result(id: &'a RawValue, result: R) -> Self {
        Self { jsonrpc: VERSION, id, result: Some(result), error: None }
    }
}

impl<'a> Response<'a, ()> {
    pub(super) fn refusal(id: &'a RawValue, refusal: Refusal<'a>) -> Self {
        Self { jsonrpc: VERSION, id, result: None, error: Some(refusal) }
    }
}
