//! The prompts of a live session that wait for their turn.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::Result;
use crate::ids::MessageId;
use crate::jsonrpc::CODE_INVALID_PARAMS;
use crate::nullable::null_as_default;

/// A prompt or a command that waits for its turn (wire type `QueuePendingItems`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QueuedPrompt {
    /// The id of its place in the queue.
    pub id: String,
    /// The id of the prompt, as [`send`](Session::send) returned it.
    #[serde(default)]
    pub message_id: Option<MessageId>,
    /// The text (wire name `displayText`).
    #[serde(rename = "displayText", default, deserialize_with = "null_as_default")]
    pub text: String,
}

/// What became of a prompt that was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct WithdrawOutcome {
    /// Whether it was taken back. If not, it was answered, edited, or is not known.
    #[serde(default, deserialize_with = "null_as_default")]
    pub removed: bool,
    /// Whether a turn that it had begun was interrupted.
    #[serde(default, deserialize_with = "null_as_default")]
    pub interrupted: bool,
}

#[derive(Serialize)]
struct ItemParams {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
}

/// The queue of prompts.
impl Session {
    /// The prompts that wait for their turn, the next one first (wire method
    /// `session.queue.pendingItems`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// session.send("Write the report.").await?;
    /// session.send("Then send it to Lisbon.").await?;
    /// for queued in session.queue().await? {
    ///     if queued.text.contains("Lisbon") {
    ///         session.edit_queued(queued.id, "Then send it to Porto.").await?;
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
    pub async fn queue(&self) -> Result<Vec<QueuedPrompt>> {
        #[derive(Deserialize)]
        struct Pending {
            items: Vec<QueuedPrompt>,
        }
        self.call::<Pending>("session.queue.pendingItems", Map::new()).await.map(|list| list.items)
    }

    /// Replaces the text of a prompt that waits for its turn (wire method
    /// `session.queue.updateText`). Returns `false` if it waits no longer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have replaced it.
    pub async fn edit_queued(
        &self,
        id: impl Into<String>,
        prompt: impl Into<String>,
    ) -> Result<bool> {
        #[derive(Deserialize)]
        struct Updated {
            updated: bool,
        }
        let params = ItemParams { id: id.into(), prompt: Some(prompt.into()) };
        let answer = self.call("session.queue.updateText", params).await;
        unless_gone(answer.map(|Updated { updated }| updated))
    }

    /// Removes a prompt that waits for its turn (wire method `session.queue.removeAt`). Returns
    /// `false` if it waits no longer. An [`ask`](Self::ask) or a [`stream`](Self::stream) of it
    /// fails with [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have removed it.
    pub async fn remove_queued(&self, id: impl Into<String>) -> Result<bool> {
        #[derive(Deserialize)]
        struct Removed {
            removed: bool,
        }
        let id = id.into();
        let queued = self.queue().await?.into_iter().find(|queued| queued.id == id);
        let answer = self.call("session.queue.removeAt", ItemParams { id, prompt: None }).await;
        let removed = unless_gone(answer.map(|Removed { removed }| removed))?;
        if let Some(message_id) = queued.and_then(|queued| queued.message_id).filter(|_| removed) {
            self.0.inbox.withdrawn_by_id(message_id);
        }
        Ok(removed)
    }

    /// Takes a prompt back that waits for its turn, or that the model has not begun to answer (wire
    /// method `session.queue.withdrawMessage`). `prompt` is its text as it was sent: one that was
    /// edited since stays.
    ///
    /// An [`ask`](Self::ask) or a [`stream`](Self::stream) of it fails with
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted); with `abort_on_drop`, it takes
    /// its prompt back by itself when it is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have withdrawn it.
    pub async fn withdraw(
        &self,
        message_id: impl Into<MessageId>,
        prompt: impl Into<String>,
    ) -> Result<WithdrawOutcome> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Params {
            message_id: MessageId,
            expected_prompt: String,
        }
        let params = Params { message_id: message_id.into(), expected_prompt: prompt.into() };
        let id = params.message_id.clone();
        let outcome: WithdrawOutcome = self.call("session.queue.withdrawMessage", params).await?;
        if outcome.removed {
            self.0.inbox.withdrawn_by_id(id);
        }
        Ok(outcome)
    }
}

/// `false` for a place in the queue that the CLI does not know any more.
fn unless_gone(answer: Result<bool>) -> Result<bool> {
    match answer {
        Err(error) if error.rpc_code() == Some(CODE_INVALID_PARAMS) => Ok(false),
        answer => answer,
    }
}
