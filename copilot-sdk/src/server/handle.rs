//! The server behind a client: the one owner of its state.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::options::Options;
use super::progress::StartupTimings;
use super::requests::Requests;
use super::restart::Former;
use super::start::Start;
use crate::closed::Closed;
use crate::connection::{Connection, Context, Fate, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Broadcast, Lifecycle, LifecycleEvent};
use crate::router::Router;
use crate::subscription::CallbackRuntime;

/// One CLI: started on first use, shared by the handles of a client and of its sessions.
pub(crate) struct Server {
    pub(super) options: Arc<Options>,
    state: Mutex<ServerState>,
    pub(super) lifecycle: Arc<Broadcast>,
    pub(super) router: Arc<Router>,
    callbacks: CallbackRuntime,
    itself: Weak<Self>,
    starts: AtomicU64,
}

pub(super) enum ServerState {
    /// Not started yet; the first use starts it, where `auto_start` allows that.
    Idle,
    /// Running, being started, over, or failed without a caller having been told yet.
    Started(Arc<Start>),
    /// What was running stays here for those who wait for its end.
    Stopped(Option<Arc<Start>>),
}

impl Server {
    pub(crate) fn new(options: Options) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            options: Arc::new(options),
            state: Mutex::new(ServerState::Idle),
            lifecycle: Arc::default(),
            router: Arc::new(Router::new(Arc::new(Requests))),
            callbacks: CallbackRuntime::default(),
            itself: Weak::clone(itself),
            starts: AtomicU64::new(0),
        })
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Whether the CLI runs on this machine, because this server starts it.
    pub(crate) fn starts_the_cli(&self) -> bool {
        let options = &self.options;
        options.cli_url.is_none() && options.transport.is_none() && options.transport_with.is_none()
    }

    /// Whether the other side can be reached once more when the connection has ended.
    fn can_start_again(&self) -> bool {
        self.options.transport.is_none()
    }

    /// The live connection; starts the CLI on first use.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>> {
        self.open(self.options.auto_start).await
    }

    /// The live connection, also where `auto_start` is off.
    pub(crate) async fn connect(&self) -> Result<Arc<Connection>> {
        self.forget_ended();
        self.open(true).await
    }

    /// Starts the CLI in the background; the next use is told if it fails.
    pub(crate) fn prewarm(&self) {
        if let Err(error) = self.begin(true) {
            tracing::debug!(%error, "did not prewarm");
        }
    }

    /// Calls a method of the CLI that concerns no session.
    pub(crate) async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<R> {
        self.connection().await?.peer.call(method, params).await
    }

    /// The sessions that are open here.
    pub(crate) fn router(&self) -> &Arc<Router> {
        &self.router
    }

    pub(crate) fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.subscribe()
    }

    /// Where callbacks run.
    pub(crate) fn callbacks(&self) -> &CallbackRuntime {
        &self.callbacks
    }

    /// How long the start took; `None` until the CLI has answered.
    pub(crate) fn startup_timings(&self) -> Option<StartupTimings> {
        match &*self.state() {
            ServerState::Started(start) | ServerState::Stopped(Some(start)) => {
                start.progress.timings()
            }
            ServerState::Idle | ServerState::Stopped(None) => None,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn open(&self, may_start: bool) -> Result<Arc<Connection>> {
        let start = self.begin(may_start)?;
        match start.connection().await {
            Ok(connection) => {
                connection.check()?;
                Ok(connection)
            }
            Err(error) => {
                // Reported now: the next use tries again.
                let mut state = self.state();
                if matches!(&*state, ServerState::Started(failed) if Arc::ptr_eq(failed, &start)) {
                    *state = ServerState::Idle;
                }
                Err(error)
            }
        }
    }

    /// Makes room for a new start where the CLI has ended and is not started again by itself.
    fn forget_ended(&self) {
        let mut state = self.state();
        let has_ended = match &*state {
            ServerState::Started(start) => {
                start.connected().is_some_and(|own| own.check().is_err())
            }
            ServerState::Idle | ServerState::Stopped(_) => false,
        };
        if has_ended && self.can_start_again() {
            let former = std::mem::replace(&mut *state, ServerState::Idle);
            self.lifecycle.begin_again();
            drop(state);
            // Not under the lock: its end asks for the state as well.
            drop(former);
        }
    }

    /// The start that is running or done; begins it where that is allowed.
    fn begin(&self, may_start: bool) -> Result<Arc<Start>> {
        let mut state = self.state();
        match &*state {
            ServerState::Started(start) => Ok(Arc::clone(start)),
            ServerState::Stopped(_) => {
                Err(Error::new(ErrorKind::Closed, "the client was stopped; make a new one"))
            }
            ServerState::Idle if !may_start => Err(Error::config(vec![
                "the client is not started and `auto_start` is off: call `connect().await` first"
                    .to_owned(),
            ])),
            ServerState::Idle => {
                let start = Arc::new(Start::begin(Arc::clone(&self.options), self.next_context())?);
                *state = ServerState::Started(Arc::clone(&start));
                self.callbacks.started_on(&start.runtime);
                Ok(start)
            }
        }
    }
}

impl Server {
    /// What the next connection of this server belongs to.
    fn next_context(&self) -> Context {
        let number = self.starts.fetch_add(1, Ordering::Relaxed) + 1;
        Context {
            router: Arc::clone(&self.router),
            lifecycle: Arc::clone(&self.lifecycle),
            owner: self.itself.clone(),
            number,
            end: Arc::default(),
        }
    }
}

impl Owner for Server {
    fn ended(self: Arc<Self>, number: u64, closed: &Closed) -> Fate {
        // Outlives the guard of the state: its end asks for that as well.
        let start;
        let mut state = self.state();
        start = match &*state {
            ServerState::Started(start) if start.number == number => Arc::clone(start),
            ServerState::Stopped(Some(start)) if start.number == number => return Fate::Closed,
            _ => return Fate::Untouched,
        };
        // Its start tells of an end that comes before it is over.
        let Some(connection) = start.connected() else { return Fate::Untouched };
        if closed.orderly || !self.options.auto_restart.is_on() {
            return Fate::Closed;
        }
        if !self.can_start_again() {
            let reason = format!("{}; a transport given once cannot be made again", closed.reason);
            self.lifecycle.publish(&LifecycleEvent::GaveUp { reason });
            return Fate::Closed;
        }
        let former = Former {
            connection,
            closed: closed.clone(),
            failures: start.failures,
            began: start.began,
        };
        let options = Arc::clone(&self.options);
        match Start::again(options, self.next_context(), former) {
            Ok(start) => {
                *state = ServerState::Started(Arc::new(start));
                Fate::Suspended
            }
            // There is no runtime to start it on.
            Err(_) => Fate::Closed,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("options", &self.options).finish_non_exhaustive()
    }
}
