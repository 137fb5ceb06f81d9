//! Requests of the CLI that belong to no session.

use serde_json::value::RawValue;

use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, Responder};
use crate::router::ServerInbox;

/// Refuses what has no handler, with the method's name, so that the CLI never waits for it.
pub(super) struct Requests;

impl ServerInbox for Requests {
    fn request(&self, method: &str, _: Option<&RawValue>, responder: Responder) {
        responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
    }
}
