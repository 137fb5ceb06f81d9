//! Resuming a stored session.

use futures_core::future::BoxFuture;

use super::SessionBuilder;
use crate::error::{ErrorKind, Result};
use crate::ids::SessionId;
use crate::session::{Session, open};

impl SessionBuilder {
    /// Resumes the session `id` with these options. The CLI stores the model, but not tools,
    /// handlers, the provider or its key: set them again.
    ///
    /// If another client of the same server has the session open, this one joins it: both receive
    /// every event, the hooks of both run in turn until one denies, and the first answer to a
    /// question counts. To rejoin a session with hooks after leaving it, use a new client: the CLI
    /// does not register hooks twice on the same connection.
    ///
    /// If this client has the session open, another handle of it is returned; it keeps the options
    /// that it has.
    ///
    /// Without a login, the history can be read, and the first prompt fails with
    /// [`ErrorKind::SignedOut`](crate::ErrorKind::SignedOut).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().continue_pending_work(true).resume("nightly-report").await?;
    /// println!("{} events so far", session.history().await?.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`create`](Self::create), and [`ErrorKind::NotFound`]
    /// if there is no such session. A session that never received a prompt is not stored: create it
    /// again with the same [`session_id`](Self::session_id).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the session is disconnected in the background.
    pub async fn resume(self, id: impl Into<SessionId>) -> Result<Session> {
        self.resume_id(id.into()).await
    }

    fn resume_id(mut self, id: SessionId) -> BoxFuture<'static, Result<Session>> {
        if let Some(other) = &self.session_id {
            let text = format!(
                "the session to resume is named twice: by `resume` and by `session_id(\"{other}\")`"
            );
            self.config.contradictions.push(text);
        }
        open::resume(self.server, id, self.config)
    }

    /// Resumes the session `id`, or creates it under that id if there is none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().model("gpt-5").resume_or_create("ticket-4711").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`resume`](Self::resume) and of [`create`](Self::create), apart from
    /// [`ErrorKind::NotFound`].
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the session is disconnected in the background.
    pub async fn resume_or_create(self, id: impl Into<SessionId>) -> Result<Session> {
        let id = id.into();
        match self.clone().resume(&id).await {
            Err(error) if error.kind() == ErrorKind::NotFound => self.session_id(id).create().await,
            resumed => resumed,
        }
    }

    /// Resumes the most recently used session (wire method `session.getLastId`).
    ///
    /// # Errors
    ///
    /// Those of [`resume`](Self::resume), and [`ErrorKind::NotFound`]
    /// if there is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the session back.
    pub async fn resume_last(self) -> Result<Session> {
        self.resume_last_id().await
    }

    fn resume_last_id(self) -> BoxFuture<'static, Result<Session>> {
        Box::pin(async move {
            let id = open::last_session(&self.server).await?;
            self.resume_id(id).await
        })
    }

    /// Whether tool calls and permission requests that were pending when the session ended are
    /// answered by the tools and policy set here, and their turn continues as
    /// [`Session::resumed_turn`] (wire name `continuePendingWork`). Otherwise the agent is told
    /// that they were interrupted. Applies to [`resume`](Self::resume). Defaults to `false`.
    ///
    /// Permissions that an earlier program [left
    /// open](crate::permission::PermissionDecision::later) are decided by the policy set here, the
    /// default policy included: one that decides `later()` leaves them for [`Session::answer`].
    pub fn continue_pending_work(mut self, proceed: bool) -> Self {
        self.config.resuming.continue_pending_work = proceed;
        self
    }

    /// Whether to suppress the `session.resume` event (wire name `disableResume`). Applies to
    /// [`resume`](Self::resume). Defaults to `false`.
    pub fn suppress_resume_event(mut self, suppress: bool) -> Self {
        self.config.resuming.disable_resume = suppress;
        self
    }
}
