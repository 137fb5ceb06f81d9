//! Going back in the history: truncating it before an event, or rewinding to before a prompt,
//! optionally with the changed files.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::{ErrorKind, Result};
use crate::ids::EventId;
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;
use crate::payload::{answers, enum_fields};

/// The prompts a session can be rewound to (wire type `HistoryListRewindPointsResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RewindPoints {
    /// The prompts, oldest first.
    #[serde(deserialize_with = "null_as_default")]
    pub points: Vec<RewindPoint>,
    /// Whether file changes are recorded, see
    /// [`file_change_tracking`](crate::SessionBuilder::file_change_tracking) (wire name
    /// `fileChangeTrackingEnabled`).
    #[serde(deserialize_with = "null_as_default")]
    pub file_change_tracking_enabled: bool,
    /// Why the session cannot be rewound now, if it cannot (wire name `unavailableReason`).
    pub unavailable_reason: Option<RewindOutcome>,
}

/// A prompt a session can be rewound to (wire type `HistoryRewindPoint`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RewindPoint {
    /// The event of the prompt, as taken by [`Session::rewind`] (wire name `eventId`).
    pub event_id: EventId,
    /// The prompt (wire name `userMessage`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub user_message: String,
    /// The time it was sent, in RFC 3339 format.
    #[serde(default, deserialize_with = "null_as_default")]
    pub timestamp: String,
    /// Whether autopilot mode sent the prompt to continue on its own (wire name
    /// `isAutopilotContinuation`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_autopilot_continuation: bool,
    /// Whether files can be restored as well (wire name `canRestoreFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub can_restore_files: bool,
    /// Number of files a restore would affect: those changed in this turn or later (wire name
    /// `fileCount`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub file_count: u64,
    /// Whether this turn itself changed files (wire name `turnChangedFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub turn_changed_files: bool,
    /// Lines added in this turn (wire name `linesAdded`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub lines_added: u64,
    /// Lines removed in this turn (wire name `linesRemoved`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub lines_removed: u64,
}

/// The scope of a rewind (wire name `mode` of `session.history.rewind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RewindMode {
    /// The conversation only.
    Conversation,
    /// The conversation and the files changed by the agent. Requires
    /// [`file_change_tracking`](crate::SessionBuilder::file_change_tracking).
    ConversationAndFiles,
}

open_enum! {
    /// The outcome of a rewind (wire name `outcome`).
    pub enum RewindOutcome {
        /// The conversation was rewound, and the files restored except [`Rewound::skipped_files`].
        Success = "success",
        /// Refused because a turn is running; nothing changed.
        SessionBusy = "session-busy",
        /// Refused because file changes are not recorded; nothing changed.
        FileChangeTrackingDisabled = "file-change-tracking-disabled",
        /// Refused because the session runs on another machine; nothing changed.
        UnsupportedRemoteSession = "unsupported-remote-session",
        /// The files were restored, but the conversation was not rewound.
        FilesRolledBack = "files-rolled-back",
        /// Some files could not be restored.
        RollbackIncomplete = "rollback-incomplete",
        /// The conversation could not be truncated.
        TruncationFailed = "truncation-failed",
        /// Rewound, but old checkpoints could not be removed.
        CheckpointCleanupFailed = "checkpoint-cleanup-failed",
        /// Rewound, but old snapshots could not be removed.
        SnapshotPruneFailed = "snapshot-prune-failed",
    }
}

answers! {
    /// The result of a rewind (wire type `HistoryRewindResult`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Rewound {
        /// The outcome.
        pub outcome: RewindOutcome = "outcome" [required],
        /// Number of events removed (wire name `eventsRemoved`).
        pub events_removed: u64 = "eventsRemoved",
        /// The restored files (wire name `restoredFiles`).
        pub restored_files: Vec<PathBuf> = "restoredFiles",
        /// Files changed by the agent but not restored (wire name `skippedFiles`).
        pub skipped_files: Vec<SkippedFile> = "skippedFiles",
        /// Why the cleanup after the rewind failed, if it did (wire name `error`).
        pub error: Option<String> = "error",
    }

    /// A file that the rewind could not restore (wire type `HistorySkippedFileRestore`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct SkippedFile {
        /// Path of the file.
        pub path: PathBuf = "path" [required],
        /// Why it was skipped.
        pub reason: SkipReason = "reason" [required],
    }
}

