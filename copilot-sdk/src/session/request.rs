//! A prompt and the limits of its turn, set up before it is sent.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Instant, sleep, timeout};

use super::Session;
use super::attempt::Attempt;
use super::retry::Retry;
use crate::budget::{Budget, BudgetScope, Meter};
use crate::error::{ErrorKind, Result};
use crate::prompt::Prompt;
use crate::sealed::Sealed;
use crate::turn::{Events, Reply, Turn, WaitFor};

/// What is sent, and how long it may take.
pub(super) struct Request {
    pub(super) session: Session,
    pub(super) prompt: Prompt,
    pub(super) wait_for: WaitFor,
    pub(super) deadline: Option<Duration>,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) abort_on_drop: bool,
    pub(super) retry: Option<Retry>,
    pub(super) budget: Option<Budget>,
}

/// A future that can be set up until it is polled: it becomes `run` of its request.
pub(super) struct Prepared<T> {
    request: Option<Sealed<Request>>,
    run: fn(Request) -> BoxFuture<'static, Result<T>>,
    running: Option<BoxFuture<'static, Result<T>>>,
}

impl Request {
    pub(super) fn new(session: &Session, prompt: Prompt) -> Sealed<Self> {
        Sealed::new(Self {
            session: session.clone(),
            prompt,
            wait_for: WaitFor::default(),
            deadline: None,
            idle_timeout: None,
            abort_on_drop: false,
            retry: None,
            budget: None,
        })
    }

