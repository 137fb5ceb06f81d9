//! The handle of a client.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ClientBuilder;
use super::models::ModelCache;
use crate::error::Result;
use crate::lifecycle::{Lifecycle, LifecycleEvent};
use crate::server::{Options, Server, StartupTimings};
use crate::session::SessionBuilder;
use crate::subscription::Subscription;

/// A Copilot CLI run as a server; cheap to clone.
///
/// When the last clone and the last [`Session`](crate::Session) are dropped, the CLI is asked to
/// end in the background. [`stop`](Client::stop) is better: it waits, and lets session-end hooks
/// run.
///
/// A client whose CLI has ended stays as it is: its calls fail with
/// [`ErrorKind::Closed`](crate::ErrorKind::Closed) and say why. Start another one; the sessions are
/// on disk and can be [resumed](SessionBuilder::resume).
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
    server: Arc<Server>,
    models: ModelCache,
}

impl Client {
    /// Starts the CLI with default options and waits until it answers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`](crate::ErrorKind::Start) if no CLI is found (the text lists every
    /// location searched) or it exits at once, [`ErrorKind::Handshake`](crate::ErrorKind::Handshake)
    /// if it speaks another protocol.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the client, and that ends the CLI.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// Options before the start: where the CLI is, what it may see, how it signs in.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A new session, or one to be resumed: set what it needs, then
    /// [`create`](SessionBuilder::create) it.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Arc::clone(&self.0.server))
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
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the result does not deserialize into
    /// `R`, [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the connection is over.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the call.
    pub async fn call<R: DeserializeOwned>(
        &self,
        method: impl Into<String>,
        params: impl Serialize,
    ) -> Result<R> {
        self.0.server.call(&method.into(), params).await
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
        self.0.server.connect().await.map(drop)
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
        self.0.server.prewarm();
    }

    /// How long the start took; `None` until the CLI has answered.
    pub fn startup_timings(&self) -> Option<StartupTimings> {
        self.0.server.startup_timings()
    }

    /// What happens to the server's sessions from now on, also to those of other clients.
    ///
    /// Does not start the CLI: subscribe before [`connect`](Self::connect) in order to see
    /// everything.
    pub fn lifecycle(&self) -> Lifecycle {
        self.0.server.lifecycle()
    }

    /// Calls `callback` for each [`lifecycle`](Self::lifecycle) event until the client ends or the
    /// subscription is cancelled. A panic in it is logged.
    ///
    /// Can be called from any thread. The callback runs on the runtime that the client is started
    /// on; before the start it waits.
    pub fn on_lifecycle(
        &self,
        callback: impl Fn(&LifecycleEvent) + Send + 'static,
    ) -> Subscription {
        self.0.server.callbacks().subscribe(self.lifecycle(), callback)
    }

    pub(super) fn new(options: Options) -> Self {
        Self(Arc::new(Inner { server: Server::new(options), models: ModelCache::default() }))
    }

    pub(super) fn server(&self) -> &Server {
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
