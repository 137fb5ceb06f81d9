//! What the CLI says about one session.

use std::fmt;

use serde_json::{Map, Value, json};

use super::FakeRuntime;
use super::turn::FakeTurn;
use crate::error::Result;
use crate::ids::SessionId;

/// The events that the CLI sends only live and does not store.
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

/// The CLI's side of one session; made by [`FakeRuntime::session`].
#[derive(Clone)]
pub struct FakeSession {
    fake: FakeRuntime,
    id: SessionId,
}

impl FakeSession {
    pub(super) fn new(fake: FakeRuntime, id: SessionId) -> Self {
        Self { fake, id }
    }

    /// The session's id.
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// Waits for the next prompt and begins its turn: events `user.message` and
    /// `assistant.turn_start`. A steering prompt only joins: `user.message` alone.
    ///
    /// # Errors
    ///
    /// As [`FakeRuntime::expect`].
    pub async fn prompt(&self) -> Result<FakeTurn> {
        let call = self.expect("session.send").await?;
        let mode = call.params()["mode"].as_str();
        let delivery = if mode == Some("immediate") { "steering" } else { "idle" };
        let prompt = call.params()["prompt"].as_str().unwrap_or_default().to_owned();
        let answered =
            call.answer.as_ref().and_then(|answer| answer["messageId"].as_str()).map(str::to_owned);
        let message_id = if let Some(id) = answered {
            id
        } else {
            let id = self.name("message");
            call.reply(json!({"messageId": id}))?;
            id
        };
        self.emit(
            "user.message",
            json!({"content": prompt, "messageId": message_id, "delivery": delivery}),
        );
        let turn = FakeTurn::new(self.clone(), prompt, message_id);
        if delivery != "steering" {
            turn.start();
        }
        Ok(turn)
    }

    /// Waits for a call about this session.
    ///
    /// # Errors
    ///
    /// As [`FakeRuntime::expect`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no call.
    pub async fn expect(&self, method: &str) -> Result<super::ClientCall> {
        let which = format!(" for session `{}`", self.id);
        self.fake
            .0
            .desk
            .expect(method, &which, |params| params["sessionId"] == self.id.as_str())
            .await
    }

    /// Sends an event of the session's own agent, in an envelope like the CLI's.
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

    /// Sends this as an event, whatever it is. The client hands out an event only once: one whose
    /// `id` came before is passed over.
    pub fn emit_event(&self, event: &Value) {
        self.fake.notify("session.event", json!({"sessionId": self.id, "event": event}));
    }

    /// Waits for the answer to the question that an event asked.
    pub(super) async fn answer(&self, method: &str, request_id: &str) -> Result<Value> {
        let which = format!(" for the request `{request_id}`");
        let call = self
            .fake
            .0
            .desk
            .expect(method, &which, |params| params["requestId"] == request_id)
            .await?;
        Ok(call.params()["result"].clone())
    }

    /// A name that was not used yet, such as `request-1`.
    pub(super) fn name(&self, kind: &'static str) -> String {
        format!("{kind}-{}", self.fake.0.desk.next(kind))
    }

    fn envelope(&self, event_type: &str, data: Value) -> Map<String, Value> {
        let number = self.fake.0.desk.next("event");
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

/// One millisecond for each event: the same in every run.
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
