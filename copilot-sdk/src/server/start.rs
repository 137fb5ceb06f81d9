//! One start of a server, shared by every caller that waits for it.

use std::sync::Arc;
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::launch::launch;
use super::options::Options;
use super::phase::ServerPhase;
use super::progress::StartProgress;
use super::restart::{Former, restart};
use crate::closed::Closed;
use crate::connection::{Connection, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::LifecycleEvent;
use crate::metrics;
use crate::task::spawn_on;
use crate::transport::drivers::require_timer;
use crate::transport::process::GracePeriod;

/// A start, running in its own task. Dropping a future that waits for it does not stop it; dropping
/// the start does.
pub(super) struct Start {
    outcome: watch::Receiver<Option<Result<Arc<Connection>>>>,
    pub(super) progress: Arc<StartProgress>,
    /// The runtime it runs on.
    pub(super) runtime: Handle,
    task: AbortHandle,
    /// Whether everything that was started has exited.
    pub(super) ended: watch::Sender<bool>,
    /// Sequence number among the starts of one server.
    pub(super) number: u64,
    /// Consecutive earlier starts that failed or were short-lived.
    pub(super) failures: u32,
    pub(super) began: Instant,
    /// Whether it replaces a CLI that ended.
    is_restart: bool,
}

impl Start {
    /// Starts the CLI.
    pub(super) fn begin(options: Arc<Options>, context: Context) -> Result<Self> {
        Self::with(options, context, None)
    }

    /// Starts the CLI to replace one that ended.
    pub(super) fn again(options: Arc<Options>, context: Context, former: Former) -> Result<Self> {
        Self::with(options, context, Some(former))
    }

    fn with(options: Arc<Options>, context: Context, former: Option<Former>) -> Result<Self> {
        let runtime = Handle::try_current().map_err(|error| {
            Error::new(ErrorKind::Start, "a client can only be started inside a tokio runtime")
                .with_source(error)
        })?;
        require_timer()?;
        let (teller, outcome) = watch::channel(None);
        let progress = Arc::new(StartProgress::begin(former.as_ref().and_then(Former::process)));
        let is_restart = former.is_some();
        let (number, failures) = (context.number, former.as_ref().map_or(0, Former::failures));
        let seen = Arc::clone(&progress);
        let task = spawn_on(&runtime, async move {
            let started = match former {
                None => launch(&options, context, &seen).await,
                Some(former) => {
                    let given_up = GiveUp::unless_done(context.clone());
                    given_up.judge(restart(former, &options, &context, &seen).await)
                }
            };
            let connection = started.as_ref().ok().cloned();
            teller.send_replace(Some(started));
            // The connection may have ended before the server adopted it.
            if let Some(connection) = connection {
                connection.repeat_end();
            }
        });
        Ok(Self {
            outcome,
            progress,
            runtime,
            task: task.abort_handle(),
            ended: watch::Sender::new(false),
            number,
            failures,
            began: Instant::now(),
            is_restart,
        })
    }

    /// Waits until the connection is established.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe; any number of callers may wait.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>> {
        let mut outcome = self.outcome.clone();
        let told = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        told.unwrap_or_else(|| {
            Err(Error::new(ErrorKind::Closed, "the client was stopped while it started"))
        })
    }

    /// Waits until the start has succeeded or failed.
    pub(super) async fn over(&self) {
        // An error means that its task has ended.
        let _ = self.outcome.clone().wait_for(Option::is_some).await;
    }

    /// What it has come to.
    pub(super) fn phase(&self) -> ServerPhase {
        match &*self.outcome.borrow() {
            None if self.is_restart => ServerPhase::Restarting,
            None => ServerPhase::Starting,
            Some(Ok(connection)) if connection.check().is_ok() => ServerPhase::Running,
            Some(_) => ServerPhase::Failed,
        }
    }

    /// The connection, if already established.
    pub(super) fn connected(&self) -> Option<Arc<Connection>> {
        self.outcome.borrow().as_ref().and_then(|outcome| outcome.as_ref().ok()).cloned()
    }

    /// Ends a start that is still running or has failed.
    pub(super) fn give_up(&self, grace: GracePeriod) {
        self.task.abort();
        self.progress.give_up(grace);
    }
}

impl Drop for Start {
    fn drop(&mut self) {
        // An established connection ends itself when the last session is dropped.
        if self.connected().is_none() {
            self.give_up(GracePeriod::Normal);
        }
    }
}

/// Closes the sessions that wait for a restart if it fails or its task is aborted.
struct GiveUp(Option<Context>);

impl GiveUp {
    fn unless_done(context: Context) -> Self {
        Self(Some(context))
    }

    fn judge<T>(mut self, restarted: Result<T>) -> Result<T> {
        match &restarted {
            Ok(_) => self.0 = None,
            Err(error) => self.tell(&Closed::from(error)),
        }
        restarted
    }

    fn tell(&mut self, closed: &Closed) {
        let Some(context) = self.0.take() else { return };
        if !closed.orderly {
            metrics::restarted(false);
            let reason = closed.reason.to_string();
            context.lifecycle.publish(&LifecycleEvent::GaveUp { reason });
        }
        context.router.close(closed);
        context.lifecycle.finish(closed);
    }
}

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.tell(&Closed::orderly("the client was stopped while the copilot cli restarted"));
    }
}
