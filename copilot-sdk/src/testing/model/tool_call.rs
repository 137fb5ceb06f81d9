//! Tool calls of the model.

use serde_json::Value;

/// A tool call in a [`ModelReply`](super::ModelReply).
///
/// Converts from a `(name, arguments)` pair, so most scripts need no `ModelToolCall`:
///
/// ```
/// use copilot_sdk::testing::{ModelToolCall, ModelReply};
/// use serde_json::json;
///
/// let weather = json!({"city": "Lisbon"});
/// let both = ModelReply::tools([("get_weather", weather), ("get_time", json!({}))]);
/// let with_id = ModelReply::tools([ModelToolCall::new("get_time", json!({})).id("call_A")]);
/// let broken = ModelReply::tools([ModelToolCall::raw("get_time", "{not json")]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct ModelToolCall {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) arguments: String,
}

impl ModelToolCall {
    /// Creates a call with arguments.
    #[expect(clippy::needless_pass_by_value, reason = "scripts write `json!(..)` here")]
    pub fn new(name: impl Into<String>, arguments: Value) -> Self {
        Self::raw(name, arguments.to_string())
    }

    /// Creates a call whose arguments are sent verbatim, valid JSON or not.
    ///
    /// The CLI rejects invalid JSON without running the tool. In Anthropic messages it runs the
    /// tool with `{}` instead.
    pub fn raw(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: None, name: name.into(), arguments: arguments.into() }
    }

    /// Sets the id of the call (wire names `tool_call_id`, `call_id`, `tool_use_id`). Default:
    /// `call_1`, `call_2` and so on, counted per model server.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<N: Into<String>> From<(N, Value)> for ModelToolCall {
    fn from((name, arguments): (N, Value)) -> Self {
        Self::new(name, arguments)
    }
}
