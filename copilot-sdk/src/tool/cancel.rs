//! Cancellation of running tool calls.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A flag that changes from "running" to "cancelled" once; shared by clones.
#[derive(Clone)]
pub(crate) struct CancelToken(Arc<Flag>);

struct Flag {
    cancelled: AtomicBool,
    waiting: Notify,
}

impl CancelToken {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Flag { cancelled: AtomicBool::new(false), waiting: Notify::new() }))
    }

    pub(crate) fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        self.0.waiting.notify_waiters();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Resolves when the call is cancelled, immediately if it already is.
    pub(crate) async fn cancelled(&self) {
        let mut told = pin!(self.0.waiting.notified());
        // Waits from here on: a cancellation after the look at the flag is not missed.
        told.as_mut().enable();
        if !self.is_cancelled() {
            told.await;
        }
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelToken").field(&self.is_cancelled()).finish()
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
