//! What the agent does with one prompt.

use std::fmt;

use serde_json::{Value, json};

use super::session::FakeSession;
use crate::error::Result;

/// The agent at work on one prompt; made by [`FakeSession::prompt`].
///
/// Each step sends the events that the CLI sends for it. A turn that is neither ended nor failed
/// goes on for ever, as the agent's may.
#[must_use = "a turn runs until `end`, `fail` or `abort`"]
pub struct FakeTurn {
    session: FakeSession,
    prompt: String,
    message_id: String,
}

impl FakeTurn {
    pub(super) fn new(session: FakeSession, prompt: String, message_id: String) -> Self {
        Self { session, prompt, message_id }
    }

    pub(super) fn start(&self) {
        self.session.emit("assistant.turn_start", json!({"turnId": "0"}));
    }

    /// The text of the prompt.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// The prompt's id (wire name `messageId`).
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The session that the turn belongs to.
    pub fn session(&self) -> &FakeSession {
        &self.session
    }

    /// Says something in one piece: the event `assistant.message`.
    pub fn say(&self, text: &str) {
        self.message(&self.session.name("answer"), text);
    }

    /// Says something piece by piece: an `assistant.message_delta` for each, then the whole
    /// `assistant.message`.
    pub fn stream(&self, pieces: impl IntoIterator<Item = impl AsRef<str>>) {
        let id = self.session.name("answer");
        let mut whole = String::new();
        for piece in pieces {
            let piece = piece.as_ref();
            self.session
                .emit("assistant.message_delta", json!({"messageId": id, "deltaContent": piece}));
            whole.push_str(piece);
        }
        self.message(&id, &whole);
    }

    /// Calls a tool of the client, and waits for the result as the wire has it (text, or an object
    /// with `textResultForLlm` and `resultType`).
    ///
    /// # Errors
    ///
    /// As [`FakeRuntime::expect`](super::FakeRuntime::expect).
    pub async fn call_tool(&self, name: &str, arguments: Value) -> Result<Value> {
        let (call, request) = (self.session.name("call"), self.session.name("request"));
        self.session.emit(
            "tool.execution_start",
            json!({"toolCallId": call, "toolName": name, "arguments": arguments, "turnId": "0"}),
        );
        self.session.emit(
            "external_tool.requested",
            json!({
                "requestId": request,
                "sessionId": self.session.id(),
                "toolCallId": call,
                "toolName": name,
                "arguments": arguments,
                "workingDirectory": "/project",
            }),
        );
        let result = self.session.answer("session.tools.handlePendingToolCall", &request).await?;
        self.session.emit("external_tool.completed", json!({"requestId": request}));
        self.session.emit("tool.execution_complete", executed(&call, &result));
        Ok(result)
    }

    /// Asks for a permission, and waits for the decision, such as `{"kind": "approve-once"}`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::{Client, permission, testing::FakeRuntime};
    /// use serde_json::json;
    ///
    /// let (fake, transport) = FakeRuntime::new();
    /// let client = Client::builder().transport(transport).start().await?;
    /// let session = client.session().permissions(permission::approve_all()).create().await?;
    /// session.send("Read the readme").await?;
    /// let turn = fake.session(session.id()).prompt().await?;
    /// let decision = turn.ask_permission(json!({"kind": "read", "path": "/project/README.md"})).await?;
    /// assert_eq!(decision["kind"], "approve-once");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`FakeRuntime::expect`](super::FakeRuntime::expect).
    pub async fn ask_permission(&self, request: Value) -> Result<Value> {
        let id = self.session.name("request");
        let asked =
            json!({"requestId": id, "permissionRequest": request, "permissionMode": "manual"});
        self.session.emit("permission.requested", asked);
        let decision =
            self.session.answer("session.permissions.handlePendingPermissionRequest", &id).await?;
        let kind = match decision.get("kind").and_then(Value::as_str).unwrap_or_default() {
            "approve-once" | "approved" => "approved",
            "approve-for-session" => "approved-for-session",
            "reject" => "denied-interactively-by-user",
            "user-not-available" => "denied-no-approval-rule-and-could-not-request-from-user",
            other => other,
        };
        self.session
            .emit("permission.completed", json!({"requestId": id, "result": {"kind": kind}}));
        Ok(decision)
    }

    /// Ends the turn in good order: `assistant.turn_end`, `assistant.idle`, `session.idle`.
    pub fn end(self) {
        self.session.emit("assistant.turn_end", json!({"turnId": "0"}));
        self.idle(json!({}), json!({"mode": "interactive"}));
    }

    /// Ends the turn with an error of the agent, such as `("rate_limit", "too many requests")`.
    pub fn fail(self, error_type: &str, message: &str) {
        self.session.emit("assistant.turn_end", json!({"turnId": "0"}));
        let error = json!({"errorType": error_type, "message": message, "originatingMessageId": self.message_id});
        self.session.emit("session.error", error);
        self.idle(json!({}), json!({"mode": "interactive"}));
    }

    /// Ends the turn as an abort does.
    pub fn abort(self) {
        self.session.emit("abort", json!({"reason": "user_initiated"}));
        self.idle(json!({"aborted": true}), json!({"aborted": true, "mode": "interactive"}));
    }

    fn message(&self, id: &str, text: &str) {
        let message = json!({
            "messageId": id,
            "originatingMessageId": self.message_id,
            "model": "fake",
            "content": text,
            "toolRequests": [],
            "turnId": "0",
        });
        self.session.emit("assistant.message", message);
    }

    fn idle(&self, agent: Value, session: Value) {
        self.session.emit("assistant.idle", agent);
        self.session.emit("session.idle", session);
    }
}

/// What the CLI makes of a tool's result.
fn executed(call: &str, result: &Value) -> Value {
    let text = result.as_str().or_else(|| result["textResultForLlm"].as_str()).unwrap_or_default();
    let kind = result["resultType"].as_str().unwrap_or("success");
    if matches!(kind, "failure" | "rejected" | "denied" | "timeout") {
        let message = result["error"].as_str().unwrap_or(text);
        return json!({"toolCallId": call, "success": false, "error": {"message": message, "code": kind}});
    }
    json!({"toolCallId": call, "success": true, "result": {"content": text, "detailedContent": text}})
}

impl fmt::Debug for FakeTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTurn")
            .field("prompt", &self.prompt)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}
