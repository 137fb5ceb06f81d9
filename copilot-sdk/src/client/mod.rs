//! The client: one Copilot CLI, and everything that can be asked of it.

mod builder;
mod handshake;
mod launch;
mod options;
mod shutdown;
mod status;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

pub use builder::ClientBuilder;
pub use options::LogLevel;
pub use status::Pong;

use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::session::SessionBuilder;
use options::Options;

/// A Copilot CLI run as a server; cheap to clone.
///
/// When the last clone and the last [`Session`](crate::Session) are dropped, the CLI is asked to end in the background.
/// [`stop`](Client::stop) is better: it waits, and lets session-end hooks run.
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
    options: Options,
    state: Mutex<State>,
}

enum State {
    /// Not started yet; the first use starts it, where `auto_start` allows that.
    Idle,
    Running(Arc<Connection>),
    Stopped,
}

impl Client {
    /// Starts the CLI with default options and waits until it answers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Start`] when no CLI is found (the text lists where it was looked for) or it ends at once,
    /// [`ErrorKind::Handshake`] when it speaks another protocol.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// Options before the start: where the CLI is, what it may see, how it signs in.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A new session, or one to be resumed: set what it needs, then [`create`](SessionBuilder::create) it.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(self.clone())
    }

    /// Asks whether the CLI answers (wire method `ping`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when it is gone.
    pub async fn ping(&self, message: &str) -> Result<Pong> {
        self.connection().await?.peer.call("ping", Ping { message }).await
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
    /// [`ErrorKind::Rpc`] when the CLI refuses, [`ErrorKind::Protocol`] when the result is no `R`.
    pub async fn call<R: DeserializeOwned>(&self, method: &str, params: impl Serialize) -> Result<R> {
        self.connection().await?.peer.call(method, params).await
    }

    /// The live connection; starts the CLI on first use.
    pub(crate) async fn connection(&self) -> Result<Arc<Connection>> {
        let mut state = self.0.state.lock().await;
        match &*state {
            State::Running(connection) => {
                connection.check()?;
                Ok(Arc::clone(connection))
            }
            State::Stopped => Err(Error::new(ErrorKind::Closed, "the client was stopped; make a new one")),
            State::Idle if !self.0.options.auto_start => Err(Error::config(vec![
                "the client is not started and `auto_start` is off: call `connect().await` first".to_owned(),
            ])),
            State::Idle => self.start_in(&mut state).await,
        }
    }

    /// Starts the CLI now, where [`ClientBuilder::build`] left that to the first use; does nothing when it runs.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn connect(&self) -> Result<()> {
        let mut state = self.0.state.lock().await;
        match &*state {
            State::Idle => self.start_in(&mut state).await.map(drop),
            _ => {
                drop(state);
                self.connection().await.map(drop)
            }
        }
    }

    async fn start_in(&self, state: &mut State) -> Result<Arc<Connection>> {
        let connection = Arc::new(launch::launch(&self.0.options).await?);
        *state = State::Running(Arc::clone(&connection));
        Ok(connection)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.0.options).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Ping<'a> {
    message: &'a str,
}
