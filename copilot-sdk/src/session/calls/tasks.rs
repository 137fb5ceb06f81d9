//! The background tasks of a live session: agents and shell commands.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::{ErrorKind, Result};
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

open_enum! {
    /// What a background task is (wire name `type`).
    pub enum TaskKind {
        /// An agent.
        Agent = "agent",
        /// A shell command.
        Shell = "shell",
        /// Work outside of the CLI, which a client registered.
        Client = "client",
    }
}

open_enum! {
    /// Whether a background task goes on (wire type `TaskStatus`).
    pub enum TaskStatus {
        /// It is running.
        Running = "running",
        /// It waits for a message.
        Idle = "idle",
        /// It has completed.
        Completed = "completed",
        /// It has failed.
        Failed = "failed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

/// A background task of a session (wire type `TaskInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BackgroundTask {
    /// The id, for [`cancel_task`](Session::cancel_task) and
    /// [`message_task`](Session::message_task).
    pub id: String,
    /// What it is (wire name `type`).
    #[serde(rename = "type")]
    pub kind: TaskKind,
    /// What it does, in words.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// Whether it goes on.
    pub status: TaskStatus,
    /// When it was started, in RFC 3339 (wire name `startedAt`).
    #[serde(default)]
    pub started_at: Option<String>,
    /// When it ended, in RFC 3339 (wire name `completedAt`).
    #[serde(default)]
    pub completed_at: Option<String>,
    /// The kind of agent (wire name `agentType`).
    #[serde(default)]
    pub agent_type: Option<String>,
    /// The command of a shell.
    #[serde(default)]
    pub command: Option<String>,
    /// The last answer of an agent (wire name `latestResponse`).
    #[serde(default)]
    pub latest_response: Option<String>,
    /// The result of an agent.
    #[serde(default)]
    pub result: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<String>,
}

#[derive(Serialize)]
struct TaskParams {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// Background tasks.
impl Session {
    /// The background tasks, ended ones included (wire method `session.tasks.list`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::{TaskKind, TaskStatus};
    ///
    /// for task in session.tasks().await? {
    ///     if task.kind == TaskKind::Shell && task.status == TaskStatus::Running {
    ///         println!("ending {}", task.command.unwrap_or_default());
    ///         session.cancel_task(task.id).await?;
    ///     }
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
    pub async fn tasks(&self) -> Result<Vec<BackgroundTask>> {
        #[derive(Deserialize)]
        struct Tasks {
            tasks: Vec<BackgroundTask>,
        }
        self.call::<Tasks>("session.tasks.list", Map::new()).await.map(|list| list.tasks)
    }

    /// Ends a background task (wire method `session.tasks.cancel`). Returns whether it was running.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have ended it.
    pub async fn cancel_task(&self, id: impl Into<String>) -> Result<bool> {
        #[derive(Deserialize)]
        struct Cancelled {
            cancelled: bool,
        }
        let params = TaskParams { id: id.into(), message: None };
        let answer: Cancelled = self.call("session.tasks.cancel", params).await?;
        Ok(answer.cancelled)
    }

    /// Sends a message to an agent in the background (wire method `session.tasks.sendMessage`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if no such agent takes it, with the
    /// CLI's reason.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have sent it.
    pub async fn message_task(
        &self,
        id: impl Into<String>,
        message: impl Into<String>,
    ) -> Result<()> {
        #[derive(Deserialize)]
        struct Sent {
            sent: bool,
            #[serde(default)]
            error: Option<String>,
        }
        let params = TaskParams { id: id.into(), message: Some(message.into()) };
        let id = params.id.clone();
        let answer: Sent = self.call("session.tasks.sendMessage", params).await?;
        if answer.sent {
            return Ok(());
        }
        let why = answer.error.unwrap_or_else(|| "no such agent is in the background".to_owned());
        let text = format!("the message to the task {id:?} was not sent: {why}");
        Err(self.0.peer.error(ErrorKind::NotFound, text))
    }
}
