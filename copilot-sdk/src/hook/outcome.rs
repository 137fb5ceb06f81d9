use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::tool::{ToolResult, WireResult};

/// The result of a tool as a hook sees it, with every field the CLI sent (wire name `toolResult`).
/// A hook can replace it with a modified copy or a [`ToolResult`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct ToolOutcome(Map<String, Value>);

impl ToolOutcome {
    /// The text for the model (wire name `textResultForLlm`).
    pub fn text(&self) -> &str {
        self.0.get("textResultForLlm").and_then(Value::as_str).unwrap_or_default()
    }

    /// The outcome of the call, such as `success` or `failure` (wire name `resultType`).
    pub fn result_type(&self) -> &str {
        self.0.get("resultType").and_then(Value::as_str).unwrap_or_default()
    }

    /// Replaces the text for the model and keeps the rest.
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.0.insert("textResultForLlm".to_owned(), Value::String(text.into()));
        self
    }

    /// All fields as sent by the CLI.
    pub fn json(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<ToolResult> for ToolOutcome {
    fn from(result: ToolResult) -> Self {
        match serde_json::to_value(WireResult::from(&result)) {
            Ok(Value::Object(fields)) => Self(fields),
            // Unreachable: its fields are text, bytes and JSON, which always serialize.
            _ => Self::default(),
        }
    }
}

impl From<Map<String, Value>> for ToolOutcome {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}
