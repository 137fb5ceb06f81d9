//! Going back in the conversation: to before an event, or to before a prompt, with the files that
//! were changed.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::EventId;
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

/// The prompts that a session can go back to (wire type `HistoryListRewindPointsResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RewindPoints {
    /// The prompts, oldest first.
    #[serde(deserialize_with = "null_as_default")]
    pub points: Vec<RewindPoint>,
    /// Whether changes of files are recorded, as
    /// [`file_change_tracking`](crate::SessionBuilder::file_change_tracking) says
    /// (wire name `fileChangeTrackingEnabled`).
    #[serde(deserialize_with = "null_as_default")]
    pub file_change_tracking_enabled: bool,
    /// Why the session cannot go back now, where it cannot (wire name `unavailableReason`).
    pub unavailable_reason: Option<RewindOutcome>,
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
    /// Whether autopilot mode sent it, to go on by itself (wire name `isAutopilotContinuation`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub is_autopilot_continuation: bool,
    /// Whether files can be restored, too (wire name `canRestoreFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub can_restore_files: bool,
    /// How many files that would change (wire name `fileCount`): those of this turn and of all
    /// later ones.
    #[serde(default, deserialize_with = "null_as_default")]
    pub file_count: u64,
    /// Whether this turn itself changed files (wire name `turnChangedFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub turn_changed_files: bool,
    /// Lines that this turn added (wire name `linesAdded`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub lines_added: u64,
    /// Lines that it removed (wire name `linesRemoved`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub lines_removed: u64,
}

/// What goes back (wire name `mode` of `session.history.rewind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RewindMode {
    /// What the model knows.
    Conversation,
    /// That, and the files that the agent changed; with
    /// [`file_change_tracking`](crate::SessionBuilder::file_change_tracking).
    ConversationAndFiles,
}

open_enum! {
    /// What came of going back (wire name `outcome`).
    pub enum RewindOutcome {
        /// The conversation went back, and the files that could: [`Rewound::skipped_files`] did
        /// not.
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
        /// It went back; old checkpoints are still there.
        CheckpointCleanupFailed = "checkpoint-cleanup-failed",
        /// It went back; old snapshots are still there.
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
    pub restored_files: Vec<PathBuf>,
    /// The files that the agent changed and that stayed as they are (wire name `skippedFiles`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub skipped_files: Vec<SkippedFile>,
    /// What could not be cleaned up behind it (wire name `error`).
    #[serde(default)]
    pub error: Option<String>,
}

/// A file that did not go back (wire type `HistorySkippedFileRestore`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SkippedFile {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

open_enum! {
    /// Why a file did not go back (wire name `reason`).
    pub enum SkipReason {
        /// Somebody else has changed it behind the agent.
        UserModified = "user-modified",
        /// It was not recorded.
        SkippedCapture = "skipped-capture",
    }
}

/// What came of cutting the conversation (wire type `HistoryTruncateResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Truncated {
    /// How many events were removed (wire name `eventsRemoved`).
    #[serde(deserialize_with = "null_as_default")]
    pub events_removed: u64,
    /// Whether old checkpoints are still there (wire name `checkpointCleanupFailed`).
    #[serde(deserialize_with = "null_as_default")]
    pub checkpoint_cleanup_failed: bool,
    /// Why they are (wire name `checkpointCleanupError`).
    pub checkpoint_cleanup_error: Option<String>,
}

impl Session {
    /// Removes an event and everything after it (wire method `session.history.truncate`). Files
    /// stay as they are.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let history = session.history().await?;
    /// if let Some(last) = history.iter().rfind(|event| matches!(event.data, EventData::UserMessage(_))) {
    ///     println!("{} events are forgotten", session.truncate(&last.id).await?.events_removed);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when there is no such event.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have removed the events.
    pub async fn truncate(&self, event_id: impl Into<EventId>) -> Result<Truncated> {
        self.call("session.history.truncate", AtEvent { event_id: event_id.into() }).await
    }

    /// The prompts that the session can go back to (wire method
    /// `session.history.listRewindPoints`).
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
    /// [`ErrorKind::Closed`] when the session is over.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn rewind_points(&self) -> Result<RewindPoints> {
        self.call("session.history.listRewindPoints", Map::new()).await
    }

    /// Goes back to before a prompt (wire method `session.history.rewind`). A file that somebody
    /// else has changed since stays as it is: see [`Rewound::skipped_files`].
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
    /// [`ErrorKind::Rpc`] when there is no such prompt, and when the session could not go back: the
    /// text says why, and how far it came.
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
            Some(text) => Err(Error::new(ErrorKind::Rpc, text).in_session(self.id())),
        }
    }
}

impl Rewound {
    /// Why, and how far, the session did not go back, if it did not.
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
mod tests {
    use serde_json::json;

    use super::Rewound;

    #[test]
    fn a_failure_says_how_far_it_came_and_what_to_do() {
        let failure = |json| serde_json::from_value::<Rewound>(json).expect("a result").failure();
        let text = "the session could not go back: rollback-incomplete (disk full); events \
                    removed: 0, files restored: 2, \
                    left as they are: 1";
        assert_eq!(
            failure(json!({"outcome": "rollback-incomplete", "error": "disk \
                                                                   full", "restoredFiles": ["/a", "/b"],
                "skippedFiles": [{"path": "/c", "reason": "skipped-capture"}]})),
            Some(text.to_owned())
        );
        let busy =
            failure(json!({"outcome": "session-busy", "restoredFiles": [], "skippedFiles": null}));
        assert!(
            busy.is_some_and(|text| text.ends_with("wait for the end of the turn, or `abort` it"))
        );
        assert_eq!(
            failure(json!({"outcome": "snapshot-prune-failed", "eventsRemoved": 4, "error": "no"})),
            None
        );
    }
}
