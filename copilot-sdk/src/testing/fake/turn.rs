//! The turn of one prompt.

use std::fmt;

use serde_json::{Value, json};

use super::session::FakeSession;
use crate::error::Result;

/// The turn of one prompt; created by [`FakeSession::prompt`].
///
/// Each step sends the events that the CLI sends for it. The turn runs until [`end`](Self::end),
/// [`fail`](Self::fail) or [`abort`](Self::abort); dropping it leaves it running.
#[must_use = "a turn runs until `end`, `fail` or `abort`"]
pub struct FakeTurn {
    session: FakeSession,
    prompt: String,
    message_id: String,
}

impl FakeSession {
    /// Waits for the next prompt and starts its turn: events `user.message` and
    /// `assistant.turn_start`. A steering prompt joins the running turn: `user.message` alone.
    ///
    /// # Errors
    ///
    /// See [`FakeRuntime::expect`](super::FakeRuntime::expect).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no prompt.
    pub async fn prompt(&self) -> Result<FakeTurn> {
        let call = self.expect("session.send").await?;
        let mode = call.params()["mode"].as_str();
        let delivery = if mode == Some("immediate") { "steering" } else { "idle" };
        let prompt = call.params()["prompt"].as_str().unwrap_or_default().to_owned();
        let sent = call.response().and_then(|response| response["messageId"].as_str());
        let message_id = if let Some(id) = sent {
            id.to_owned()
        } else {
            let id = self.new_id("message");
            call.reply(json!({"messageId": id}))?;
            id
        };
        let turn = FakeTurn { session: self.clone(), prompt, message_id };
        turn.begin(delivery);
        Ok(turn)
    }
}

impl FakeTurn {
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

    /// Sends a message in one piece: the event `assistant.message`.
    pub fn say(&self, text: &str) {
        self.message(&self.session.new_id("answer"), text);
    }

    /// Streams a message: an `assistant.message_delta` for each piece, then the whole
    /// `assistant.message`.
    pub fn stream(&self, pieces: impl IntoIterator<Item = impl AsRef<str>>) {
        let id = self.session.new_id("answer");
        let mut whole = String::new();
        for piece in pieces {
            let piece = piece.as_ref();
            self.session
                .emit("assistant.message_delta", json!({"messageId": id, "deltaContent": piece}));
            whole.push_str(piece);
        }
        self.message(&id, &whole);
    }

    /// Calls a tool of the client and returns the result in its wire form: text, or an object with
    /// `textResultForLlm` and `resultType`.
    ///
    /// # Errors
    ///
    /// See [`FakeRuntime::expect`](super::FakeRuntime::expect).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the call was sent, and its completion is not.
    pub async fn call_tool(&self, name: &str, arguments: Value) -> Result<Value> {
        let (call, request) = (self.session.new_id("call"), self.session.new_id("request"));
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
        let result = self.session.response("session.tools.handlePendingToolCall", &request).await?;
        self.session.emit("external_tool.completed", json!({"requestId": request}));
        self.session.emit("tool.execution_complete", executed(&call, &result));
        Ok(result)
    }

    /// Requests a permission and returns the decision, such as `{"kind": "approve-once"}`.
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
    /// let request = json!({"kind": "read", "path": "/project/README.md"});
    /// let decision = turn.ask_permission(request).await?;
    /// assert_eq!(decision["kind"], "approve-once");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`FakeRuntime::expect`](super::FakeRuntime::expect).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the request was sent, and its completion is not.
    pub async fn ask_permission(&self, request: Value) -> Result<Value> {
        let id = self.session.new_id("request");
        let asked =
            json!({"requestId": id, "permissionRequest": request, "permissionMode": "manual"});
        self.session.emit("permission.requested", asked);
        let decision = self
            .session
            .response("session.permissions.handlePendingPermissionRequest", &id)
            .await?;
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

    /// Ends the turn normally: `assistant.turn_end`, `assistant.idle`, `session.idle`.
    pub fn end(self) {
        self.session.emit("assistant.turn_end", json!({"turnId": "0"}));
        self.idle(json!({}), json!({"mode": "interactive"}));
    }

    /// Ends the turn with an error, such as `("rate_limit", "too many requests")`.
    pub fn fail(self, error_type: &str, message: &str) {
        self.session.emit("assistant.turn_end", json!({"turnId": "0"}));
        let error = json!({
            "errorType": error_type,
            "message": message,
            "originatingMessageId": self.message_id,
        });
        self.session.emit("session.error", error);
        self.idle(json!({}), json!({"mode": "interactive"}));
    }

    /// Ends the turn as aborted by the user.
    pub fn abort(self) {
        self.session.emit("abort", json!({"reason": "user_initiated"}));
        self.idle(json!({"aborted": true}), json!({"aborted": true, "mode": "interactive"}));
    }

    fn begin(&self, delivery: &str) {
        let (prompt, message_id) = (&self.prompt, &self.message_id);
        if delivery == "steering" {
            let message = json!({"content": prompt, "messageId": message_id, "delivery": delivery});
            return self.session.emit("user.message", message);
        }
        let message = json!({
            "content": prompt,
            "messageId": message_id,
            "delivery": delivery,
            "turnId": "0",
            "parentAgentTaskId": format!("task of {}", self.session.id()),
        });
        self.session.emit("user.message", message);
        self.session.emit("assistant.turn_start", json!({"turnId": "0"}));
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

/// The data of `tool.execution_complete` for a tool's result.
fn executed(call: &str, result: &Value) -> Value {
    let text = result.as_str().or_else(|| result["textResultForLlm"].as_str()).unwrap_or_default();
    let kind = result["resultType"].as_str().unwrap_or("success");
    if matches!(kind, "failure" | "rejected" | "denied" | "timeout") {
        let message = result["error"].as_str().unwrap_or(text);
        let error = json!({"message": message, "code": kind});
        return json!({"toolCallId": call, "success": false, "error": error});
    }
    let result = json!({"content": text, "detailedContent": text});
    json!({"toolCallId": call, "success": true, "result": result})
}

impl fmt::Debug for FakeTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTurn")
            .field("prompt", &self.prompt)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}
