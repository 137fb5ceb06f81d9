//! Going on with a session that the CLI has kept.

use super::SessionBuilder;
use crate::error::Result;
use crate::ids::SessionId;
use crate::session::{Session, open};

impl SessionBuilder {
    /// Goes on with the session `id`, with these options: tools, handlers, the provider and its key
    /// are not kept by the CLI. The model is, unless another is named.
    ///
    /// A session that another client of the same server has open is joined: both get every event,
    /// the hooks of both are called one after the other until one denies, and the first answer to a
    /// question counts. To join it again after leaving it, use a new client if it has hooks: the
    /// CLI does not call hooks a second time over the same connection.
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
    /// As [`create`](Self::create), and [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when there is no
    /// such session. A session that never had a prompt leaves nothing behind: create it again, with
    /// the same [`session_id`](Self::session_id).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future lets go of the session.
    pub async fn resume(mut self, id: impl Into<SessionId>) -> Result<Session> {
        if let Some(other) = &self.session_id {
            let text = format!(
                "the session to resume is named twice: by `resume` and by `session_id(\"{other}\")`"
            );
            self.config.contradictions.push(text);
        }
        Box::pin(open::resume(&self.server, id.into(), self.config)).await
    }

    /// Goes on with the session that was used last (wire method `session.getLastId`).
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume), and [`ErrorKind::Config`](crate::ErrorKind::Config) when there
    /// is none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the session back.
    pub async fn resume_last(self) -> Result<Session> {
        let id = open::last_session(&self.server).await?;
        self.resume(id).await
    }

    /// Whether tool calls and permissions that were open when the session ended are answered now,
    /// by the tools and the policy given here, and their turn goes on: [`Session::resumed_turn`] is
    /// that turn (wire name `continuePendingWork`). Otherwise the agent is told that they were
    /// interrupted. For [`resume`](Self::resume); default false.
    pub fn continue_pending_work(mut self, proceed: bool) -> Self {
        self.config.resuming.continue_pending_work = proceed;
        self
    }

    /// Whether resuming leaves no `session.resume` event behind (wire name `disableResume`). For
    /// [`resume`](Self::resume); default false.
    pub fn suppress_resume_event(mut self, suppress: bool) -> Self {
        self.config.resuming.disable_resume = suppress;
        self
    }
}
