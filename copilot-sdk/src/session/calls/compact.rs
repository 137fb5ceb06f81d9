//! Compaction: replacing the conversation with a summary.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

use super::super::Session;
use crate::error::Result;
use crate::nullable::null_as_default;

/// The result of a compaction (wire type `HistoryCompactResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Compaction {
    /// Whether the conversation was summarized.
    #[serde(deserialize_with = "null_as_default")]
    pub success: bool,
    /// Number of tokens freed (wire name `tokensRemoved`); 0 if the summary is longer than what it
    /// replaces.
    #[serde(deserialize_with = "no_less_than_zero")]
    pub tokens_removed: u64,
    /// Number of messages replaced by the summary (wire name `messagesRemoved`).
    #[serde(deserialize_with = "null_as_default")]
    pub messages_removed: u64,
    /// The summary (wire name `summaryContent`).
    pub summary_content: Option<String>,
    /// The context window after the compaction (wire name `contextWindow`).
    pub context_window: Option<ContextWindow>,
}

/// The use of the model's context window, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContextWindow {
    /// Maximum size of a prompt (wire name `tokenLimit`).
    pub token_limit: Option<u64>,
    /// Current size (wire name `currentTokens`).
    pub current_tokens: Option<u64>,
    /// Number of messages (wire name `messagesLength`).
    pub messages_length: Option<u64>,
    /// Tokens of the system message (wire name `systemTokens`).
    pub system_tokens: Option<u64>,
    /// Tokens of the conversation (wire name `conversationTokens`).
    pub conversation_tokens: Option<u64>,
    /// Tokens of the tool definitions (wire name `toolDefinitionsTokens`).
    pub tool_definitions_tokens: Option<u64>,
}

/// A compaction request, created by [`Session::compact`]; runs when awaited.
#[must_use = "nothing is summarized until this is awaited"]
pub struct Compact<'a> {
    session: &'a Session,
    custom_instructions: Option<String>,
}

impl Session {
    /// Replaces the conversation with a summary, written by the session's model, to free context
    /// (wire method `session.history.compact`). `.await` the returned [`Compact`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let compaction = session.compact().custom_instructions("Keep every file name.").await?;
    /// println!(
    ///     "{} messages became: {:?}",
    ///     compaction.messages_removed, compaction.summary_content
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses, for example while a turn is
    /// running.
    pub fn compact(&self) -> Compact<'_> {
        Compact { session: self, custom_instructions: None }
    }
}

impl Compact<'_> {
    /// Additional instructions for the summary (wire name `customInstructions`). None by default.
    pub fn custom_instructions(mut self, text: impl Into<String>) -> Self {
        self.custom_instructions = Some(text.into());
        self
    }
}

impl<'a> IntoFuture for Compact<'a> {
    type Output = Result<Compaction>;
    type IntoFuture = BoxFuture<'a, Result<Compaction>>;

    fn into_future(self) -> Self::IntoFuture {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params {
            #[serde(skip_serializing_if = "Option::is_none")]
            custom_instructions: Option<String>,
        }
        let params = Params { custom_instructions: self.custom_instructions };
        Box::pin(async move { self.session.call("session.history.compact", params).await })
    }
}

impl fmt::Debug for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compact")
            .field("custom_instructions", &self.custom_instructions)
            .finish_non_exhaustive()
    }
}

/// Reads a count that the CLI gives as a difference.
fn no_less_than_zero<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<u64, D::Error> {
    let count = Option::<Number>::deserialize(deserializer)?;
    Ok(count.and_then(|count| count.as_u64()).unwrap_or_default())
}
