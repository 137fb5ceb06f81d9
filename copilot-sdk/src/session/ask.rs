//! Asking: one prompt in, one reply out.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Instant, timeout};

use super::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::prompt::Prompt;
use crate::turn::{Reply, WaitFor};

/// A prompt that is sent, and waited for, when this is awaited; made by [`Session::ask`].
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask<'a> {
    pub(super) session: &'a Session,
    pub(super) prompt: Prompt,
    pub(super) wait_for: WaitFor,
    pub(super) deadline: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
}

impl Ask<'_> {
    /// When the turn counts as ended. Default [`WaitFor::Reply`].
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::WaitFor;
    ///
    /// let reply = session.ask("Build in the background, then tell me").wait_for(WaitFor::AllTasks).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for(mut self, what: WaitFor) -> Self {
        self.wait_for = what;
        self
    }

    /// Fails with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the reply is not complete
    /// after this time. No default. The agent goes on working; [`Session::abort`] stops it.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(after);
        self
    }

    /// Fails with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when nothing happens for this
    /// time. No default.
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
            let sent = self.session.stream(self.prompt);
            let mut turn = match self.deadline {
                None => sent.await?,
                Some(after) => match timeout(after, sent).await {
                    Ok(turn) => turn?.deadline_since(begun, after),
                    Err(_) => {
                        let text = format!(
                            "the deadline of {after:?} passed before the cli took the prompt"
                        );
                        return Err(
                            Error::new(ErrorKind::Timeout, text).in_session(self.session.id())
                        );
                    }
                },
            };
            turn = turn.wait_for(self.wait_for);
            if let Some(after) = self.idle_timeout {
                turn = turn.idle_timeout(after);
            }
            turn.reply().await
        })
    }
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("prompt", &self.prompt).finish_non_exhaustive()
    }
}
