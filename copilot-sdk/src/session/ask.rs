//! The futures behind [`Session::ask`] and [`Session::stream`]: one prompt in, one reply or one
//! turn out.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Session;
use super::request::{Prepared, Request, limits};
use super::retry::Retry;
use crate::error::Result;
use crate::prompt::Prompt;
use crate::turn::{Reply, Turn, WaitFor};

/// A prompt whose reply is awaited, created by [`Session::ask`]. Sent when awaited.
///
/// This is a future, for use with `join!`, `select!` or `tokio::spawn`.
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask(Prepared<Reply>);

/// A prompt whose turn is started, created by [`Session::stream`]. Sent when awaited.
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct StartTurn(Prepared<Turn>);

limits!(Ask);
limits!(StartTurn);

impl StartTurn {
    fn new(session: &Session, prompt: Prompt) -> Self {
        Self(Prepared::new(Request::new(session, prompt), Request::turn))
    }
}

impl Ask {
    // Not generic, so that all of it is compiled in this crate and not in each program.
    fn new(session: &Session, prompt: Prompt) -> Self {
        Self(Prepared::new(Request::new(session, prompt), Request::reply))
    }

    /// Retries the turn when its request to the model failed. Off by default: the CLI has tried
    /// several times by then.
    ///
    /// The failed turn is first removed from the history, so that it holds the prompt once. If that
    /// is impossible, because another prompt follows already, the error of the turn is returned. So
    /// it is if a tool ran that may have changed something: one that is neither
    /// [`read_only`](crate::Tool::read_only) nor a built-in tool that only reads. An
    /// [`idempotent`](crate::Tool::idempotent) one counts: the next attempt may call it with other
    /// arguments.
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
    /// A future dropped between two attempts leaves no trace of the prompt.
    pub fn retry(self, retry: Retry) -> Self {
        Self(self.0.with(|request| request.retry = Some(retry)))
    }
}

impl Session {
    /// Sends a prompt and waits for the reply. Set time limits on the returned [`Ask`], then
    /// `.await` it.
    ///
    /// The CLI queues concurrent prompts and answers them in the order of the calls.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use std::time::Duration;
    ///
    /// let reply = session.ask("Summarize README.md").deadline(Duration::from_secs(120)).await?;
    /// println!("{reply}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Turn::next`], and [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI does not take
    /// the prompt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the agent; [`abort`](Self::abort) does, and so does
    /// [`abort_on_drop`](Ask::abort_on_drop).
    pub fn ask(&self, prompt: impl Into<Prompt>) -> Ask {
        Ask::new(self, prompt.into())
    }

    /// Sends a prompt and returns its turn, which yields events as they arrive. Set time limits on
    /// the returned [`StartTurn`], then `.await` it.
    ///
    /// The answer arrives in one event, unless the session was created with
    /// [`streaming(true)`](crate::SessionBuilder::streaming): then `assistant.message_delta` events
    /// come first.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let mut turn = session.stream("Run the tests").await?;
    /// while let Some(event) = turn.next().await {
    ///     if let EventData::ToolExecutionStart(start) = &event?.data {
    ///         println!("{} starts", start.tool_name);
    ///     }
    /// }
    /// println!("{}", turn.reply().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI rejects the prompt,
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed,
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if a limit elapses before the CLI accepts
    /// the prompt.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the prompt may have been sent when the future is dropped.
    pub fn stream(&self, prompt: impl Into<Prompt>) -> StartTurn {
        StartTurn::new(self, prompt.into())
    }
}

impl Future for Ask {
    type Output = Result<Reply>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(cx)
    }
}

impl Future for StartTurn {
    type Output = Result<Turn>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(cx)
    }
}
