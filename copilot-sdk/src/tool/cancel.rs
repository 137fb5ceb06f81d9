//! Cancellation of running tool calls.

use tokio::sync::watch;

/// A flag that changes from "running" to "cancelled" once; shared by clones.
#[derive(Clone, Debug)]
pub(crate) struct CancelToken(watch::Sender<bool>);

impl CancelToken {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(crate) fn cancel(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when the call is cancelled, immediately if it already is.
    pub(crate) async fn cancelled(&self) {
        // The sender is borrowed from `self`, so the channel cannot close while this waits.
        let _ = self.0.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}

/// Cancels on drop, unless the call has completed.
pub(crate) struct CancelOnDrop(Option<CancelToken>);

impl CancelOnDrop {
    pub(crate) fn new(token: CancelToken) -> Self {
        Self(Some(token))
    }

    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(token) = &self.0 {
            token.cancel();
        }
    }
}
