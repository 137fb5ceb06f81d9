//! The end of a client.

use super::Client;
use crate::error::Result;

impl Client {
    /// Ends the client: detaches its sessions (their session-end hooks run), asks the CLI to shut
    /// down, and waits until its process and everything that it started is gone. Streams of events
    /// end, an `ask` that runs fails with [`ErrorKind::Closed`](crate::ErrorKind::Closed). A server
    /// of [`cli_url`](super::ClientBuilder::cli_url) runs on. A second call only waits.
    ///
    /// A session-end hook, and then the shutdown, may take 10 seconds each. The CLI gets 2 seconds
    /// to end by itself, 2 more after SIGTERM, then it is killed.
    ///
    /// # Errors
    ///
    /// None today; a CLI that has ended before is stopped as well.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: once begun, the end goes on in the background when the future is dropped.
    pub async fn stop(&self) -> Result<()> {
        self.server().stop().await;
        Ok(())
    }

    /// Ends the client without farewells: no hooks run, the CLI gets 200 ms to end by itself, 200
    /// ms more after SIGTERM. Makes a [`stop`](Self::stop) that is under way faster.
    ///
    /// # Errors
    ///
    /// None today.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: the CLI ends in the background when the future is dropped.
    pub async fn force_stop(&self) -> Result<()> {
        self.server().force_stop().await;
        Ok(())
    }
}
