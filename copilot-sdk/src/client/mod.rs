//! The client: one Copilot CLI, and everything that can be asked of it.

mod address;
mod builder;
mod check;
mod handshake;
mod launch;
mod models;
mod options;
mod progress;
mod sessions;
mod shutdown;
mod start;
mod status;
mod telemetry;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use builder::ClientBuilder;
pub use options::LogLevel;
pub use progress::StartupTimings;
pub use sessions::{ForegroundSession, SessionContext, SessionFilter, SessionMetadata};
pub use status::{AuthStatus, AuthType, Pong, Status};

use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::lifecycle::Broadcast;
pub use crate::lifecycle::{Lifecycle, LifecycleEvent, LifecycleKind, LifecycleMetadata};
use crate::session::SessionBuilder;
pub use crate::subscription::Subscription;
use models::ModelCache;
use options::Options;
use start::Start;
pub use telemetry::{OtlpProtocol, Telemetry};

/// A Copilot CLI run as a server; cheap to clone.
///
/// When the last clone and the last [`Session`](crate::Session) are dropped, the CLI is asked to
/// end in the background. [`stop`](Client::stop) is better: it waits, and lets session-end hooks
/// run.
///
/// A client whose CLI has ended stays as it is: its calls fail with [`ErrorKind::Closed`] and say
/// why. Start another one; the sessions are on disk and can be [resumed](SessionBuilder::resume).
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// let client = copilot_sdk::Client::start().await?;
/// let session = client.session().model("gpt-5").create().await?;
/// println!("{}", session.ask("What is 2 + 2?").await?);
/// client.stop().await
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    options: Arc<Options>,
    state: Mutex<State>,
    lifecycle: Arc<Broadcast>,
    models: ModelCache,
}

enum State {
    /// Not started yet; the first use starts it, where `auto_start` allows that.
    Idle,
    /// Running, being started, or failed in a way that nobody was told yet.
    Started(Arc<Start>),
    /// What was running stays here for those who wait for its end.
    Stopped(Option<Arc<Start>>),
}

impl Client {
    /// Starts the CLI with default options and waits until it answers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`] when no CLI is found (the text lists where it was looked for) or it
    /// ends at once, [`ErrorKind::Handshake`] when it speaks another protocol.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// Options before the start: where the CLI is, what it may see, how it signs in.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn is_isolated(&self) -> bool {
        self.0.options.isolated
    }

    /// A new session, or one to be resumed: set what it needs, then
    /// [`create`](SessionBuilder::create) it.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(self.clone())
    }

    /// Calls any method of the CLI, for what this crate has no typed call for.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let tools: serde_json::Value = client.call("tools.list", serde_json::json!({})).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when the CLI refuses, [`ErrorKind::Protocol`] when the result is no `R`,
    /// [`ErrorKind::Closed`] when the connection is over.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the call.
    pub async fn call<R: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize,
    ) -> Result<R> {
        self.connection().await?.peer.call(method, params).await
    }

    /// Starts the CLI now, where [`ClientBuilder::build`] left that to the first use; does nothing
    /// when it runs.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the start goes on, and the next use waits for it.
    pub async fn connect(&self) -> Result<()> {
        self.open(true).await.map(drop)
    }

    /// Begins to start the CLI and returns at once: the first use waits for the rest, and is told
    /// when it fails.
    ///
    /// Does nothing when the CLI runs, when the client was stopped, and outside a tokio runtime.
    ///
    /// ```no_run
    /// # fn read_settings() -> String { String::new() }
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// let client = copilot_sdk::Client::builder().build()?;
    /// client.prewarm();
    /// let prompt = read_settings();
    /// let session = client.session().create().await?;
    /// println!("{}", session.ask(prompt).await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn prewarm(&self) {
        if let Err(error) = self.begin(true) {
            tracing::debug!(%error, "did not prewarm");
        }
    }

    /// How long the start took; `None` until the CLI has answered.
    pub fn startup_timings(&self) -> Option<StartupTimings> {
        match &*self.state() {
            State::Started(start) | State::Stopped(Some(start)) => start.progress.timings(),
            State::Idle | State::Stopped(None) => None,
        }
    }

    /// What happens to the server's sessions from now on, also to those of other clients.
    ///
    /// Does not start the CLI: subscribe before [`connect`](Self::connect) in order to see
    /// everything.
    pub fn lifecycle(&self) -> Lifecycle {
        self.0.lifecycle.subscribe()
    }

    /// Calls `callback` for each [`lifecycle`](Self::lifecycle) event until the client ends or the
    /// subscription is cancelled. A panic in it is logged.
    ///
    /// # Panics
    ///
    /// When it is called outside a tokio runtime.
    pub fn on_lifecycle(
        &self,
        callback: impl Fn(&LifecycleEvent) + Send + 'static,
    ) -> Subscription {
        Subscription::start(self.lifecycle(), callback)
    }

    /// Whether the CLI runs on this machine, because this client starts it.
    pub(crate) fn starts_the_cli(&self) -> bool {
        self.0.options.cli_url.is_none() && self.0.options.transport.is_none()
    }

    /// The live connection; starts the CLI on first use.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>> {
        self.open(self.0.options.auto_start).await
    }

    fn with(options: Options) -> Self {
        let inner = Inner {
            options: Arc::new(options),
            state: Mutex::new(State::Idle),
            lifecycle: Arc::default(),
            models: ModelCache::default(),
        };
        Self(Arc::new(inner))
    }

    async fn open(&self, may_start: bool) -> Result<Arc<Connection>> {
        let start = self.begin(may_start)?;
        match start.connection().await {
            Ok(connection) => {
                connection.check()?;
                Ok(connection)
            }
            Err(error) => {
                // Told now: the next use tries again.
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
                let start =
                    Start::begin(Arc::clone(&self.0.options), Arc::clone(&self.0.lifecycle))?;
                let start = Arc::new(start);
                *state = State::Started(Arc::clone(&start));
                Ok(start)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.0.options).finish_non_exhaustive()
    }
}
