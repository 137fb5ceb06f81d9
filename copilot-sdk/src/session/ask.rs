//! The request behind [`Session::ask`]: one prompt, one reply.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Instant, sleep, timeout};

use super::Session;
use super::attempt::Attempt;
use super::retry::Retry;
use crate::error::{Error, ErrorKind, Result};
use crate::prompt::Prompt;
use crate::turn::{Events, Reply, Turn, WaitFor};

/// A prompt whose reply is awaited, created by [`Session::ask`]. Sent when awaited.
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask<'a> {
    pub(super) session: &'a Session,
    pub(super) prompt: Prompt,
    pub(super) wait_for: WaitFor,
    pub(super) deadline: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) retry: Option<Retry>,
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

    /// Tries the turn again when its request to the model failed. Off by default: the CLI has tried
    /// several times by then.
    ///
    /// The failed turn is taken out of the history first, so that it holds the prompt once; where
    /// that cannot be done, because another prompt follows already, the error of the turn stands.
    /// So it does when a tool ran that may have changed something: one that is not
    /// [`read_only`](crate::Tool::read_only), nor known to be a reader of the CLI's own.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::session::Retry;
    ///
    /// let reply = session.ask("Summarize README.md").retry(Retry::new().attempts(5)).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// While the next attempt is waited for, a dropped future leaves no trace of the prompt.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sends the prompt and returns its turn, with the limits set.
    async fn begin(&self, begun: Instant) -> Result<Turn> {
        let limits = [
            self.deadline.map(|after| (after.saturating_sub(begun.elapsed()), after, "deadline")),
            self.idle_timeout.map(|after| (after, after, "idle timeout")),
        ];
        let sent = self.session.begin(&self.prompt);
        let mut turn = match limits.into_iter().flatten().min() {
            None => sent.await?,
            Some((left, after, what)) => timeout(left, sent).await.unwrap_or_else(|_| {
                let text = format!("the {what} of {after:?} passed before the cli took the prompt");
                Err(Error::new(ErrorKind::Timeout, text).in_session(self.session.id()))
            })?,
        };
        if let Some(after) = self.deadline {
            turn = turn.deadline_since(begun, after);
        }
        if let Some(after) = self.idle_timeout {
            turn = turn.idle_timeout(after);
        }
        Ok(turn.wait_for(self.wait_for))
    }

    /// Asks until a turn succeeds, or fails for good.
    async fn retried(&self, retry: &Retry, begun: Instant) -> Result<Reply> {
        let session = self.session;
        for failures in 1.. {
            // Goes on when the turn has failed: only then can it be taken back.
            let events = Events::new(session.0.inbox.subscribe_to_turn());
            let turn = self.begin(begun).await?;
            let mut attempt = Attempt::new(&turn);
            let error = match attempt.run(turn, session).await {
                Ok(turn) => return turn.reply().await,
                Err(error) => error,
            };
            let wait = retry.wait(failures).max(attempt.retry_after());
            let is_late = self.deadline.is_some_and(|limit| begun.elapsed() + wait >= limit);
            if is_late || !retry.covers(&error, failures, attempt.changed_something()) {
                return Err(error);
            }
            if let Err(why) = attempt.take_back(events, session).await {
                tracing::warn!(session_id = %session.id(), %error, %why, "no further attempt");
                return Err(error);
            }
            tracing::info!(session_id = %session.id(), %error, ?wait, "the turn is tried again");
            sleep(wait).await;
        }
        Err(Error::new(ErrorKind::Session, "no attempt is left").in_session(session.id()))
    }
}

impl<'a> IntoFuture for Ask<'a> {
    type Output = Result<Reply>;
    type IntoFuture = BoxFuture<'a, Result<Reply>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let begun = Instant::now();
            match &self.retry {
                Some(retry) => self.retried(retry, begun).await,
                None => self.begin(begun).await?.reply().await,
            }
        })
    }
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("prompt", &self.prompt).finish_non_exhaustive()
    }
}
