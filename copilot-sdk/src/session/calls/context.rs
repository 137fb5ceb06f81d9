//! How full the context of a live session is.

use serde::{Deserialize, Serialize};

use super::super::Session;
use crate::error::Result;
use crate::nullable::null_as_default;

/// What the context window of a session holds (wire type `SessionContextInfo`). Counts are tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContextUsage {
    /// The model whose tokens are counted (wire name `modelName`).
    #[serde(deserialize_with = "null_as_default")]
    pub model_name: String,
    /// The system message.
    #[serde(deserialize_with = "null_as_default")]
    pub system_tokens: u64,
    /// The conversation.
    #[serde(deserialize_with = "null_as_default")]
    pub conversation_tokens: u64,
    /// The definitions of all tools.
    #[serde(deserialize_with = "null_as_default")]
    pub tool_definitions_tokens: u64,
    /// The definitions of the tools of MCP servers among them.
    #[serde(deserialize_with = "null_as_default")]
    pub mcp_tools_tokens: u64,
    /// All of them.
    #[serde(deserialize_with = "null_as_default")]
    pub total_tokens: u64,
    /// The most that a prompt may have.
    #[serde(deserialize_with = "null_as_default")]
    pub prompt_token_limit: u64,
    /// Where the CLI begins to compact.
    #[serde(deserialize_with = "null_as_default")]
    pub compaction_threshold: u64,
    /// The most that fits, the answer included.
    #[serde(deserialize_with = "null_as_default")]
    pub limit: u64,
}

/// The context window.
impl Session {
    /// What the context window holds now (wire method `session.metadata.contextInfo`). None before
    /// the first prompt.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// if let Some(context) = session.context_usage().await? {
    ///     println!("{} of {} tokens", context.total_tokens, context.limit);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn context_usage(&self) -> Result<Option<ContextUsage>> {
        // 0 stands for the limits of the session's own model.
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Limits {
            prompt_token_limit: u64,
            output_token_limit: u64,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Metadata {
            context_info: Option<ContextUsage>,
        }
        let limits = Limits { prompt_token_limit: 0, output_token_limit: 0 };
        let answer: Metadata = self.call("session.metadata.contextInfo", limits).await?;
        Ok(answer.context_info)
    }
}
