//! For operators: the health of a client, and its orderly end.

use std::time::Duration;

use super::{Client, Drained, Health};
use crate::error::Result;

impl Client {
    /// A snapshot of the client's state. Never waits and makes no call to the CLI.
    ///
    /// ```no_run
    /// # fn example(client: copilot_sdk::Client) {
    /// let health = client.health();
    /// println!("{:?}, {} of {} sessions busy", health.state, health.busy_sessions,
    ///     health.open_sessions);
    /// let status = if health.is_ready() { 200 } else { 503 };
    /// # let _ = status;
    /// # }
    /// ```
    pub fn health(&self) -> Health {
        self.server().health()
    }

    /// Prepares the client to be stopped: new sessions and prompts are refused with
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed), and each session is disconnected as soon as
    /// its turns, queued ones included, have ended, at the latest when `deadline` has elapsed.
    /// Cannot be undone.
    ///
    /// With a session store, other programs can open a session once it is disconnected. The result
    /// names the sessions whose turns were cut off; they can be resumed, and
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work) goes on with their
    /// turns. Call [`stop`](Self::stop) afterwards.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use std::time::Duration;
    ///
    /// let drained = client.drain(Duration::from_secs(25)).await?;
    /// for session in drained.cut_off {
    ///     eprintln!("session {} was cut off", session.session_id);
    /// }
    /// client.stop().await
    /// # }
    /// ```
    ///
    /// Session-end hooks and the release of leases may take 10 seconds each beyond the deadline.
    ///
    /// # Errors
    ///
    /// Currently none.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the client still refuses new work; sessions that are not
    /// disconnected yet stay open. Another call goes on.
    pub async fn drain(&self, deadline: Duration) -> Result<Drained> {
        Ok(self.server().drain(deadline).await)
    }
}
