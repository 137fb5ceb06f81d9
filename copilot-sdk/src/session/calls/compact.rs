//! What the model still knows: summarizing the conversation.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::super::Session;
use crate::error::Result;
use crate::nullable::null_as_default;

/// What summarizing the conversation made of it (wire type `HistoryCompactResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Compaction {
    /// Whether there is a summary now.
    #[serde(deserialize_with = "null_as_default")]
    pub success: bool,
    /// How many tokens it saved (wire name `tokensRemoved`).
    #[serde(deserialize_with = "null_as_default")]
    pub tokens_removed: u64,
    /// How many messages it stands for (wire name `messagesRemoved`).
    #[serde(deserialize_with = "null_as_default")]
    pub messages_removed: u64,
    /// The summary (wire name `summaryContent`).
    pub summary_content: Option<String>,
    /// What fills the context now (wire name `contextWindow`).
    pub context_window: Option<ContextWindow>,
}

/// What fills the context of the model, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ContextWindow {
    /// The most that a prompt may have (wire name `tokenLimit`).
    pub token_limit: Option<u64>,
    /// What it has now (wire name `currentTokens`).
    pub current_tokens: Option<u64>,
    /// How many messages there are (wire name `messagesLength`).
    pub messages_length: Option<u64>,
    /// The system message's part (wire name `systemTokens`).
    pub system_tokens: Option<u64>,
    /// The conversation's part (wire name `conversationTokens`).
    pub conversation_tokens: Option<u64>,
    /// The part of the tools' descriptions (wire name `toolDefinitionsTokens`).
    pub tool_definitions_tokens: Option<u64>,
}

/// A summary that is made when this is awaited; made by [`Session::compact`].
#[must_use = "nothing is summarized until this is awaited"]
pub struct Compact<'a> {
    session: &'a Session,
    custom_instructions: Option<String>,
}

impl Session {
    /// Summarizes the conversation now, to make room (wire method `session.history.compact`);
    /// `.await` it. The summary is written by the session's model.
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
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI cannot, such as while a turn is
    /// running.
    pub fn compact(&self) -> Compact<'_> {
        Compact { session: self, custom_instructions: None }
    }
}

impl Compact<'_> {
    /// What the summary has to heed (wire name `customInstructions`). Default nothing in
    /// particular.
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
