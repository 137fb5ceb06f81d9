//! A tool call that the model makes.

use serde_json::Value;

/// A tool call of a scripted reply.
///
/// A `(name, arguments)` pair is one, so most scripts need no `Call`:
///
/// ```
/// use copilot_sdk::testing::{Call, Reply};
/// use serde_json::json;
///
/// let both = Reply::tools([("get_weather", json!({"city": "Lisbon"})), ("get_time", json!({}))]);
/// let with_id = Reply::tools([Call::new("get_time", json!({})).id("call_A")]);
/// let broken = Reply::tools([Call::raw("get_time", "{not json")]);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Call {
    pub(super) id: Option<String>,
    pub(super) name: String,
    pub(super) arguments: String,
}

impl Call {
    /// A call of the tool of this name with these arguments.
    #[expect(clippy::needless_pass_by_value, reason = "scripts write `json!(..)` here")]
    pub fn new(name: impl Into<String>, arguments: Value) -> Self {
        Self::raw(name, arguments.to_string())
    }

    /// A call whose arguments are sent as they are, JSON or not.
    ///
    /// Of arguments that are not JSON the CLI tells the model without running the tool; with
    /// Anthropic's form it runs the tool with `{}`.
    pub fn raw(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: None, name: name.into(), arguments: arguments.into() }
    }

    /// The id of the call (wire names `tool_call_id`, `call_id`, `tool_use_id`); default `call_1`,
    /// `call_2` and so on, counted over the life of the server.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<N: Into<String>> From<(N, Value)> for Call {
    fn from((name, arguments): (N, Value)) -> Self {
        Self::new(name, arguments)
    }
}
