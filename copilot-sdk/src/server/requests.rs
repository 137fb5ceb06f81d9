//! Requests from the CLI that belong to no session.

use serde_json::value::RawValue;

use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, Responder};
use crate::router::ServerInbox;

/// Refuses requests without a handler, naming the method, so that the CLI never waits for an
/// answer.
pub(super) struct Requests;

impl ServerInbox for Requests {
    fn request(&self, method: &str, _: Option<&RawValue>, responder: Responder) {
        responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
    }
}
