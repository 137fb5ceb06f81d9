//! One start of a server: made once, waited for by everyone.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::launch::launch;
use super::options::Options;
use super::progress::Progress;
use crate::connection::{Connection, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::process::Pace;

/// A start, on a task of its own: whoever stops waiting for it does not stop it. Dropping it does.
pub(super) struct Start {
    outcome: watch::Receiver<Option<Result<Arc<Connection>>>>,
    pub(super) progress: Arc<Progress>,
    task: AbortHandle,
    /// Whether what was started has been ended.
    pub(super) ended: watch::Sender<bool>,
    /// Tells the starts of one server apart.
    pub(super) number: u64,
}

impl Start {
    pub(super) fn begin(options: Arc<Options>, context: Context) -> Result<Self> {
        let runtime = tokio::runtime::Handle::try_current().map_err(|error| {
            Error::new(ErrorKind::Start, "a client can only be started inside a tokio runtime")
                .with_source(error)
        })?;
        let (teller, outcome) = watch::channel(None);
        let progress = Arc::new(Progress::begin());
        let seen = Arc::clone(&progress);
        let number = context.number;
        let task = runtime.spawn(async move {
            let launched = launch(&options, context, &seen).await;
            let connection = launched.as_ref().ok().cloned();
            teller.send_replace(Some(launched));
            // It may have ended while the server did not count it as its own yet.
            if let Some(connection) = connection {
                connection.repeat_end();
            }
        });
        Ok(Self {
            outcome,
            progress,
            task: task.abort_handle(),
            ended: watch::Sender::new(false),
            number,
        })
    }

    /// Waits for the connection.
    ///
    /// # Cancel safety
    ///
    /// Safe, and any number may wait.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>> {
        let mut outcome = self.outcome.clone();
        let told = outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        told.unwrap_or_else(|| {
            Err(Error::new(ErrorKind::Closed, "the client was stopped while it started"))
        })
    }

    /// Waits until the start has come to an end, whatever that is.
    pub(super) async fn over(&self) {
        // An error says that its task is gone.
        let _ = self.outcome.clone().wait_for(Option::is_some).await;
    }

    /// The connection, if it is there already.
    pub(super) fn connected(&self) -> Option<Arc<Connection>> {
        self.outcome.borrow().as_ref().and_then(|outcome| outcome.as_ref().ok()).cloned()
    }

    /// Ends a start that is still going on, or came to nothing.
    pub(super) fn give_up(&self, pace: Pace) {
        self.task.abort();
        self.progress.give_up(pace);
    }
}

impl Drop for Start {
    fn drop(&mut self) {
        // A connection ends itself, when the last session is gone as well.
        if self.connected().is_none() {
            self.give_up(Pace::Graceful);
        }
    }
}
