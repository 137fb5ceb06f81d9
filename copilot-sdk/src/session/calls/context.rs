//! What the model still knows: summarizing, cutting back, going back, branching off.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{EventId, SessionId};
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

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

/// A prompt that a session can go back to (wire type `HistoryRewindPoint`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RewindPoint {
    /// The event of the prompt, for [`Session::rewind`] (wire name `eventId`).
    pub event_id: EventId,
    /// The prompt (wire name `userMessage`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub user_message: String,
    /// When it was sent, as RFC 3339 text.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Whether files can be restored, too (wire name `canRestoreFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub can_restore_files: bool,
    /// How many files that would change (wire name `fileCount`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub file_count: u64,
}

/// What goes back (wire name `mode` of `session.history.rewind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RewindMode {
    /// What the model knows.
    Conversation,
    /// That, and the files that the agent changed; with
    /// [`enable_file_change_tracking`](crate::SessionBuilder::enable_file_change_tracking).
    ConversationAndFiles,
}

open_enum! {
    /// What came of going back (wire name `outcome`).
    pub enum RewindOutcome {
        /// Everything went back.
        Success = "success",
        /// The agent is at work: nothing was done.
        SessionBusy = "session-busy",
        /// Changes of files are not recorded: nothing was done.
        FileChangeTrackingDisabled = "file-change-tracking-disabled",
        /// The session runs elsewhere: nothing was done.
        UnsupportedRemoteSession = "unsupported-remote-session",
        /// The files went back, the conversation did not.
        FilesRolledBack = "files-rolled-back",
        /// Some files could not be restored.
        RollbackIncomplete = "rollback-incomplete",
        /// The conversation could not be cut.
        TruncationFailed = "truncation-failed",
        /// Everything went back; old checkpoints are still there.
        CheckpointCleanupFailed = "checkpoint-cleanup-failed",
        /// Everything went back; old snapshots are still there.
        SnapshotPruneFailed = "snapshot-prune-failed",
    }
}

/// What came of going back (wire type `HistoryRewindResult`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rewound {
    /// Whether, and how far.
    pub outcome: RewindOutcome,
    /// How many events were removed (wire name `eventsRemoved`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub events_removed: u64,
    /// The files that are as they were (wire name `restoredFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub restored_files: Vec<String>,
}

impl Session {
    /// Summarizes the conversation now, to make room (wire method `session.history.compact`); `.await` it. The summary
    /// is written by the session's model.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let compaction = session.compact().custom_instructions("Keep every file name.").await?;
    /// println!("{} messages became: {:?}", compaction.messages_removed, compaction.summary_content);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when the CLI cannot, such as while a turn is running.
    pub fn compact(&self) -> Compact<'_> {
        Compact { session: self, custom_instructions: None }
    }

    /// Removes an event and everything after it (wire method `session.history.truncate`); returns how many events that
    /// were. The ids are in [`history`](Self::history).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when there is no such event.
    pub async fn truncate(&self, event_id: &EventId) -> Result<u64> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Truncated {
            events_removed: u64,
        }
        let truncated: Truncated = self.call("session.history.truncate", AtEvent { event_id }).await?;
        Ok(truncated.events_removed)
    }

    /// The prompts that the session can go back to, oldest first (wire method `session.history.listRewindPoints`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the session is over.
    pub async fn rewind_points(&self) -> Result<Vec<RewindPoint>> {
        #[derive(Deserialize)]
        struct Points {
            points: Vec<RewindPoint>,
        }
        self.call::<Points>("session.history.listRewindPoints", Map::new()).await.map(|list| list.points)
    }

    /// Goes back to before a prompt (wire method `session.history.rewind`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::RewindMode;
    ///
    /// if let Some(last) = session.rewind_points().await?.last() {
    ///     session.rewind(&last.event_id, RewindMode::ConversationAndFiles).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when the CLI refuses, and when it could not go back: the text says how far it came.
    pub async fn rewind(&self, event_id: &EventId, mode: RewindMode) -> Result<Rewound> {
        #[derive(Serialize)]
        struct Params<'a> {
            #[serde(flatten)]
            to: AtEvent<'a>,
            mode: RewindMode,
        }
        let params = Params { to: AtEvent { event_id }, mode };
        let rewound: Rewound = self.call("session.history.rewind", params).await?;
        match rewound.outcome {
            RewindOutcome::Success | RewindOutcome::CheckpointCleanupFailed | RewindOutcome::SnapshotPruneFailed => {
                Ok(rewound)
            }
            outcome => {
                let text = format!("the session could not go back: {outcome}");
                Err(Error::new(ErrorKind::Rpc, text).in_session(self.id()))
            }
        }
    }

    /// Copies the session as it is now and returns the copy's id, for [`resume`](crate::SessionBuilder::resume) (wire
    /// method `sessions.fork`). This one stays as it is.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client, session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let other = client.session().resume(session.fork().await?).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when there is nothing to copy yet.
    pub async fn fork(&self) -> Result<SessionId> {
        self.forked(None).await
    }

    /// As [`fork`](Self::fork), with nothing from that event on in the copy (wire name `toEventId`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when there is no such event.
    pub async fn fork_before(&self, event_id: &EventId) -> Result<SessionId> {
        self.forked(Some(event_id)).await
    }

    async fn forked(&self, to_event_id: Option<&EventId>) -> Result<SessionId> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            to_event_id: Option<&'a EventId>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Forked {
            session_id: SessionId,
        }
        self.call::<Forked>("sessions.fork", Params { to_event_id }).await.map(|forked| forked.session_id)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AtEvent<'a> {
    event_id: &'a EventId,
}

impl Compact<'_> {
    /// What the summary has to heed (wire name `customInstructions`). Default nothing in particular.
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
        f.debug_struct("Compact").field("custom_instructions", &self.custom_instructions).finish_non_exhaustive()
    }
}
