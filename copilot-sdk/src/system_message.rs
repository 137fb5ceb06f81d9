//! What the model is told besides the prompts.

use serde::Serialize;

/// Text for the system message (wire name `systemMessage`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
#[non_exhaustive]
pub enum SystemMessage {
    /// Added to the CLI's own instructions.
    #[non_exhaustive]
    Append {
        /// The text.
        content: String,
    },
    /// Takes the place of the CLI's own instructions, its guardrails included.
    #[non_exhaustive]
    Replace {
        /// The text.
        content: String,
    },
}

impl SystemMessage {
    /// Adds to the CLI's own instructions.
    pub fn append(content: impl Into<String>) -> Self {
        Self::Append { content: content.into() }
    }

    /// Takes the place of the CLI's own instructions, its guardrails included.
    pub fn replace(content: impl Into<String>) -> Self {
        Self::Replace { content: content.into() }
    }
}

impl<T: Into<String>> From<T> for SystemMessage {
    fn from(content: T) -> Self {
        Self::append(content)
    }
}
