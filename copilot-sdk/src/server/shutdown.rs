//! Ending in good order.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::handle::{Server, State};
use super::start::Start;
use crate::closed::Closed;
use crate::lifecycle::Broadcast;
use crate::transport::process::Pace;

/// How long each farewell may take; then the next step follows anyway.
const FAREWELL: Duration = Duration::from_secs(10);
const STOPPED: &str = "the client was stopped";

impl Server {
    /// Ends the server in good order; a second call only waits.
    pub(crate) async fn stop(&self) {
        match self.take() {
            Taken::First(start) => {
                // Dropping the handle of a task does not end the task.
                let lifecycle = Arc::clone(&self.lifecycle);
                let ended = Ended(start);
                let _ = tokio::spawn(async move { farewell(&ended.0, &lifecycle).await }).await;
            }
            Taken::Again(start) => {
                // An error cannot be: the start is held here.
                let _ = start.ended.subscribe().wait_for(|ended| *ended).await;
                gone(&start).await;
            }
            Taken::Nothing => {}
        }
    }

    /// Ends the server without session-end hooks; hurries a [`stop`](Self::stop) that is under way.
    pub(crate) async fn force_stop(&self) {
        if let Taken::First(start) | Taken::Again(start) = self.take() {
            let ended = Ended(start);
            end(&ended.0, &self.lifecycle, Pace::Forced);
            gone_at(&ended.0, Pace::Forced).await;
        }
    }

    /// Marks the client as stopped.
    fn take(&self) -> Taken {
        let mut state = self.state();
        let (taken, stopped) = match &*state {
            State::Idle => {
                self.lifecycle.finish(&Closed::orderly(STOPPED));
                (Taken::Nothing, None)
            }
            State::Started(start) => (Taken::First(Arc::clone(start)), Some(Arc::clone(start))),
            State::Stopped(None) => (Taken::Nothing, None),
            State::Stopped(Some(start)) => {
                (Taken::Again(Arc::clone(start)), Some(Arc::clone(start)))
            }
        };
        *state = State::Stopped(stopped);
        taken
    }
}

/// What there is to stop.
enum Taken {
    Nothing,
    First(Arc<Start>),
    /// Somebody else is stopping it.
    Again(Arc<Start>),
}

/// Tells those who wait that the end has come, also when the task that brings it about is dropped.
struct Ended(Arc<Start>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.ended.send_replace(true);
    }
}

async fn farewell(start: &Start, lifecycle: &Broadcast) {
    if let Some(connection) = start.connected() {
        let mut farewells = JoinSet::new();
        for session_id in connection.router.open() {
            let detached = connection.detach(&session_id, STOPPED);
            farewells.spawn(async move { in_time("session.detach", detached).await });
        }
        while farewells.join_next().await.is_some() {}
        connection.router.closed(&Closed::orderly(STOPPED));
        if connection.process.is_some() {
            in_time(
                "runtime.shutdown",
                connection.peer.call_raw("runtime.shutdown", serde_json::Map::new()),
            )
            .await;
        }
    }
    end(start, lifecycle, Pace::Graceful);
    gone_at(start, Pace::Graceful).await;
}

/// Waits for the answer to something that does not have to be understood any more.
async fn in_time<T, E: fmt::Display>(
    method: &'static str,
    answered: impl Future<Output = Result<T, E>>,
) {
    if let Ok(Err(error)) = tokio::time::timeout(FAREWELL, answered).await {
        tracing::debug!(method, %error, "the cli did not take a farewell");
    }
}

fn end(start: &Start, lifecycle: &Broadcast, pace: Pace) {
    if let Some(connection) = start.connected() {
        connection.close(STOPPED);
    }
    start.give_up(pace);
    lifecycle.finish(&Closed::orderly(STOPPED));
}

/// Ends what a start that was given up may still have made, and waits until it is gone.
async fn gone_at(start: &Start, pace: Pace) {
    start.over().await;
    if let Some(connection) = start.connected() {
        connection.close(STOPPED);
    }
    if let Some(process) = start.progress.process() {
        process.end(pace);
    }
    gone(start).await;
}

/// Waits until the process and all that it started is gone; somebody else's server has none.
async fn gone(start: &Start) {
    start.over().await;
    if let Some(process) = start.progress.process() {
        process.exited().await;
    }
}
