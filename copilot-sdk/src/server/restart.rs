//! Restarting a CLI that ended, and reopening its sessions.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::auto_restart::AutoRestart;
use super::launch::launch;
use super::options::Options;
use super::progress::StartProgress;
use crate::closed::Closed;
use crate::connection::{Connection, Context};
use crate::error::{Error, ErrorKind, Result};
use crate::jsonrpc::Peer;
use crate::lifecycle::{LifecycleEvent, Lost};
use crate::metrics;
use crate::router::{Place, Router, give_back};
use crate::task::join_all;
use crate::transport::process::{GracePeriod, Process};

/// A CLI that ends within this time counts as a failed start.
const SHORT_LIFE: Duration = Duration::from_secs(5);

/// The connection that ended, and the process behind it.
pub(super) struct Former {
    pub(super) connection: Arc<Connection>,
    pub(super) closed: Closed,
    /// Ends once the sessions are suspended. One that is suspended later would not be reopened.
    pub(super) suspended: oneshot::Receiver<()>,
    /// Consecutive starts that failed or were short-lived, not counting this one.
    pub(super) failures: u32,
    pub(super) began: Instant,
}

impl Former {
    /// The process that has ended or is ending.
    pub(super) fn process(&self) -> Option<Process> {
        self.connection.process.clone()
    }

    /// Consecutive failures, including this one if it was short-lived.
    pub(super) fn failures(&self) -> u32 {
        if self.began.elapsed() < SHORT_LIFE { self.failures + 1 } else { 0 }
    }
}

/// Restarts the CLI. Returns the last failure once the attempts are used up.
pub(super) async fn restart(
    former: Former,
    options: &Options,
    context: &Context,
    progress: &StartProgress,
) -> Result<Arc<Connection>> {
    let reason = former.closed.reason.to_string();
    tracing::warn!(reason, "the copilot cli ended and is being restarted");
    context.lifecycle.publish(&LifecycleEvent::Restarting { reason: reason.clone() });
    let mut failures = former.failures();
    // An error: nothing is sent, only dropped.
    let _ = former.suspended.await;
    if let Some(process) = &former.connection.process {
        // The next process may use the same files, so nothing of this one may be left running.
        process.end(GracePeriod::Short);
        process.exited().await;
    }
    let restart: &AutoRestart = &options.auto_restart;
    let mut failure = former.closed.error();
    while restart.goes_on_after(failures) {
        tokio::time::sleep(restart.wait(failures)).await;
        match attempt(options, context, progress).await {
            Ok((connection, lost)) => {
                for Lost { session_id, what } in &lost {
                    tracing::warn!(%session_id, what, "lost in the restart of the copilot cli");
                }
                metrics::restarted(true);
                context.lifecycle.publish(&LifecycleEvent::Restarted { lost });
                return Ok(connection);
            }
            Err(error) => {
                tracing::warn!(%error, "a restart of the copilot cli failed");
                failure = error;
            }
        }
        failures += 1;
    }
    let text = format!("{reason}; {failures} restarts failed");
    Err(Error::new(ErrorKind::Start, text).with_source(failure))
}

/// One start, including reopening the sessions.
async fn attempt(
    options: &Options,
    context: &Context,
    progress: &StartProgress,
) -> Result<(Arc<Connection>, Vec<Lost>)> {
    // An end of its own: that of an attempt that failed must not be taken for that of the next.
    let own = Context { end: Arc::default(), ..context.clone() };
    let connection = launch(options, own, progress).await?;
    let lost = reopen_all(&context.router, &connection.peer).await;
    match connection.check() {
        Ok(()) => Ok((connection, lost)),
        Err(error) => {
            // Sessions already reopened on it are suspended again.
            context.router.suspend(&Closed::from(&error));
            if let Some(process) = &connection.process {
                process.end(GracePeriod::Short);
                process.exited().await;
            }
            Err(error)
        }
    }
}

async fn reopen_all(router: &Router, peer: &Peer) -> Vec<Lost> {
    let reopening = router.places().into_iter().map(|place| reopen(place, peer.clone()));
    join_all(reopening).await.concat()
}

async fn reopen(place: Arc<Place>, peer: Peer) -> Vec<Lost> {
    let Some(reopen) = place.suspended() else { return Vec::new() };
    let lost = |what| Lost { session_id: place.id().clone(), what };
    match reopen.reopen(peer.clone()).await {
        Ok(what) if place.reopened() => what.into_iter().map(lost).collect(),
        // It was left meanwhile, by one who had no connection to detach it over.
        Ok(_) => {
            give_back(&peer, place.id().clone());
            Vec::new()
        }
        // The connection ended in the meantime; the next one tries again.
        Err(_) if peer.closed().is_some() => Vec::new(),
        Err(error) => {
            place.end(&Closed::from(&error));
            vec![lost(format!("the session: {error}"))]
        }
    }
}
