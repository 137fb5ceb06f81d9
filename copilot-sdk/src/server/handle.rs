//! The server behind a client, the single owner of its state.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::options::Options;
use super::progress::StartupTimings;
use super::requests::Requests;
use super::restart::Former;
use super::start::Start;
use crate::budget::{BudgetScope, Meter};
use crate::closed::Closed;
use crate::connection::{Connection, Context, Fate, Owner};
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::{Broadcast, Lifecycle, LifecycleEvent};
use crate::router::Router;
use crate::session_fs::SessionKeeper;
use crate::subscription::CallbackRuntime;

/// One CLI, started on first use and shared by the client and session handles.
pub(crate) struct Server {
    pub(super) options: Arc<Options>,
    state: Mutex<ServerState>,
    pub(super) lifecycle: Arc<Broadcast>,
    pub(super) router: Arc<Router>,
    callbacks: CallbackRuntime,
    itself: Weak<Self>,
    starts: AtomicU64,
    restarts: AtomicU64,
    is_draining: AtomicBool,
    budget: Option<Arc<Meter>>,
}

pub(super) enum ServerState {
    /// Not started yet. The first use starts it if `auto_start` is on.
    Idle,
    /// Starting, running, ended, or failed without having reported it to a caller yet.
    Started(Arc<Start>),
    /// Stopped. Keeps the last start for callers that wait for its end.
    Stopped(Option<Arc<Start>>),
}

impl Server {
    pub(crate) fn new(options: Options) -> Arc<Self> {
        let callbacks = CallbackRuntime::default();
        let requests = Requests::new(&options, &callbacks);
        let budget = options.budget.clone();
        let budget = budget.map(|budget| Arc::new(Meter::new(BudgetScope::Client, budget)));
        Arc::new_cyclic(|itself| Self {
            options: Arc::new(options),
            state: Mutex::new(ServerState::Idle),
            lifecycle: Arc::default(),
            router: Arc::new(Router::new(Arc::new(requests))),
            callbacks,
            itself: Weak::clone(itself),
            starts: AtomicU64::new(0),
            restarts: AtomicU64::new(0),
            is_draining: AtomicBool::new(false),
            budget,
        })
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// The store that lets one program at a time write a session, if there is one.
    pub(crate) fn keeper(&self) -> Option<&Arc<dyn SessionKeeper>> {
        self.options.keeper.as_ref()
    }

    /// How often the CLI ended and was restarted.
    pub(super) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    pub(super) fn begin_draining(&self) {
        self.is_draining.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst)
    }

    /// The budget of all sessions together.
    pub(crate) fn budget(&self) -> Option<&Arc<Meter>> {
        self.budget.as_ref()
    }

    /// Whether this server starts the CLI, which then runs on this machine.
    pub(crate) fn starts_the_cli(&self) -> bool {
        let options = &self.options;
        options.cli_url.is_none() && options.transport.is_none() && options.transport_with.is_none()
    }

    /// Whether a new connection can be made after this one has ended.
    fn can_start_again(&self) -> bool {
        self.options.transport.is_none()
    }

    /// Returns the live connection. Starts the CLI on first use.
    pub(crate) fn connection(&self) -> BoxFuture<'_, Result<Arc<Connection>>> {
        self.open(self.options.auto_start)
    }

    /// Returns the live connection, starting the CLI even if `auto_start` is off.
    pub(crate) async fn connect(&self) -> Result<Arc<Connection>> {
        self.forget_ended();
        self.open(true).await
    }

    /// Starts the CLI in the background. The next call receives the error if it fails.
    pub(crate) fn prewarm(&self) {
        if let Err(error) = self.begin(true) {
            tracing::debug!(%error, "did not prewarm");
        }
    }

    /// Calls a method that concerns no session.
    pub(crate) async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<R> {
        self.connection().await?.peer.call(method, params).await
    }

    /// The router with this client's open sessions.
    pub(crate) fn router(&self) -> &Arc<Router> {
        &self.router
    }

    pub(crate) fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.subscribe()
    }

    /// The runtime that callbacks run on.
    pub(crate) fn callbacks(&self) -> &CallbackRuntime {
        &self.callbacks
    }

    /// Durations of the start, or `None` until the CLI has responded.
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

    /// Boxed, so that its body is compiled in this crate and not in each program.
    fn open(&self, may_start: bool) -> BoxFuture<'_, Result<Arc<Connection>>> {
        Box::pin(async move {
            let start = self.begin(may_start)?;
            match start.connection().await {
                Ok(connection) => {
                    connection.check()?;
                    Ok(connection)
                }
                Err(error) => {
                    // The failure is reported now, so the next call tries again.
                    let mut state = self.state();
                    let is_same = |failed: &Arc<Start>| Arc::ptr_eq(failed, &start);
                    if matches!(&*state, ServerState::Started(failed) if is_same(failed)) {
                        *state = ServerState::Idle;
                    }
                    Err(error)
                }
            }
        })
    }

    /// Returns to idle if the CLI has ended and is not restarted automatically.
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
            drop(state);
            // Dropped outside the lock, because its end locks the state as well.
            drop(former);
        }
    }

    /// Returns the current start, beginning one if allowed.
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
                // One that failed or ended before has finished it.
                self.lifecycle.begin_again();
                self.callbacks.started_on(&start.runtime);
                Ok(start)
            }
        }
    }
}

impl Server {
    /// The context of the next connection.
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
    fn ended(self: Arc<Self>, context: &Context, closed: &Closed) -> Fate {
        let number = context.number;
        // Dropped after the guard of the state, because its end locks the state as well.
        let start;
        let mut state = self.state();
        start = match &*state {
            ServerState::Started(start) if start.number == number => Arc::clone(start),
            ServerState::Stopped(Some(start)) if start.number == number => return Fate::Closed,
            _ => return Fate::Untouched,
        };
        // An end before the start has completed is reported by the start.
        let Some(connection) = start.connected().filter(|own| own.is_of(context)) else {
            return Fate::Untouched;
        };
        if closed.orderly || !self.options.auto_restart.is_on() {
            return Fate::Closed;
        }
        if !self.can_start_again() {
            let reason = format!("{}; a transport given once cannot be made again", closed.reason);
            self.lifecycle.publish(&LifecycleEvent::GaveUp { reason });
            return Fate::Closed;
        }
        let (suspended, sessions) = oneshot::channel();
        let former = Former {
            connection,
            closed: closed.clone(),
            suspended: sessions,
            failures: start.failures,
            began: start.began,
        };
        let options = Arc::clone(&self.options);
        match Start::again(options, self.next_context(), former) {
            Ok(start) => {
                *state = ServerState::Started(Arc::new(start));
                self.restarts.fetch_add(1, Ordering::Relaxed);
                Fate::Suspended(suspended)
            }
            // No runtime to restart it on.
            Err(_) => Fate::Closed,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("options", &self.options).finish_non_exhaustive()
    }
}
