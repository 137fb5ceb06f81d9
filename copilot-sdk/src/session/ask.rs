//! Asking: one prompt in, one reply or one turn out.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Session;
use super::request::{Prepared, Request, limits};
use crate::error::Result;
use crate::prompt::Prompt;
use crate::turn::{Reply, Turn, WaitFor};

/// A prompt that is sent, and waited for, when this is awaited; made by [`Session::ask`].
///
/// It is a future of its own, for `join!`, `select!` or a task.
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct Ask(Prepared<Reply>);

/// A prompt that is sent when this is awaited, which gives its turn; made by [`Session::stream`].
#[derive(Debug)]
#[must_use = "nothing is asked until this is awaited"]
pub struct StartTurn(Prepared<Turn>);

limits!(Ask);
limits!(StartTurn);

impl Session {
    /// Asks the agent and waits for its reply; `.await` it, after setting limits where there should
    /// be any.
    ///
    /// Several asks at once are queued by the CLI in the order of the calls.
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
        let request = Request::new(self, prompt.into());
        Ask(Prepared::new(request, |request| {
            Box::pin(async move { request.turn().await?.reply().await })
        }))
    }

    /// Asks the agent and hands out the turn's events as they happen; `.await` it, after setting
    /// limits where there should be any.
    ///
    /// The answer comes whole unless the session was opened with
    /// [`streaming(true)`](crate::SessionBuilder::streaming): then its parts come first, as
    /// `assistant.message_delta`.
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
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI does not take the prompt,
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over,
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when a limit passed before the prompt was
    /// taken.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have sent the prompt.
    pub fn stream(&self, prompt: impl Into<Prompt>) -> StartTurn {
        let request = Request::new(self, prompt.into());
        StartTurn(Prepared::new(request, |request| Box::pin(request.turn())))
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
