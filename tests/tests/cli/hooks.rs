//! What the tests of hooks share: notes of what was called, and a tool to call.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::sync::{Arc, Mutex};

use copilot_sdk::testing::ModelRequest;
use copilot_sdk::{Tool, ToolError};
use serde_json::{Value, json};

/// What handlers noted, in order.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub(crate) fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A tool that echoes its arguments and notes that it ran.
pub(crate) fn echo(notes: &Notes) -> Tool {
    let notes = notes.clone();
    Tool::new("echo").description("Echoes").schema(json!({"type": "object"})).raw_handler(
        move |invocation| {
            let notes = notes.clone();
            async move {
                let arguments: Value = invocation.parse()?;
                notes.add(format!("ran {}", arguments["text"]));
                Ok::<_, ToolError>(format!("echo {}", arguments["text"]))
            }
        },
    )
}

pub(crate) fn conversation(request: &ModelRequest) -> String {
    request.user_texts().join("\n--\n")
}
