//! The CLI's side of a session.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::call::ClientCall;
use super::connection::FakeConnection;
use crate::error::Result;
use crate::ids::SessionId;

/// Events that the CLI sends but does not store.
const EPHEMERAL: [&str; 14] = [
    "assistant.idle",
    "assistant.message_delta",
    "assistant.message_start",
    "assistant.reasoning_delta",
    "assistant.streaming_delta",
    "assistant.tool_call_delta",
    "assistant.turn_retry",
    "assistant.usage",
    "pending_messages.modified",
    "session.idle",
    "session.info",
    "session.title_changed",
    "session.usage_info",
    "tool.execution_progress",
];

/// The CLI's side of one session; created by [`FakeRuntime::session`](super::FakeRuntime::session).
#[derive(Clone)]
pub struct FakeSession {
    connection: Arc<FakeConnection>,
    id: SessionId,
}

impl FakeSession {
    pub(super) fn new(connection: Arc<FakeConnection>, id: SessionId) -> Self {
        Self { connection, id }
    }

    /// The session's id.
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// Returns the oldest call for this session that was not yet expected, waiting for one if
    /// needed.
    ///
    /// # Errors
    ///
    /// See [`FakeRuntime::expect`](super::FakeRuntime::expect).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no call.
    pub async fn expect(&self, method: &str) -> Result<ClientCall> {
        let which = format!(" for session `{}`", self.id);
        let fit = |params: &Value| params["sessionId"] == self.id.as_str();
        self.connection.server.expect(method, &which, fit).await
    }

    /// Sends an event of the main agent, in an envelope like the CLI's.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, testing::FakeRuntime};
    /// use serde_json::json;
    ///
    /// let (fake, transport) = FakeRuntime::new();
    /// let client = Client::builder().transport(transport).start().await?;
    /// let session = client.session().create().await?;
    /// fake.session(session.id()).emit("session.title_changed", json!({"title": "Coats"}));
    /// let event = session.events().next().await.expect("an event")?;
    /// assert_eq!(event.event_type(), "session.title_changed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn emit(&self, event_type: &str, data: Value) {
        self.emit_event(&Value::Object(self.envelope(event_type, data)));
    }

    /// Sends an event of a sub-agent.
    pub fn emit_from(&self, agent_id: &str, event_type: &str, data: Value) {
        let mut event = self.envelope(event_type, data);
        event.insert("agentId".to_owned(), agent_id.into());
        self.emit_event(&Value::Object(event));
    }

    /// Sends a complete event, envelope included.
    ///
    /// The client drops duplicates: events with the `id` of an earlier one.
    pub fn emit_event(&self, event: &Value) {
        let params = json!({"sessionId": self.id, "event": event});
        let method = "session.event";
        self.connection.server.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Waits for the response to a request that was sent as an event.
    pub(super) async fn response(&self, method: &str, request_id: &str) -> Result<Value> {
        let which = format!(" for the request `{request_id}`");
        let fit = |params: &Value| params["requestId"] == request_id;
        let call = self.connection.server.expect(method, &which, fit).await?;
        Ok(call.params()["result"].clone())
    }

    /// An unused id, such as `request-1`.
    pub(super) fn new_id(&self, kind: &'static str) -> String {
        format!("{kind}-{}", self.connection.server.next(kind))
    }

    fn envelope(&self, event_type: &str, data: Value) -> Map<String, Value> {
        let number = self.connection.server.next("event");
        let mut event = Map::new();
        event.insert("type".to_owned(), event_type.into());
        event.insert("data".to_owned(), data);
        event.insert("id".to_owned(), format!("event-{number}").into());
        event.insert("timestamp".to_owned(), timestamp(number).into());
        event.insert(
            "parentId".to_owned(),
            (number > 1).then(|| format!("event-{}", number - 1)).into(),
        );
        if EPHEMERAL.contains(&event_type) {
            event.insert("ephemeral".to_owned(), true.into());
        }
        event
    }
}

/// One millisecond per event, so that every run has the same timestamps.
fn timestamp(number: u64) -> String {
    let (seconds, minutes) = (number / 1000, number / 60_000);
    format!(
        "2026-01-01T{:02}:{:02}:{:02}.{:03}Z",
        minutes / 60 % 24,
        minutes % 60,
        seconds % 60,
        number % 1000
    )
}

impl fmt::Debug for FakeSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeSession").field("id", &self.id).finish_non_exhaustive()
    }
}
