//! Stopping a server.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout, timeout_at};

use super::handle::{Server, ServerState};
use super::start::Start;
use crate::closed::Closed;
use crate::connection::Connection;
use crate::ids::SessionId;
use crate::lifecycle::Broadcast;
use crate::router::{Place, Router};
use crate::session_fs::SessionKeeper;
use crate::task::{join_all, spawn_on};
use crate::transport::process::GracePeriod;

/// Time limit of the session-end hooks, and then of the shutdown request.
const DETACH_LIMIT: Duration = Duration::from_secs(10);
/// How long a CLI may take to answer a ping before it counts as hung and is killed without further
/// calls.
const PING: Duration = Duration::from_secs(2);
const STOPPED: &str = "the client was stopped";

impl Server {
    /// Shuts the server down; a second call only waits.
    // Boxed, so that its body is compiled in this crate and not in each program.
    pub(crate) fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            match self.take() {
                StopState::First(start) => {
                    let ending = Ending::new(self, Arc::clone(&start));
                    // The caller may be on a thread outside any runtime.
                    let runtime = Handle::try_current().unwrap_or_else(|_| start.runtime.clone());
                    // Dropping a join handle does not abort the task.
                    let _ = spawn_on(&runtime, async move { ending.shut_down().await }).await;
                    // Not finished yet if the runtime was shut down first.
                    wait_for_exit(&start).await;
                }
                StopState::Again(start) => {
                    // Cannot fail: the sender is part of the start, which is held here.
                    let _ = start.ended.subscribe().wait_for(|ended| *ended).await;
                    wait_for_exit(&start).await;
                }
                StopState::Nothing => {}
            }
        })
    }

    /// Stops the server without session-end hooks, and speeds up a [`stop`](Self::stop) in
    /// progress.
    pub(crate) fn force_stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            if let StopState::First(start) | StopState::Again(start) = self.take() {
                let ending = Ending::new(self, start);
                ending.end(GracePeriod::Short);
                ending.exit(GracePeriod::Short).await;
            }
        })
    }

    /// Marks the server as stopped.
    fn take(&self) -> StopState {
        let mut state = self.state();
        let (taken, stopped) = match &*state {
            ServerState::Idle => {
                self.lifecycle.finish(&Closed::orderly(STOPPED));
                (StopState::Nothing, None)
            }
            ServerState::Started(start) => {
                (StopState::First(Arc::clone(start)), Some(Arc::clone(start)))
            }
            ServerState::Stopped(None) => (StopState::Nothing, None),
            ServerState::Stopped(Some(start)) => {
                (StopState::Again(Arc::clone(start)), Some(Arc::clone(start)))
            }
        };
        *state = ServerState::Stopped(stopped);
        taken
    }
}

/// What is left to do for a call to `stop`.
enum StopState {
    Nothing,
    First(Arc<Start>),
    /// Another call is already stopping it.
    Again(Arc<Start>),
}

/// A shutdown in progress. Its drop notifies waiters even if the task is aborted.
struct Ending {
    start: Arc<Start>,
    router: Arc<Router>,
    lifecycle: Arc<Broadcast>,
    keeper: Option<Arc<dyn SessionKeeper>>,
    /// The sessions that were open.
    sessions: Vec<SessionId>,
}

impl Ending {
    fn new(server: &Server, start: Arc<Start>) -> Self {
        let (router, lifecycle) = (Arc::clone(&server.router), Arc::clone(&server.lifecycle));
        let sessions = router.places().iter().map(|place| place.id().clone()).collect();
        Self { start, router, lifecycle, keeper: server.keeper().cloned(), sessions }
    }

    async fn shut_down(&self) {
        let mut grace = GracePeriod::Normal;
        if let Some(connection) = self.start.connected()
            && !self.say_goodbye(&connection).await
        {
            grace = GracePeriod::Short;
        }
        self.end(grace);
        self.exit(grace).await;
    }

    /// Runs session-end hooks and asks the CLI to shut down. Returns whether it responded.
    async fn say_goodbye(&self, connection: &Connection) -> bool {
        let ping = async {
            let answer = connection.peer.call_raw("ping", serde_json::Map::new());
            timeout(PING, answer).await.is_ok()
        };
        let goodbye = async {
            // After a timeout, the CLI is not asked anything else.
            if timeout(DETACH_LIMIT, self.detach_sessions()).await.is_err() {
                return false;
            }
            self.router.close(&Closed::orderly(STOPPED));
            if connection.process.is_none() {
                return true;
            }
            let answer = connection.peer.call_raw("runtime.shutdown", serde_json::Map::new());
            timeout(DETACH_LIMIT, answer).await.is_ok()
        };
        tokio::select! {
            answered = goodbye => answered,
            // A CLI that answers pings is given its time.
            false = ping => {
                tracing::warn!("the copilot cli hangs: it is ended without session-end hooks");
                false
            }
        }
    }

    async fn detach_sessions(&self) {
        let detach = |place: Arc<Place>| async move {
            if let Err(error) = place.detach(STOPPED).await {
                tracing::debug!(%error, "the cli could not detach a session");
            }
        };
        join_all(self.router.places().into_iter().map(detach)).await;
    }

    /// Ends the connection and the process, with the given grace period.
    fn end(&self, grace: GracePeriod) {
        if let Some(connection) = self.start.connected() {
            connection.close(STOPPED);
        }
        self.start.give_up(grace);
        let closed = Closed::orderly(STOPPED);
        // Also closes sessions that wait for a restart.
        self.router.close(&closed);
        self.lifecycle.finish(&closed);
    }

    /// Ends whatever an abandoned start may have spawned, and waits until it has exited, and until
    /// other programs may open its sessions.
    async fn exit(&self, grace: GracePeriod) {
        self.start.over().await;
        self.end(grace);
        wait_for_exit(&self.start).await;
        if let Some(keeper) = &self.keeper {
            // One limit for all: they are released at once.
            let limit = Instant::now() + DETACH_LIMIT;
            for id in &self.sessions {
                if timeout_at(limit, keeper.gone(id)).await.is_err() {
                    tracing::warn!(session_id = %id, "the lease of a session is left to run out");
                }
            }
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Already done, unless the runtime was shut down first.
        self.end(GracePeriod::Normal);
        self.start.ended.send_replace(true);
    }
}

/// Waits until the process and everything it started has exited. There is none with `cli_url`.
async fn wait_for_exit(start: &Start) {
    start.over().await;
    for process in start.progress.processes() {
        process.exited().await;
    }
}
