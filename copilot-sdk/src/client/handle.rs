//! The handle of a client.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClientBuilder;
use super::models::ModelCache;
use crate::error::Result;
use crate::lifecycle::{Lifecycle, LifecycleEvent};
use crate::sealed::SealedArc;
use crate::server::{Options, Server, StartupTimings};
use crate::session::SessionBuilder;
use crate::subscription::Subscription;

/// A Copilot CLI run as a server. Cloning is cheap: clones share one CLI.
///
/// Dropping the last clone and the last [`Session`](crate::Session) shuts down the CLI in the
/// background. Prefer [`stop`](Client::stop), which runs session-end hooks and waits.
///
/// If the CLI ends unexpectedly, it is restarted and its sessions are reopened, see
/// [`auto_restart`](ClientBuilder::auto_restart). If that is off or fails, calls fail with
/// [`ErrorKind::Closed`](crate::ErrorKind::Closed) and the reason; the sessions are on disk and can
/// be [resumed](SessionBuilder::resume).
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
pub struct Client(SealedArc<ClientInner>);

struct ClientInner {
    server: Arc<Server>,
    models: ModelCache,
}

impl Client {
    /// Starts the CLI with default options and waits until it responds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`](crate::ErrorKind::Start) if no CLI is found (the error lists every
    /// location searched) or it exits immediately,
    /// [`ErrorKind::Handshake`](crate::ErrorKind::Handshake) if it speaks another protocol.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the client, and that ends the CLI.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// Options of a client: which CLI to use, what it may access, how to sign in.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Options of a session, to [`create`](SessionBuilder::create) a new one or
    /// [`resume`](SessionBuilder::resume) a stored one.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Arc::clone(&self.0.server))
    }

    /// Calls an RPC method that has no typed wrapper.
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
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the result does not deserialize into
    /// `R`, [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the call may have been made when the future is dropped.
    pub async fn call<R: DeserializeOwned>(
        &self,
        method: impl Into<String>,
        params: impl Serialize,
    ) -> Result<R> {
        self.0.server.call(&method.into(), params).await
    }

    /// Starts the CLI of a client from [`ClientBuilder::build`] without waiting for its first use.
    /// Does nothing if it is running.
    ///
    /// # Errors
    ///
    /// Same as [`start`](Self::start).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the start continues in the background, and the next call waits for it.
    pub async fn connect(&self) -> Result<()> {
        self.0.server.connect().await.map(drop)
    }

    /// Starts the CLI in the background. The first call waits for it and receives the error if it
    /// fails.
    ///
    /// Does nothing if the CLI is running, if the client was stopped, or outside a tokio runtime.
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
        self.0.server.prewarm();
    }

    /// Durations of the start, or `None` until the CLI has responded.
    pub fn startup_timings(&self) -> Option<StartupTimings> {
        self.0.server.startup_timings()
    }

    /// A stream of lifecycle events of the server's sessions from now on, including those of other
    /// clients.
    ///
    /// Does not start the CLI: subscribe before [`connect`](Self::connect) to see all of them.
    pub fn lifecycle(&self) -> Lifecycle {
        self.0.server.lifecycle()
    }

    /// Calls `callback` for every [`lifecycle`](Self::lifecycle) event until the client is stopped
    /// or the subscription is cancelled. Panics are logged.
    ///
    /// Can be called from any thread. The callback runs on the client's runtime; before the start,
    /// events wait.
    pub fn on_lifecycle(
        &self,
        callback: impl Fn(&LifecycleEvent) + Send + 'static,
    ) -> Subscription {
        self.0.server.callbacks().subscribe(self.lifecycle(), callback)
    }

    pub(super) fn new(options: Options) -> Self {
        Self(SealedArc::new(ClientInner {
            server: Server::new(options),
            models: ModelCache::default(),
        }))
    }

    pub(super) fn server(&self) -> &Arc<Server> {
        &self.0.server
    }

    pub(super) fn model_cache(&self) -> &ModelCache {
        &self.0.models
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", self.0.server.options()).finish_non_exhaustive()
    }
}
