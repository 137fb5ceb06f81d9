use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sizes::Fields;
use crate::tool::{ToolResult, WireResult};

/// The result of a tool as a hook sees it (wire name `toolResult`), with every field that the CLI
/// sent. A hook replaces it with a changed one, or with a [`ToolResult`].
///
/// `Debug` shows the fields by name and size only.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[must_use]
pub struct ToolOutcome(Map<String, Value>);

impl ToolOutcome {
    /// What the model reads (wire name `textResultForLlm`).
    pub fn text(&self) -> &str {
        self.0.get("textResultForLlm").and_then(Value::as_str).unwrap_or_default()
    }

    /// How the tool ended, such as `success` or `failure` (wire name `resultType`).
    pub fn result_type(&self) -> &str {
        self.0.get("resultType").and_then(Value::as_str).unwrap_or_default()
    }

    /// Replaces what the model reads and keeps the rest.
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.0.insert("textResultForLlm".to_owned(), Value::String(text.into()));
        self
    }

    /// Every field as the CLI sent it.
    pub fn json(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<ToolResult> for ToolOutcome {
    fn from(result: ToolResult) -> Self {
        match serde_json::to_value(WireResult::from(&result)) {
            Ok(Value::Object(fields)) => Self(fields),
            // Its fields are texts, bytes and JSON, which can be written.
            _ => Self::default(),
        }
    }
}

impl From<Map<String, Value>> for ToolOutcome {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl fmt::Debug for ToolOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ToolOutcome").field(&Fields(&self.0)).finish()
    }
}
