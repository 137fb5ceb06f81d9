//! Compaction: replacing the conversation with a summary.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::super::Session;
use crate::error::Result;
use crate::payload::{answers, json_fields};

answers! {
    /// The result of a compaction (wire type `HistoryCompactResult`).
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Compaction {
        /// Whether the conversation was summarized.
        pub success: bool = "success",
        /// Number of tokens freed (wire name `tokensRemoved`); 0 if the summary is longer than what
        /// it replaces.
        pub tokens_removed: u64 = "tokensRemoved" [as Difference],
        /// Number of messages replaced by the summary (wire name `messagesRemoved`).
        pub messages_removed: u64 = "messagesRemoved",
        /// The summary (wire name `summaryContent`).
        pub summary_content: Option<String> = "summaryContent",
        /// The context window after the compaction (wire name `contextWindow`).
        pub context_window: Option<ContextWindow> = "contextWindow",
    }

    /// The use of the model's context window, in tokens.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct ContextWindow {
        /// Maximum size of a prompt (wire name `tokenLimit`).
        pub token_limit: Option<u64> = "tokenLimit",
        /// Current size (wire name `currentTokens`).
        pub current_tokens: Option<u64> = "currentTokens",
        /// Number of messages (wire name `messagesLength`).
        pub messages_length: Option<u64> = "messagesLength",
        /// Tokens of the system message (wire name `systemTokens`).
        pub system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation (wire name `conversationTokens`).
        pub conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tool definitions (wire name `toolDefinitionsTokens`).
        pub tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
    }
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

/// A count that the CLI gives as a difference; one below zero counts as zero.
#[derive(Default, Deserialize)]
struct Difference(Option<Number>);

json_fields! { Difference }

impl From<Difference> for u64 {
    fn from(difference: Difference) -> Self {
        difference.0.and_then(|count| count.as_u64()).unwrap_or_default()
    }
}
