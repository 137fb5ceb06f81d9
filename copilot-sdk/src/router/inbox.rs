//! What the router delivers to, and what reopens a session.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::error::Result;
use crate::event::Event;
use crate::ids::ToolCallId;
use crate::jsonrpc::{Peer, Responder};

/// The receiving end of a session. Called by the reader, so it must neither block nor wait.
pub(crate) trait Inbox: Send + Sync {
    /// An event of the session.
    fn event(&self, event: Arc<Event>);

    /// A request about the session.
    fn request(&self, method: &str, params: &RawValue, responder: Responder);

    /// A call of a hook (wire method `hooks.invoke`), whose params may not be JSON.
    fn hook(&self, params: &str, responder: Responder);

    /// Whether the session has a handler for requests with this method.
    fn handles(&self, method: &str) -> bool;

    /// Handles a notification about the session other than its events. Returns whether the session
    /// has a callback for it.
    fn notification(&self, method: &str, params: &RawValue) -> bool;

    /// Whether a turn runs or is about to begin; not if it only waits for permissions left open.
    fn is_busy(&self) -> bool;

    /// Waits until no turn runs or is about to begin, and what the last one left is stored.
    fn idle(&self) -> BoxFuture<'_, ()>;

    /// The tool calls in progress.
    fn tool_calls(&self) -> Vec<ToolCallId>;

    /// The connection has ended; the session may continue on another one.
    fn suspended(&self, closed: &Closed);

    /// The session has ended.
    fn closed(&self, closed: &Closed);
}

/// Receives messages that name no open session, or that the session leaves to its client. Called
/// by the reader.
pub(crate) trait ServerInbox: Send + Sync {
    /// A request of the CLI.
    fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder);

    /// Whether the client has a handler for requests with this method.
    fn handles(&self, method: &str) -> bool;

    /// A notification of the CLI.
    fn notification(&self, method: &str, params: Option<&RawValue>);

    /// The connection has ended: answers being computed can no longer be delivered.
    fn ended(&self);
}

/// Reopens a session on another connection.
pub(crate) trait Reopen: Send + Sync {
    /// Reopens the session through `peer`. Returns what could not be restored.
    fn reopen(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<Vec<String>>>;
}
