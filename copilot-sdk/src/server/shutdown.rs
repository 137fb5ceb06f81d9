//! The end of a server.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::handle::{Server, ServerState};
use super::start::Start;
use crate::closed::Closed;
use crate::connection::Connection;
use crate::lifecycle::Broadcast;
use crate::router::Router;
use crate::transport::process::GracePeriod;

/// How long session-end hooks, and then the shutdown, may take; the next step follows anyway.
const DETACH_LIMIT: Duration = Duration::from_secs(10);
/// How long a CLI may take to answer a ping before it counts as hung: it is not asked anything
/// then.
const PING: Duration = Duration::from_secs(2);
const STOPPED: &str = "the client was stopped";

impl Server {
    /// Ends the server in good order; a second call only waits.
    pub(crate) async fn stop(&self) {
        match self.take() {
            StopState::First(start) => {
                let ending = Ending::new(self, Arc::clone(&start));
                // The caller may wait for it on a thread that belongs to no runtime.
                let runtime = Handle::try_current().unwrap_or_else(|_| start.runtime.clone());
                // Dropping the handle of a task does not end the task.
                let _ = runtime.spawn(async move { ending.shut_down().await }).await;
                // Not done yet where the runtime ended first.
                wait_for_exit(&start).await;
            }
            StopState::Again(start) => {
                // It cannot fail: the start is held here.
                let _ = start.ended.subscribe().wait_for(|ended| *ended).await;
                wait_for_exit(&start).await;
            }
            StopState::Nothing => {}
        }
    }

    /// Ends the server without session-end hooks; hurries a [`stop`](Self::stop) that is under
    /// way.
    pub(crate) async fn force_stop(&self) {
        if let StopState::First(start) | StopState::Again(start) = self.take() {
            let ending = Ending::new(self, start);
            ending.end(GracePeriod::Short);
            ending.exit(GracePeriod::Short).await;
        }
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

/// What there is to stop.
enum StopState {
    Nothing,
    First(Arc<Start>),
    /// Another call is stopping it.
    Again(Arc<Start>),
}

/// An end under way; tells those who wait for it also when the task that runs it is dropped.
struct Ending {
    start: Arc<Start>,
    router: Arc<Router>,
    lifecycle: Arc<Broadcast>,
}

impl Ending {
    fn new(server: &Server, start: Arc<Start>) -> Self {
        let (router, lifecycle) = (Arc::clone(&server.router), Arc::clone(&server.lifecycle));
        Self { start, router, lifecycle }
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

    /// Lets session-end hooks run and asks the CLI to shut down; whether it took part.
    async fn say_goodbye(&self, connection: &Connection) -> bool {
        let ping = async {
            let answer = connection.peer.call_raw("ping", serde_json::Map::new());
            timeout(PING, answer).await.is_ok()
        };
        let goodbye = async {
            // What was not answered once is not asked again.
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
            // One that answers is waited for.
            false = ping => {
                tracing::warn!("the copilot cli hangs: it is ended without session-end hooks");
                false
            }
        }
    }

    async fn detach_sessions(&self) {
        let mut detached = JoinSet::new();
        for place in self.router.places() {
            detached.spawn(async move {
                if let Err(error) = place.detach(STOPPED).await {
                    tracing::debug!(%error, "the cli did not let go of a session");
                }
            });
        }
        while detached.join_next().await.is_some() {}
    }

    /// Ends what runs, at `grace` from now on.
    fn end(&self, grace: GracePeriod) {
        if let Some(connection) = self.start.connected() {
            connection.close(STOPPED);
        }
        self.start.give_up(grace);
        let closed = Closed::orderly(STOPPED);
        // Sessions that wait for a connection that does not come.
        self.router.close(&closed);
        self.lifecycle.finish(&closed);
    }

    /// Ends what a start that was given up may still have made, and waits until it is gone.
    async fn exit(&self, grace: GracePeriod) {
        self.start.over().await;
        self.end(grace);
        wait_for_exit(&self.start).await;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Done already, unless the runtime ended first.
        self.end(GracePeriod::Normal);
        self.start.ended.send_replace(true);
    }
}

/// Waits until the process and all that it started is gone; another program's server has none.
async fn wait_for_exit(start: &Start) {
    start.over().await;
    for process in start.progress.processes() {
        process.exited().await;
    }
}
