use std::future::Future;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::ids::SessionId;
use crate::payload::{questions, records};

records! {
    /// A model call that an MCP server asks for (event `sampling.requested`).
    #[derive(Debug, Clone, PartialEq)]
    SamplingRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The server's name in the session's configuration.
        server_name: String = "serverName",
        /// What the server asks: the params of MCP's `sampling/createMessage`.
        request: Value = "request",
    }
}

questions! { SamplingRequest }

/// The answer to a [`SamplingRequest`]. A handler that fails answers [`reject`](Self::reject).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct SamplingAnswer(SamplingChoice);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum SamplingChoice {
    Response(Value),
    Run,
    Reject,
}

impl SamplingRequest {
    /// The texts of the messages.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let messages = self.request.get("messages").and_then(Value::as_array);
        messages
            .into_iter()
            .flatten()
            .filter_map(|message| message.get("content")?.get("text")?.as_str())
    }
}

impl SamplingAnswer {
    /// A text, and the name of the model that wrote it.
    pub fn text(model: impl Into<String>, text: impl Into<String>) -> Self {
        Self::response(json!({
            "model": model.into(),
            "role": "assistant",
            "content": {"type": "text", "text": text.into()},
            "stopReason": "endTurn",
        }))
    }

    /// The result of MCP's `sampling/createMessage`.
    pub fn response(result: Value) -> Self {
        Self(SamplingChoice::Response(result))
    }

    /// Lets the session's own model answer (wire method `session.mcp.executeSampling`).
    pub fn run() -> Self {
        Self(SamplingChoice::Run)
    }

    /// Answers nothing: the server is told that its request was rejected.
    pub fn reject() -> Self {
        Self(SamplingChoice::Reject)
    }
}

/// The user's handler of model calls for MCP servers.
pub(crate) fn sampling_handler<Fut>(
    handler: impl Handler<SamplingRequest, Fut>,
) -> BoxHandler<SamplingRequest, SamplingAnswer>
where
    Fut: Future<Output: IntoAnswer<SamplingAnswer>> + Send + 'static,
{
    BoxHandler::new(handler)
}
