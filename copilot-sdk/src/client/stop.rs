//! Stopping a client.

use super::Client;
use crate::error::Result;

impl Client {
    /// Stops the client: detaches its sessions, which runs their session-end hooks, asks the CLI to
    /// shut down, and waits until its process and everything it started has exited. Event streams
    /// end, and a running `ask` fails with [`ErrorKind::Closed`](crate::ErrorKind::Closed). A
    /// server reached by [`cli_url`](super::ClientBuilder::cli_url) keeps running. A second call
    /// only waits.
    ///
    /// The session-end hooks and the shutdown may take 10 seconds each. The CLI then has 2 seconds
    /// to exit by itself and 2 more after SIGTERM before it is killed. On Windows, which lacks that
    /// signal, it is killed after the first 2, together with everything that it started.
    ///
    /// # Errors
    ///
    /// Currently none, even if the CLI has already exited.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the shutdown continues in the background.
    pub async fn stop(&self) -> Result<()> {
        self.server().stop().await;
        Ok(())
    }

    /// Stops the client without running hooks. The CLI has 200 ms to exit by itself and 200 ms more
    /// after SIGTERM; on Windows, it is killed then. Speeds up a [`stop`](Self::stop) in progress.
    ///
    /// # Errors
    ///
    /// Currently none.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the CLI is stopped in the background.
    pub async fn force_stop(&self) -> Result<()> {
        self.server().force_stop().await;
        Ok(())
    }
}
