//! What is sent to the agent.

use serde::Serialize;

use crate::ids::SessionId;

/// A prompt: text, and how it is delivered.
///
/// Anything that takes a prompt takes plain text as well.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Prompt {
    prompt: String,
}

impl Prompt {
    /// A prompt with this text (wire name `prompt`).
    pub fn new(text: impl Into<String>) -> Self {
        Self { prompt: text.into() }
    }
}

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Prompt {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for Prompt {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

/// The params of `session.send`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SendParams<'a> {
    pub(super) session_id: &'a SessionId,
    #[serde(flatten)]
    pub(super) prompt: &'a Prompt,
}
