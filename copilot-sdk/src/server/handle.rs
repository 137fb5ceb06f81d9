//! The server behind a client: the one owner of its state.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::options::Options;
use super::progress::StartupTimings;
use super::requests::Requests;
use super::start::Start;
use crate::closed::Closed;
use crate::connection::{Connection, Context, Fate, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Broadcast, Lifecycle};
use crate::router::Router;

/// One CLI: started on first use, shared by the handles of a client and of its sessions.
pub(crate) struct Server {
    pub(super) options: Arc<Options>,
    state: Mutex<State>,
    pub(super) lifecycle: Arc<Broadcast>,
    pub(super) router: Arc<Router>,
    itself: Weak<Self>,
}

pub(super) enum State {
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
            state: Mutex::new(State::Idle),
            lifecycle: Arc::default(),
            router: Arc::new(Router::new(Arc::new(Requests))),
            itself: Weak::clone(itself),
        })
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Whether the CLI runs on this machine, because this server starts it.
    pub(crate) fn starts_the_cli(&self) -> bool {
        self.options.cli_url.is_none() && self.options.transport.is_none()
    }

    /// The live connection; starts the CLI on first use.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>> {
        self.open(self.options.auto_start).await
    }

    /// The live connection, also where `auto_start` is off.
    pub(crate) async fn connect(&self) -> Result<Arc<Connection>> {
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

    /// How long the start took; `None` until the CLI has answered.
    pub(crate) fn startup_timings(&self) -> Option<StartupTimings> {
        match &*self.state() {
            State::Started(start) | State::Stopped(Some(start)) => start.progress.timings(),
            State::Idle | State::Stopped(None) => None,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
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
                if matches!(&*state, State::Started(failed) if Arc::ptr_eq(failed, &start)) {
                    *state = State::Idle;
                }
                Err(error)
            }
        }
    }

    /// The start that is running or done; begins it where that is allowed.
    fn begin(&self, may_start: bool) -> Result<Arc<Start>> {
        let mut state = self.state();
        match &*state {
            State::Started(start) => Ok(Arc::clone(start)),
            State::Stopped(_) => {
                Err(Error::new(ErrorKind::Closed, "the client was stopped; make a new one"))
            }
            State::Idle if !may_start => Err(Error::config(vec![
                "the client is not started and `auto_start` is off: call `connect().await` first"
                    .to_owned(),
            ])),
            State::Idle => {
                let start = Arc::new(Start::begin(Arc::clone(&self.options), self.context(1))?);
                *state = State::Started(Arc::clone(&start));
                Ok(start)
            }
        }
    }
}

impl Server {
    /// What the connection `number` of this server belongs to.
    fn context(&self, number: u64) -> Context {
        Context {
            router: Arc::clone(&self.router),
            lifecycle: Arc::clone(&self.lifecycle),
            owner: self.itself.clone(),
            number,
        }
    }
}

impl Owner for Server {
    fn ended(self: Arc<Self>, number: u64, _: &Closed) -> Fate {
        match &*self.state() {
            State::Started(start) if start.number == number && start.connected().is_none() => {
                Fate::Untouched
            }
            State::Started(start) | State::Stopped(Some(start)) if start.number == number => {
                Fate::Closed
            }
            _ => Fate::Untouched,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("options", &self.options).finish_non_exhaustive()
    }
}
