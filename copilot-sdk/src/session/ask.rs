//! The request behind [`Session::ask`]: one prompt, one reply.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::prompt::Prompt;
use crate::turn::{Reply, WaitFor};

/// A prompt whose reply is awaited, created by [`Session::ask`]. Sent when awaited.
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask<'a> {
    pub(super) session: &'a Session,
    pub(super) prompt: Prompt,
    pub(super) wait_for: WaitFor,
    pub(super) deadline: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
}

impl Ask<'_> {
    /// Sets which event ends the turn. Defaults to [`WaitFor::Reply`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::WaitFor;
    ///
    /// let reply = session
    ///     .ask("Build in the background, then tell me")
    ///     .wait_for(WaitFor::AllTasks)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for(mut self, what: WaitFor) -> Self {
        self.wait_for = what;
        self
    }

    /// Limits the time until the reply is complete, counted from the `.await`; fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout). No limit by default. The agent keeps
    /// working after the timeout; [`Session::abort`] stops it.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(after);
        self
    }

    /// Limits the time between two events, and the time until the CLI accepts the prompt; fails
    /// with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout). No limit by default.
    pub fn idle_timeout(mut self, after: Duration) -> Self {
        self.idle_timeout = Some(after);
        self
    }
}

impl<'a> IntoFuture for Ask<'a> {
    type Output = Result<Reply>;
    type IntoFuture = BoxFuture<'a, Result<Reply>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let begun = Instant::now();
            let limits = [
                self.deadline.map(|after| (after, "deadline")),
                self.idle_timeout.map(|after| (after, "idle timeout")),
            ];
            let sent = self.session.stream(self.prompt);
            let mut turn = match limits.into_iter().flatten().min() {
                None => sent.await?,
                Some((after, what)) => timeout(after, sent).await.unwrap_or_else(|_| {
                    let text =
                        format!("the {what} of {after:?} passed before the cli took the prompt");
                    Err(Error::new(ErrorKind::Timeout, text).in_session(self.session.id()))
                })?,
            };
            if let Some(after) = self.deadline {
                turn = turn.deadline_since(begun, after);
            }
            if let Some(after) = self.idle_timeout {
                turn = turn.idle_timeout(after);
            }
            turn.wait_for(self.wait_for).reply().await
        })
    }
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("prompt", &self.prompt).finish_non_exhaustive()
    }
}
