//! Recorded model calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::api::ModelApi;
use super::conversation::{self, SeenToolResult};
use crate::testing::http;

/// A model call of the agent. Cloning is cheap.
///
/// The methods from [`model`](Self::model) on read all three wire forms.
#[derive(Clone)]
pub struct ModelRequest(Arc<RecordedRequest>);

pub(super) struct RecordedRequest {
    pub(super) number: usize,
    pub(super) api: ModelApi,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Value,
}

impl ModelRequest {
    pub(super) fn new(recorded: RecordedRequest) -> Self {
        Self(Arc::new(recorded))
    }

    /// The number of the model call, counted per server from 1.
    pub fn number(&self) -> usize {
        self.0.number
    }

    /// The wire form of the call.
    pub fn api(&self) -> ModelApi {
        self.0.api
    }

    /// The path of the URL, such as `/v1/chat/completions`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The query of the URL, such as `api-version=2024-10-21`.
    pub fn query(&self) -> Option<&str> {
        self.0.query.as_deref()
    }

    /// The headers by their lower-case names; repeated ones are joined with `, `.
    pub fn headers(&self) -> &BTreeMap<String, String> {
        &self.0.headers
    }

    /// A header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers.get(name).map(String::as_str)
    }

    /// The bearer token of the request.
    pub fn bearer_token(&self) -> Option<&str> {
        http::bearer_token(self.header("authorization")?)
    }

    /// The whole JSON body.
    pub fn body(&self) -> &Value {
        &self.0.body
    }

    /// The requested model; empty if the body names none.
    pub fn model(&self) -> &str {
        self.0.body.get("model").and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether the request asks for a streamed reply.
    pub fn is_streaming(&self) -> bool {
        self.0.body.get("stream").and_then(Value::as_bool).unwrap_or_default()
    }

    /// The system prompt. Parts are joined with line breaks.
    pub fn system(&self) -> String {
        conversation::system(self.api(), self.body())
    }

    /// The texts of the user messages, oldest first, without the `<current_datetime>` that the CLI
    /// prepends.
    ///
    /// Includes messages that the CLI writes on the user's behalf, such as context added by hooks.
    pub fn user_texts(&self) -> Vec<String> {
        conversation::user_texts(self.api(), self.body())
    }

    /// The names of the available tools, in the order of the request.
    pub fn tool_names(&self) -> Vec<&str> {
        conversation::tools(self.body()).filter_map(|tool| tool.get("name")?.as_str()).collect()
    }

    /// The description of an available tool.
    pub fn tool_description(&self, name: &str) -> Option<&str> {
        self.tool(name)?.get("description")?.as_str()
    }

    /// The JSON schema of an available tool's arguments.
    pub fn tool_schema(&self, name: &str) -> Option<&Value> {
        let tool = self.tool(name)?;
        tool.get("parameters").or_else(|| tool.get("input_schema"))
    }

    /// The results of all tool calls in the conversation, oldest first.
    pub fn tool_results(&self) -> Vec<SeenToolResult> {
        conversation::tool_results(self.api(), self.body())
    }

    /// The results of the tool calls that the model has not yet answered: those after its last
    /// message.
    ///
    /// Empty for a new prompt, even if earlier turns had tool calls.
    ///
    /// ```
    /// use copilot_sdk::testing::{ModelReply, ScriptedModel};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> copilot_sdk::Result<()> {
    /// // Looks at the forecast again for every prompt.
    /// let model = ScriptedModel::answering(|request| match request.new_tool_results().last() {
    ///     None => ModelReply::tool("get_weather", json!({"city": "Lisbon"})),
    ///     Some(result) => ModelReply::text(format!("The forecast says: {}", result.text)),
    /// })
    /// .await?;
    /// # drop(model);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_tool_results(&self) -> Vec<SeenToolResult> {
        conversation::new_tool_results(self.api(), self.body())
    }

    fn tool(&self, name: &str) -> Option<&Value> {
        conversation::tools(self.body())
            .find(|tool| tool.get("name").and_then(Value::as_str) == Some(name))
    }
}

impl fmt::Debug for ModelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without headers, which carry keys, and without the body, which is long.
        f.debug_struct("ModelRequest")
            .field("number", &self.number())
            .field("path", &self.path())
            .field("query", &self.query())
            .field("model", &self.model())
            .field("streaming", &self.is_streaming())
            .field("user_texts", &self.user_texts())
            .field("tool_results", &self.tool_results())
            .finish_non_exhaustive()
    }
}