open_enum! {
    /// Why a file was not restored (wire name `reason`).
    pub enum SkipReason {
        /// Changed after the agent's last change.
        UserModified = "user-modified",
        /// Its earlier content was not recorded.
        SkippedCapture = "skipped-capture",
    }
}

enum_fields! { RewindOutcome SkipReason }

/// The result of truncating the history (wire type `HistoryTruncateResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Truncated {
    /// Number of events removed (wire name `eventsRemoved`).
    #[serde(deserialize_with = "null_as_default")]
    pub events_removed: u64,
    /// Whether removing old checkpoints failed (wire name `checkpointCleanupFailed`).
    #[serde(deserialize_with = "null_as_default")]
    pub checkpoint_cleanup_failed: bool,
    /// Why it failed (wire name `checkpointCleanupError`).
    pub checkpoint_cleanup_error: Option<String>,
}

impl Session {
    /// Removes an event and everything after it from the history (wire method
    /// `session.history.truncate`). Files are unchanged.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let history = session.history().await?;
    /// if let Some(last) =
    ///     history.iter().rfind(|event| matches!(event.data, EventData::UserMessage(_)))
    /// {
    ///     println!("{} events are forgotten", session.truncate(&last.id).await?.events_removed);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] if there is no such event.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have removed the events.
    pub async fn truncate(&self, event_id: impl Into<EventId>) -> Result<Truncated> {
        self.call("session.history.truncate", AtEvent { event_id: event_id.into() }).await
    }

    /// The prompts the session can be rewound to (wire method `session.history.listRewindPoints`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// for point in session.rewind_points().await?.points {
    ///     println!("{}: {} files would change", point.user_message, point.file_count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn rewind_points(&self) -> Result<RewindPoints> {
        self.call("session.history.listRewindPoints", Map::new()).await
    }

    /// Rewinds the session to before a prompt (wire method `session.history.rewind`). Files changed
    /// by others since are left alone, see [`Rewound::skipped_files`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::RewindMode;
    ///
    /// if let Some(last) = session.rewind_points().await?.points.last() {
    ///     let rewound = session.rewind(&last.event_id, RewindMode::ConversationAndFiles).await?;
    ///     for file in rewound.skipped_files {
    ///         println!("{} stays as it is: {}", file.path.display(), file.reason);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] if there is no such prompt, or if the rewind failed; the text says why
    /// and how far it got.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have gone back.
    pub async fn rewind(&self, event_id: impl Into<EventId>, mode: RewindMode) -> Result<Rewound> {
        #[derive(Serialize)]
        struct Params {
            #[serde(flatten)]
            to: AtEvent,
            mode: RewindMode,
        }
        let params = Params { to: AtEvent { event_id: event_id.into() }, mode };
        let rewound: Rewound = self.call("session.history.rewind", params).await?;
        match rewound.failure() {
            None => Ok(rewound),
            Some(text) => Err(self.0.peer.error(ErrorKind::Rpc, text)),
        }
    }
}

impl Rewound {
    /// Why the rewind failed and how far it got, if it failed.
    fn failure(&self) -> Option<String> {
        let fix = match &self.outcome {
            RewindOutcome::Success
            | RewindOutcome::CheckpointCleanupFailed
            | RewindOutcome::SnapshotPruneFailed => {
                return None;
            }
            RewindOutcome::FileChangeTrackingDisabled => {
                "; create the session with `file_change_tracking(true)`, or use \
                 `RewindMode::Conversation`"
            }
            RewindOutcome::SessionBusy => "; wait for the end of the turn, or `abort` it",
            _ => "",
        };
        let cause = self.error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default();
        Some(format!(
            "the session could not go back: {}{cause}; events removed: {}, files restored: {}, \
             left as they are: {}{fix}",
            self.outcome,
            self.events_removed,
            self.restored_files.len(),
            self.skipped_files.len()
        ))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AtEvent {
    event_id: EventId,
}

#[cfg(test)]
mod tests;