    /// Sends the prompt and returns its turn. The limits count from here.
    pub(super) fn turn(self) -> BoxFuture<'static, Result<Turn>> {
        Box::pin(async move {
            let budget = self.meter()?;
            self.begin(Instant::now(), budget).await
        })
    }

    /// Sends the prompt and waits for the reply. The limits count from here.
    pub(super) fn reply(self) -> BoxFuture<'static, Result<Reply>> {
        Box::pin(async move {
            let begun = Instant::now();
            let budget = self.meter()?;
            let reply = match &self.retry {
                Some(retry) => self.retried(retry, begun, budget).await,
                None => match self.begin(begun, budget).await {
                    Ok(turn) => turn.reply().await,
                    Err(error) => Err(error),
                },
            };
            let stands = match &reply {
                Ok(_) => true,
                Err(error) => error.kind() == ErrorKind::Pending,
            };
            if stands {
                self.session.stored().await?;
            }
            reply
        })
    }

    /// The counter of the turn's own budget, for all attempts.
    fn meter(&self) -> Result<Option<Arc<Meter>>> {
        let Some(budget) = &self.budget else { return Ok(None) };
        self.session.0.peer.check(budget.problems())?;
        Ok(Some(Arc::new(Meter::new(BudgetScope::Turn, budget.clone()))))
    }

    async fn begin(&self, begun: Instant, budget: Option<Arc<Meter>>) -> Result<Turn> {
        let limits = [
            self.deadline.map(|after| (after.saturating_sub(begun.elapsed()), after, "deadline")),
            self.idle_timeout.map(|after| (after, after, "idle timeout")),
        ];
        let sent = self.session.start_turn(self.prompt.clone(), self.abort_on_drop, budget);
        let mut turn = match limits.into_iter().flatten().min() {
            None => sent.await?,
            Some((left, after, what)) => timeout(left, sent).await.unwrap_or_else(|_| {
                let text = format!("the {what} of {after:?} passed before the cli took the prompt");
                Err(self.session.0.peer.error(ErrorKind::Timeout, text))
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
    async fn retried(
        &self,
        retry: &Retry,
        begun: Instant,
        budget: Option<Arc<Meter>>,
    ) -> Result<Reply> {
        let session = &self.session;
        for failures in 1.. {
            // Continues after the turn has failed: only then can it be removed.
            let events = Events::new(session.0.inbox.subscribe_to_turn());
            let turn = self.begin(begun, budget.clone()).await?;
            let mut attempt = Attempt::new(&turn);
            let error = match attempt.run(turn, session).await {
                Ok(turn) => return turn.reply().await,
                Err(error) => error,
            };
            let wait = retry.wait(failures).max(attempt.retry_after());
            let is_late =
                self.deadline.is_some_and(|limit| begun.elapsed().saturating_add(wait) >= limit);
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
        Err(session.0.peer.error(ErrorKind::Session, "no attempt is left"))
    }
}

impl<T> Prepared<T> {
    pub(super) fn new(
        request: Sealed<Request>,
        run: fn(Request) -> BoxFuture<'static, Result<T>>,
    ) -> Self {
        Self { request: Some(request), run, running: None }
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Request)) -> Self {
        if let Some(request) = &mut self.request {
            change(request);
        }
        self
    }

    /// The request, unless it was begun with.
    pub(super) fn into_request(self) -> Option<Request> {
        self.request.map(Sealed::into_inner)
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        if let Some(request) = self.request.take() {
            self.running = Some((self.run)(request.into_inner()));
        }
        match &mut self.running {
            Some(running) => Pin::new(running).poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Some(request) => request.prompt.fmt(f),
            None => f.write_str("(running)"),
        }
    }
}

/// The setters that every future of a prompt has.
macro_rules! limits {
    ($name:ident $(<$generic:ident>)?) => {
        impl $(<$generic>)? $name $(<$generic>)? {
            /// Sets which event ends the turn. Defaults to [`WaitFor::Reply`].
            ///
            /// ```no_run
            /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
            /// use copilot_sdk::session::WaitFor;
            ///
            /// let ask = session.ask("Build in the background, then tell me");
            /// let reply = ask.wait_for(WaitFor::AllTasks).await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn wait_for(self, what: WaitFor) -> Self {
                Self(self.0.with(|request| request.wait_for = what))
            }

            /// Limits the time until the turn ends, counted from the `.await`; fails with
            /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout). No limit by default. The agent
            /// keeps working after the timeout, unless [`abort_on_drop`](Self::abort_on_drop) is
            /// set.
            #[doc(alias = "timeout")]
            pub fn deadline(self, after: Duration) -> Self {
                Self(self.0.with(|request| request.deadline = Some(after)))
            }

            /// Limits what the turn may spend, see [`budget`](crate::budget). No limit by default.
            ///
            /// ```no_run
            /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
            /// use copilot_sdk::budget::Budget;
            ///
            /// let budget = Budget::new().model_calls(10).tool_calls(30);
            /// let reply = session.ask("Find the bug").budget(budget).await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn budget(self, budget: $crate::budget::Budget) -> Self {
                Self(self.0.with(|request| request.budget = Some(budget)))
            }

            // Without it, rustc suggests `idle_timeout` to those who write `timeout`.
            #[doc(hidden)]
            #[deprecated = "write `.deadline(..)`, which limits the whole turn, or \
                            `.idle_timeout(..)`, which limits the time between two events"]
            pub fn timeout(self, after: Duration) -> Self {
                self.deadline(after)
            }

            /// Limits the time between two events, and the time until the CLI accepts the prompt;
            /// fails with [`ErrorKind::Timeout`](crate::ErrorKind::Timeout). No limit by default.
            pub fn idle_timeout(self, after: Duration) -> Self {
                Self(self.0.with(|request| request.idle_timeout = Some(after)))
            }

            /// Aborts the agent if this future, or the [`Turn`](crate::session::Turn) that it
            /// returns, is dropped before the turn ends, and after a timeout: for web servers,
            /// whose clients go away. Defaults to `false`: the agent keeps working.
            ///
            /// A prompt that is still queued is removed from the queue. Otherwise the turn is
            /// aborted as by [`Session::abort`](crate::Session::abort), in the background.
            ///
            /// ```no_run
            /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
            /// use std::time::Duration;
            ///
            /// let ask = session.ask("Find the bug").deadline(Duration::from_secs(60));
            /// let reply = ask.abort_on_drop(true).await?;
            /// # Ok(())
            /// # }
            /// ```
            pub fn abort_on_drop(self, abort: bool) -> Self {
                Self(self.0.with(|request| request.abort_on_drop = abort))
            }
        }
    };
}
pub(super) use limits;
