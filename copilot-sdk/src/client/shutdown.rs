//! Ending in good order.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::{Client, State};
use crate::connection::Connection;
use crate::error::Result;
use crate::ids::SessionId;
use crate::transport::process::Pace;

/// How long each farewell may take; then the next step follows anyway.
const FAREWELL: Duration = Duration::from_secs(10);

impl Client {
    /// Ends the client: detaches its sessions (their session-end hooks run), asks the CLI to shut down, and waits until
    /// its process and everything that it started is gone. A server of [`cli_url`](super::ClientBuilder::cli_url) runs
    /// on. Does nothing when the client is stopped already.
    ///
    /// The CLI gets 2 seconds to end by itself, 2 more after SIGTERM, then it is killed.
    ///
    /// # Errors
    ///
    /// None today; a CLI that has ended before is stopped as well.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the rest to the background, as dropping the client does.
    pub async fn stop(&self) -> Result<()> {
        let Some(connection) = self.take_connection().await else { return Ok(()) };
        for session_id in connection.router.open() {
            say(&connection, "session.detach", Detach { session_id: &session_id }).await;
        }
        if connection.process.is_some() {
            say(&connection, "runtime.shutdown", serde_json::Map::new()).await;
        }
        end(&connection, Pace::Graceful).await;
        Ok(())
    }

    /// Ends the client without farewells: no hooks run, the CLI gets 200 ms to end by itself, 200 ms more after SIGTERM.
    ///
    /// # Errors
    ///
    /// None today.
    pub async fn force_stop(&self) -> Result<()> {
        if let Some(connection) = self.take_connection().await {
            end(&connection, Pace::Forced).await;
        }
        Ok(())
    }

    async fn take_connection(&self) -> Option<Arc<Connection>> {
        match std::mem::replace(&mut *self.0.state.lock().await, State::Stopped) {
            State::Running(connection) => Some(connection),
            State::Idle | State::Stopped => None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detach<'a> {
    session_id: &'a SessionId,
}

/// Says something that does not have to be understood any more.
async fn say(connection: &Connection, method: &'static str, params: impl Serialize) {
    if let Ok(Err(error)) = tokio::time::timeout(FAREWELL, connection.peer.call_raw(method, params)).await {
        tracing::debug!(method, %error, "the cli did not take a farewell");
    }
}

async fn end(connection: &Connection, pace: Pace) {
    connection.close("the client was stopped");
    if let Some(process) = &connection.process {
        process.end(pace);
        process.exited().await;
    }
}
