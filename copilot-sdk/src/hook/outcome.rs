use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The result of a tool as a hook sees and changes it (wire name `toolResult`); keeps every field
/// of the CLI's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct ToolOutcome(Map<String, Value>);

impl ToolOutcome {
    /// A successful result with that text for the model.
    pub fn success(text: impl Into<String>) -> Self {
        Self::default().with("resultType", "success").with_text(text)
    }

    /// A failed result with that text for the model.
    pub fn failure(text: impl Into<String>) -> Self {
        Self::default().with("resultType", "failure").with_text(text)
    }

    /// What the model reads (wire name `textResultForLlm`).
    pub fn text(&self) -> &str {
        self.0.get("textResultForLlm").and_then(Value::as_str).unwrap_or_default()
    }

    /// How the tool ended, such as `success` or `failure` (wire name `resultType`).
    pub fn result_type(&self) -> &str {
        self.0.get("resultType").and_then(Value::as_str).unwrap_or_default()
    }

    /// Replaces what the model reads and keeps the rest.
    pub fn with_text(self, text: impl Into<String>) -> Self {
        self.with("textResultForLlm", text.into())
    }

    /// Every field as the CLI sent it.
    pub fn json(&self) -> &Map<String, Value> {
        &self.0
    }

    fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }
}

impl From<Map<String, Value>> for ToolOutcome {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}
